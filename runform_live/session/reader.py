"""Reads a session folder: checks it, names what is missing or damaged, completes one that was cut off.

A folder that a living process writes is never changed: what there is so far is shown.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pyarrow as pa

from runform_live.encryption import sealed_file
from runform_live.errors import BadInput
from runform_live.file_names import shown
from runform_live.gait.one_level import on_one_level
from runform_live.messages import Stance
from runform_live.safe_files import has_content, write_atomically
from runform_live.session import events, poses, schema, stances
from runform_live.session.disk import REFUSED
from runform_live.session.events import Event
from runform_live.session.figures import (
    Summary,
)
from runform_live.session.first_minute_target import with_target_of_whole_run
from runform_live.session.info_file import Settings, read_info, write_info
from runform_live.session.lock import RUN, FolderLock, is_written
from runform_live.session.recording import parts_in
from runform_live.session.schema import SessionInfo
from runform_live.session.summary import of_session
from runform_live.session.summary_check import contradicts, fits
from runform_live.session.summary_file import completed, stored, write_summary
from runform_live.session.writer import tidy
from runform_live.software import software

CUT_OFF = "interrupted"
STILL_RUNNING = "still_running"
MADE_ANEW = "summary_made_anew"
LATELY_S = 60.0


@dataclass(frozen=True, slots=True)
class Session:
    """A session as read from its folder."""

    folder: Path
    info: SessionInfo
    stances: list[Stance]
    events: list[Event]
    summary: Summary
    running: bool = False  # a living process writes it; this is what there was when it was read

    @property
    def pain(self) -> schema.Pain:
        """The pain scores before and after it."""
        return self.info.pain

    def poses(self) -> pa.Table:
        """poses.parquet as a table; of a session without one, what its log holds."""
        found = poses.found(self.folder, self.info.view)
        if found is None and not self.running and self.info.ended != CUT_OFF:
            raise BadInput(f"{poses.wrong_with(self.folder)}; analyse the video again to make it anew")
        return poses.POSE_SCHEMA.empty_table() if found is None else found

    def until_s(self) -> float:
        """Time (s) of the last frame or stance that is kept; 0 where there is none."""
        times_s = poses.table(self.folder, "unknown").column("time_s")
        last_s = float(times_s[-1].as_py()) if len(times_s) else 0.0
        return max([last_s, *(one.toe_off_s for one in self.stances[-2:])])  # in walking the last but one may end later


# msgspec works out a type when it first decodes one. Two threads that do so at once crash the program, and the list of sessions reads
# folders in threads. So all types of a session are worked out here, when this module is loaded.
WORKED_OUT = tuple(msgspec.json.Decoder(shape) for shape in (SessionInfo, Summary, Stance, Settings))


def refuse_same(first: Session, second: Session) -> None:
    """Raise BadInput where both are the same session, which cannot be compared with itself."""
    if first.folder.resolve() == second.folder.resolve():
        raise BadInput(f"{shown(first.folder)} is named twice; give two sessions")


def is_session(folder: Path) -> bool:
    """Whether there is something called session.json in it, whatever it is, or sealed. Raises OSError where that cannot be seen."""
    for path in (folder / schema.SESSION, sealed_file.sealed_name(folder / schema.SESSION)):
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            path.lstat()
            return True
    return False


def read(folder: Path) -> Session:
    """The session in `folder`. One that was cut off (kill, power) is completed first, where nobody writes it and that can be done."""
    info = read_info(folder)
    if info.ended is not None:
        return _finished(folder, info)
    if is_written(folder):
        return _so_far(folder, info, running=True)
    if not is_own(folder):
        return _in_memory(folder, info)
    lock = FolderLock(folder)
    if not lock.take() or (lock.unknown and _changed_lately(folder)):
        return _so_far(folder, info, running=True)
    try:
        info = read_info(folder)  # it may have been finished meanwhile
        return _completed(folder, info) if info.ended is None else _finished(folder, info)
    finally:
        lock.release()


def is_own(folder: Path) -> bool:
    """Whether this user owns the folder: what another wrote there would not be its owner's any more."""
    return sys.platform == "win32" or folder.stat().st_uid == os.geteuid()


def _changed_lately(folder: Path) -> bool:
    """Whether a file of it is younger than LATELY_S: on a drive without locks that is all that tells of a writer."""
    times_s = [path.lstat().st_mtime for path in folder.iterdir()]
    return max(times_s, default=0.0) > time.time() - LATELY_S


def _finished(folder: Path, info: SessionInfo) -> Session:
    found = _in_order(stances.read(folder / schema.STANCES))
    happened = events.read(folder / schema.EVENTS)
    if not info.videos:  # of version 1, which kept no list
        info = msgspec.structs.replace(info, videos=parts_in(folder, thorough=False))
    made = of_session(info, found, happened)
    summary = completed(stored(folder), made)
    if not fits(summary, found) or contradicts(summary, made, info.software == software()):
        summary = of_session(info, found, happened, MADE_ANEW)
    return Session(folder, info, found, happened, summary)


def _in_order(rows: list[Stance]) -> list[Stance]:
    """Sorted by time, because cadence and phases compare neighbours: a spreadsheet may have sorted them by something else.

    A row that stands there twice (same side, same midstance) counts once.
    """
    once = {(stance.side, stance.midstance_s): stance for stance in reversed(rows)}  # the first of them stays
    return sorted(once.values(), key=lambda stance: stance.midstance_s)


def _so_far(folder: Path, info: SessionInfo, running: bool) -> Session:
    """What there is of a session that was not finished; nothing is written."""
    found = _in_order(stances.read(folder / schema.STANCES, cut_off=True))
    found = [stances.as_written(one) for one in on_one_level(found, info.calibration.from_s)]
    happened = events.read(folder / schema.EVENTS, cut_off=True)
    videos = parts_in(folder, info.videos, thorough=not running)
    seen = poses.table(folder, info.view)
    info = msgspec.structs.replace(
        info,
        videos=videos,
        frames=int(seen.column("frame")[-1].as_py()) if seen.num_rows else 0,
        frames_recorded=sum(part.frames or 0 for part in videos),
    )
    info = with_target_of_whole_run(info, found)
    summary = of_session(info, found, happened, STILL_RUNNING if running else CUT_OFF)
    return Session(folder, info, found, happened, summary, running)


def _in_memory(folder: Path, info: SessionInfo) -> Session:
    """A session that was cut off, as it would be completed; nothing is written."""
    found = _so_far(folder, info, running=False)
    done = msgspec.structs.replace(found.info, schema_version=schema.SESSION_VERSION, ended=CUT_OFF)
    return Session(folder, done, found.stances, found.events, found.summary)


def _completed(folder: Path, info: SessionInfo) -> Session:
    """Finish what a session that was cut off left open. Where the disk does not take it, it is finished in memory alone."""
    session = _in_memory(folder, info)
    rows = stances.whole(session.stances)
    lines = events.whole([events.as_line(event) for event in session.events])
    try:
        for name, content in ((schema.STANCES, rows), (schema.EVENTS, lines)):
            if not has_content(folder / name, content):
                write_atomically(folder / name, content)
        poses.finish(folder, info.view)
        write_summary(folder, session.summary)
        write_info(folder, session.info)
    except REFUSED:
        return session
    tidy(folder)
    with contextlib.suppress(OSError):
        (folder / RUN).unlink()
    return session
