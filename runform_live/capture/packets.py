"""The packets of one stream of a film, and what they tell of damage: bytes that hold nothing, and an end before its time."""

from __future__ import annotations

import statistics
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av

from runform_live.capture.matroska import BlockTimes

MATROSKA = "matroska,webm"
# Formats that are read from front to back, with hardly a byte between two packets. After a damage the reader looks for the next whole piece.
CLOSELY_PACKED = frozenset({MATROSKA, "flv"})
# Formats that say how long they are. Of the others FFmpeg guesses it.
SAY_THEIR_LENGTH = CLOSELY_PACKED | {"mov,mp4,m4a,3gp,3g2,mj2", "avi"}
MOST_BETWEEN = 1024  # bytes between two packets
LONGER = 1.5  # than the usual step: a picture is missing
WATCHED = 20  # packets after bytes that hold nothing: stamps are mixed by so much
STEPS_KEPT = 31
SHORT_S = 0.5  # so much may a film be shorter than it says


class Packets:
    """The packets of a stream. Iterate once; after a jump once more."""

    def __init__(self, container: av.container.InputContainer, stream: av.VideoStream, path: Path | None) -> None:
        """path: of the file; None for a network stream, of which nothing is known beforehand."""
        self._container, self._stream = container, stream
        self._times = BlockTimes(path) if path is not None else None
        self._format = container.format.name if path is not None else ""
        self._begin()
        self.holes = 0  # places where pictures are missing between two packets
        self.short = False  # the film has ended before it should

    def _begin(self) -> None:
        self._behind: int | None = None  # byte behind the packet before
        self._watching = 0
        self._decoded_at: int | None = None
        self._steps: deque[int] = deque(maxlen=STEPS_KEPT)
        self._end_s: float | None = None  # of all streams

    def __iter__(self) -> Iterator[av.Packet[av.VideoStream]]:
        self._begin()
        if not self._format:
            yield from self._container.demux(self._stream)
            return
        packets: Any = self._container.demux()
        for packet in packets:
            own = packet.stream is self._stream or packet.stream.index == self._stream.index
            if packet.size:
                self._place(packet)
            if own:
                if packet.size:
                    self._look(packet)
                else:
                    self._look_at_end()
                yield packet

    def _place(self, packet: Any) -> None:
        """Of any stream: where it lies in the file, and until when it goes."""
        if packet.pos is not None and packet.pos >= 0:
            between = 0 if self._behind is None else packet.pos - self._behind
            if between > MOST_BETWEEN and self._format in CLOSELY_PACKED:
                self._watching = WATCHED
            self._behind = packet.pos + packet.size
        if packet.pts is not None and packet.time_base:
            end_s = float((packet.pts + (packet.duration or 0)) * packet.time_base)
            self._end_s = end_s if self._end_s is None else max(self._end_s, end_s)

    def _look(self, packet: av.Packet[av.VideoStream]) -> None:
        if packet.pts is None and self._format == MATROSKA and self._times and packet.pos is not None:
            packet.pts = self._times.at(packet.pos)
        at = packet.pts if packet.dts is None else packet.dts
        if at is None:
            return
        if self._decoded_at is not None:
            step = at - self._decoded_at
            if self._watching and self._steps and step > LONGER * statistics.median(self._steps):
                self.holes += 1
                self._watching = 0
            self._watching = max(0, self._watching - 1)
            self._steps.append(step)
        self._decoded_at = at

    def _look_at_end(self) -> None:
        """Whether the film goes as long as it says. Some say when it ends and not how long it is."""
        if self._end_s is None or self._format not in SAY_THEIR_LENGTH:
            return
        said_s = self._said_s()
        self.short = said_s is not None and said_s - self._end_s > SHORT_S

    def _said_s(self) -> float | None:
        stream, container = self._stream, self._container
        if stream.duration is not None and stream.time_base is not None:
            return float(((stream.start_time or 0) + stream.duration) * stream.time_base)
        return container.duration / av.time_base if container.duration else None
