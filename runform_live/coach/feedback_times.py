"""When feedback is given: by the mode, the schedule, the planned session, or the person who marks a block."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from runform_live.gait.run_phase import RunTime, RunTimeState
from runform_live.messages import FeedbackMode, Gait, Stance
from runform_live.programmes import Course, CourseState, PlannedSession, Position
from runform_live.programmes.schedule import has_feedback


class FeedbackTimesState(msgspec.Struct, frozen=True):
    """All of it, for a successor."""

    mode: FeedbackMode
    run_time: RunTimeState
    by_hand: bool | None = None  # feedback in the block that a person marked
    course: CourseState | None = None


def course_of(session: PlannedSession | None, ran_before_s: float, state: FeedbackTimesState | None) -> Course | None:
    """The course of a planned session (None: a free run), from where a predecessor or an earlier recording stopped."""
    if session is None:
        return None
    if state is not None and state.course is not None:
        return Course(session, state.course)
    return Course.resumed(session, ran_before_s)


class FeedbackTimes:
    """Push every stance, then ask. Times (s) are of the session."""

    __slots__ = ("_by_hand", "_course", "_faded_blocks_s", "_gait", "_run_time", "mode")

    def __init__(
        self,
        mode: FeedbackMode,
        faded_blocks_s: Sequence[tuple[float, float]],
        course: Course | None,
        state: FeedbackTimesState | None = None,
        gait: Gait = "run",
    ) -> None:
        """faded_blocks_s: seconds of running with and without feedback, for the mode "faded". course: None in a free run.

        state: of a predecessor, to go on from; the mode is then the predecessor's. gait: the one that feedback is about; the schedule counts
        its seconds alone.
        """
        self.mode: FeedbackMode = state.mode if state else mode
        self._faded_blocks_s = faded_blocks_s
        self._course = course
        self._run_time = RunTime(state.run_time if state else None)
        self._by_hand = state.by_hand if state else None
        self._gait = gait

    def state(self) -> FeedbackTimesState:
        course = None if self._course is None else self._course.state()
        return FeedbackTimesState(self.mode, self._run_time.state(), self._by_hand, course)

    def push(self, stance: Stance) -> None:
        if stance.gait == self._gait:
            self._run_time.push(stance)
        if self._course is not None:
            self._course.push(stance)

    def mark_block(self, feedback: bool | None) -> None:
        """A person begins a block with or without feedback. None: the block ends, and the settings decide again."""
        self._by_hand = feedback

    def given(self, now_s: float) -> bool:
        """Whether feedback of any kind is given at a time of the gait that feedback is about.

        The mode "off" means never. Else a block that a person marked decides, then the planned session, then the schedule of
        the mode "faded". The other modes only say how feedback is given.
        """
        if self.mode == "off":
            return False
        if self._by_hand is not None:
            return self._by_hand
        if self._course is not None:
            return self._course.position.feedback
        return self.mode != "faded" or has_feedback(self._run_time.at(now_s), self._faded_blocks_s)

    @property
    def given_now(self) -> bool:
        """The same at the last stance of the gait. While somebody goes in the other gait, the schedule stands still."""
        return self.given(self._run_time.last_s)

    @property
    def position(self) -> Position | None:
        """Where the runner is in the planned session; None in a free run."""
        return None if self._course is None else self._course.position
