"""Writes a session folder: a kill or a power cut at any moment costs less than a second, and a disk that refuses costs no figure.

What is written is flushed at once and synced in a thread of its own. Whatever the disk does not take waits in memory.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from runform_live.errors import RunformError
from runform_live.messages import Stance, View
from runform_live.safe_files import as_json, has_content, make_folder, write_atomically
from runform_live.session import door, events, poses, schema, stances
from runform_live.session.disk import LOCKED, RESERVE, Disk, DiskTrouble, in_words
from runform_live.session.disk_sync import DiskSync
from runform_live.session.figures import Summary
from runform_live.session.growing_file import GrowingFile
from runform_live.session.info_file import write_info
from runform_live.session.lock import WAIT_S, FolderLock
from runform_live.session.new_folder import free_name
from runform_live.session.poses_log import PosesLog
from runform_live.session.schema import SessionInfo
from runform_live.session.seal_mark import mark
from runform_live.session.summary_file import write_summary

SCRATCH = tuple(f".{name}" for name in (schema.SESSION, schema.SUMMARY, schema.STANCES, schema.EVENTS, schema.POSES))
ALL = 1 << 60  # more than there ever are

Row = TypeVar("Row")


def tidy(folder: Path) -> None:
    """Take away what a killed writer left lying beside the files."""
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            if path.name == RESERVE or path.name.startswith(SCRATCH):
                path.unlink()


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
        self.locked = not self._lock.take(WAIT_S)  # a living process writes here, and this one writes nothing
        self._disk = Disk(folder)
        self._sync = DiskSync(folder)
        self._stances = GrowingFile(folder / schema.STANCES)
        self._events = GrowingFile(folder / schema.EVENTS)
        self._poses = PosesLog(folder, self._disk, self._sync)
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
        frame, pose_s = found.column("frame")[-1].as_py(), found.column("time_s")[-1].as_py()
        return Kept(info, rows, lines, int(frame), float(pose_s))

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
        if self.locked:
            self._disk.note("lock", LOCKED)
            return
        tidy(self.folder)
        mark(self.folder)
        self._disk.attempt("info", lambda: write_info(self.folder, info))
        self.reserve()
        self._repair(self._stances, stances.whole(rows))
        self._repair(self._events, events.whole(lines))
        self._disk.attempt("poses", self._poses.open)

    def _repair(self, file: GrowingFile, content: bytes) -> None:
        """The file holds exactly the content, and is appended to from now on."""
        if file.path.name in self._unread:
            return  # what stands in it stays
        if not file.path.exists():
            file.add(content)
            self._write(file)
        elif not has_content(file.path, content):
            if not self._disk.attempt(file.path.name, lambda: write_atomically(file.path, content)):
                file.spoil()

    # -- writing --------------------------------------------------------------------------------------------------

    def info(self, info: SessionInfo) -> None:
        """session.json anew, soon."""
        if not self.locked:
            self._sync.replace(self.folder / schema.SESSION, as_json(info))

    def stance(self, stance: Stance) -> None:
        """One more row of stances.csv."""
        self._stances.add(stances.row(stance).encode() + b"\n")
        self._write(self._stances)

    def rewrite_stances(self, rows: Sequence[Stance]) -> bool:
        """stances.csv anew: left and right were exchanged in some rows. False where the disk refuses: the old rows stay."""
        if self.locked or self._stances.path.name in self._unread:
            return False
        self._stances.close()  # Windows replaces no open file
        file = self._stances = GrowingFile(self._stances.path)
        written = self._disk.attempt(file.path.name, lambda: write_atomically(file.path, stances.whole(rows)))
        if written:
            self._sync.changed(file.path)
        else:
            file.spoil()
        return written

    def event(self, line: str) -> None:
        """One more line of events.jsonl."""
        self._events.add(line.encode() + b"\n")
        self._write(self._events)

    def pose(self, frame: int, time_s: float, landmarks: npt.NDArray[np.float64]) -> None:
        """One frame's landmarks (landmarks, 3)."""
        self._poses.add(frame, time_s, landmarks, self.locked)

    def changed(self, path: Path) -> None:
        """Somebody else wrote to a file of this folder: the video."""
        self._sync.changed(path)

    def _write(self, file: GrowingFile) -> None:
        if not self.locked and self._disk.attempt(file.path.name, file.write):
            self._sync.changed(file.path)

    # -- trouble --------------------------------------------------------------------------------------------------

    @property
    def trouble(self) -> DiskTrouble | None:
        """Why figures are in memory only; None: all is on the disk, or soon will be."""
        refused = [in_words(trouble) for trouble in self._sync.troubles().values()]
        return self._disk.trouble or next(iter(refused), None)

    def refused(self, path: Path) -> OSError | None:
        """Why this file cannot be synced."""
        return self._sync.troubles().get(path)

    def unsaved(self) -> tuple[int, int]:
        """How many of the last stances and of the last events are not in their files."""
        waiting = [file.waiting.count(b"\n") if file.sound else ALL for file in (self._stances, self._events)]
        return waiting[0], waiting[1]

    def reserve(self) -> DiskTrouble | None:
        """Keep some space back for the figures. Why not, if there is not so much left."""
        if self.locked:
            return LOCKED
        try:
            self._disk.reserve()
        except OSError as trouble:
            return in_words(trouble)
        return None

    def release_reserve(self) -> None:
        """Give the space back that was kept for the figures: the disk is full. Poses, which are large, wait from now on."""
        self._disk.full = True
        self._disk.free_reserve()

    # -- the end --------------------------------------------------------------------------------------------------

    def close_poses(self, view: View) -> bool:
        """Make poses.parquet. False if some poses are not on the disk."""
        if self.locked:
            return False
        self._disk.free_reserve()
        self._restore_folder()
        return self._poses.finish(view)

    def _restore_folder(self) -> None:
        """A folder that was removed comes back, where its parent is still there."""
        if not self.folder.is_dir():
            with contextlib.suppress(OSError):
                make_folder(self.folder)

    def finish(self, info: SessionInfo, summary: Summary, rows: Sequence[Stance], lines: Sequence[str]) -> None:
        """Write all that is missing; the folder is complete but for the report, and synced. `info` comes last: it says that all is there."""
        if self.locked:
            self.abandon()
            return
        self._write_whole(self._stances, lambda: stances.whole(rows))
        self._write_whole(self._events, lambda: events.whole(lines))
        self._disk.attempt("summary", lambda: write_summary(self.folder, summary))
        self._sync.flush()
        self._sync.replace(self.folder / schema.SESSION, as_json(info))
        self._sync.flush()
        self.abandon(remove_lock=True)
        tidy(self.folder)

    def _write_whole(self, file: GrowingFile, content: Callable[[], bytes]) -> None:
        """What waits goes into the file; where something is missing in it, it is written anew."""
        written = self._disk.attempt(file.path.name, file.write)
        file.close()
        if not written or not file.sound:
            self._disk.attempt(file.path.name, lambda: write_atomically(file.path, content()))
        self._sync.changed(file.path)

    def abandon(self, remove_lock: bool = False) -> None:
        """Close what is open and leave the folder as it is, as a crash would."""
        self._sync.close()
        self._stances.close()
        self._events.close()
        self._poses.close()
        self._lock.release(remove_lock)
