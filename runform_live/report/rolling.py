"""How far a side's rolling mean is from the first part of the run, stance after stance: what the plot of the changes draws."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from runform_live.gait.run_phase import PAUSE_S
from runform_live.gait.uncertainty.change import Change, ChangeModel
from runform_live.messages import Stance
from runform_live.session.figures import RunPart
from runform_live.session.run_parts import stances_in

WINDOW = 10  # stances of a side in a mean, as on the live screen
Thing = TypeVar("Thing")
MOST_POINTS = 300  # of a side: more cannot be told apart on a page


@dataclass(frozen=True, slots=True)
class Bout:
    """A line without a gap: running without a pause, outside of the first part.

    times_s: the middle of each window. values: later minus first, in the metric's unit. halves: of the 95% interval; NaN is unknown.
    """

    times_s: list[float]
    values: list[float]
    halves: list[float]


def rolling(model: ChangeModel, metric: str, stances: Sequence[Stance], first: RunPart) -> list[Bout]:
    """The lines of one side, earliest first; none where the first part has no value, or where every change is withheld.

    stances: of that side, in time order. A window of stances takes part where no pause and no stance of the first part is in it: its
    mean would be of two times, or would be compared with itself.
    """
    times_s = {at_s for at_s, _ in model.known(metric, stances)}
    known = [stance for stance in stances if stance.midstance_s in times_s]
    first_s = {stance.midstance_s for stance in stances_in(known, first)}
    inside = [stance.midstance_s in first_s for stance in known]
    reference = [stance for stance, is_in in zip(known, inside, strict=True) if is_in]
    bouts = _bouts(known, inside)
    starts = [at for at in range(len(known) - WINDOW + 1) if bouts[at] == bouts[at + WINDOW - 1] and not inside[at]]
    found: dict[int, list[tuple[float, Change]]] = {}
    for at in _thinned(starts) if reference else []:
        window = known[at : at + WINDOW]
        # What lies before the first part is compared with it, too; the later one of the two is then the first part.
        change = model.side(metric, reference, window)
        if change is not None and change.value is not None:
            middle_s = math.fsum(stance.midstance_s for stance in window) / WINDOW
            found.setdefault(bouts[at], []).append((middle_s, change))
    return [_bout(points) for points in found.values()]


def _bout(points: Sequence[tuple[float, Change]]) -> Bout:
    return Bout(
        [at_s for at_s, _ in points],
        [math.nan if change.value is None else change.value for _, change in points],
        [math.nan if change.half is None else change.half for _, change in points],
    )


def _bouts(stances: Sequence[Stance], inside: Sequence[bool]) -> list[int]:
    """The number of the bout of each stance. A pause ends one, and so does the first part where it begins or ends."""
    numbers = [0]
    for (one, after), (was_in, is_in) in zip(itertools.pairwise(stances), itertools.pairwise(inside), strict=True):
        ends = after.midstance_s - one.midstance_s > PAUSE_S or was_in != is_in
        numbers.append(numbers[-1] + ends)
    return numbers


def _thinned(starts: Sequence[int]) -> list[int]:
    """At most MOST_POINTS of them, evenly, with the first and the last one."""
    if len(starts) <= MOST_POINTS:
        return list(starts)
    return [starts[round(k * (len(starts) - 1) / (MOST_POINTS - 1))] for k in range(MOST_POINTS)]


def thinned(things: Sequence[Thing], most: int) -> Sequence[Thing]:
    """Every so many-th of them, beginning with the first, so that there are `most` of them or fewer."""
    return things[:: max(1, math.ceil(len(things) / most))]


def rolling_means(stances: Sequence[Stance], metric: str) -> list[Bout]:
    """The mean of WINDOW stances of a side, bout after bout; halves are NaN. stances: of that side, in time order, the metric known."""
    bouts = _bouts(stances, [False] * len(stances)) if stances else []
    starts = [at for at in range(len(stances) - WINDOW + 1) if bouts[at] == bouts[at + WINDOW - 1]]
    found: dict[int, list[tuple[float, float]]] = {}
    for at in _thinned(starts):
        window = stances[at : at + WINDOW]
        middle_s = math.fsum(stance.midstance_s for stance in window) / WINDOW
        mean = math.fsum(getattr(stance, metric) for stance in window) / WINDOW
        found.setdefault(bouts[at], []).append((middle_s, mean))
    return [Bout([at_s for at_s, _ in one], [mean for _, mean in one], [math.nan] * len(one)) for one in found.values()]
