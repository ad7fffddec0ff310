"""Where in a planned session a runner is, in seconds of running."""

from __future__ import annotations

import math
from bisect import bisect_right

import msgspec

from runform_live.gait.run_phase import RunTime, RunTimeState
from runform_live.messages import Stance
from runform_live.programmes.plan import Block, PlannedSession


class Position(msgspec.Struct, frozen=True):
    """A place in a session. block: None once the session is over."""

    ran_s: float
    block: Block | None
    number: int  # of the block, 0 for the first; the number of blocks once the session is over

    @property
    def over(self) -> bool:
        return self.block is None

    @property
    def feedback(self) -> bool:
        """Whether feedback is given here."""
        return self.block is not None and self.block.feedback

    @property
    def left_s(self) -> float:
        """Seconds of running until this block ends."""
        return 0.0 if self.block is None else self.block.until_s - self.ran_s


class CourseState(msgspec.Struct, frozen=True):
    """A course written down."""

    run_time: RunTimeState
    before_s: float
    midstance_s: float


class Course:
    """Push the stances of a session. Its clock goes on from one stance of running to the next, so that it never goes back.

    It stands still in a pause, and while somebody walks.
    """

    __slots__ = ("_before_s", "_blocks", "_midstance_s", "_run_time", "_toe_off_s", "_until_s")

    def __init__(self, session: PlannedSession, state: CourseState | None = None) -> None:
        """state: of a predecessor within the same recording, to go on from exactly."""
        self._blocks = session.blocks()
        self._until_s = [block.until_s for block in self._blocks]
        self._run_time = RunTime(state.run_time if state else None)
        self._toe_off_s = state.run_time.last_s if state else math.nan
        self._before_s = state.before_s if state else 0.0  # run in earlier recordings of this session
        self._midstance_s = state.midstance_s if state else -math.inf  # of the last stance

    @classmethod
    def resumed(cls, session: PlannedSession, ran_s: float) -> Course:
        """A session that was interrupted after so many seconds of running and goes on in a new recording, whose clock begins at 0."""
        return cls(session, CourseState(RunTime().state(), ran_s, -math.inf))

    def state(self) -> CourseState:
        """All of it, for a successor."""
        return CourseState(self._run_time.state(), self._before_s, self._midstance_s)

    def push(self, stance: Stance) -> None:
        """Take the next stance, of either side. One of walking, or that is not newer than the last one, is left out."""
        if stance.gait != "run" or stance.midstance_s <= self._midstance_s:
            return
        self._midstance_s = stance.midstance_s
        self._run_time.push(stance)
        self._toe_off_s = stance.toe_off_s

    @property
    def ran_s(self) -> float:
        """Seconds of running up to the last toe off, earlier recordings of this session included."""
        return self._before_s + self._run_time.at(self._toe_off_s)

    @property
    def position(self) -> Position:
        """Where the runner is now. A block begins with its first moment and ends before that of the next one."""
        ran_s = self.ran_s
        number = bisect_right(self._until_s, ran_s)
        return Position(ran_s, self._blocks[number] if number < len(self._blocks) else None, number)
