"""How well a change within a run is measured: runs whose truth changes, against the model that the product tells changes by.

Each side's stances of the reference part are compared with every ten that follow each other after it, measured and true alike. True
is the mean of the true values of the very same stances.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import msgspec

from runform_live.coach import judgement
from runform_live.coach.choosing import CHANGE_STANCES
from runform_live.gait.uncertainty.change import Change, ChangeModel
from runform_live.gait.uncertainty.statistics import FEWEST_STANCES, Z95
from runform_live.messages import SIDES, Band, Side, Stance
from runform_live.validate.agreement import Matched, rms
from runform_live.validate.true_stance import TrueStance

WINDOW = 10  # stances a side
STEP = 5  # stances from one window to the next
LARGEST_DEG = 4.0  # true changes up to this size are in the figures
FEWEST_REFERENCE = 10  # stances a side
TARGET_DEG = 2.0  # below the reference, where the coach is tried; what ships
STEP_DEG = 2.0  # that is put on runs without a change, to see how soon it is sure

MOST_STEPS = 121  # of drifts that are looked at

Pair = tuple[TrueStance, Stance]


@dataclass(frozen=True, slots=True)
class Compared:
    """One window against the reference."""

    clip: str
    side: Side | None  # None: left minus right
    at_s: float  # middle of the window
    true: float
    found: Change
    scatter: float  # half of the interval, by the scatter alone
    unit: float  # what the drift would be, were that of a card 1

    @property
    def error(self) -> float:
        return (self.found.value or 0.0) - self.true


@dataclass(frozen=True, slots=True)
class ChangeAgreement:
    """Of one metric, over windows with a true change of up to LARGEST_DEG, the slope over all; None where there is none."""

    n: int
    bias: float | None
    rmse: float | None
    slope: float | None
    covered: int
    intervals: int
    half_width: float | None


def reference_s(one: Matched) -> tuple[float, float]:
    """What the clip's maker says; else the time of the first ten stances of a side."""
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


def _split(one: Matched, metric: str, side: Side) -> tuple[list[Pair], list[Pair]]:
    """The pairs of the reference part, and those after it."""
    from_s, until_s = reference_s(one)
    pairs = _side(one, metric, side)
    first = [pair for pair in pairs if from_s <= pair[0].midstance_s and pair[0].toe_off_s <= until_s]
    return first, [pair for pair in pairs if pair[0].initial_contact_s > until_s]


def _true(pairs: Sequence[Pair], metric: str) -> float:
    return math.fsum(true.metrics[metric] for true, _ in pairs) / len(pairs)


def _found(pairs: Sequence[Pair]) -> list[Stance]:
    return [found for _, found in pairs]


def at_pace_of(model: ChangeModel, one: Matched) -> ChangeModel:
    """The same for a clip in which light and cloth change faster than they do in a run."""
    stands_for_s = one.clip.info.stands_for_s
    if stands_for_s is None:
        return model
    faster = stands_for_s / (one.clip.span_s[1] - reference_s(one)[1])
    return ChangeModel(replace(model.errors, drifts_s=model.errors.drifts_s / faster))


