"""Reads a session folder: checks it, names what is missing or damaged, completes one that was cut off.

A folder that a living process writes is never changed: what there is so far is shown.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pyarrow as pa

from runform_live.errors import BadInput
from runform_live.messages import SIDES, Stance
from runform_live.session import events, poses, schema, stances
from runform_live.session.events import Event
from runform_live.session.files import has_content, write_atomically
from runform_live.session.lock import RUN, FolderLock, is_written
from runform_live.session.recording import parts_in
from runform_live.session.schema import SessionInfo, Summary
from runform_live.session.summary import SUMMARISED, of_session
from runform_live.session.writer import DISK_TROUBLE, tidy, write_info, write_summary

CUT_OFF = "interrupted"
STILL_RUNNING = "still_running"
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

    def poses(self) -> pa.Table:
        """poses.parquet as a table; of a session without one, what its log holds."""
        found = poses.found(self.folder, self.info.view)
        if found is None and not self.running and self.info.ended != CUT_OFF:
            path = self.folder / schema.POSES
            raise BadInput(f"{path} is missing or damaged; analyse the video again to make it anew")
        return poses.POSE_SCHEMA.empty_table() if found is None else found

    def until_s(self) -> float:
        """Time (s) of the last frame or stance that is kept; 0 where there is none."""
        times_s = poses.table(self.folder, "unknown").column("time_s")
        last_s = float(times_s[-1].as_py()) if len(times_s) else 0.0
        return max(last_s, self.stances[-1].toe_off_s if self.stances else 0.0)


def is_session(folder: Path) -> bool:
    return (folder / schema.SESSION).is_file()


def read(folder: Path) -> Session:
    """The session in `folder`. One that was cut off (kill, power) is completed first, where nobody writes it and that can be done."""
    info = read_info(folder)
    if info.ended is not None:
        return _finished(folder, info)
    if is_written(folder):
        return _so_far(folder, info, running=True)
    lock = FolderLock(folder)
    if not lock.take() or (lock.unknown and _changed_lately(folder)):
        return _so_far(folder, info, running=True)
    try:
        info = read_info(folder)  # it may have been finished meanwhile
        return _completed(folder, info) if info.ended is None else _finished(folder, info)
    finally:
        lock.release()


def _changed_lately(folder: Path) -> bool:
    """Whether a file of it is younger than LATELY_S: on a drive without locks that is all that tells of a writer."""
    times_s = [path.stat().st_mtime for path in folder.iterdir()]
    return max(times_s, default=0.0) > time.time() - LATELY_S


def read_info(folder: Path) -> SessionInfo:
    """session.json alone."""
    path = folder / schema.SESSION
    if not folder.is_dir():
        raise BadInput(f"{folder}: there is no such session folder; `runform sessions list` shows those there are")
    try:
        info = msgspec.json.decode(path.read_bytes(), type=SessionInfo)
    except FileNotFoundError:
        raise BadInput(f"{folder} is not a session folder: {schema.SESSION} is missing") from None
    except (OSError, msgspec.DecodeError) as trouble:
        raise BadInput(f"{path} is damaged ({trouble}); restore it from a copy") from None
    if info.schema_version > schema.SESSION_VERSION:
        raise BadInput(f"{path} was written by a newer runform_live; update the program")
    return info


def _finished(folder: Path, info: SessionInfo) -> Session:
    found = stances.read(folder / schema.STANCES)
    happened = events.read(folder / schema.EVENTS)
    if not info.videos:  # of version 1, which kept no list
        info = msgspec.structs.replace(info, videos=parts_in(folder, thorough=False))
    return Session(folder, info, found, happened, _read_summary(folder / schema.SUMMARY))


def _read_summary(path: Path) -> Summary:
    try:
        summary = msgspec.json.decode(path.read_bytes(), type=Summary)
    except OSError:
        raise BadInput(f"{path} is missing; the session is incomplete: analyse its video again") from None
    except msgspec.DecodeError as trouble:
        raise BadInput(f"{path} is damaged ({trouble}); analyse the session's video again") from None
    known = [set(summary.symmetry), *(set(summary.sides.get(side, {})) for side in SIDES)]
    if any(not one.issuperset(SUMMARISED) for one in known):
        raise BadInput(f"{path} is damaged (not all metrics are in it); analyse the session's video again")
    return summary


def _so_far(folder: Path, info: SessionInfo, running: bool) -> Session:
    """What there is of a session that was not finished; nothing is written."""
    found = stances.read(folder / schema.STANCES, cut_off=True)
    happened = events.read(folder / schema.EVENTS, cut_off=True)
    videos = parts_in(folder, info.videos, thorough=not running)
    seen = poses.table(folder, info.view)
    info = msgspec.structs.replace(
        info,
        videos=videos,
        frames=int(seen.column("frame")[-1].as_py()) if seen.num_rows else 0,
        frames_recorded=sum(part.frames or 0 for part in videos),
    )
    summary = of_session(info, found, STILL_RUNNING if running else CUT_OFF)
    return Session(folder, info, found, happened, summary, running)


def _completed(folder: Path, info: SessionInfo) -> Session:
    """Finish what a session that was cut off left open. Where the disk does not take it, it is finished in memory alone."""
    session = _so_far(folder, info, running=False)
    done = msgspec.structs.replace(session.info, schema_version=schema.SESSION_VERSION, ended=CUT_OFF)
    session = Session(folder, done, session.stances, session.events, session.summary)
    rows = stances.whole(session.stances)
    lines = events.whole([events.as_line(event) for event in session.events])
    try:
        for name, content in ((schema.STANCES, rows), (schema.EVENTS, lines)):
            if not has_content(folder / name, content):
                write_atomically(folder / name, content)
        poses.finish(folder, info.view)
        write_summary(folder, session.summary)
        write_info(folder, done)
    except DISK_TROUBLE:
        return session
    tidy(folder)
    with contextlib.suppress(OSError):
        (folder / RUN).unlink()
    return session
