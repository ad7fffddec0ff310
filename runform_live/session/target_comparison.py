"""How the means of a session stand to the targets that it was run against.

There are two kinds of them, as while one runs (coach/judgement.py). A limit in degrees is held against the mean of the whole run. A
target from the first minute asks what the runner changed since: it is held against that minute's mean and the change after it.
"""

from __future__ import annotations

from dataclasses import dataclass

from runform_live import quantities
from runform_live.coach import judgement
from runform_live.coach.catalogue import Direction
from runform_live.gait.by_gait import of_gait
from runform_live.gait.first_minute import mean_of_side
from runform_live.gait.uncertainty.statistics import FEWEST_STANCES
from runform_live.messages import SIDES, Band, Side
from runform_live.session.reader import Session
from runform_live.session.run_parts import reference
from runform_live.texts import Texts


@dataclass(frozen=True, slots=True)
class TargetComparison:
    """How one side's mean of one metric stands to its target: `over` degrees outside (negative: inside by so much)."""

    metric: str
    side: Side
    mean: float  # of the run; of what was run after the first minute, where the target is from there
    over: float
    direction: Direction  # of the limit that is nearer
    sure: bool  # outside with its whole 95% interval, of enough stances; after the first minute, by a sure change
    since_first: bool = False  # held against the first minute


def compared_with_targets(session: Session) -> list[TargetComparison]:
    """All sides and metrics that have a target and a mean, the furthest outside first; none where the targets are for the other gait.

    Nothing is held against a target from the first minute where too little was run after it, or where the camera was moved since.
    """
    if session.summary.gait != session.info.gait_of_targets():
        return []
    held = _since_first if session.info.target_from == "baseline" else _by_mean
    found = [held(session, metric, side, band) for metric, band in session.info.bands().items() for side in SIDES]
    return sorted((one for one in found if one is not None), key=lambda one: -one.over)


def _by_mean(session: Session, metric: str, side: Side, band: Band) -> TargetComparison | None:
    measured, (low, high) = session.summary.sides[side][metric], band.ends
    if measured.mean is None:
        return None
    direction, over = judgement.distance_outside(band, measured.mean)
    sure = False
    if measured.n >= FEWEST_STANCES and measured.ci95_low is not None and measured.ci95_high is not None:
        sure = (high is not None and measured.ci95_low > high) or (low is not None and measured.ci95_high < low)
    return TargetComparison(metric, side, measured.mean, over, direction, sure)


def _since_first(session: Session, metric: str, side: Side, band: Band) -> TargetComparison | None:
    span_s = session.info.reference_s
    first = [one for one in reference(session.stances, span_s) if one.side == side]
    mean = mean_of_side(first, metric, side)
    if span_s is None or mean is None:
        return None
    alike = of_gait(session.stances, first[0].gait)
    later = [one for one in alike if one.side == side and one.midstance_s > span_s[1]]
    found = judgement.by_change(session.info.model.within_run(), metric, first, mean, later, FEWEST_STANCES)
    if found is None:
        return None
    direction, over = judgement.distance_outside(band, found.mean)
    return TargetComparison(metric, side, found.mean, over, direction, over > found.outside_margin, since_first=True)


def in_words(one: TargetComparison, said: Texts) -> str:
    """One sentence: what, which leg, its mean, and how far inside or outside the target."""
    return said(key(one), **values(one, said))


def key(one: TargetComparison) -> str:
    """Of that sentence in a language."""
    found = "end.outside" if one.over > 0 else "end.inside"
    return f"{found}_after_first" if one.since_first else found


def values(one: TargetComparison, said: Texts) -> dict[str, object]:
    """What fills that sentence."""
    return {
        "name": quantities.name(one.metric, said),
        "leg": said(f"leg.{one.side}"),
        "value": quantities.number(one.metric, one.mean, said=said),
        "by": quantities.number(one.metric, abs(one.over), said=said),
    }
