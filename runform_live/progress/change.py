"""How much a mean changed between two sessions, and how much it must change to be more than measuring error.

The minimal detectable change (95%) of the means of two sessions a and b is

    MDC95 = sqrt(h_a^2 + h_b^2),  h^2 = (t95(n - 1) sd / sqrt(n))^2 + (share 1.96 s)^2

n, sd: number of stances of the session, and their standard deviation. s: SD of the error that the instrument and the level line add to a mean, as `runform validate`
measured it (gait/uncertainty/errors.py). With equal errors this is the usual MDC = 1.96 sqrt(2) SEM (Weir 2005, J Strength Cond Res 19:231).

share: the part of the instrument's error that differs between the two sessions. Between sessions in other clothes, or with another place of the camera, the
errors are independent, and share is 1. Where clothes, camera, its place and the light were the same, a part of the error is the same in both and cancels
out: share = change_sd / (sqrt(2) sd), both of which the network's card keeps. A network without such figures has share 1.

MDC95 is also half of the 95% interval of the change. Between two sessions, a difference beyond it is called a change. Where several sessions are compared with
one baseline, the limit is higher, so that chance alone calls a change in at most 5% of such series (`z_of_looks`).

The runner's own variation from day to day is not included: no instrument can tell it from a change. Raters who measure by hand need 2.7 to 2.8 deg of pelvic
drop a week apart, which includes their own error and the runner's variation (Dingenen et al. 2018, Phys Ther Sport 33:40).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from runform_live.gait.body_size import IN_CM
from runform_live.gait.uncertainty.statistics import FEWEST_STANCES, Z95, WithInterval, spread
from runform_live.messages import SIDES, Side
from runform_live.metrics import PELVIS_ANGLES, SUMMARISED
from runform_live.progress.point import OF_CENTIMETRES, Point, Reason, apart, withholding
from runform_live.quantities import CADENCE
from runform_live.session.figures import MetricSummary

Column = Literal["left", "right", "difference", "both"]
DIFFERENCE: Final = "difference"  # left minus right
BOTH: Final = "both"  # one value for both legs: the cadence
MEASURES: tuple[str, ...] = (*SUMMARISED, CADENCE, *IN_CM)
NOT_MEASURED = MetricSummary(0, None, None, None, None)
Call = Literal["changed", "not_sure", "cannot"]


def columns(metric: str) -> tuple[Column, ...]:
    """The columns that a metric has."""
    if metric in IN_CM:
        return SIDES
    return (BOTH,) if metric == CADENCE else (*SIDES, DIFFERENCE)


@dataclass(frozen=True, slots=True)
class Measured(WithInterval):
    """A mean, or left minus right, of one session: with half of its 95% interval, and half of the interval from the spread of the strides alone.

    n: number of stances (for left minus right: of the side with fewer); None where stances are not counted.
    """

    value: float | None
    half: float | None
    spread: float
    n: int | None = None

    @property
    def instrument(self) -> float | None:
        """Half of the interval from the instrument's error alone."""
        return None if self.half is None else math.sqrt(max(self.half**2 - self.spread**2, 0.0))

    @property
    def provisional(self) -> bool:
        """Whether the mean rests on fewer stances than a stable one needs."""
        return self.n is not None and self.n < FEWEST_STANCES


@dataclass(frozen=True, slots=True)
class Change:
    """After minus before of one metric, in its unit; None is unknown.

    change: also None where the two must not be compared. detectable: the minimal detectable change (95%), which is also half of the change's
    interval; None where the change is not judged. reasons: why it is not compared, or not judged. looks: how many sessions are compared with the
    same baseline, this one included.
    """

    before: float | None
    after: float | None
    change: float | None
    detectable: float | None
    reasons: tuple[Reason, ...] = ()
    looks: int = 1

    @property
    def low(self) -> float | None:
        """Lower end of the 95% interval of the change."""
        return None if self.change is None or self.detectable is None else self.change - self.detectable

    @property
    def high(self) -> float | None:
        return None if self.change is None or self.detectable is None else self.change + self.detectable

    @property
    def needed(self) -> float | None:
        """The size above which it is called a change."""
        return None if self.detectable is None else self.detectable * z_of_looks(self.looks) / Z95

    @property
    def call(self) -> Call:
        """The verdict: a change, none that can be told, or not judged."""
        if self.change is None or self.needed is None:
            return "cannot"
        return "changed" if abs(self.change) > self.needed else "not_sure"


