"""Whether the camera gives too few pictures a second: judged second by second, and by most of the pictures.

The rate of a whole run is no measure of a camera: it falls when the camera is unplugged, or the film is paused, for a while. The median
of single steps is none either: steps of 33 and 50 ms in turn are a good camera with 24 pictures a second, and 10 and 123 ms in turn a
bad one. So each picture is judged by the rate of the second that it lies in, and the camera by the median over its pictures. A pause has
few pictures, or none, and therefore little weight, however long it is; so has a still screen of which a recorder keeps a picture a second.
"""

from __future__ import annotations

import msgspec

from runform_live.picture_quality import SLOW_HZ

JUDGED_S = 1.0
FEWEST = 5  # pictures: the first few say nothing, for a pause may lie between them
OUTAGE_S = 1.0  # from one frame to the next: the camera or a stage was away


class FrameRateState(msgspec.Struct, frozen=True):
    """A judgement of the frame rate written down: pictures judged, those in slow seconds, and the second that is not over yet."""

    judged: int
    slow: int
    passed_s: float
    frames: int


class FrameRate:
    """Push one step from frame to frame after the other."""

    __slots__ = ("_frames", "_judged", "_passed_s", "_slow")

    def __init__(self, state: FrameRateState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        state = state or FrameRateState(0, 0, 0.0, 0)
        self._judged = state.judged
        self._slow = state.slow
        self._passed_s = state.passed_s  # of the second that is not over yet
        self._frames = state.frames

    def state(self) -> FrameRateState:
        """All of it, for a successor."""
        return FrameRateState(self._judged, self._slow, self._passed_s, self._frames)

    def push(self, passed_s: float, frames: int) -> None:
        """Time from the last frame to this one, and how many frames the camera gave in it (1 where none was skipped)."""
        if passed_s > OUTAGE_S:  # nothing is known of the camera in it, but one that does nothing else is slow
            self._judge(passed_s, 1)
            self._passed_s, self._frames = 0.0, 0
            return
        self._passed_s += passed_s
        self._frames += frames
        if self._passed_s >= JUDGED_S:
            self._judge(self._passed_s, self._frames)
            self._passed_s, self._frames = 0.0, 0

    def _judge(self, passed_s: float, frames: int) -> None:
        self._judged += frames
        self._slow += frames if frames < SLOW_HZ * passed_s else 0

    @property
    def slow(self) -> bool:
        """Whether most of the pictures so far came too slowly."""
        return self._judged >= FEWEST and 2 * self._slow > self._judged
