"""The errors of a change that a network's card keeps, fitted to runs of known truth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from runform_live.gait.uncertainty.statistics import Z95
from runform_live.validate.agreement import rms
from runform_live.validate.changes import Compared

MOST_STEPS = 121  # of drifts that are looked at


@dataclass(frozen=True, slots=True)
class Fitted:
    """The errors of one metric as these runs show them; see `ChangeErrors`."""

    share: float
    share_sd: float
    drift_sd: float
    drift_difference_sd: float | None


def fitted(sides: Sequence[Compared], differences: Sequence[Compared], share: float, step: float) -> Fitted:
    """The likeliest errors of windows that were measured with a share of `share`; step: how finely drifts are looked for.

    An error is normal, with the variances of scatter, share and drift added; windows that overlap are treated as
    independent, which does not shift the figures.
    """
    usual = rms([one.true for one in sides])
    changed = [one for one in sides if abs(one.true) >= usual]
    wide = math.fsum(one.true**2 for one in changed)
    found = math.fsum(one.true * (one.found.value or 0.0) * share for one in changed) / wide if wide else 1.0
    least = min(
        (_unlikely(sides, found / share, 0.02 * k, step * j), 0.02 * k, step * j)
        for k in range(31)
        for j in range(MOST_STEPS)
    )
    apart = min((_unlikely(differences, found / share, least[1], step * j), step * j) for j in range(MOST_STEPS))
    return Fitted(found, least[1] * share, least[2], apart[1] if differences else None)


def _unlikely(compared: Sequence[Compared], share: float, share_sd: float, drift: float) -> float:
    """Minus the logarithm of the likelihood; share: of what was measured."""
    total = 0.0
    for one in compared:
        variance = (one.scatter / Z95) ** 2 + (share_sd * one.true) ** 2 + (drift * one.unit) ** 2
        variance = max(variance, 1e-12)
        total += math.log(variance) + ((one.found.value or 0.0) - share * one.true) ** 2 / variance
    return total