def measured(point: Point, metric: str, column: Column) -> Measured:
    """One figure of a session with its certainty. metric: one of MEASURES. Centimetres are known where the client's height is."""
    summary = point.summary
    if column == BOTH:
        half = summary.cadence_half_spm
        return Measured(summary.cadence_spm, half, half or 0.0)
    if column == DIFFERENCE:
        sides = [_side(point, side, metric) for side in SIDES]
        one = summary.symmetry[metric]
        counts = [side.n or 0 for side in sides]
        return Measured(one.difference, one.half, math.hypot(*(side.spread for side in sides)), min(counts))
    return _side(point, column, metric)


def change_between(before: Measured, after: Measured, new_share: float) -> Change:
    """The change between two figures. new_share: the part of the instrument's error that differs between the two sessions."""
    if before.value is None or after.value is None:
        return Change(before.value, after.value, None, None, ("unknown",))
    change = after.value - before.value
    halves = before.instrument, after.instrument
    if halves[0] is None or halves[1] is None:
        return Change(before.value, after.value, change, None, ("error",))
    if before.provisional or after.provisional:
        return Change(before.value, after.value, change, None, ("few",))
    detectable = math.hypot(before.spread, after.spread, new_share * halves[0], new_share * halves[1])
    return Change(before.value, after.value, change, detectable)


def compared(before: Point, after: Point, metric: str, column: Column, same_setup: bool = False) -> Change:
    """The change of one metric from one session to another.

    same_setup: clothes, camera, its place and the light were the same in both.
    """
    first, then = measured(before, metric, column), measured(after, metric, column)
    reasons = withholding(apart(before, after), metric)
    if reasons:
        return Change(first.value, then.value, None, None, reasons)
    found = change_between(first, then, _share(before, after, metric, column, same_setup))
    if found.reasons == ("error",) and _lacks_level(before, after, metric):
        return Change(found.before, found.after, found.change, None, ("level",))
    if found.reasons == ("unknown",) and column == DIFFERENCE and _lacks_level(before, after, metric):
        return Change(found.before, found.after, None, None, ("level",))
    return found


@cache
def z_of_looks(looks: int) -> float:
    """How many SDs a change must exceed where `looks` sessions are compared with one baseline; 1.96 for one session.

    The largest of so many differences from a common baseline, all with errors of one size, stays within it with 95% (Dunnett 1955, J Am Stat Assoc
    50:1096, two-sided, SD known): the integral over the baseline's error x of phi(x) (Phi(x + c sqrt 2) - Phi(x - c sqrt 2))^looks is 0.95.
    """
    if looks <= 1:
        return Z95
    low, high = Z95, 6.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (middle, high) if _all_within(middle, looks) < 0.95 else (low, middle)
    return high


def _all_within(z: float, looks: int) -> float:
    """The chance that none of the differences from a common baseline is more than z SDs."""
    step, reach = 0.05, z * math.sqrt(2.0)
    total = 0.0
    for number in range(-160, 161):
        x = step * number
        inside = (math.erf((x + reach) / math.sqrt(2.0)) - math.erf((x - reach) / math.sqrt(2.0))) / 2
        total += math.exp(-(x**2) / 2) * inside**looks
    return total * step / math.sqrt(2.0 * math.pi)


def new_share(sd: Mapping[str, float], change_sd: Mapping[str, float], metric: str) -> float:
    """The part of the instrument's error that differs between two days; 1 where that was not measured."""
    if metric not in sd or metric not in change_sd:
        return 1.0
    return min(1.0, change_sd[metric] / (math.sqrt(2.0) * sd[metric]))


def _share(before: Point, after: Point, metric: str, column: Column, same_setup: bool) -> float:
    """`new_share` for two sessions. It is 1 for two different networks, whose errors are independent in any clothes."""
    if not same_setup or set(apart(before, after)) - OF_CENTIMETRES:
        return 1.0
    model = after.info.model
    if column == DIFFERENCE:
        return new_share(model.instrument_difference_sd_deg, model.instrument_change_difference_sd_deg, metric)
    return new_share(model.instrument_sd_deg, model.instrument_change_sd_deg, metric)


def _lacks_level(before: Point, after: Point, metric: str) -> bool:
    """Whether the metric needs a level line, and one of the sessions has none from standing still."""
    return metric in PELVIS_ANGLES and not (before.summary.calibrated and after.summary.calibrated)


def _side(point: Point, side: Side, metric: str) -> Measured:
    kept = point.summary.centimetres if metric in IN_CM else point.summary.sides
    one = kept.get(side, {}).get(metric, NOT_MEASURED)
    return Measured(one.mean, one.half, 0.0 if one.sd is None else spread(one.n, one.sd), one.n)
