"""How a side stands to its target, and how sure that is.

There are two kinds of certainty. A target from the first minute asks for a change within the run: what body, clothes, camera and level
line add is the same before and after and falls out, so that a small change is sure. An absolute target asks for a mean, which is as
uncertain as the instrument.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from runform_live.coach.catalogue import Direction
from runform_live.gait.uncertainty.change import SURE_Z, ChangeErrors, ChangeModel
from runform_live.gait.uncertainty.errors import InstrumentErrors
from runform_live.gait.uncertainty.statistics import Z95, Estimate, estimate
from runform_live.messages import Band, Stance
from runform_live.metrics import ANGLES

LEAST_ERROR = 0.1

_NONE = dict.fromkeys(ANGLES, 0.0)
SCATTER_ALONE = ChangeModel(
    ChangeErrors(share_sd=_NONE, drift_sd=_NONE, return_sd=_NONE)
)  # where the errors of the network were never measured


@dataclass(frozen=True, slots=True)
class JudgedMean:
    """A mean that is judged, in the metric's unit.

    outside_margin: how far outside its target it must lie to be outside for sure. inside_margin: how far inside to be praised.
    words: the mean and its certainty. first_mean: of the first minute, where the target is told from there.
    """

    mean: float
    outside_margin: float
    inside_margin: float
    words: str
    first_mean: float | None = None

    def is_surely_inside(self, band: Band) -> bool:
        ends = self.mean - self.inside_margin, self.mean + self.inside_margin
        return not any(outside(band, end) for end in ends)

    def target_words(self, direction: Direction, limit: float) -> str:
        """The missed end of the band, in the same terms as the mean: absolute, or as a change."""
        if self.first_mean is None:
            return f"target {direction} {limit:g}"
        wanted = limit - self.first_mean
        most = "at most " if (wanted >= 0.0) == (direction == "high") else ""
        return f"target {most}{_more_or_less(wanted)}"


def mean_of(first_mean: float, change: float) -> float:
    """The mean that is compared with a target from the first minute: the mean of that minute plus the change since."""
    return first_mean + change


def distance_outside(band: Band, mean: float) -> tuple[Direction, float]:
    """The end of the band that is nearer, and how far outside it a mean lies (negative: inside; -inf: the band has no end)."""
    above = -math.inf if band.high is None else mean - band.high
    below = -math.inf if band.low is None else band.low - mean
    return ("high", above) if above >= below else ("low", below)


def outside(band: Band, mean: float) -> tuple[Direction, float] | None:
    """On which side of the band a mean lies and how far (> 0); None inside."""
    direction, distance = distance_outside(band, mean)
    return (direction, distance) if distance > 0 else None


def certain_t(freedom: int) -> float:
    """Student's t for SURE_Z (Cornish-Fisher expansion; Abramowitz and Stegun 26.7.5); good to 3% from 6 degrees on."""
    z, n = SURE_Z, max(freedom, 1)
    return (
        z
        + (z**3 + z) / (4 * n)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)
    )


def uncertainty(mean: Estimate) -> float:
    """Half-width of the interval that the scatter of the stances makes; infinite where it is not known."""
    if mean.sd is None:
        return math.inf
    return max(certain_t(mean.n - 1) * mean.sd / math.sqrt(mean.n), LEAST_ERROR)


def by_change(
    model: ChangeModel, metric: str, first: Sequence[Stance], first_mean: float, now: Sequence[Stance], fewest: int
) -> JudgedMean | None:
    """How a side stands by its change since the first minute; None where that is withheld or rests on too few stances.

    first, now: stances of the side. first_mean: of its first minute, as its target was made from it. Where a network's errors within
    a run were never measured, the scatter alone counts, and the words say so.
    """
    measured = metric in model.errors.drift_sd and metric in model.errors.share_sd
    change = (model if measured else SCATTER_ALONE).side(metric, first, now)
    if change is None or change.value is None or change.half is None or change.needed is None:
        return None
    if min(change.before, change.now) < fewest:
        return None
    # `needed` is for a change out of nothing. Here it is held against one that is wanted, and the share of a change that is not
    # known adds to the error of a large one.
    share_error = model.errors.share_sd.get(metric, 0.0) / model.errors.share.get(metric, 1.0) * change.value
    margin = max(math.hypot(change.needed, Z95 * share_error), LEAST_ERROR)
    alone = "" if measured else " by their scatter alone"
    words = (
        f"{_more_or_less(change.value)} than in the first minute "
        f"(+- {change.half:.1f}{alone}, {change.now} stances; sure beyond {margin:.1f})"
    )
    return JudgedMean(mean_of(first_mean, change.value), margin, margin, words, first_mean)


def by_mean(instrument: InstrumentErrors, metric: str, now: Sequence[Stance], fewest: int) -> JudgedMean | None:
    """How a side stands by its mean; None with too few stances.

    To be outside for sure, it must be so in spite of all errors. Praise is for what changed since the cue, in which the instrument's error
    cancels: there the scatter alone counts. It alone counts also where the instrument's error was never measured, and the words say so.
    """
    found = _mean(metric, now, fewest)
    if found is None:
        return None
    return _judged_mean(
        found.mean, uncertainty(found), instrument.of(metric, now), f"mean {found.mean:.1f} of {found.n} stances"
    )


def by_both_sides(
    instrument: InstrumentErrors, metric: str, left: Sequence[Stance], right: Sequence[Stance], fewest: int
) -> JudgedMean | None:
    """How both sides together stand, where nobody stood still for the level line; None with too few stances.

    What is not level is added to one side and taken from the other, so that the mean of both is as sure as with a level line. If it is
    outside, at least one side is.
    """
    sides = _mean(metric, left, fewest), _mean(metric, right, fewest)
    if sides[0] is None or sides[1] is None:
        return None
    mean = (sides[0].mean + sides[1].mean) / 2
    scatter = math.hypot(uncertainty(sides[0]), uncertainty(sides[1])) / 2
    error = replace(instrument, level_sd_deg=0.0).of(metric, [*left, *right])
    words = f"mean {mean:.1f} of both legs, as nobody stood still for the level line"
    return _judged_mean(mean, scatter, error, words)


def _judged_mean(mean: float, scatter: float, error: float | None, words: str) -> JudgedMean:
    """error: SD of the instrument's; None: unknown."""
    margin = scatter if error is None else math.hypot(scatter, Z95 * error)
    alone = " by their scatter alone" if error is None else ""
    return JudgedMean(mean, margin, scatter, f"{words} (+- {margin:.1f}{alone})")


def _mean(metric: str, stances: Sequence[Stance], fewest: int) -> Estimate | None:
    found = estimate([getattr(stance, metric) for stance in stances], None)
    return found if found is not None and found.n >= fewest else None


def _more_or_less(change: float) -> str:
    return f"{abs(change):.1f} deg {'less' if change < 0.0 else 'more'}"
