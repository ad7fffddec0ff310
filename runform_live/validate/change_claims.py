"""What a runner is told of a change: sure changes that are none, how soon a step is sure, and how soon the coach gives a cue."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import msgspec

from runform_live.coach import judgement
from runform_live.coach.choosing import CHANGE_STANCES
from runform_live.gait.uncertainty.change import ChangeModel
from runform_live.gait.uncertainty.statistics import FEWEST_STANCES
from runform_live.messages import SIDES, Band, Stance
from runform_live.validate.agreement import Matched
from runform_live.validate.change_parts import FEWEST_REFERENCE, WINDOW, Pair, at_pace_of, measured, split, true_mean

TARGET_DEG = 2.0  # the target is tried so far below the reference, as in the settings that ship
STEP_DEG = 2.0  # added to runs without a change, to see how soon it is told as sure


def claimed(one: Matched, metric: str, model: ChangeModel) -> tuple[int, int]:
    """Of sides on which nothing truly changed: how many were said to have changed for sure at any time, and how many there are.

    It is judged after every stance, by the last ten, as on the screen.
    """
    wrong = sides = 0
    model = at_pace_of(model, one)
    for first, later in _steady_sides(one, metric, WINDOW):
        sides += 1
        wrong += _sure_after(model, metric, measured(first), measured(later)) is not None
    return wrong, sides


def sure_after(one: Matched, metric: str, model: ChangeModel) -> list[int | None]:
    """After how many stances a step of STEP_DEG is told for sure, on sides on which nothing else changed; None: never.

    The step is put on the measured stances: their noise is the measured one. It is read by the usual share.
    """
    out: list[int | None] = []
    for first, later in _steady_sides(one, metric, 2 * WINDOW):
        before, rest = measured(first), measured(later)
        for sign in (-1.0, 1.0):
            step = sign * STEP_DEG * model.errors.share.get(metric, 1.0)
            stepped = [_moved(stance, metric, step) for stance in rest[WINDOW:]]
            out.append(_sure_after(model, metric, before, [*rest[:WINDOW], *stepped], WINDOW))
    return out


def cued_after(one: Matched, metric: str, model: ChangeModel, above_deg: float) -> list[int | None]:
    """After how many stances the coach gives its first cue, on sides on which nothing changed; None: never.

    The target lies TARGET_DEG below the reference. Later stances are moved so that they lie above_deg above the target.
    """
    out: list[int | None] = []
    for first, later in _steady_sides(one, metric, WINDOW):
        before = measured(first)
        first_mean = math.fsum(getattr(stance, metric) for stance in before) / len(before)
        target = Band(high=first_mean - TARGET_DEG)
        step = (above_deg - TARGET_DEG) * model.errors.share.get(metric, 1.0)
        now = [_moved(stance, metric, step) for stance in measured(later)]
        out.append(_cue_after(model, metric, before, first_mean, target, now))
    return out


def _cue_after(
    model: ChangeModel, metric: str, before: Sequence[Stance], first_mean: float, target: Band, now: Sequence[Stance]
) -> int | None:
    for end in range(FEWEST_STANCES, len(now) + 1):
        lately = now[max(end - CHANGE_STANCES, 0) : end]
        standing = judgement.by_change(model, metric, before, first_mean, lately, FEWEST_STANCES)
        found = None if standing is None else judgement.outside(target, standing.mean)
        if standing is not None and found is not None and found[1] > standing.outside_margin:
            return end
    return None


def _moved(stance: Stance, metric: str, by: float) -> Stance:
    return msgspec.structs.replace(stance, **{metric: getattr(stance, metric) + by})


def _steady_sides(one: Matched, metric: str, fewest: int) -> Iterator[tuple[list[Pair], list[Pair]]]:
    """The reference and what follows it, of the sides on which nothing truly changes; fewest: stances that must follow."""
    for side in SIDES:
        first, later = split(one, metric, side)
        if len(first) >= FEWEST_REFERENCE and len(later) >= fewest and _steady(first, later, metric):
            yield first, later


def _steady(first: Sequence[Pair], later: Sequence[Pair], metric: str) -> bool:
    """Whether the truth stays where it was: no ten stances are away from the reference by more than strides alone make them."""
    reference = true_mean(first, metric)
    values = [true.metrics[metric] for true, _ in later]
    means = [math.fsum(values[at : at + WINDOW]) / WINDOW - reference for at in range(len(values) - WINDOW + 1)]
    return max(map(abs, means), default=math.inf) < 1.0


def _sure_after(
    model: ChangeModel, metric: str, before: Sequence[Stance], rest: Sequence[Stance], skipped: int = 0
) -> int | None:
    """The number of stances after the skipped ones at which a change is sure for the first time; None: never."""
    for end in range(max(WINDOW, skipped + 1), len(rest) + 1):
        found = model.side(metric, before, rest[end - WINDOW : end])
        if found is not None and found.sure:
            return end - skipped
    return None
