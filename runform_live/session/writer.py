"""Writes a session folder: a kill or a power cut at any moment costs less than a second, and a disk that refuses costs no figure.

What is written is flushed at once and synced in a thread of its own. Whatever the disk does not take waits in memory.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from runform_live import doors, names
from runform_live.errors import BadInput, RunformError, reason_of
from runform_live.messages import Stance, TroubleKind, View
from runform_live.session import door, events, poses, schema, stances
from runform_live.session.files import (
    Growing,
    has_content,
    make_folder,
    make_folders,
    make_private_file,
    sync_file,
    sync_folder,
    write_atomically,
)
from runform_live.session.lock import WAIT_S, FolderLock
from runform_live.session.schema import SessionInfo, Summary
from runform_live.session.sync import Syncer

# What a disk that is full, or a file that it damaged, raises.
DISK_TROUBLE = (OSError, pa.ArrowException)
FULL = (errno.ENOSPC, errno.EDQUOT)
RESERVE = ".reserve"
RESERVE_BYTES = 1 << 20  # kept back for the numbers, which are small, when the pictures have filled the disk
ROOM_BYTES = 4 << 20  # free again, after a full disk, before poses are written on
NUMBERS_BYTES = 1 << 16  # summary.json and session.json, when the poses fill the disk
BATCH_S = 0.25  # of poses that are written at once
SCRATCH = tuple(f".{name}" for name in (schema.SESSION, schema.SUMMARY, schema.STANCES, schema.EVENTS, schema.POSES))
ALL = 1 << 60  # more than there ever are
MEMORY = "the figures are kept in memory and tried again"


def new_folder(parent: Path, name: str | None = None) -> Path:
    """Make a new session folder under `parent`, named by the local time (or after `name`, a film's); BadInput where it cannot be written."""
    wanted = datetime.now().strftime("%Y-%m-%d_%H-%M-%S") if name is None else names.folder_name(name)
    if os.name == "nt":
        wanted = names.portable(wanted)
    for attempt in range(1000):
        folder = parent / (wanted if attempt == 0 else f"{wanted}_{attempt + 1}")
        try:
            make_folders(parent)
            make_folder(folder)
            (folder / ".write-test").write_bytes(b"x")
            (folder / ".write-test").unlink()
        except FileExistsError:
            if os.path.lexists(folder):
                continue
            raise BadInput(f"{parent} is not a folder; name a folder for the sessions") from None
        except (OSError, ValueError) as trouble:
            if names.portable(wanted) != wanted and parent.is_dir() and not folder.is_dir():
                return new_folder(parent, names.portable(wanted))  # a drive that takes no ":" or "?"
            with contextlib.suppress(OSError, ValueError):
                folder.rmdir()
            raise BadInput(f"cannot write into {parent} ({reason_of(trouble)}); name another folder") from None
        with contextlib.suppress(OSError):
            sync_folder(parent)
        return folder
    raise BadInput(f"{parent} already holds a thousand sessions called {wanted}")


def refuse_parent(parent: Path) -> None:
    """Raise BadInput where no session can be kept under `parent`; it is not made here."""
    place = parent
    while not os.path.lexists(place) and place != place.parent:
        place = place.parent
    if not doors.is_folder(place):
        raise BadInput(f"{place} is not a folder; name a folder for the sessions")
    if not os.access(place, os.W_OK | os.X_OK):
        raise BadInput(f"cannot write into {parent}; name another folder")


def as_json(content: SessionInfo | Summary) -> bytes:
    return msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n"


def write_info(folder: Path, info: SessionInfo) -> None:
    write_atomically(folder / schema.SESSION, as_json(info))


def write_summary(folder: Path, summary: Summary) -> None:
    write_atomically(folder / schema.SUMMARY, as_json(summary))


def tidy(folder: Path) -> None:
    """Take away what a killed writer left lying beside the files."""
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            if path.name == RESERVE or path.name.startswith(SCRATCH):
                path.unlink()


Row = TypeVar("Row")


def free_name(path: Path) -> Path:
    """The path, or with a number where there is such a file."""
    number, free = 2, path
    while free.exists():
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
        number += 1
    return free


class Words(NamedTuple):
    """A trouble with the disk: what it is, and what a person can do."""

    what: str
    advice: str
    kind: TroubleKind = "stopped"


BLOCKED = Words("another program writes this session", "close it")


def in_words(trouble: BaseException) -> Words:
    number = getattr(trouble, "errno", None)
    if number in FULL:
        return Words("the disk is full", "free some space", "disk_full")
    if number == errno.ENOENT:
        return Words("the session folder or a file in it was removed", "put it back in its place")
    if number in (errno.EROFS, errno.EACCES, errno.EPERM):
        return Words("the session folder cannot be written any more", "make it writable", "not_writable")
    return Words(f"the disk refuses ({reason_of(trouble)})", "check it")


@dataclass(frozen=True, slots=True)
class Kept:
    """What an earlier writer of the folder left."""

    info: SessionInfo | None
    stances: list[Stance]
    events: list[str]
    frame: int  # of the last pose
    pose_s: float | None


class SessionWriter:
    """The one writer of a session folder. It never raises for a disk that refuses: `trouble` says so, and at the end all is tried again."""

    def __init__(self, folder: Path) -> None:
        """Takes the folder's lock; waits a little for a predecessor that is dying."""
        self.folder = folder
        self._lock = FolderLock(folder)
        self.blocked = not self._lock.take(WAIT_S)  # a living process writes here; this one keeps its hands off
        self._syncer = Syncer(folder)
        self._stances = Growing(folder / schema.STANCES)
        self._events = Growing(folder / schema.EVENTS)
        self._log = Growing(folder / schema.POSES_LOG)
        self._batch: list[tuple[int, float, npt.NDArray[np.float64]]] = []
        self._troubles: dict[str, Words] = {}  # by what they are about
        self._full = False
        self._reserved = False
        self._unread: set[str] = set()  # files that could neither be read nor put aside

    # -- beginning ------------------------------------------------------------------------------------------------

    def kept(self) -> Kept:
        """What an earlier writer left, as far as it can be read."""
        info: SessionInfo | None = None
        with contextlib.suppress(OSError, RunformError):
            info = door.decoded(self.folder / schema.SESSION, SessionInfo, door.RESTORE)
        rows = self._readable(stances.read, schema.STANCES)
        lines = [events.as_line(event) for event in self._readable(events.read, schema.EVENTS)]
        found = poses.table(self.folder, "unknown")
        if not found.num_rows:
            return Kept(info, rows, lines, 0, None)
        return Kept(
            info, rows, lines, int(found.column("frame")[-1].as_py()), float(found.column("time_s")[-1].as_py())
        )

    def _readable(self, read: Callable[[Path, bool], list[Row]], name: str) -> list[Row]:
        """The rows of a file. One that is damaged is put aside under another name, so that it is never written over."""
        path = self.folder / name
        try:
            return read(path, True)
        except RunformError:
            try:
                path.rename(free_name(path.with_name(f"{path.stem}.damaged{path.suffix}")))
            except OSError:
                self._unread.add(name)
            return []

    def begin(self, info: SessionInfo, rows: Sequence[Stance], lines: Sequence[str]) -> None:
        """Open the folder: write what is not there yet, cut off what is torn, and go on from there."""
        if self.blocked:
            self._troubles["lock"] = BLOCKED
            return
        tidy(self.folder)
        self._attempt("info", lambda: write_info(self.folder, info))
        self.reserve()
        self._repair(self._stances, stances.whole(rows))
        self._repair(self._events, events.whole(lines))
        self._attempt("poses", self._open_log)

    def _repair(self, file: Growing, content: bytes) -> None:
        """The file holds exactly the content, and is appended to from now on."""
        if file.path.name in self._unread:
            return  # what stands in it stays
        if not file.path.exists():
            file.add(content)
            self._write(file)
        elif not has_content(file.path, content):
            if not self._attempt(file.path.name, lambda: write_atomically(file.path, content)):
                file.spoil()

    def _open_log(self) -> None:
        path = self.folder / schema.POSES_LOG
        content = poses.log_content(self.folder) or b""
        size = poses.log_size(content)
        if not size and content:
            poses.finish(self.folder, "unknown")  # of another version, or damaged at its head
        elif size < len(content):
            with path.open("r+b") as log:
                log.truncate(size)
        if not size:
            self._log.add(poses.log_head())
            self._write(self._log)

    # -- writing --------------------------------------------------------------------------------------------------

    def info(self, info: SessionInfo) -> None:
        """session.json anew, soon."""
        if not self.blocked:
            self._syncer.replace(self.folder / schema.SESSION, as_json(info))

    def stance(self, stance: Stance) -> None:
        self._stances.add(stances.row(stance).encode() + b"\n")
        self._write(self._stances)

    def rewrite_stances(self, rows: Sequence[Stance]) -> bool:
        """stances.csv anew: left and right were exchanged in some rows. False where the disk refuses: the old rows stay."""
        if self.blocked or self._stances.path.name in self._unread:
            return False
        self._stances.close()  # Windows replaces no open file
        file = self._stances = Growing(self._stances.path)
        written = self._attempt(file.path.name, lambda: write_atomically(file.path, stances.whole(rows)))
        if written:
            self._syncer.changed(file.path)
        else:
            file.spoil()
        return written

    def event(self, line: str) -> None:
        self._events.add(line.encode() + b"\n")
        self._write(self._events)

    def pose(self, frame: int, time_s: float, landmarks: npt.NDArray[np.float64]) -> None:
        """Take one frame's landmarks (landmarks, 3)."""
        self._batch.append((frame, time_s, landmarks))
        if time_s - self._batch[0][1] >= BATCH_S:
            self._batch_out()
            if not self._full or self._room():
                self._write(self._log)

    def changed(self, path: Path) -> None:
        """Somebody else wrote to a file of this folder: the video."""
        self._syncer.changed(path)

    def _batch_out(self) -> None:
        batch, self._batch = self._batch, []
        if batch:
            frames, times_s, landmarks = zip(*batch, strict=True)
            self._log.add(poses.log_batch(frames, times_s, np.stack(landmarks)))

    def _write(self, file: Growing) -> None:
        if self.blocked:
            return
        if self._attempt(file.path.name, file.write):
            self._syncer.changed(file.path)

    def _attempt(self, about: str, act: Callable[[], None]) -> bool:
        """Do it; where the disk refuses, note that and go on."""
        for _ in range(2):
            try:
                act()
            except DISK_TROUBLE as trouble:
                self._troubles[about] = in_words(trouble)
                if getattr(trouble, "errno", None) in FULL:
                    self._full = True
                    if self._reserved:
                        self.release_reserve()
                        continue
                return False
            else:
                self._troubles.pop(about, None)
                return True
        return False

    def _room(self) -> bool:
        """Whether a disk that was full has room again. Until then what is left of it is for the stances."""
        try:
            self._full = shutil.disk_usage(self.folder).free < ROOM_BYTES
        except OSError:
            self._full = True
        return not self._full

    # -- trouble --------------------------------------------------------------------------------------------------

    @property
    def trouble(self) -> Words | None:
        """Why figures are in memory only; None: all is on the disk, or soon will be."""
        refused = [in_words(trouble) for trouble in self._syncer.troubles().values()]
        return next(iter([*self._troubles.values(), *refused]), None)

    def refused(self, path: Path) -> OSError | None:
        """Why this file cannot be synced."""
        return self._syncer.troubles().get(path)

    def unsaved(self) -> tuple[int, int]:
        """How many of the last stances and of the last events are not in their files."""
        waiting = [file.waiting.count(b"\n") if file.sound else ALL for file in (self._stances, self._events)]
        return waiting[0], waiting[1]

    def reserve(self) -> Words | None:
        """Keep some space back for the numbers; why not, where there is not so much left."""
        if self.blocked:
            return BLOCKED
        if self._reserved:
            return None
        try:
            self._hold(RESERVE_BYTES)
        except OSError as trouble:
            return in_words(trouble)
        return None

    def _hold(self, size_bytes: int) -> None:
        path = self.folder / RESERVE
        try:
            make_private_file(path)
            path.write_bytes(bytes(size_bytes))
            sync_file(path)
        except OSError as trouble:
            self._full = self._full or trouble.errno in FULL
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
            raise
        self._reserved = True

    def release_reserve(self) -> None:
        """Give the space back that was kept for the numbers: the disk is full. Poses, which are large, wait from now on."""
        self._full = True
        self._free_reserve()

    def _free_reserve(self) -> None:
        self._reserved = False
        with contextlib.suppress(OSError):
            (self.folder / RESERVE).unlink(missing_ok=True)

    # -- the end --------------------------------------------------------------------------------------------------

    def close_poses(self, view: View) -> bool:
        """Make poses.parquet; False where some poses are not on the disk. They leave room for the numbers, which come after them."""
        self._batch_out()
        if self.blocked:
            return False
        self._free_reserve()
        self._restore_folder()
        made = False
        try:
            if self._room():
                self._log.write()
            else:
                self._hold(NUMBERS_BYTES)
            self._log.close()  # Windows removes no open file
            poses.finish(self.folder, view, self._log.waiting)
            made = True
        except DISK_TROUBLE as trouble:
            self._troubles[self._log.path.name] = in_words(trouble)
        self._log.close()
        self._free_reserve()
        self._syncer.forget(self._log.path)
        if made:
            self._troubles.pop(self._log.path.name, None)
        return self._log.sound and (made or not self._log.waiting)

    def finish(self, info: SessionInfo, summary: Summary, rows: Sequence[Stance], lines: Sequence[str]) -> None:
        """Write all that is missing; the folder is complete but for the report, and synced. `info` comes last: it says that all is there."""
        if self.blocked:
            self.abandon()
            return
        self._write_whole(self._stances, lambda: stances.whole(rows))
        self._write_whole(self._events, lambda: events.whole(lines))
        self._attempt("summary", lambda: write_summary(self.folder, summary))
        self._syncer.flush()
        self._syncer.replace(self.folder / schema.SESSION, as_json(info))
        self._syncer.flush()
        self.abandon(remove_lock=True)
        tidy(self.folder)

    def _write_whole(self, file: Growing, content: Callable[[], bytes]) -> None:
        """What waits goes into the file; where something is missing in it, it is written anew."""
        written = self._attempt(file.path.name, file.write)
        file.close()
        if not written or not file.sound:
            self._attempt(file.path.name, lambda: write_atomically(file.path, content()))
        self._syncer.changed(file.path)

    def _restore_folder(self) -> None:
        """A folder that was removed comes back, where its parent is still there."""
        if not self.folder.is_dir():
            with contextlib.suppress(OSError):
                make_folder(self.folder)

    def abandon(self, remove_lock: bool = False) -> None:
        """Close what is open and leave the folder as it is, as a crash would."""
        self._syncer.close()
        for file in (self._stances, self._events, self._log):
            file.close()
        self._lock.release(remove_lock)
