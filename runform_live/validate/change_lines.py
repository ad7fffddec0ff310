"""What `runform validate` prints of runs that change."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from statistics import median

from runform_live.gait.uncertainty.change import ChangeModel
from runform_live.metrics import ALL, MAIN_METRIC, SUMMARISED
from runform_live.validate import change_card, change_claims, change_parts, changes
from runform_live.validate.agreement import Matched
from runform_live.validate.changes import ChangeAgreement, Compared
from runform_live.validate.truth import ClipInfo

CLOSE_FITTING_M = 0.012  # clothes that nowhere stand off by more
ABOVE_DEG = 3.0
DECIMALS = {one.name: one.decimals for one in ALL}
FINE = {"contact_time_s": 0.0005, "step_width_hip": 0.005}  # how finely drifts are looked for; angles: 0.02 deg


def lines(matched: Sequence[Matched], model: ChangeModel) -> Iterator[str]:
    """Figures of all clips together; nothing where no run has enough stances after its reference."""
    sides = {
        metric: [each for one in matched for each in changes.of_sides(one, metric, model)] for metric in SUMMARISED
    }
    if not sides[MAIN_METRIC]:
        return
    apart = {
        metric: [each for one in matched for each in changes.of_differences(one, metric, model)]
        for metric in SUMMARISED
    }
    runs = len({each.clip for each in sides[MAIN_METRIC]})
    yield (
        f"changes within {runs} runs: each {change_parts.WINDOW} stances of a side against its reference part, true change "
        f"up to {changes.LARGEST_DEG:g} deg (slope: of all)"
    )
    yield f"  {'':46s}a side's mean{'':26s}left minus right"
    yield f"  {'metric':23s}   n   bias   RMSE  slope  95% covers  half-width    RMSE  slope  95% covers  half-width"
    for metric in SUMMARISED:
        if sides[metric]:
            yield f"  {metric:23s}" + _row(sides[metric], metric, bias=True) + "  " + _row(apart[metric], metric)
    yield from _of_groups(matched, sides[MAIN_METRIC])
    yield from _told(matched, model)
    yield from _coached(matched, model)
    yield "what the network's card keeps of a change within a run (share, its SD, drift in a minute, of left minus right):"
    for metric in SUMMARISED:
        if len(sides[metric]) > 1:
            found = change_card.fitted(
                sides[metric], apart[metric], model.errors.share.get(metric, 1.0), FINE.get(metric, 0.02)
            )
            drifts = [_f(drift, metric) for drift in (found.drift_sd, found.drift_difference_sd)]
            yield f"  {metric} = {found.share:.2f}  {found.share_sd:.2f}  {drifts[0]}  {drifts[1]}"


def _of_groups(matched: Sequence[Matched], sides: Sequence[Compared]) -> Iterator[str]:
    """The drop again, of runs that are easier to see."""
    groups: dict[str, Callable[[ClipInfo], bool]] = {
        "from behind in close-fitting clothes": lambda clip: (
            clip.view == "posterior" and clip.stands_off_m is not None and clip.stands_off_m <= CLOSE_FITTING_M
        ),
        "from behind": lambda clip: clip.view == "posterior",
        "where light and cloth stay as they are": lambda clip: clip.creeps_m is None and clip.light is None,
    }
    for words, belongs in groups.items():
        names = {one.clip.name for one in matched if belongs(one.clip.info)}
        near = [each for each in sides if each.clip in names]
        if near and len(near) < len(sides):
            count = len({each.clip for each in near})
            yield f"  {MAIN_METRIC} {words} ({count} runs): {_row(near, MAIN_METRIC, bias=True).strip()}"


def _told(matched: Sequence[Matched], model: ChangeModel) -> Iterator[str]:
    """What a runner is told of the drop, live: sure changes that are none, and how soon one is sure."""
    claims = [change_claims.claimed(one, MAIN_METRIC, model) for one in matched]
    wrong, steady = (sum(each) for each in zip(*claims, strict=True))
    runs = [claim for claim in claims if claim[1]]
    if steady:
        yield (
            f"  {MAIN_METRIC}, a sure change is claimed where there was none: on {wrong} of {steady} sides, "
            f"in {sum(claim[0] > 0 for claim in runs)} of {len(runs)} runs"
        )
    soon = [after for one in matched for after in change_claims.sure_after(one, MAIN_METRIC, model)]
    if soon:
        middle = median(math.inf if after is None else after for after in soon)
        told = f"{middle:g} stances (median)" if math.isfinite(middle) else "never, in most"
        missed = sum(after is None for after in soon)
        yield (
            f"  {MAIN_METRIC}, a step of {change_claims.STEP_DEG:g} deg is sure after: {told}; of {len(soon)} steps on sides "
            f"without another change {missed} never"
        )


def _coached(matched: Sequence[Matched], model: ChangeModel) -> Iterator[str]:
    """What the coach says of the drop, with a target below the reference part, to a runner who is above it and to one who meets it."""
    above, met = (
        [after for one in matched for after in change_claims.cued_after(one, MAIN_METRIC, model, deg)]
        for deg in (ABOVE_DEG, 0.0)
    )
    if above:
        middle = median(math.inf if after is None else after for after in above)
        told = f"after {middle:g} stances (median)" if math.isfinite(middle) else "never, in most"
        yield (
            f"  coach, target {change_claims.TARGET_DEG:g} deg below the reference: {ABOVE_DEG:g} deg above it the first cue comes {told}; who "
            f"just meets it gets one on {sum(after is not None for after in met)} of {len(met)} sides"
        )


def _row(compared: Sequence[Compared], metric: str, bias: bool = False) -> str:
    found: ChangeAgreement = changes.agreement(compared)
    count = f" {found.n:4d} {_f(found.bias, metric):>6s}" if bias else ""
    covers = f"{100 * found.covered / found.intervals:.0f}%" if found.intervals else "-"
    slope = "-" if found.slope is None else f"{found.slope:.2f}"
    return f"{count} {_f(found.rmse, metric):>6s} {slope:>6s} {covers:>11s} {_f(found.half_width, metric):>11s}"


def _f(value: float | None, metric: str) -> str:
    decimals = DECIMALS[metric] + 1  # one more than a person reads
    return "-" if value is None else f"{value:.{decimals}f}"
