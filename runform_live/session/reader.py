"""Reads a session folder: checks it, completes one that was cut off, names what is missing or damaged."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from runform_live.errors import BadInput
from runform_live.messages import Stance
from runform_live.session import schema
from runform_live.session.schema import SessionInfo, Summary
from runform_live.session.summary import summarise
from runform_live.session.writer import finish_poses, write_info, write_summary

CUT_OFF = "interrupted"


@dataclass(frozen=True, slots=True)
class Session:
    """A session as read from its folder."""

    folder: Path
    info: SessionInfo
    stances: list[Stance]
    events: list[dict[str, Any]]
    summary: Summary

    def poses(self) -> pa.Table:
        """poses.parquet as a table."""
        path = self.folder / schema.POSES
        try:
            return pq.read_table(path)
        except (OSError, pa.ArrowInvalid):
            raise BadInput(f"{path} is missing or damaged; analyse the video again to make it anew") from None


def is_session(folder: Path) -> bool:
    return (folder / schema.SESSION).is_file()


def read(folder: Path) -> Session:
    """The session in `folder`. One that was cut off (kill, power) is completed first."""
    info = read_info(folder)
    stances = read_stances(folder / schema.STANCES)
    events = _read_events(folder / schema.EVENTS)
    if info.ended is None:
        info = complete(folder, info, stances)
    path = folder / schema.SUMMARY
    try:
        summary = msgspec.json.decode(path.read_bytes(), type=Summary)
    except OSError:
        raise BadInput(f"{path} is missing; the session is incomplete: analyse its video again") from None
    except msgspec.DecodeError as trouble:
        raise BadInput(f"{path} is damaged ({trouble}); analyse the session's video again") from None
    return Session(folder, info, stances, events, summary)


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


def complete(folder: Path, info: SessionInfo, stances: list[Stance]) -> SessionInfo:
    """Finish what a session that was cut off left open: poses, summary, how it ended."""
    finish_poses(folder, info.view)
    instrument = info.model.instrument(info.calibration.calibrated, info.calibration.level_sd_deg)
    summary = summarise(stances, instrument, info.calibration.calibrated, info.view, ("interrupted",))
    write_summary(folder, summary)
    completed = msgspec.structs.replace(info, ended=CUT_OFF)
    write_info(folder, completed)
    return completed


def read_stances(path: Path) -> list[Stance]:
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            table = csv.DictReader(lines)
            rows = list(table)
    except OSError:
        raise BadInput(f"{path} is missing; the session is incomplete: analyse its video again") from None
    except UnicodeDecodeError:
        raise BadInput(f"{path} is damaged; analyse the session's video again") from None
    kept = table.fieldnames or ()
    columns = [column for column in schema.COLUMNS if column in kept or column not in schema.LATER_COLUMNS]
    stances = []
    for number, row in enumerate(rows, start=2):
        try:
            values: dict[str, Any] = {
                column: row[column] if column == "side" else (float(row[column]) if row[column] != "" else None)
                for column in columns
            }
            stances.append(msgspec.convert(values, Stance))
        except (KeyError, TypeError, ValueError):
            if number == len(rows) + 1:
                continue  # the last line of a session that was cut off while it was written
            raise BadInput(f"{path} is damaged in line {number}; analyse the session's video again") from None
    return stances


def _read_events(path: Path) -> list[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        raise BadInput(f"{path} is missing; the session is incomplete") from None
    except UnicodeDecodeError:
        raise BadInput(f"{path} is damaged") from None
    events = []
    for number, line in enumerate(lines, start=1):
        try:
            events.append(json.loads(line))
        except json.JSONDecodeError:
            if number < len(lines):
                raise BadInput(f"{path} is damaged in line {number}") from None
    return events
