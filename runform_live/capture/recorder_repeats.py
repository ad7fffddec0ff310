"""Sending frames a second time to a recorder that was started again, a few at a time."""

from __future__ import annotations

from collections import deque

from runform_live.capture.recent_frames import RecentFrames
from runform_live.messages import Frame, FrameAgain, Picture, Recorder

# So few repeated frames, so far apart, that the recorder's queue does not overflow while live frames come too.
REPEATS_PER_STEP = 2
STEP_S = 0.01
# Waiting time of the loop while nothing is to be repeated.
NOTHING_TO_DO_S = 0.1


class RecorderRepeats:
    """Keeps the last recorded frames, and repeats those that a new recorder asks for."""

    __slots__ = ("_next_s", "_recent", "_waiting")

    def __init__(self) -> None:
        self._recent = RecentFrames()
        self._waiting: deque[tuple[FrameAgain, Picture]] = deque()
        self._next_s = 0.0

    def add(self, frame: Frame, picture: Picture) -> None:
        """Keep a frame that is sent to the recorder for the first time."""
        self._recent.add(frame, picture)

    def hear(self, recorder: Recorder) -> None:
        """The recorder says what is in its file, and may ask for the rest again."""
        if recorder.asks_again:
            self._waiting = self._recent.repeats_after(recorder.kept_until_s)
        self._recent.forget_until(recorder.kept_until_s)

    @property
    def wait_s(self) -> float:
        """How long the loop may wait until the next call of `due`."""
        return STEP_S if self._waiting else NOTHING_TO_DO_S

    def due(self, now_s: float) -> list[tuple[FrameAgain, Picture]]:
        """The frames that are to be sent now."""
        if not self._waiting or now_s < self._next_s:
            return []
        self._next_s = now_s + STEP_S
        return [self._waiting.popleft() for _ in range(min(REPEATS_PER_STEP, len(self._waiting)))]
