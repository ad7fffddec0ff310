"""How stances of a side scatter about their mean, where neighbours are alike: the variance of single values and of their mean."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

# Usual correlation of neighbouring stances of a side, and how many pairs of a run's own stances it counts as.
CORRELATION, CORRELATION_PAIRS = 0.3, 10.0
MOST_CORRELATION = 0.8
FEWEST_CORRELATED = 20  # a part with fewer stances tells nothing of the correlation beside another part


def deviations(values: Sequence[float]) -> list[float]:
    """Of values from their mean."""
    mean = math.fsum(values) / len(values)
    return [value - mean for value in values]


def variance(of: Sequence[float], correlation: float = 0.0) -> float:
    """The variance of single values, from their deviations from their own mean: these are smaller the more alike neighbours are."""
    n = len(of)
    if n < 2:
        return 0.0
    return math.fsum(d * d for d in of) / (n * (1 - share_of_mean(n, correlation)))


def correlation(parts: Sequence[Sequence[float]]) -> float:
    """The correlation of neighbouring stances, from the deviations in each part of a run.

    A few stances tell little of it, so the run's own correlation is joined with the usual one.
    """
    pairs = squares = count = 0.0
    for part in parts:
        if len(part) < FEWEST_CORRELATED and count:
            continue
        pairs += math.fsum(one * other for one, other in itertools.pairwise(part))
        squares += math.fsum(d * d for d in part)
        count += len(part)
    if count < 2 or squares <= 0.0:
        return CORRELATION
    own = pairs / squares
    # Deviations from a run's own mean look less alike than they are (Marriott and Pope 1954, Biometrika 41:390).
    own += (1 + 3 * own) / count
    weight = squares / (squares / count)
    found = (own * weight + CORRELATION * CORRELATION_PAIRS) / (weight + CORRELATION_PAIRS)
    return min(max(found, 0.0), MOST_CORRELATION)


def share_of_mean(n: int, correlation: float) -> float:
    """The variance of the mean of n values in a row, as a share of the variance of single values.

    Neighbours are alike by `correlation`, others by its powers (Bayley and Hammersley 1946, J R Stat Soc Suppl 8:184).
    """
    alike = math.fsum((1 - lag / n) * correlation**lag for lag in range(1, min(n, 60)))
    return (1 + 2 * alike) / n
