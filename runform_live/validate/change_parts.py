"""The parts of a run of known truth between which a change is measured: the reference part, and the stances after it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from runform_live.gait.uncertainty.change import ChangeModel
from runform_live.messages import SIDES, Side, Stance
from runform_live.validate.agreement import Matched
from runform_live.validate.true_stance import TrueStance

WINDOW = 10  # stances a side
FEWEST_REFERENCE = 10  # stances a side

Pair = tuple[TrueStance, Stance]  # a true stance, and the same stance as it was measured


def reference_s(one: Matched) -> tuple[float, float]:
    """Start and end (s) of the reference part: as the clip's maker says, else the time of the first ten stances of a side."""
    given_s = one.clip.info.reference_s
    if given_s is not None:
        return given_s
    firsts = [[t for t in one.clip.stances if t.side == side][:FEWEST_REFERENCE] for side in SIDES]
    return one.clip.span_s[0], max((each[-1].toe_off_s for each in firsts if each), default=0.0)


def _side(one: Matched, metric: str, side: Side) -> list[Pair]:
    return [
        (true, found)
        for true, found in one.pairs
        if found.side == side and metric in true.metrics and getattr(found, metric) is not None
    ]


def split(one: Matched, metric: str, side: Side) -> tuple[list[Pair], list[Pair]]:
    """The pairs of the reference part, and those after it."""
    from_s, until_s = reference_s(one)
    pairs = _side(one, metric, side)
    first = [pair for pair in pairs if from_s <= pair[0].midstance_s and pair[0].toe_off_s <= until_s]
    return first, [pair for pair in pairs if pair[0].initial_contact_s > until_s]


def true_mean(pairs: Sequence[Pair], metric: str) -> float:
    """Mean of the true values of these stances."""
    return math.fsum(true.metrics[metric] for true, _ in pairs) / len(pairs)


def measured(pairs: Sequence[Pair]) -> list[Stance]:
    """The stances as they were measured."""
    return [found for _, found in pairs]


def at_pace_of(model: ChangeModel, one: Matched) -> ChangeModel:
    """The change model for a clip in which light and cloth change faster than in a real run."""
    stands_for_s = one.clip.info.stands_for_s
    if stands_for_s is None:
        return model
    faster = stands_for_s / (one.clip.span_s[1] - reference_s(one)[1])
    return ChangeModel(replace(model.errors, drifts_s=model.errors.drifts_s / faster))
