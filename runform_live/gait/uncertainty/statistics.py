"""Means of many stances with their 95% interval, and left minus right. Unknown values are left out; what rests on none is None."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Z95 = 1.96  # two-sided 95% of a normal distribution
FEWEST_STANCES = 7  # a side, for a stable mean (Dingenen et al. 2018, Phys Ther Sport 33:40)
# Student's t, two-sided 95%, for 1 to 30 degrees of freedom; beyond, Z95 + 2.4 / freedom is within 0.001.
_T95 = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip


def t95(freedom: int) -> float:
    """Two-sided 95% quantile of Student's t; infinite without a degree of freedom."""
    if freedom < 1:
        return math.inf
    return _T95[freedom - 1] if freedom <= len(_T95) else Z95 + 2.4 / freedom


class WithInterval:
    """A value with half of its 95% interval; None is unknown."""

    __slots__ = ()
    value: float | None
    half: float | None

    @property
    def low(self) -> float | None:
        """Lower end of the interval."""
        return None if self.value is None or self.half is None else self.value - self.half

    @property
    def high(self) -> float | None:
        """Upper end of the interval."""
        return None if self.value is None or self.half is None else self.value + self.half


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean of n stances in the metric's unit. Its 95% interval joins the spread of the stances and the error of the instrument.

    With one stance, `sd` and the interval are None.
    """

    n: int
    mean: float
    sd: float | None
    ci95_low: float | None
    ci95_high: float | None

    @property
    def provisional(self) -> bool:
        """Whether it rests on fewer stances than a stable mean needs."""
        return self.n < FEWEST_STANCES

    @property
    def spread(self) -> float | None:
        """Half of the 95% interval by the spread of the stances alone; None with one stance."""
        return None if self.sd is None else spread(self.n, self.sd)


def spread(n: int, sd: float) -> float:
    """Half of the 95% interval of a mean, by the SD of its n values alone."""
    return t95(n - 1) * sd / math.sqrt(n)


def estimate(values: Sequence[float | None], instrument_sd: float | None) -> Estimate | None:
    """Mean and interval of the known values; None where none is known.

    instrument_sd: SD between bodies of the error of a side's mean (from `runform validate`). Where it is None, it is unknown and there is no
    interval: by the spread alone it would be too narrow.
    """
    known = [value for value in values if value is not None]
    if not known:
        return None
    n = len(known)
    mean = math.fsum(known) / n
    if n == 1:
        return Estimate(1, mean, None, None, None)
    sd = math.sqrt(math.fsum((value - mean) ** 2 for value in known) / (n - 1))
    if instrument_sd is None:
        return Estimate(n, mean, sd, None, None)
    half = math.hypot(spread(n, sd), Z95 * instrument_sd)
    return Estimate(n, mean, sd, mean - half, mean + half)


@dataclass(frozen=True, slots=True)
class Symmetry:
    """Left minus right with its 95% interval, and Robinson's index (%): 100 |L - R| / ((|L| + |R|) / 2)."""

    difference: float
    ci95_low: float | None
    ci95_high: float | None
    index_percent: float | None


def symmetry(left: Estimate | None, right: Estimate | None, instrument_sd: float | None) -> Symmetry | None:
    """Compare two sides (Robinson et al. 1987, J Manipulative Physiol Ther 10:172); None where one is unknown.

    instrument_sd: SD between bodies of the error of the difference itself. The errors of both sides depend on each other: a level line that is
    wrong adds to one side what it takes from the other. Where it is None, there is no interval. The index is None where both sides are
    near 0, because it would then be a ratio of noise.
    """
    if left is None or right is None:
        return None
    difference = left.mean - right.mean
    size = (abs(left.mean) + abs(right.mean)) / 2
    index = 100.0 * abs(difference) / size if size >= 0.5 else None
    if left.spread is None or right.spread is None or instrument_sd is None:
        return Symmetry(difference, None, None, index)
    half = math.hypot(left.spread, right.spread, Z95 * instrument_sd)
    return Symmetry(difference, difference - half, difference + half, index)
