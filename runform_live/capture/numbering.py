"""Numbers and times of the frames of a source. Both only ever grow, also after a loss of the source or a restart of the stage."""

from __future__ import annotations

import math

import msgspec

# The frame rate is measured over windows of this length.
WINDOW_S = 1.0
USUAL_HZ = 30.0
# Smallest step between two frames. The clock of some systems moves in steps of 16 ms, so two frames may read the same time.
LEAST_STEP_S = 0.001


class NumberingState(msgspec.Struct, frozen=True):
    """The state of a `FrameNumbering`."""

    frame: int = 0
    time_s: float = -1.0
    zero_s: float | None = None
    rate_hz: float | None = None


class FrameNumbering:
    """Gives each picture its frame number and its time in the session (s, from 0)."""

    __slots__ = ("_after_restart", "_rate_hz", "_window", "frame", "time_s", "zero_s")

    def __init__(self, state: NumberingState | None = None) -> None:
        """state: of the predecessor. It may be some frames old."""
        known = state or NumberingState()
        self.frame = known.frame  # of the last frame; 0 before the first
        self.time_s = known.time_s  # of the last frame; -1 before the first
        self.zero_s = known.zero_s  # the monotonic clock at time 0; None for a file, and before the first picture
        self._rate_hz = known.rate_hz
        self._after_restart = state is not None and state.frame > 0  # and no picture has come since
        self._window: tuple[float, int] | None = None  # start time and first frame

    def state(self) -> NumberingState:
        return NumberingState(self.frame, self.time_s, self.zero_s, self._rate_hz)

    def number_file(self, time_s: float) -> tuple[int, float]:
        """Number and time of the next picture of a file. The time is the file's own."""
        self.frame, self.time_s = self.frame + 1, time_s
        return self.frame, self.time_s

    def number_live(self, stamp_s: float) -> tuple[int, float]:
        """Number and time of a picture that came at `stamp_s` of the monotonic clock.

        The predecessor may have sent more frames than its state says. The first picture after a restart therefore gets the number
        that it would have if no frame had been lost in between. The predecessor cannot have used that number.
        """
        if self.zero_s is None:
            self.zero_s = stamp_s
        time_s = max(stamp_s - self.zero_s, self.time_s + LEAST_STEP_S)
        missed = 0
        if self._after_restart:
            self._after_restart = False
            missed = math.floor((self._rate_hz or USUAL_HZ) * (time_s - self.time_s))
        if time_s - self.time_s > WINDOW_S:  # after such a gap the window gives no frame rate
            self._window = None
        self.frame, self.time_s = self.frame + 1 + missed, time_s
        self._measure_rate(stamp_s)
        return self.frame, self.time_s

    def note_sent(self, frame: int, time_s: float, stamp_s: float) -> None:
        """Take note of a frame of a camera or stream that another stage has seen. After a restart it may be newer than the state."""
        if frame <= self.frame:
            return
        self.frame, self.time_s, self._after_restart = frame, max(self.time_s, time_s), True
        zero_s = stamp_s - time_s
        self.zero_s = zero_s if self.zero_s is None else min(self.zero_s, zero_s)

    def expect_rate(self, rate_hz: float | None) -> None:
        """The rate that the source states. It is used until the rate is measured. A rate that the predecessor measured is kept."""
        if not self._after_restart or self._rate_hz is None:
            self._rate_hz = rate_hz or self._rate_hz
        self._window = None

    def _measure_rate(self, stamp_s: float) -> None:
        began_s, frame = self._window or (stamp_s, self.frame)
        if stamp_s - began_s >= WINDOW_S:
            self._rate_hz = (self.frame - frame) / (stamp_s - began_s)
            began_s, frame = stamp_s, self.frame
        self._window = began_s, frame
