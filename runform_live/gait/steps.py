"""Steps: one for each lowest point of the trunk. Legs alternate in an unbroken row of them, so that neighbours settle an unsure one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

import msgspec

from runform_live.body import Leg
from runform_live.gait.cadence import LONGEST_STEP_S
from runform_live.gait.oscillation import Low, LowestPoints, TrunkMotion
from runform_live.gait.signals import ANKLE_Y, LEG
from runform_live.gait.slow_motion import SlowMotion, SlowMotionState
from runform_live.gait.window import Window

STEPS_FOR_A_RUN = 3
SHORTEST_STEP_S = 0.22  # from one midstance to the next: 273 steps a minute
# One low was missed if the gap between two lows differs from two usual steps by less than this share of a step.
MISSED_STEP_SHARE = 0.25
LONGEST_ROW_GAP_S = 2.5 * LONGEST_STEP_S  # between two lows of a row, one of which between them was missed
RECENT_STEPS = 5
RUNS_FOR_S = 1.0  # after the newest step
FOOT_DOWN_S = 0.05  # about midstance: the mean height of the ankles
SIDE_MEMORY = 0.85  # of what a step says of the legs, with the next one
SIDE_CLIP_TRUNKS = 0.5  # between the heights of the feet: one step says no more than that
# Frames so long before the midstance of a step are still needed for it: the rhythm reads the three steps before it (1.5 s), the length of the
# trunk is a mean over 1 s.
BEFORE_A_STEP_S = 2.0


@dataclass(slots=True)
class Row:
    """An unbroken row of steps, and what is usual in its last ones. Steps are numbered from 0; a step that was missed counts."""

    steps: int = 0
    number: int = 0  # of the newest step
    evidence: float = 0.0  # positive: even steps stand on the picture's left leg
    intervals_s: list[float] = field(default_factory=list)  # between the last steps
    falls_px: list[float] = field(default_factory=list)  # of the trunk, in the last steps
    midstances_apart_s: list[float] = field(default_factory=list)  # in the last steps: see midstance.joined_s

    @property
    def is_run(self) -> bool:
        return self.steps >= STEPS_FOR_A_RUN

    @property
    def step_s(self) -> float:
        """The usual time of a step; NaN where there was one step only."""
        return median(self.intervals_s) if self.intervals_s else math.nan

    @property
    def fall_px(self) -> float:
        """The usual fall of the trunk; NaN where it is not known."""
        return median(self.falls_px) if self.falls_px else math.nan

    def continues(self, passed_s: float) -> bool:
        """Take the time since the step before, and count; False where the row is broken. One step may have been missed."""
        if passed_s <= LONGEST_STEP_S:
            self.number += 1
            self.intervals_s[:] = [*self.intervals_s, passed_s][-RECENT_STEPS:]
            return True
        step_s = self.step_s
        if abs(passed_s - 2 * step_s) < MISSED_STEP_SHARE * step_s:
            self.number += 2
            return True
        return False

    def add(self, lower_trunks: float) -> None:
        """Take a step; lower_trunks: how much lower the picture's left foot is at midstance than the right one (NaN unknown)."""
        self.steps += 1
        if not math.isnan(lower_trunks):
            sign = 1.0 if self.number % 2 == 0 else -1.0
            clipped = max(-SIDE_CLIP_TRUNKS, min(SIDE_CLIP_TRUNKS, lower_trunks))
            self.evidence = SIDE_MEMORY * self.evidence + sign * clipped

    def leg(self, number: int) -> Leg:
        """The leg of the picture that this step stands on."""
        return 0 if (self.evidence > 0) == (number % 2 == 0) else 1


@dataclass(slots=True)
class Step:
    """One step. What later steps of its row say of the legs counts for it as well."""

    row: Row
    number: int
    since_s: float  # the step before in the row; NaN: this one is the first, or one between them was missed
    midstance_s: float
    fall_trunks: float = math.nan  # of the trunk, from its highest point before to midstance, in trunk lengths
    initial_contact_s: float = math.nan
    toe_off_s: float = math.nan

    @property
    def leg(self) -> Leg:
        return self.row.leg(self.number)


class StepState(msgspec.Struct, frozen=True):
    """One step written down; `row` is the place of its row in `StepsState.rows`."""

    row: int
    number: int
    since_s: float
    midstance_s: float
    fall_trunks: float
    initial_contact_s: float
    toe_off_s: float


class StepsState(msgspec.Struct, frozen=True):
    """All of `Steps` written down. The present row is the first one; steps of one row share it, so it is written down once."""

    lowest: LowestPoints
    rows: tuple[Row, ...]
    open: tuple[StepState, ...]
    closed: tuple[StepState, ...]
    last_low_s: float
    last_run_s: float
    slow_motion: SlowMotionState


