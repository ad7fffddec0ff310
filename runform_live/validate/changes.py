"""How well a change within a run is measured: runs whose truth changes, against the model that the product tells changes by.

Each side's stances of the reference part are compared with every ten that follow each other after it, measured and true alike. True
is the mean of the true values of the very same stances.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from runform_live.gait.uncertainty.change import Change, ChangeModel
from runform_live.gait.uncertainty.statistics import Z95
from runform_live.messages import SIDES, Side
from runform_live.validate.agreement import Matched, rms
from runform_live.validate.change_parts import FEWEST_REFERENCE, WINDOW, at_pace_of, measured, split, true_mean

STEP = 5  # stances from one window to the next
LARGEST_DEG = 4.0  # true changes up to this size are in the figures


@dataclass(frozen=True, slots=True)
class Compared:
    """One window against the reference."""

    clip: str
    side: Side | None  # None: left minus right
    at_s: float  # middle of the window
    true: float
    found: Change
    scatter: float  # half of the interval, by the scatter alone
    unit: float  # the drift in this window if the card's drift were 1

    @property
    def error(self) -> float:
        return (self.found.value or 0.0) - self.true


@dataclass(frozen=True, slots=True)
class ChangeAgreement:
    """One metric over the windows with a true change of up to LARGEST_DEG; the slope is over all windows. None: there is no such window."""

    n: int
    bias: float | None
    rmse: float | None
    slope: float | None
    covered: int
    intervals: int
    half_width: float | None


def _with_drift(model: ChangeModel, metric: str, drift_sd: float) -> ChangeModel:
    """The change model with this drift, and with a share that is known exactly."""
    drift = {metric: drift_sd}
    return ChangeModel(
        replace(
            model.errors,
            share_sd={metric: 0.0},
            drift_sd=drift,
            drift_difference_sd=drift,
            return_sd={metric: 0.0},
            return_difference_sd={metric: 0.0},
        )
    )


def _parts(alone: Change, drifting: Change) -> tuple[float, float]:
    """Half of the interval by the scatter alone, and the SD of what has drifted, from changes without and with a drift of 1."""
    without, having = alone.half or 0.0, drifting.half or 0.0
    return without, math.sqrt(max(having**2 - without**2, 0.0)) / Z95


def of_sides(one: Matched, metric: str, model: ChangeModel) -> Iterator[Compared]:
    """Every window of each side."""
    model = at_pace_of(model, one)
    alone, drifting = _with_drift(model, metric, 0.0), _with_drift(model, metric, 1.0)
    for side in SIDES:
        first, later = split(one, metric, side)
        if len(first) < FEWEST_REFERENCE:
            continue
        for at in range(0, len(later) - WINDOW + 1, STEP):
            now = later[at : at + WINDOW]
            found, *parts = (each.side(metric, measured(first), measured(now)) for each in (model, alone, drifting))
            if found is None or found.value is None or parts[0] is None or parts[1] is None:
                continue
            true = true_mean(now, metric) - true_mean(first, metric)
            middle_s = now[WINDOW // 2][0].midstance_s
            yield Compared(one.clip.name, side, middle_s, true, found, *_parts(parts[0], parts[1]))


def of_differences(one: Matched, metric: str, model: ChangeModel) -> Iterator[Compared]:
    """Left minus right: every ten of the left with the ten of the right that are nearest in time."""
    model = at_pace_of(model, one)
    alone, drifting = _with_drift(model, metric, 0.0), _with_drift(model, metric, 1.0)
    (left_first, left), (right_first, right) = (split(one, metric, side) for side in SIDES)
    if min(len(left_first), len(right_first)) < FEWEST_REFERENCE:
        return
    before = measured(left_first), measured(right_first)
    for at in range(0, min(len(left), len(right)) - WINDOW + 1, STEP):
        now = left[at : at + WINDOW], right[at : at + WINDOW]
        stances = measured(now[0]), measured(now[1])
        found, *parts = (each.difference(metric, before, stances) for each in (model, alone, drifting))
        if found is None or found.value is None or parts[0] is None or parts[1] is None:
            continue
        changes = [
            true_mean(part, metric) - true_mean(first, metric)
            for part, first in zip(now, (left_first, right_first), strict=True)
        ]
        middle_s = now[0][WINDOW // 2][0].midstance_s
        yield Compared(one.clip.name, None, middle_s, changes[0] - changes[1], found, *_parts(parts[0], parts[1]))


def agreement(compared: Sequence[Compared]) -> ChangeAgreement:
    """Figures of windows of any clips."""
    near = [one for one in compared if abs(one.true) <= LARGEST_DEG]
    if not near:
        return ChangeAgreement(0, None, None, None, 0, 0, None)
    errors = [one.error for one in near]
    halves = [one.found.half for one in near if one.found.half is not None]
    held = sum(abs(one.error) <= one.found.half for one in near if one.found.half is not None)
    wide = math.fsum(one.true**2 for one in compared)
    slope = math.fsum(one.true * (one.found.value or 0.0) for one in compared) / wide if wide else None
    return ChangeAgreement(
        len(near), math.fsum(errors) / len(errors), rms(errors), slope, held, len(halves),
        math.fsum(halves) / len(halves) if halves else None,
    )  # fmt: skip
