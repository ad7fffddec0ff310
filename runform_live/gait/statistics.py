"""Figures over many stances: rolling means, means with their interval, symmetry. Unknown in, unknown out."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from runform_live.messages import Naming, Side, Stance
from runform_live.naming import renamed

FEWEST_STANCES = 7  # a side, for a stable mean (Dingenen et al. 2018, Phys Ther Sport 33:40)
# Student's t, two-sided 95%, for 1 to 30 degrees of freedom; beyond, 1.96 + 2.4 / freedom is within 0.001.
_T95 = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip


def t95(freedom: int) -> float:
    """Two-sided 95% quantile of Student's t; infinite without a degree of freedom."""
    if freedom < 1:
        return math.inf
    return _T95[freedom - 1] if freedom <= len(_T95) else 1.96 + 2.4 / freedom


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean of stances in the metric's unit, with the 95% interval that joins their spread and the instrument's error.

    `sd` is None with one stance, the interval then as well.
    """

    n: int
    mean: float
    sd: float | None
    ci95_low: float | None
    ci95_high: float | None

    @property
    def provisional(self) -> bool:
        return self.n < FEWEST_STANCES

    @property
    def spread(self) -> float | None:
        """Half of the 95% interval as far as the stances' own spread makes it; None with one stance."""
        return None if self.sd is None else spread(self.n, self.sd)


def spread(n: int, sd: float) -> float:
    """Half of the 95% interval of a mean, by the SD of its n values alone."""
    return t95(n - 1) * sd / math.sqrt(n)


def estimate(values: Sequence[float | None], instrument_sd: float | None) -> Estimate | None:
    """Mean and interval of the known values; None where none is known.

    instrument_sd: SD, between bodies, of the error of a side's mean (from `runform validate`); None is unknown, and then
    there is no interval, for it would be too narrow.
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
    half = math.hypot(spread(n, sd), 1.96 * instrument_sd)
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

    instrument_sd: SD, between bodies, of the error of the difference itself: errors of the two sides hang together (a level line
    that is wrong adds to one what it takes from the other). None is unknown, and then there is no interval. The index is
    None where both sides are near 0, because it would then blow noise up.
    """
    if left is None or right is None:
        return None
    difference = left.mean - right.mean
    size = (abs(left.mean) + abs(right.mean)) / 2
    index = 100.0 * abs(difference) / size if size >= 0.5 else None
    if left.spread is None or right.spread is None or instrument_sd is None:
        return Symmetry(difference, None, None, index)
    half = math.hypot(left.spread, right.spread, 1.96 * instrument_sd)
    return Symmetry(difference, difference - half, difference + half, index)


class RollingState(msgspec.Struct, frozen=True):
    """The last stances of each side written down."""

    left: tuple[Stance, ...]
    right: tuple[Stance, ...]


class Rolling:
    """The last stances of each side."""

    __slots__ = ("_stances",)

    def __init__(self, length: int, state: RollingState | None = None) -> None:
        """length: stances a side. state: of a predecessor, to go on from."""
        left, right = (state.left, state.right) if state else ((), ())
        self._stances: dict[Side, deque[Stance]] = {
            "left": deque(left, maxlen=length),
            "right": deque(right, maxlen=length),
        }

    def state(self) -> RollingState:
        """All of it, for a successor."""
        return RollingState(tuple(self._stances["left"]), tuple(self._stances["right"]))

    def add(self, stance: Stance) -> None:
        self._stances[stance.side].append(stance)

    def put_right(self, now: Naming) -> None:
        """Name the stances as it holds now."""
        stances = [renamed(stance, now) for kept in self._stances.values() for stance in kept]
        self.clear()
        for stance in sorted(stances, key=lambda one: one.midstance_s):
            self.add(stance)

    def clear(self) -> None:
        for stances in self._stances.values():
            stances.clear()

    def stances(self, side: Side) -> list[Stance]:
        return list(self._stances[side])

    def estimate(self, side: Side, metric: str) -> Estimate | None:
        """Rolling mean of a metric on one side, without the instrument's error."""
        return estimate([getattr(stance, metric) for stance in self._stances[side]], None)