class Steps:
    """Finds steps, and says whether somebody runs. `open` steps have no stance yet; `closed` ones have, and are not reported yet."""

    __slots__ = ("_last_low_s", "_last_run_s", "_lowest", "_slow_motion", "closed", "open", "row")

    def __init__(self, state: StepsState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        if state is not None:
            self._restore(state)
            return
        self._lowest = LowestPoints()
        self._slow_motion = SlowMotion()
        self._last_low_s = self._last_run_s = -math.inf
        self.row = Row()
        self.open: list[Step] = []
        self.closed: list[Step] = []

    def _restore(self, state: StepsState) -> None:
        rows = [_copied(row) for row in state.rows]

        def read(steps: Iterable[StepState]) -> list[Step]:
            return [Step(**msgspec.structs.asdict(step) | {"row": rows[step.row]}) for step in steps]

        self._lowest = replace(state.lowest)
        self._slow_motion = SlowMotion(state.slow_motion)
        self._last_low_s, self._last_run_s = state.last_low_s, state.last_run_s
        self.row, self.open, self.closed = rows[0], read(state.open), read(state.closed)

    def state(self) -> StepsState:
        """All of it, for a successor."""
        rows = {id(row): row for row in (self.row, *(step.row for step in (*self.open, *self.closed)))}
        places = {key: place for place, key in enumerate(rows)}

        def written(steps: Sequence[Step]) -> tuple[StepState, ...]:
            return tuple(
                StepState(
                    places[id(step.row)],
                    step.number,
                    step.since_s,
                    step.midstance_s,
                    step.fall_trunks,
                    step.initial_contact_s,
                    step.toe_off_s,
                )
                for step in steps
            )

        return StepsState(
            lowest=replace(self._lowest),
            rows=tuple(_copied(row) for row in rows.values()),
            open=written(self.open),
            closed=written(self.closed),
            last_low_s=self._last_low_s,
            last_run_s=self._last_run_s,
            slow_motion=self._slow_motion.state(),
        )

    def push(self, motions: Iterable[TrunkMotion], window: Window) -> list[Step]:
        """Follow the trunk through the frames that were smoothed now; the steps that became certain."""
        lows = [low for motion in motions if (low := self._lowest.push(motion)) is not None]
        return [self._take(low, window) for low in lows if low.time_s - self._last_low_s >= SHORTEST_STEP_S]

    def _take(self, low: Low, window: Window) -> Step:
        passed_s = low.time_s - self._last_low_s
        trunk_px = window.trunk_px(low.time_s)
        self._slow_motion.push(passed_s, low.fall_px / trunk_px)
        if not self.row.continues(passed_s):
            self.begin_row()
        row = self.row
        since_s = self._last_low_s if passed_s <= LONGEST_STEP_S else math.nan
        step = Step(row, row.number, since_s, low.time_s, low.fall_px / trunk_px)
        self._last_low_s = low.time_s
        left_y, right_y = (
            window.mean(ANKLE_Y + leg * LEG, low.time_s - FOOT_DOWN_S, low.time_s + FOOT_DOWN_S) for leg in (0, 1)
        )
        row.add((left_y - right_y) / trunk_px)
        if row.is_run:
            self._last_run_s = window.now_s
        if not math.isnan(low.fall_px):  # the first low after a loss or a stand may be half a step
            row.falls_px[:] = [*row.falls_px, low.fall_px][-RECENT_STEPS:]
            self.open.append(step)
        return step

    def begin_row(self) -> None:
        """Begin a new row. Steps of one that never became a run are forgotten."""
        self.open = [step for step in self.open if step.row.is_run]
        self.row = Row()

    def close(self, step: Step) -> None:
        """The first open step has its stance now."""
        self.open.remove(step)
        self.closed.append(step)

    def runs(self, now_s: float) -> bool:
        """Whether somebody runs now."""
        return now_s - self._last_run_s < RUNS_FOR_S

    def cadence_spm(self, now_s: float) -> float:
        """Steps a minute over the last steps; NaN while nobody runs."""
        intervals_s = self.row.intervals_s
        if not self.runs(now_s) or len(intervals_s) < 2:
            return math.nan
        return 60.0 / (sum(intervals_s) / len(intervals_s))

    @property
    def slowed(self) -> bool:
        """Whether somebody runs in slow motion."""
        return self._slow_motion.sure

    def first_needed_s(self, smoothed_until_s: float) -> float:
        """Frames before this time are not needed for any step that is not reported yet.

        A lowest point that is not certain yet may lie far back where somebody rises very slowly. Open steps that are no run yet are not
        needed once the row that they belong to has ended.
        """
        earliest_s = self._lowest.earliest_s()
        next_low_s = smoothed_until_s if math.isnan(earliest_s) else earliest_s
        row_goes_on = not next_low_s - self._last_low_s > LONGEST_ROW_GAP_S
        waiting = [*self.closed, *(step for step in self.open if step.row.is_run or row_goes_on)]
        first_s = min((step.midstance_s for step in waiting), default=math.inf)
        return (first_s if math.isnan(next_low_s) else min(first_s, next_low_s)) - BEFORE_A_STEP_S


def _copied(row: Row) -> Row:
    """With lists of its own."""
    return replace(
        row,
        intervals_s=[*row.intervals_s],
        falls_px=[*row.falls_px],
        midstances_apart_s=[*row.midstances_apart_s],
    )
