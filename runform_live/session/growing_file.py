"""A file that grows although the disk refuses for a while."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path

from runform_live.safe_files import opened

MOST_WAITING_BYTES = 64 << 20  # of one file, in memory


class GrowingFile:
    """A file that only grows. What the disk does not take waits in memory, in its order, and is tried again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None
        self._waiting = bytearray()
        self._dropped = self._removed = False

    @property
    def waiting(self) -> bytes:
        """What is not in the file yet."""
        return bytes(self._waiting)

    @property
    def sound(self) -> bool:
        """Whether all that was ever added is in the file or waits for it."""
        return not (self._dropped or self._removed)

    def spoil(self) -> None:
        """The file is known not to hold what it should."""
        self._dropped = True

    def add(self, data: bytes) -> None:
        """Take data; `write` puts it into the file."""
        if len(self._waiting) + len(data) > MOST_WAITING_BYTES:
            self._dropped = True
            return
        self._waiting += data

    def write(self) -> None:
        """Put what waits into the file, which is made where there is none. Raises OSError; what could not be written goes on waiting."""
        if self._handle is None:
            self._handle = opened(self.path, os.O_APPEND)
        if self._removed or os.fstat(self._handle).st_nlink == 0:
            self._removed = True
            raise FileNotFoundError(errno.ENOENT, "the file was removed", str(self.path))
        while self._waiting:
            written = os.write(self._handle, self._waiting)
            del self._waiting[:written]

    def close(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            with contextlib.suppress(OSError):
                os.close(handle)