def _with_drift(model: ChangeModel, metric: str, drift_sd: float) -> ChangeModel:
    """The same with this drift and without a share that is not known."""
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
        first, later = _split(one, metric, side)
        if len(first) < FEWEST_REFERENCE:
            continue
        for at in range(0, len(later) - WINDOW + 1, STEP):
            now = later[at : at + WINDOW]
            found, *parts = (each.side(metric, _found(first), _found(now)) for each in (model, alone, drifting))
            if found is None or found.value is None or parts[0] is None or parts[1] is None:
                continue
            true = _true(now, metric) - _true(first, metric)
            middle_s = now[WINDOW // 2][0].midstance_s
            yield Compared(one.clip.name, side, middle_s, true, found, *_parts(parts[0], parts[1]))


def of_differences(one: Matched, metric: str, model: ChangeModel) -> Iterator[Compared]:
    """Left minus right: every ten of the left with the ten of the right that are nearest in time."""
    model = at_pace_of(model, one)
    alone, drifting = _with_drift(model, metric, 0.0), _with_drift(model, metric, 1.0)
    (left_first, left), (right_first, right) = (_split(one, metric, side) for side in SIDES)
    if min(len(left_first), len(right_first)) < FEWEST_REFERENCE:
        return
    before = _found(left_first), _found(right_first)
    for at in range(0, min(len(left), len(right)) - WINDOW + 1, STEP):
        now = left[at : at + WINDOW], right[at : at + WINDOW]
        stances = _found(now[0]), _found(now[1])
        found, *parts = (each.difference(metric, before, stances) for each in (model, alone, drifting))
        if found is None or found.value is None or parts[0] is None or parts[1] is None:
            continue
        changes = [
            _true(part, metric) - _true(first, metric)
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


# -- what a card keeps -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fitted:
    """The errors of one metric as these runs show them; see `ChangeErrors`."""

    share: float
    share_sd: float
    drift_sd: float
    drift_difference_sd: float | None


def fitted(sides: Sequence[Compared], differences: Sequence[Compared], share: float, step: float) -> Fitted:
    """The likeliest errors of windows that were measured with a share of `share`; step: how finely drifts are looked for.

    An error is normal, with the variances of scatter, share and drift added; windows that overlap count as if they did not, which
    makes the figures no larger and no smaller.
    """
    usual = rms([one.true for one in sides])
    changed = [one for one in sides if abs(one.true) >= usual]
    wide = math.fsum(one.true**2 for one in changed)
    found = math.fsum(one.true * (one.found.value or 0.0) * share for one in changed) / wide if wide else 1.0
    least = min(
        (_unlikely(sides, found / share, 0.02 * k, step * j), 0.02 * k, step * j)
        for k in range(31)
        for j in range(MOST_STEPS)
    )
    apart = min((_unlikely(differences, found / share, least[1], step * j), step * j) for j in range(MOST_STEPS))
    return Fitted(found, least[1] * share, least[2], apart[1] if differences else None)


def _unlikely(compared: Sequence[Compared], share: float, share_sd: float, drift: float) -> float:
    """Minus the logarithm of the likelihood; share: of what was measured."""
    total = 0.0
    for one in compared:
        variance = (one.scatter / Z95) ** 2 + (share_sd * one.true) ** 2 + (drift * one.unit) ** 2
        variance = max(variance, 1e-12)
        total += math.log(variance) + ((one.found.value or 0.0) - share * one.true) ** 2 / variance
    return total


# -- what a runner is told ----------------------------------------------------------------------------------------------


def claimed(one: Matched, metric: str, model: ChangeModel) -> tuple[int, int]:
    """Of sides on which nothing truly changed: how many were said to have changed for sure at any time, and how many there are.

    It is judged after every stance, by the last ten, as on the screen.
    """
    wrong = sides = 0
    model = at_pace_of(model, one)
    for first, later in _steady_sides(one, metric, WINDOW):
        sides += 1
        wrong += _sure_after(model, metric, _found(first), _found(later)) is not None
    return wrong, sides


def sure_after(one: Matched, metric: str, model: ChangeModel) -> list[int | None]:
    """After how many stances a step of STEP_DEG is told for sure, on sides on which nothing else changed; None: never.

    The step is put on the measured stances: their noise is the measured one. It is read by the usual share.
    """
    out: list[int | None] = []
    for first, later in _steady_sides(one, metric, 2 * WINDOW):
        before, rest = _found(first), _found(later)
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
        before = _found(first)
        first_mean = math.fsum(getattr(stance, metric) for stance in before) / len(before)
        target = Band(high=first_mean - TARGET_DEG)
        step = (above_deg - TARGET_DEG) * model.errors.share.get(metric, 1.0)
        now = [_moved(stance, metric, step) for stance in _found(later)]
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
        first, later = _split(one, metric, side)
        if len(first) >= FEWEST_REFERENCE and len(later) >= fewest and _steady(first, later, metric):
            yield first, later


def _steady(first: Sequence[Pair], later: Sequence[Pair], metric: str) -> bool:
    """Whether the truth stays where it was: no ten stances are away from the reference by more than strides alone make them."""
    reference = _true(first, metric)
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
