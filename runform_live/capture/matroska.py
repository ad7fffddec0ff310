"""Reads the times before 0 of a Matroska film, which FFmpeg leaves out (RFC 9559: the time of a block is relative to its cluster)."""

from __future__ import annotations

import re
from pathlib import Path

# The start of a cluster: its id, its size (not used), perhaps a checksum, and its time.
CLUSTER = re.compile(
    rb"\x1f\x43\xb6\x75(?:[\x80-\xff]|[\x40-\x7f].|[\x20-\x3f]..|[\x10-\x1f].{3}|[\x08-\x0f].{4}|[\x04-\x07].{5}|[\x02\x03].{6}|\x01.{7})"
    rb"(?:\xbf\x84.{4})?\xe7([\x81-\x88])(.{8})",
    re.DOTALL,
)
LONGEST = 32  # bytes of such a start


class BlockTimes:
    """The times of blocks as written in the file, in ticks of its clock. Ask for them from front to back."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0  # how many bytes were searched
        self._cluster: int | None = None  # time of the newest one

    def at(self, place: int) -> int | None:
        """The time of the block whose content starts at this byte; None where it cannot be read."""
        try:
            with self._path.open("rb") as film:
                begin = max(0, self._read - LONGEST)
                film.seek(begin)
                head = film.read(max(0, place - begin) + 8)
        except OSError:
            return None
        for found in CLUSTER.finditer(head):
            self._cluster = int.from_bytes(found.group(2)[: found.group(1)[0] & 0x0F], "big")
        self._read = place
        return self._time(head[-8:])

    def _time(self, block: bytes) -> int | None:
        """A block starts with its track number (one byte or more), followed by its time relative to the cluster."""
        if self._cluster is None or len(block) < 8 or block[0] < 0x20:
            return None
        width = 9 - block[0].bit_length()
        return self._cluster + int.from_bytes(block[width : width + 2], "big", signed=True)
