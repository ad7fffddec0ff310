"""A session folder as a line of the index: read fast, and whatever is wrong with it said in a line. No database.

What the list shows is summary.json. It is believed where its two figures fit the stances beside it. Where they do not, and where the
session is of an earlier version or was not finished, the folder is read in full: that makes the summary anew, or adds what it lacks.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from runform_live import file_names
from runform_live.encryption import keys, sealed_file
from runform_live.errors import BadInput, RunformError, reason_of
from runform_live.gait.by_gait import main_of_counts
from runform_live.gait.run_phase import ran_s, seconds_run
from runform_live.messages import GAITS, SIDES, Gait
from runform_live.metrics import MAIN_METRIC
from runform_live.session import door, schema
from runform_live.session.figures import Summary
from runform_live.session.info_file import read_info
from runform_live.session.reader import Session, is_session, read
from runform_live.session.schema import SessionInfo
from runform_live.session.summary_check import ROUNDING
from runform_live.session.summary_file import read_summary

State = Literal["finished", "running", "broken", "locked"]
Activity = Literal["running", "walking", "both"]

VERSION = 3  # of what is made of a folder; another one reads all folders anew
FILES = (schema.SESSION, schema.SUMMARY, schema.STANCES)
_COLUMNS = ("side", "initial_contact_s", "toe_off_s", MAIN_METRIC)
_GAIT = "gait"  # a column that sessions of earlier versions lack: they are of running
_ACTIVITIES: dict[frozenset[str], Activity] = {
    frozenset({"run"}): "running", frozenset({"walk"}): "walking", frozenset({"run", "walk"}): "both",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """What a session folder holds. `info` and `summary` are None where it is broken or locked; `info` is there if session.json can be read."""

    folder: Path
    stamp: str
    state: State
    trouble: str | None = None  # why it is broken or locked
    info: SessionInfo | None = None
    summary: Summary | None = None
    activity: Activity | None = None
    stances: int | None = None
    ran_s: float | None = None
    walked_s: float | None = None
    so_far_s: float | None = None  # time (s) up to which there is something of a running one


def under(parent: Path) -> Iterator[Path]:
    """The session folders directly under a folder, by name, with links that lead to one and those that lead nowhere.

    Raises FileNotFoundError where there is no such folder, BadInput where it cannot be listed.
    """
    try:
        with os.scandir(parent.absolute()) as entries:
            found = sorted(entry.path for entry in entries if _may_be_folder(entry))
    except FileNotFoundError:
        raise
    except OSError as trouble:
        raise BadInput(f"{file_names.shown(parent)} cannot be listed ({reason_of(trouble)})") from None
    for path in map(Path, found):
        if _is_listed(path):
            yield path


def _may_be_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_symlink() or entry.is_dir(follow_symlinks=False)
    except OSError:
        return True


def _is_listed(path: Path) -> bool:
    try:
        return is_session(path) if stat.S_ISDIR(path.stat().st_mode) else False
    except OSError:
        return True  # `of` says why


def stamp(folder: Path) -> str:
    """A text that stays the same as long as the files of the folder do. A folder that is gone or cannot be read has one too."""
    return f"{VERSION} " + " ".join(_stamp_of(folder / name) for name in FILES)


def _stamp_of(path: Path) -> str:
    try:
        found = sealed_file.where(path).stat()
    except (OSError, ValueError):
        return "-"
    return f"{found.st_mtime_ns}:{found.st_size}:{found.st_ino}"


def is_there(folder: Path) -> bool:
    """Whether there is a session folder, whatever is wrong with it, or a link that leads nowhere."""
    try:
        return folder.is_symlink() or is_session(folder)
    except (OSError, ValueError):
        return True


def of(folder: Path) -> Kept:
    """One session folder. Whatever is wrong with it is in `trouble`. Raises WrongPassphrase."""
    before = stamp(folder)
    info = None
    try:
        _refuse_nothing(folder)
        info = read_info(folder)
        if info.ended is None:
            return _of_unfinished(folder, before)
        return _of_finished(folder, before, info)
    except keys.WrongPassphrase:
        raise
    except keys.Locked as trouble:
        return Kept(folder, before, "locked", door.clean(_within(folder, str(trouble))))
    except RunformError as trouble:
        reason = _within(folder, str(trouble))
    except (OSError, ValueError) as failed:
        reason = f"cannot be read ({reason_of(failed)})"
    return Kept(folder, before, "broken", door.clean(reason), info)


def _refuse_nothing(folder: Path) -> None:
    try:
        folder.stat()
    except FileNotFoundError:
        raise BadInput("a link that leads nowhere" if folder.is_symlink() else "is gone") from None


def _within(folder: Path, trouble: str) -> str:
    """The words without the folder's own place, which the line begins with."""
    return file_names.shown(trouble).replace(f"{file_names.shown(folder)}{os.sep}", "", 1)


def _of_unfinished(folder: Path, before: str) -> Kept:
    """One that runs, or was cut off; reading it completes the latter."""
    session = read(folder)
    return _of_session(session, before if session.running else stamp(folder))


