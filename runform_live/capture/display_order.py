"""Gives the pictures of a film the time stamps of their place in the display order.

Pictures that refer to later ones (B frames) are stored in another order than they are shown. Some files (H.264 in AVI, raw streams that
were packed without times) only know when a picture is decoded. FFmpeg then gives the pictures in the right order, but with exchanged
stamps. The set of stamps is right: the first picture gets the smallest one, and so on, as in players.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import av

# In H.264 and HEVC a picture may wait for 16 others. This many are held while the stamps may be those of decoding.
HELD = 17
# For these codecs in AVI, FFmpeg invents the display time (one step after decoding), and the last step is often wrong.
MADE_UP = {"avi": frozenset({"h264", "hevc"})}


class DisplayOrder:
    """Passes frames on with their own stamps, or with those of their place where the stamps are those of decoding."""

    def __init__(self, container: str, codec: str) -> None:
        """container, codec: their names in FFmpeg."""
        self._made_up = codec in MADE_UP.get(container, ())
        self._newest: int | None = None  # stamp of the last packet
        self._grows = True  # no packet went back in time up to now; where stamps are display times, B frames soon do
        self._held: deque[av.VideoFrame] = deque()

    def saw(self, packet: av.Packet[av.VideoStream]) -> None:
        """Take note of the packet that is decoded next. An invented display time is removed from it."""
        if self._made_up and packet.dts is not None:
            packet.pts = packet.dts
        stamp = packet.dts if packet.pts is None else packet.pts
        if stamp is None:
            return
        if self._newest is not None and stamp < self._newest:
            self._grows = False
        self._newest = stamp

    def push(self, frame: av.VideoFrame, reorders: bool) -> Iterator[av.VideoFrame]:
        """Add a frame in display order. reorders: the codec says that there are B frames."""
        self._held.append(frame)
        if not reorders or not self._grows:
            yield from self._as_they_are()
        elif len(self._held) >= HELD:
            yield self._first()

    def flush(self) -> Iterator[av.VideoFrame]:
        """The frames that are still held, at the end."""
        while self._held:
            yield self._first()

    def may_permute(self, reorders: bool) -> bool:
        """Whether the stamps may be those of decoding. Then no picture can be found by its stamp."""
        return reorders and self._grows

    def forget(self) -> None:
        """Drop the held frames: the next frame is from another place in the film."""
        self._held.clear()
        self._newest = None

    def _as_they_are(self) -> Iterator[av.VideoFrame]:
        while self._held:
            yield self._held.popleft()

    def _first(self) -> av.VideoFrame:
        """The first of the held frames, with the smallest of their stamps."""
        frame = self._held[0]
        if self._grows and frame.pts is not None:
            stamped = [one for one in self._held if one.pts is not None and one.time_base == frame.time_base]
            least = min(stamped, key=lambda one: one.pts or 0)
            frame.pts, least.pts = least.pts, frame.pts
        return self._held.popleft()
