"""A disk that may refuse: what it refuses is said in words and tried again, and some space is kept back for the figures."""

from __future__ import annotations

import contextlib
import errno
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from runform_live.errors import reason_of
from runform_live.messages import TroubleKind
from runform_live.safe_files import make_private_file, sync_file

REFUSED = (OSError, pa.ArrowException)  # what a full disk raises, or a file that the disk damaged
FULL = (errno.ENOSPC, errno.EDQUOT)
RESERVE = ".reserve"
RESERVE_BYTES = 1 << 20  # kept back for the figures, which are small, when the pictures have filled the disk
ROOM_BYTES = 4 << 20  # free again, after a full disk, before poses are written on


class DiskTrouble(NamedTuple):
    """What the disk does not take, and what a person can do."""

    what: str
    advice: str
    kind: TroubleKind = "stopped"


LOCKED = DiskTrouble("another program writes this session", "close it")


def in_words(trouble: BaseException) -> DiskTrouble:
    """An error of the disk for a person."""
    number = getattr(trouble, "errno", None)
    if number in FULL:
        return DiskTrouble("the disk is full", "free some space", "disk_full")
    if number == errno.ENOENT:
        return DiskTrouble("the session folder or a file in it was removed", "put it back in its place")
    if number in (errno.EROFS, errno.EACCES, errno.EPERM):
        return DiskTrouble("the session folder cannot be written any more", "make it writable", "not_writable")
    return DiskTrouble(f"the disk refuses ({reason_of(trouble)})", "check it")


class Disk:
    """The disk under one session folder, as far as one writer knows it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._troubles: dict[str, DiskTrouble] = {}  # by what they are about
        self._reserved = False
        self.full = False

    def attempt(self, about: str, act: Callable[[], None]) -> bool:
        """Do it. If the disk refuses, remember why and go on; if it is full, give the reserve back and try once more."""
        for _ in range(2):
            try:
                act()
            except REFUSED as trouble:
                self.note(about, in_words(trouble))
                if getattr(trouble, "errno", None) in FULL:
                    self.full = True
                    if self._reserved:
                        self.free_reserve()
                        continue
                return False
            else:
                self.forget(about)
                return True
        return False

    def note(self, about: str, trouble: DiskTrouble) -> None:
        self._troubles[about] = trouble

    def forget(self, about: str) -> None:
        self._troubles.pop(about, None)

    @property
    def trouble(self) -> DiskTrouble | None:
        """The first thing that the disk does not take at the moment."""
        return next(iter(self._troubles.values()), None)

    def has_room(self) -> bool:
        """Whether a disk that was full has room again. Until then the room that is left is kept for the stances."""
        try:
            self.full = shutil.disk_usage(self._folder).free < ROOM_BYTES
        except OSError:
            self.full = True
        return not self.full

    def reserve(self, size_bytes: int = RESERVE_BYTES) -> None:
        """Keep some space back, as a file of zeros. Raises OSError if there is not so much left."""
        if self._reserved:
            return
        path = self._folder / RESERVE
        try:
            make_private_file(path)
            path.write_bytes(bytes(size_bytes))
            sync_file(path)
        except OSError as trouble:
            self.full = self.full or trouble.errno in FULL
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
            raise
        self._reserved = True

    def free_reserve(self) -> None:
        """Give the reserved space back."""
        self._reserved = False
        with contextlib.suppress(OSError):
            (self._folder / RESERVE).unlink(missing_ok=True)
