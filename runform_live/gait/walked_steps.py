"""Steps of walking, one after the other, from the rhythm of the feet."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from runform_live.gait import vaults, walking
from runform_live.gait.feet import FeetRhythm
from runform_live.gait.gaits import LONGEST_WALKED_STEP_S
from runform_live.gait.lows import Lows
from runform_live.gait.oscillation import TrunkMotion
from runform_live.gait.row import Row, Step
from runform_live.gait.walking import Rises, WalkedStep
from runform_live.gait.window import Window

SHORTEST_SHARE = 0.6  # of a step, from one midstance to the next: less is the same step once more
# The time since the step before differs by less from the usual one: else double support, a difference of the two, says more of that than of the feet.
EVEN_SHARE = 0.15
APART_S = 0.25  # between a step of running and one of walking: a bit more than half of a step of running
GONE_S = 4.0 * LONGEST_WALKED_STEP_S  # after a step: one that is found later belongs to another row
FIT_BACK_S = 1.5 * LONGEST_WALKED_STEP_S  # before a turn of the feet that no step has been made of

Spans = Sequence[tuple[float, float]]  # from when to when (s)


@dataclass(slots=True)
class WalkedSteps:
    """Push one frame after the other; all that it knows is in these fields."""

    feet: FeetRhythm = field(default_factory=FeetRhythm)
    rises: Rises = field(default_factory=Rises)
    row: Row = field(default_factory=lambda: Row("walk"))
    last_toe_off_s: float = math.nan  # of the last step of the row
    last_walk_s: float = -math.inf  # when it was certain last that somebody walks
    ended: Row = field(default_factory=lambda: Row("walk"))  # the row before, where that was broken

    def copied(self) -> WalkedSteps:
        """With rows and lists of its own."""
        feet = replace(self.feet, turns_s=[*self.feet.turns_s], ways=[*self.feet.ways])
        return replace(self, feet=feet, rises=replace(self.rises), row=self.row.copied(), ended=self.ended.copied())

    def begin_row(self) -> None:
        """Begin a new row."""
        self.row, self.ended, self.rises, self.last_toe_off_s = Row("walk"), Row("walk"), Rises(), math.nan

    def drop_young_row(self, now_s: float) -> bool:
        """Begin a new row where this one is no walk and its person has not gone on for long; whether that is so."""
        drops = bool(self.row.steps) and not self.row.is_run and now_s - self.row.last_s > GONE_S
        if drops:
            self.begin_row()
        return drops

    def push(self, motion: TrunkMotion, runs_s: Spans, lows: Lows, window: Window) -> list[Step]:
        """Take a smoothed frame; the steps that it makes certain. runs_s: from when to when somebody ran."""
        if not self.feet.push(motion):
            return []
        step_s = walking.even_step_s(self.feet.turns_s)
        return [] if math.isnan(step_s) else self._steps(self.feet.turns_s[-2], step_s, runs_s, lows, window)

    def finish(self, runs_s: Spans, lows: Lows, window: Window) -> list[Step]:
        """The steps at the end, after which no turn of the feet came."""
        step_s = self.row.step_s
        if not (self.feet.turns_s and self.row.is_run) or math.isnan(step_s):
            return []
        last_s = self.feet.turns_s[-1]
        turns_s = last_s, last_s + step_s
        return [step for turn_s in turns_s for step in self._steps(turn_s, step_s, runs_s, lows, window)]

    def stand(self, from_s: float, runs_s: Spans, lows: Lows, window: Window) -> list[Step]:
        """The step after the newest one, where it was over before somebody stands. The feet make no turn after it."""
        row, step_s = self.row, self.row.step_s
        if not row.is_run or math.isnan(step_s):
            return []
        turn_s = row.last_s + step_s * (1.0 - self.rises.expected)
        return self._steps(turn_s, step_s, [*runs_s, (from_s + APART_S, math.inf)], lows, window)

    def end(self, runs_from_s: float, false: Sequence[Step], lows: Lows, window: Window) -> list[Step]:
        """The last steps before a run that begins with a lowest point at this time: the feet show none of them any more.

        false: the steps that lie within the run.
        """
        for row in (self.row, self.ended):
            of_row = [step for step in false if step.row is row]
            if of_row:
                row.steps, row.number = row.steps - len(of_row), of_row[0].number - 1
                row.last_s = of_row[0].since_s
        row = self.row if self.row.is_run else self.ended
        steps = vaults.after(row, runs_from_s, lows, window) if row.is_run else []
        row.steps += len(steps)
        self.begin_row()
        return steps

    def _steps(self, turn_s: float, step_s: float, runs_s: Spans, lows: Lows, window: Window) -> list[Step]:
        """The step about a turn of the feet, and those before it that the feet did not show."""
        before, number = self.row, self.row.number
        step = self._step(turn_s, step_s, runs_s, window)
        if step is None:
            return []
        row = self.row
        row.first_s = step.midstance_s if row is not before or row.steps == 1 else row.first_s
        missed: list[Step] = []
        if row is before and number == 0 and row.number > 0:
            missed += vaults.before(row, 0, row.first_s, self.ended.last_s, lows, window)
        if row is before and row.number == number + 2:
            since_s = step.midstance_s - 2.0 * row.step_s
            missed += vaults.before(row, row.number, step.midstance_s, since_s, lows, window)[-1:]
        row.steps += len(missed)
        if row.is_run:
            self.last_walk_s = window.now_s
        return [*missed, step]

    def _step(self, turn_s: float, step_s: float, runs_s: Spans, window: Window) -> Step | None:
        """The step about a turn of the feet; None where it is not one of walking."""
        if any(from_s <= turn_s <= until_s for from_s, until_s in runs_s):
            return None
        before_s = max((until_s for _, until_s in runs_s if until_s < turn_s), default=-math.inf) + APART_S
        after_s = min((from_s for from_s, _ in runs_s if from_s > turn_s), default=math.inf) - APART_S
        found = walking.step_about(turn_s, step_s, self.rises, window, (before_s, after_s))
        if not before_s <= found.midstance_s <= after_s:
            return None
        return self._take(found)

    def _take(self, found: WalkedStep) -> Step | None:
        passed_s = found.midstance_s - self.row.last_s
        if passed_s < SHORTEST_SHARE * found.step_s:
            return None
        if not math.isnan(passed_s) and not self.row.continues(passed_s):
            rises, ended = self.rises, self.row
            self.begin_row()
            self.rises, self.ended = rises, ended
        row = self.row
        row.last_s = found.midstance_s
        row.add(found.lower_trunks)
        follows = bool(row.intervals_s) and row.intervals_s[-1] == passed_s
        step = Step(row, row.number, math.nan, found.midstance_s, found.rise_trunks)
        step.since_s = found.midstance_s - passed_s if follows else math.nan
        half_s = walking.duty_factor(found.step_s) * found.step_s
        step.initial_contact_s, step.toe_off_s = found.midstance_s - half_s, found.midstance_s + half_s
        step.contact_sigma_s = 2.0 * walking.DUTY_SD * found.step_s
        if follows and abs(passed_s - found.step_s) < EVEN_SHARE * found.step_s:
            both_s = self.last_toe_off_s - step.initial_contact_s
            step.double_support_s = both_s if both_s > 0.0 else math.nan
        self.last_toe_off_s = step.toe_off_s
        return step

    def earliest_s(self, lows: Lows) -> float:
        """Frames before this time are not needed for steps to come; inf: none are."""
        turns_s = self.feet.turns_s
        by_feet_s = turns_s[max(0, len(turns_s) - 2)] - FIT_BACK_S if turns_s else math.inf
        of_lows = [low.time_s for low in lows.seen[lows.vaults_from() :]] if lows.seen else []
        told_s = self.row.last_s if self.row.is_run else self.ended.last_s
        return min([by_feet_s, *(time_s for time_s in of_lows if not time_s < told_s)])
