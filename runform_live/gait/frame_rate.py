"""Whether the camera gives too few pictures a second: judged second by second, so that an outage does not count.

The rate of a whole run is no measure of a camera: it falls when the camera is unplugged for a while. The median of single steps
is none either: steps of 33 and 50 ms in turn are a good camera with 24 pictures a second. So each second is judged by its own
rate, and the camera by most of its seconds: that is the median over the seconds.
"""

from __future__ import annotations

import msgspec

from runform_live.picture_quality import SLOW_HZ

JUDGED_S = 1.0
OUTAGE_S = 1.0  # from one frame to the next: the camera or a stage was away


class FrameRateState(msgspec.Struct, frozen=True):
    """A judgement of the frame rate written down."""

    seconds: int
    slow_seconds: int
    passed_s: float
    frames: int


class FrameRate:
    """Push one step from frame to frame after the other."""

    __slots__ = ("_frames", "_passed_s", "_seconds", "_slow_seconds")

    def __init__(self, state: FrameRateState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        state = state or FrameRateState(0, 0, 0.0, 0)
        self._seconds = state.seconds
        self._slow_seconds = state.slow_seconds
        self._passed_s = state.passed_s  # of the second that is not over yet
        self._frames = state.frames

    def state(self) -> FrameRateState:
        """All of it, for a successor."""
        return FrameRateState(self._seconds, self._slow_seconds, self._passed_s, self._frames)

    def push(self, passed_s: float, frames: int) -> None:
        """Time from the last frame to this one, and how many frames the camera gave in it (1 where none was skipped)."""
        if passed_s > OUTAGE_S:
            self._passed_s, self._frames = 0.0, 0
            return
        self._passed_s += passed_s
        self._frames += frames
        if self._passed_s >= JUDGED_S:
            self._seconds += 1
            self._slow_seconds += self._frames < SLOW_HZ * self._passed_s
            self._passed_s, self._frames = 0.0, 0

    @property
    def slow(self) -> bool:
        """Whether most of the seconds so far had too few frames."""
        return 2 * self._slow_seconds > self._seconds
