"""The last frames that were sent. A recorder that is started again gets those that it had not written yet."""

from __future__ import annotations

from collections import deque

import msgspec

from runform_live.messages import Frame, FrameAgain, Picture

MOST_S = 4.0
MOST_BYTES = 384 << 20


class RecentFrames:
    """Frames with their pictures, without copies. The oldest are dropped after MOST_S, or where all take more than MOST_BYTES."""

    __slots__ = ("_bytes", "_frames")

    def __init__(self) -> None:
        self._frames: deque[tuple[Frame, Picture]] = deque()
        self._bytes = 0

    def add(self, frame: Frame, picture: Picture) -> None:
        self._frames.append((frame, picture))
        self._bytes += picture.nbytes
        self.forget_until(frame.time_s - MOST_S)
        while self._bytes > MOST_BYTES:
            self._drop()

    def forget_until(self, time_s: float) -> None:
        """Frames up to this time (s) are not needed any more."""
        while self._frames and self._frames[0][0].time_s <= time_s:
            self._drop()

    def repeats_after(self, time_s: float) -> deque[tuple[FrameAgain, Picture]]:
        """The frames after this time, in order, as they are sent a second time."""
        return deque(
            (FrameAgain(**msgspec.structs.asdict(frame)), picture)
            for frame, picture in self._frames
            if frame.time_s > time_s
        )

    def _drop(self) -> None:
        _, picture = self._frames.popleft()
        self._bytes -= picture.nbytes