def _of_session(session: Session, now: str) -> Kept:
    rows = session.stances
    return Kept(
        session.folder, now, "running" if session.running else "finished", None, session.info, session.summary,
        _ACTIVITIES.get(frozenset(one.gait for one in rows)), len(rows), ran_s(rows), ran_s(rows, "walk"),
        session.until_s() if session.running else None,
    )  # fmt: skip


def _of_finished(folder: Path, before: str, info: SessionInfo) -> Kept:
    table = _stances(folder / schema.STANCES)
    if table is not None:
        summary = read_summary(folder)
        if _is_whole(summary, table) and _fits(summary, table):
            activity = _ACTIVITIES.get(frozenset(_gaits(table).tolist()))
            ran, walked = (_seconds(table, gait) for gait in GAITS)
            return Kept(folder, before, "finished", None, info, summary, activity, table.num_rows, ran, walked)
    return _of_session(read(folder), stamp(folder))


def _is_whole(summary: Summary, table: pa.Table) -> bool:
    """Whether it has all that `read` gives. Earlier versions lack some of it, which `read` works out from the stances."""
    if summary.schema_version < schema.SESSION_VERSION:
        return False
    return summary.cadence_half_spm is not None or table.num_rows == 0


# -- stances.csv, a hundred times faster than `session.stances`, which is asked wherever anything is odd ---------------


def _stances(path: Path) -> pa.Table | None:
    """The few columns that a list needs; None where the file is not as usual. Raises BadInput where it must not be opened."""
    try:
        content = door.content(path)
    except FileNotFoundError:
        return None
    header = content[: content.find(b"\n")].decode(errors="replace").rstrip("\r").split(",")
    if not set(_COLUMNS) <= set(header) or not content.endswith(b"\n"):
        return None
    wanted = [*_COLUMNS, _GAIT] if _GAIT in header else list(_COLUMNS)
    kinds = {name: pa.string() if name in ("side", _GAIT) else pa.float64() for name in wanted}
    try:
        table = csv.read_csv(
            pa.BufferReader(content),
            read_options=csv.ReadOptions(use_threads=False),
            convert_options=csv.ConvertOptions(
                include_columns=wanted, column_types=kinds, null_values=[""], strings_can_be_null=True
            ),
        )
    except (pa.ArrowException, UnicodeDecodeError):
        return None
    return table if _is_in_order(table) else None


def _is_in_order(table: pa.Table) -> bool:
    """Whether all times are known and grow, and each stance has a side."""
    begins_s, ends_s = _column(table, "initial_contact_s"), _column(table, "toe_off_s")
    return (
        bool(np.all(begins_s <= ends_s) and np.all(np.diff(begins_s) > 0.0))
        and bool(np.all(np.isfinite(ends_s)))
        and set(pc.unique(table.column("side")).to_pylist()) <= set(SIDES)
        and set(_gaits(table).tolist()) <= set(GAITS)
    )


def _column(table: pa.Table, name: str) -> npt.NDArray[np.float64]:
    found: npt.NDArray[np.float64] = table.column(name).to_numpy()
    return found.astype(np.float64)


def _gaits(table: pa.Table) -> npt.NDArray[np.object_]:
    """The gait of each stance."""
    if _GAIT not in table.column_names:
        return np.full(table.num_rows, "run", object)
    found: npt.NDArray[np.object_] = table.column(_GAIT).to_numpy()
    return found


def _seconds(table: pa.Table, gait: Gait) -> float:
    """Seconds of that gait, without the pauses."""
    own = _gaits(table) == gait
    return seconds_run(_column(table, "initial_contact_s")[own], _column(table, "toe_off_s")[own])


def _fits(summary: Summary, table: pa.Table) -> bool:
    """Whether the drops of the summary are those of the stances of its gait, or of some of them; of its walking part alike."""
    ran = _gaits(table) == "run"
    sides = table.column("side").to_numpy()
    gait = main_of_counts([int((ran & (sides == side)).sum()) for side in SIDES], int((~ran).sum()))
    main = ran if gait == "run" else ~ran
    if (summary.walking is None) != bool(gait == "walk" or main.all()) or summary.gait != gait:
        return False
    rest = table.filter(pa.array(~main))
    return _fit_one_gait(summary, table.filter(pa.array(main))) and (
        summary.walking is None or _fit_one_gait(summary.walking, rest)
    )


def _fit_one_gait(summary: Summary, table: pa.Table) -> bool:
    sides = table.column("side").to_numpy()
    drops = _column(table, MAIN_METRIC)
    for side in SIDES:
        one = summary.sides[side][MAIN_METRIC]
        values = drops[(sides == side) & np.isfinite(drops)]
        if one.n > len(values) or (one.n > 0) != (one.mean is not None):
            return False
        if one.mean is None:
            if len(values):  # it was lost, or withheld: the session itself knows
                return False
            continue
        low, high = (values.mean(),) * 2 if one.n == len(values) else (values.min(), values.max())
        if not low - ROUNDING <= one.mean <= high + ROUNDING:
            return False
    return True
