"""What changed within a run: the change of each mean from one part to another, and the change a minute."""

from __future__ import annotations

from collections.abc import Sequence

from runform_live.gait.cadence import cadence_change
from runform_live.gait.uncertainty.change import WITHHOLD, Change, ChangeModel, between
from runform_live.gait.uncertainty.trend import trend
from runform_live.messages import SIDES, Side, Stance
from runform_live.metrics import SUMMARISED
from runform_live.session.figures import NO_CHANGE, ChangeSummary, PartChange, RunPart, TrendSummary
from runform_live.session.run_parts import stances_in
from runform_live.value_ranges import LARGEST_FIGURE


def changes(
    stances: Sequence[Stance], compared: Sequence[tuple[RunPart, RunPart]], model: ChangeModel
) -> tuple[PartChange, ...]:
    """What changed from one part to the other of each pair.

    stances: of both sides and one gait, in time order, named as it holds at the end. Where something in between withholds the change of one
    side, all angles and times are withheld; the cadence is not, for it does not hang on where the camera stands.
    """
    return tuple(_change(stances, before, now, model) for before, now in compared)


def trends(stances: Sequence[Stance], model: ChangeModel) -> dict[str, dict[str, TrendSummary]]:
    """Change a minute of each side's means; empty where the run is too short for any."""
    found: dict[str, dict[str, Change | None]] = {
        side: {metric: trend(model, metric, _of_side(stances, side)) for metric in SUMMARISED} for side in SIDES
    }
    if not any(one for of_side in found.values() for one in of_side.values()):
        return {}
    return {
        side: {metric: TrendSummary(*_figures(one)) for metric, one in of_side.items()}
        for side, of_side in found.items()
    }


def _change(stances: Sequence[Stance], first: RunPart, then: RunPart, model: ChangeModel) -> PartChange:
    before, now = stances_in(stances, first), stances_in(stances, then)
    reasons = between(before, now)
    sides: dict[str, dict[str, ChangeSummary]] = {side: dict.fromkeys(SUMMARISED, NO_CHANGE) for side in SIDES}
    symmetry = dict.fromkeys(SUMMARISED, NO_CHANGE)
    if not any(reason in WITHHOLD for reason in reasons):
        (left, left_now), (right, right_now) = ((_of_side(before, side), _of_side(now, side)) for side in SIDES)
        for metric in SUMMARISED:
            found = model.both(metric, (left, right), (left_now, right_now))
            sides["left"][metric], sides["right"][metric], symmetry[metric] = map(_summary, found)
    return PartChange(
        before=first,
        now=then,
        sides=sides,
        symmetry=symmetry,
        cadence_spm=_summary(cadence_change(before, now)),
        reasons=reasons,
    )


def _of_side(stances: Sequence[Stance], side: Side) -> list[Stance]:
    return [stance for stance in stances if stance.side == side]


def _summary(found: Change | None) -> ChangeSummary:
    change, low, high = _figures(found)
    return ChangeSummary(change, low, high, sure=found is not None and change is not None and found.sure)


def _figures(found: Change | None) -> tuple[float | None, float | None, float | None]:
    """A change and its interval as they are written. What no file would hold is unknown."""
    figures = (found.value, found.low, found.high) if found else (None, None, None)
    if any(figure is not None and not abs(figure) <= LARGEST_FIGURE for figure in figures):
        return None, None, None
    value, low, high = (None if figure is None else round(figure, 4) for figure in figures)
    return value, low, high
