"""Steps: in running one for each lowest point of the trunk, in walking one for each swing of a foot.

Legs alternate in an unbroken row of them, so that neighbours settle an unsure one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from runform_live.gait.cadence import LONGEST_STEP_S
from runform_live.gait.gaits import LONGEST_WALKED_STEP_S
from runform_live.gait.lows import Lows, SeenLow, seen_low
from runform_live.gait.oscillation import Low, LowestPoints, TrunkMotion
from runform_live.gait.row import Row, Step
from runform_live.gait.slow_motion import SlowMotion
from runform_live.gait.steps_state import StepsState, StepState
from runform_live.gait.walked_steps import APART_S, WalkedSteps
from runform_live.gait.window import Window

SHORTEST_STEP_S = 0.22  # from one midstance to the next: 273 steps a minute
LONGEST_ROW_GAP_S = 2.5 * LONGEST_STEP_S  # between two lows of a row, one of which between them was missed
RUNS_FOR_S = 1.0  # after the newest step
WALKS_FOR_S = 1.5  # after the newest step was certain
REMEMBERED_S = 5.0  # for so long it is known when somebody ran
SAME_CONTACT = (
    0.3  # of the shorter one of two contacts of one leg: so much both share if they are one, and none if they are two
)
# Frames so long before the midstance of a step are still needed for it: the rhythm reads the three steps before it (1.5 s), the length of the
# trunk is a mean over 1 s.
BEFORE_A_STEP_S = 2.0


class Steps:
    """Finds steps, and says whether somebody runs or walks.

    `open` steps have no stance yet; `closed` ones have, and are not reported yet.
    """

    __slots__ = (
        "_contacts_s",
        "_last_low_s",
        "_last_run_s",
        "_lowest",
        "_lows",
        "_runs_s",
        "_slow_motion",
        "_told_s",
        "_walked",
        "closed",
        "open",
        "row",
    )

    def __init__(self, state: StepsState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        if state is not None:
            self._restore(state)
            return
        self._lowest = LowestPoints()
        self._lows = Lows()
        self._slow_motion = SlowMotion()
        self._last_low_s = self._last_run_s = -math.inf
        self._walked = WalkedSteps()
        self._runs_s: list[
            tuple[float, float]
        ] = []  # first and last midstance of the rows of running before the present one
        self._told_s = -math.inf  # midstance of the last closed step
        self._contacts_s = [(-math.inf, -math.inf)] * 2  # of the last closed step of each leg of the picture
        self.row = Row()
        self.open: list[Step] = []
        self.closed: list[Step] = []

    def _restore(self, state: StepsState) -> None:
        rows = [row.copied() for row in state.rows]
        self._lowest, self._lows = replace(state.lowest), Lows([*state.lows])
        self._slow_motion = SlowMotion(state.slow_motion)
        self._last_low_s, self._last_run_s = state.last_low_s, state.last_run_s
        self._walked, self._runs_s = state.walked.copied(), list(state.runs_s)
        self._told_s, self._contacts_s = state.told_s, list(state.contacts_s)
        self.row, self._walked.row, self._walked.ended = rows[:3]
        self.open, self.closed = ([step.read(rows) for step in steps] for steps in (state.open, state.closed))

    def state(self) -> StepsState:
        """All of it, for a successor."""
        present = self.row, self._walked.row, self._walked.ended
        rows = {id(row): row for row in (*present, *(step.row for step in (*self.open, *self.closed)))}
        places = {key: place for place, key in enumerate(rows)}
        opened, closed = (
            tuple(StepState.of(step, places[id(step.row)]) for step in steps) for steps in (self.open, self.closed)
        )
        return StepsState(
            lowest=replace(self._lowest),
            lows=tuple(self._lows.seen),
            rows=tuple(row.copied() for row in rows.values()),
            open=opened,
            closed=closed,
            last_low_s=self._last_low_s,
            last_run_s=self._last_run_s,
            slow_motion=self._slow_motion.state(),
            walked=self._walked.copied(),
            runs_s=tuple(self._runs_s),
            told_s=self._told_s,
            contacts_s=tuple(self._contacts_s),
        )

    def push(self, motions: Iterable[TrunkMotion], window: Window) -> list[Step]:
        """Follow trunk and feet through the frames that were smoothed now; the steps that became certain."""
        steps: list[Step] = []
        for motion in motions:
            low = self._lowest.push(motion)
            if low is not None and low.time_s - self._last_low_s >= SHORTEST_STEP_S:
                steps += self._take(low, window)
            steps += self._open(self._walked.push(motion, self._running_s(), self._lows, window))
        self._drop_young_rows(window.smoothed_until_s)
        return steps

    def finish(self, window: Window) -> list[Step]:
        """The last steps of walking, when no more frames will come. Steps that are no run and no walk by now never will be."""
        steps = self._open(self._walked.finish(self._running_s(), self._lows, window))
        self.open = [step for step in self.open if step.row.is_run]
        return steps

    def _drop_young_rows(self, smoothed_until_s: float) -> None:
        """End the rows that cannot go on and are no run or walk yet: later steps would wait for theirs."""
        if self.row.steps and not self.row.is_run and not self._row_goes_on(smoothed_until_s):
            self.begin_row()
        if self._next_low_s(smoothed_until_s) - self._last_low_s > LONGEST_WALKED_STEP_S:
            self._lows.seen.clear()
        if self._walked.drop_young_row(smoothed_until_s):
            self._forget_young_steps()

    def _next_low_s(self, smoothed_until_s: float) -> float:
        """The next lowest point of the trunk does not lie before this time."""
        earliest_s = self._lowest.earliest_s()
        return smoothed_until_s if math.isnan(earliest_s) else earliest_s

    def _row_goes_on(self, smoothed_until_s: float) -> bool:
        """Whether a next low may still belong to the present row of running."""
        return not self._next_low_s(smoothed_until_s) - self._last_low_s > LONGEST_ROW_GAP_S

    def _open(self, steps: list[Step]) -> list[Step]:
        if not (steps or self.open):
            return steps
        new = [step for step in steps if step.midstance_s > self._told_s]  # stances are told in the order of time
        self.open = sorted([*self.open, *new], key=lambda one: one.midstance_s)
        self._forget_young_steps()
        return new

    def _end_walk(self, window: Window) -> list[Step]:
        """Somebody runs: the last steps of the walk before."""
        false = [step for step in self.open if step.walks and not step.midstance_s < self.row.first_s]
        self.open = [step for step in self.open if step not in false]
        return self._walked.end(self.row.first_s, false, self._lows, window)

    def stand(self, from_s: float, window: Window) -> list[Step]:
        """Somebody stands quietly since then: the last steps of the walk before. Feet that seem to move from now on are no steps."""
        steps = self._open(self._walked.stand(from_s, self._running_s(), self._lows, window))
        self._walked.begin_row()
        self._forget_young_steps()
        return steps

    def _take(self, low: Low, window: Window) -> list[Step]:
        """Take a lowest point of the trunk; the steps of running and walking that it makes certain."""
        self._lows.push(self._seen(low, window))
        seen, row, newest = self._lows.seen, self.row, len(self._lows.seen) - 1
        begins_at = self._lows.runs_from()
        if begins_at == newest:
            self._end_run()
        else:
            told_until_s = max(self._told_s, self._runs_s[-1][1] if self._runs_s else -math.inf)
            while seen[begins_at].time_s <= told_until_s:
                begins_at += 1
            if row.last_s != seen[newest - 1].time_s:
                self.begin_row()
            elif seen[begins_at].time_s < row.first_s and (not row.is_run or self._first_is_open()):
                self.open = [step for step in self.open if step.row is not row]
                self.row = Row()  # some lows that were in doubt belong to the run: its steps are told anew
            else:
                begins_at = newest
        steps = [self._add(at) for at in range(begins_at, newest + 1)]
        self._last_low_s = low.time_s
        if self.row.is_run:
            self._last_run_s = window.now_s
            steps = [*self._end_walk(window), *steps]
        self._open([step for step in steps if not math.isnan(step.fall_trunks)])  # else it may be half a step
        return steps

    def _first_is_open(self) -> bool:
        """Whether no step of the present row has its stance yet."""
        return any(step.row is self.row and step.low_s == self.row.first_s for step in self.open)

    def _seen(self, low: Low, window: Window) -> SeenLow:
        passed_s, feet_step_s = low.time_s - self._last_low_s, self._walked.feet.step_s(low.time_s)
        self._slow_motion.push(passed_s, low.fall_px / window.trunk_px(low.time_s), feet_step_s)
        may_miss = self.row.is_run and self.row.misses_one(passed_s)
        return seen_low(low, passed_s, feet_step_s, may_miss, window)

    def _add(self, at: int) -> Step:
        """Go on with a low of the last ones: in the present row, or in a new one where that is broken."""
        seen = self._lows.seen[at]
        passed_s = seen.time_s - self.row.last_s
        if not self.row.continues(passed_s):
            self.begin_row()
        row = self.row
        since_s = row.last_s if row.steps and passed_s <= LONGEST_STEP_S else math.nan
        row.first_s = row.first_s if row.steps else seen.time_s
        row.last_s = seen.time_s
        row.add(seen.lower_trunks)
        return Step(row, row.number, since_s, seen.time_s, seen.fall_trunks, low_s=seen.time_s)

    def _end_run(self) -> None:
        """Begin a new row. After the last lows of the run the trunk did not fly, so they are no steps of running."""
        if self.row.is_run:
            self._walked.feet.end_run()
        self.begin_row()
        seen = self._lows.seen
        for at in range(len(seen) - 2, 0, -1):
            if self._lows.flight_odds(at + 1) > 0.0:
                break
            false = next((step for step in self.open if step.low_s == seen[at].time_s), None)
            if false is None:
                continue  # its stance has been told, or it was none
            self.open.remove(false)
            false.row.steps -= 1
            if self._runs_s and self._runs_s[-1][1] == false.low_s:
                first_s, _ = self._runs_s.pop()
                self._runs_s += [(first_s, seen[at - 1].time_s)] if false.row.is_run else []

    def _running_s(self) -> list[tuple[float, float]]:
        """From when to when somebody ran or may run, with the half steps before and after."""
        row = self.row
        present = [(row.first_s, row.last_s)] if row.steps > 1 else []
        return [(first_s - APART_S, last_s + APART_S) for first_s, last_s in (*self._runs_s, *present)]

    def begin_row(self) -> None:
        """Begin a new row of running. Steps of one that never became a run are forgotten."""
        row = self.row
        if row.is_run:
            kept = [span for span in self._runs_s if span[1] > row.last_s - REMEMBERED_S]
            self._runs_s = [*kept, (row.first_s, row.last_s)]
        self.row = Row()
        self._forget_young_steps()

    def begin_rows(self) -> None:
        """Nothing from before says whose step the next one is."""
        self._walked.begin_row()
        self._lows.seen.clear()
        self.begin_row()

    def _forget_young_steps(self) -> None:
        """Forget the open steps of rows that have ended before they became a run or a walk."""
        present = self.row, self._walked.row
        self.open = [step for step in self.open if step.row.is_run or any(step.row is row for row in present)]

    def is_settled(self, step: Step, window: Window) -> bool:
        """Whether it is decided that an open step belongs to its row."""
        if step.walks:
            return self._lows.vault_is_settled(step.midstance_s, window)
        begins = step.low_s == step.row.first_s
        return self._lows.is_settled(step.low_s, step.row.step_s, begins, window)

    def close(self, step: Step) -> bool:
        """The first open step has its stance now. False: that contact was told before, as one of the other gait; the step is forgotten."""
        self.open.remove(step)
        if step.row.knows_legs:
            from_s, until_s = self._contacts_s[step.leg]
            shorter_s = min(until_s - from_s, step.toe_off_s - step.initial_contact_s)
            if until_s - step.initial_contact_s > SAME_CONTACT * shorter_s:
                return False
            self._contacts_s[step.leg] = step.initial_contact_s, step.toe_off_s
        self._told_s = step.midstance_s
        self.closed.append(step)
        return True

    def runs(self, now_s: float) -> bool:
        """Whether somebody runs now."""
        return now_s - self._last_run_s < RUNS_FOR_S

    def walks(self, now_s: float) -> bool:
        """Whether somebody walks now."""
        return now_s - self._walked.last_walk_s < WALKS_FOR_S and not self.runs(now_s)

    def cadence_spm(self, now_s: float) -> float:
        """Steps a minute over the last steps; NaN while nobody runs or walks."""
        intervals_s = self._walked.row.intervals_s if self.walks(now_s) else self.row.intervals_s
        if not (self.runs(now_s) or self.walks(now_s)) or len(intervals_s) < 2:
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
        next_low_s = self._next_low_s(smoothed_until_s)
        row_goes_on = self._row_goes_on(smoothed_until_s)
        waiting = [*self.closed, *(step for step in self.open if step.row.is_run or step.walks or row_goes_on)]
        first_s = min((step.midstance_s for step in waiting), default=math.inf)
        first_s = min(first_s, self._walked.earliest_s(self._lows))
        if self._first_is_open():  # the run may have begun earlier
            first_s = min([first_s, *(low.time_s for low in self._lows.seen if low.time_s > self._told_s)])
        return (first_s if math.isnan(next_low_s) else min(first_s, next_low_s)) - BEFORE_A_STEP_S
