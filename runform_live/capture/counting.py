"""Numbers and times of the frames of a source. They only ever grow, also over a loss and over a restart of the stage."""

from __future__ import annotations

import math

import msgspec

WINDOW_S = 1.0  # of frames by whose number the rate is measured
USUAL_HZ = 30.0
LEAST_STEP_S = 0.001  # between two frames; the clock of some systems moves in steps of 16 ms


class Counted(msgspec.Struct, frozen=True):
    """The state of a `Count`."""

    frame: int = 0
    time_s: float = -1.0
    zero_s: float | None = None
    rate_hz: float | None = None


class Count:
    """Gives each picture its frame number and its time of the session (s, from 0)."""

    __slots__ = ("_before", "_rate_hz", "_window", "frame", "time_s", "zero_s")

    def __init__(self, counted: Counted | None = None) -> None:
        """counted: of the predecessor, perhaps some frames old."""
        known = counted or Counted()
        self.frame = known.frame  # of the last frame; 0 before the first
        self.time_s = known.time_s  # of the last frame; -1 before the first
        self.zero_s = known.zero_s  # the monotonic clock at time 0; None: not known, or a file
        self._rate_hz = known.rate_hz
        self._before = counted is not None and counted.frame > 0
        self._window: tuple[float, int] | None = None

    def state(self) -> Counted:
        return Counted(self.frame, self.time_s, self.zero_s, self._rate_hz)

    def file(self, time_s: float) -> tuple[int, float]:
        """Number and time of the next picture of a file, whose own time that is."""
        self.frame, self.time_s = self.frame + 1, time_s
        return self.frame, self.time_s

    def live(self, stamp_s: float) -> tuple[int, float]:
        """Number and time of a picture that came at stamp_s of the monotonic clock.

        The predecessor may have sent more frames than it wrote down: the first picture after a restart is numbered as if no
        frame had been lost meanwhile, which no frame of the predecessor reaches.
        """
        if self.zero_s is None:
            self.zero_s = stamp_s
        time_s = max(stamp_s - self.zero_s, self.time_s + LEAST_STEP_S)
        missed = 0
        if self._before:
            self._before = False
            missed = math.floor((self._rate_hz or USUAL_HZ) * (time_s - self.time_s))
        if time_s - self.time_s > WINDOW_S:  # no pictures for so long: that is no rate
            self._window = None
        self.frame, self.time_s = self.frame + 1 + missed, time_s
        self._measure_rate(stamp_s)
        return self.frame, self.time_s

    def was_sent(self, frame: int, time_s: float, stamp_s: float) -> None:
        """A frame that a camera or stream has sent already: after a restart it may be newer than what was written down."""
        if frame <= self.frame:
            return
        self.frame, self.time_s, self._before = frame, max(self.time_s, time_s), True
        zero_s = stamp_s - time_s
        self.zero_s = zero_s if self.zero_s is None else min(self.zero_s, zero_s)

    def promise_rate(self, rate_hz: float | None) -> None:
        """What the source says of its rate; it holds until the rate is measured. After a restart the predecessor knew better."""
        if not self._before or self._rate_hz is None:
            self._rate_hz = rate_hz or self._rate_hz
        self._window = None

    def _measure_rate(self, stamp_s: float) -> None:
        began_s, frame = self._window or (stamp_s, self.frame)
        if stamp_s - began_s >= WINDOW_S:
            self._rate_hz = (self.frame - frame) / (stamp_s - began_s)
            began_s, frame = stamp_s, self.frame
        self._window = began_s, frame
