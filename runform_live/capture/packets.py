"""The packets of one video stream, and the damage that they show: missing pictures, or an early end."""

from __future__ import annotations

import statistics
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av

from runform_live.capture.matroska import BlockTimes

MATROSKA = "matroska,webm"
# Formats with hardly a byte between two packets. After damage, FFmpeg skips bytes up to the next complete packet.
CLOSELY_PACKED = frozenset({MATROSKA, "flv"})
# Formats that state their duration. For others FFmpeg guesses it.
SAY_THEIR_LENGTH = CLOSELY_PACKED | {"mov,mp4,m4a,3gp,3g2,mj2", "avi"}
# More bytes than this between two packets were skipped.
MOST_BETWEEN_BYTES = 1024
# After skipped bytes, a step this much longer than the median step means that a picture is missing.
LONGER = 1.5
# The steps of this many packets are checked, because packets are not in the order of their stamps.
WATCHED = 20
STEPS_KEPT = 31
# A film may be this much shorter than it states.
SHORT_S = 0.5


class Packets:
    """The packets of a stream. Iterate once, and once more after each jump."""

    def __init__(self, container: av.container.InputContainer, stream: av.VideoStream, path: Path | None) -> None:
        """path: the file. None for a network stream, which cannot be checked."""
        self._container, self._stream = container, stream
        self._times = BlockTimes(path) if path is not None else None
        self._format = container.format.name if path is not None else ""
        self._begin()
        self.holes = 0  # places where pictures are missing
        self.short = False  # the film ended early

    def _begin(self) -> None:
        self._behind: int | None = None  # position of the byte after the last packet
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
                self._note_place(packet)
            if own:
                if packet.size:
                    self._check_step(packet)
                else:
                    self._check_end()
                yield packet

    def _note_place(self, packet: Any) -> None:
        """Note where a packet of any stream lies in the file, and when it ends."""
        if packet.pos is not None and packet.pos >= 0:
            between = 0 if self._behind is None else packet.pos - self._behind
            if between > MOST_BETWEEN_BYTES and self._format in CLOSELY_PACKED:
                self._watching = WATCHED
            self._behind = packet.pos + packet.size
        if packet.pts is not None and packet.time_base:
            end_s = float((packet.pts + (packet.duration or 0)) * packet.time_base)
            self._end_s = end_s if self._end_s is None else max(self._end_s, end_s)

    def _check_step(self, packet: av.Packet[av.VideoStream]) -> None:
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

    def _check_end(self) -> None:
        """Check that the film is as long as it states. Some formats state the end and not the duration."""
        if self._end_s is None or self._format not in SAY_THEIR_LENGTH:
            return
        stated_s = self._stated_end_s()
        self.short = stated_s is not None and stated_s - self._end_s > SHORT_S

    def _stated_end_s(self) -> float | None:
        stream, container = self._stream, self._container
        if stream.duration is not None and stream.time_base is not None:
            return float(((stream.start_time or 0) + stream.duration) * stream.time_base)
        return container.duration / av.time_base if container.duration else None
