"""Rows of the index: what it keeps of a session folder, and how a row is written."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from runform_live import file_names
from runform_live.clinic import clients, scan
from runform_live.clinic.database import Database
from runform_live.clinic.tables import Base, KeptContent, KeptSession
from runform_live.metrics import MAIN_METRIC
from runform_live.session.figures import Summary


def write(database: Database, batch: Sequence[scan.Kept]) -> int:
    """Write folders into the index. Returns how many were left out because somebody removed them meanwhile."""
    there = [one for one in batch if scan.is_there(one.folder)]
    finished = [one for one in there if one.state == "finished"]
    locked = [one.folder for one in there if one.state == "locked"]
    with database.writing() as session:
        _put(session, KeptSession, [_row_of(one) for one in there])
        _put(session, KeptContent, [_packed(one) for one in finished])
        session.execute(delete(KeptContent).where(KeptContent.folder.in_(locked)))  # what is locked is not told
    return len(batch) - len(there)


def insert(session: Session, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An insertion that can also replace a row: another program may have written it meanwhile."""
    return postgresql.insert(table) if is_server(session) else sqlite.insert(table)


def is_server(session: Session) -> bool:
    """Whether the database is a server (PostgreSQL), and not a file (SQLite)."""
    return session.get_bind().dialect.name == "postgresql"


def _put(session: Session, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, or replace those of the same folder."""
    if rows:
        statement = insert(session, table)
        new = {name: statement.excluded[name] for name in rows[0] if name != "folder"}
        session.execute(statement.on_conflict_do_update(index_elements=["folder"], set_=new), rows)


def _row_of(kept: scan.Kept) -> dict[str, Any]:
    info, summary = kept.info, kept.summary
    began = None if info is None else info.moment()
    offset = None if began is None else began.utcoffset()
    left, left_half = _figures(summary, "left")
    right, right_half = _figures(summary, "right")
    person = None if info is None else info.person
    prescribed = None if info is None else info.programme
    source = "" if info is None else file_names.shown(file_names.native(info.source))
    return {
        "folder": kept.folder,
        "parent": kept.folder.parent,
        "stamp": kept.stamp,
        "state": kept.state,
        "trouble": kept.trouble,
        "session_id": None if info is None else info.id,
        "started": began,
        "utc_offset_s": None if offset is None else round(offset.total_seconds()),
        "person": person,
        "person_id": None if info is None else info.person_id,
        "person_key": None if person is None else clients.key(person),
        "activity": kept.activity,
        "left_deg": left,
        "left_half_deg": left_half,
        "right_deg": right,
        "right_half_deg": right_half,
        "flags": "" if summary is None else "\n".join(summary.flags),
        "stances": kept.stances,
        "ran_s": kept.ran_s,
        "walked_s": kept.walked_s,
        "programme": None if prescribed is None else prescribed.programme,
        "number": None if prescribed is None else prescribed.number,
        "pain_before": None if info is None else info.pain_before,
        "pain_after": None if info is None else info.pain_after,
        "so_far_s": kept.so_far_s,
        "ended": None if info is None else info.ended,
        "words": " ".join((file_names.shown(kept.folder.name), person or "", source)).casefold(),
    }


def _figures(summary: Summary | None, side: str) -> tuple[float | None, float | None]:
    """Mean pelvic drop of a side, and half its 95% interval."""
    one = None if summary is None else summary.sides[side][MAIN_METRIC]
    return (None, None) if one is None else (one.mean, one.half)


def _packed(kept: scan.Kept) -> dict[str, Any]:
    info, summary = (zlib.compress(msgspec.json.encode(one), 1) for one in (kept.info, kept.summary))
    return {"folder": kept.folder, "info": info, "summary": summary}
