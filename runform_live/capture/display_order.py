"""Time stamps in the order of decoding, put onto the pictures in the order in which they are shown.

A codec with pictures that refer to later ones (B frames) is stored in another order than it is shown. Some files (H.264 in AVI, raw
streams that were packed without their times) know only when a picture is decoded. The pictures then come out in their right order
with permuted stamps. The stamps are right, but belong to the pictures one after the other, as players show them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import av

# H.264 and HEVC let a picture wait for 16 others. So many are held while the stamps may be those of decoding.
HELD = 17
# In AVI, FFmpeg makes up when a picture of these is shown: one step after it is decoded, and the last step is often a wrong one.
MADE_UP = {"avi": frozenset({"h264", "hevc"})}


class DisplayOrder:
    """Frames as they come, each with its own stamp, or with that of its place where the stamps are those of decoding."""

    def __init__(self, container: str, codec: str) -> None:
        """FFmpeg's names of the two."""
        self._made_up = codec in MADE_UP.get(container, ())
        self._newest: int | None = None  # stamp of the packet before
        self._grows = (
            True  # no packet has gone back up to now; where B frames are shown by their stamps, one does at once
        )
        self._held: deque[av.VideoFrame] = deque()

    def saw(self, packet: av.Packet[av.VideoStream]) -> None:
        """A packet that is decoded next, in the order of the file. A time that was made up is taken from it."""
        if self._made_up and packet.dts is not None:
            packet.pts = packet.dts
        stamp = packet.dts if packet.pts is None else packet.pts
        if stamp is None:
            return
        if self._newest is not None and stamp < self._newest:
            self._grows = False
        self._newest = stamp

    def push(self, frame: av.VideoFrame, reorders: bool) -> Iterator[av.VideoFrame]:
        """Add a frame, in the order in which it is shown. reorders: the codec says that it has B frames."""
        self._held.append(frame)
        if not reorders or not self._grows:
            yield from self._as_they_are()
        elif len(self._held) >= HELD:
            yield self._first()

    def flush(self) -> Iterator[av.VideoFrame]:
        """What is still held, at the end."""
        while self._held:
            yield self._first()

    def may_permute(self, reorders: bool) -> bool:
        """Whether the stamps may be those of decoding: then a stamp names no picture for itself, and none can be sought by it."""
        return reorders and self._grows

    def forget(self) -> None:
        """Leave out what is held: the next frame is of another place in the film."""
        self._held.clear()
        self._newest = None

    def _as_they_are(self) -> Iterator[av.VideoFrame]:
        while self._held:
            yield self._held.popleft()

    def _first(self) -> av.VideoFrame:
        """The frame that is shown first, with the smallest stamp of all that are held."""
        frame = self._held[0]
        if self._grows and frame.pts is not None:
            stamped = [one for one in self._held if one.pts is not None and one.time_base == frame.time_base]
            least = min(stamped, key=lambda one: one.pts or 0)
            frame.pts, least.pts = least.pts, frame.pts
        return self._held.popleft()
