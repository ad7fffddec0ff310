"""Session folders of clients."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from runform_live.clinic import client_sessions, clients
from runform_live.clinic.database import Database
from runform_live.clinic.tables import Client
from runform_live.messages import Person
from runform_live.session import schema
from runform_live.session import stances as table
from runform_live.session.reader import read
from tests.session.test_reader import begun


def added(database: Database, pseudonym: str = "P07", **details: object) -> Client:
    with database.writing() as session:
        return clients.add(session, pseudonym, **details)  # type: ignore[arg-type]


def ran(database: Database, client: Client, folder: Path) -> Path:
    """A finished session of a client in that folder, linked."""
    folder.mkdir(parents=True)
    with begun(folder) as record:
        record.about.of_person(clients.person(client))
        record.finish("stopped")
    with database.writing() as session:
        client_sessions.link(session, client, folder)
    return folder


def folders_of(database: Database, client: Client) -> list[Path]:
    with database.reading() as session:
        return [one.folder for one in client_sessions.sessions_of(session, client)]


def kept(folder: Path, person: Person | None = None, started: str = "2026-05-01T10:00:00+02:00") -> Path:
    """A finished session of 20 stances, whose drop is 5 degrees left and 3 right."""
    folder.mkdir(parents=True)
    with begun(folder) as record:
        record.about.of_person(person)
        record.finish("stopped")
    return changed(folder, started=started)


def changed(folder: Path, **values: object) -> Path:
    """With other values in session.json."""
    path = folder / schema.SESSION
    path.write_text(json.dumps(json.loads(path.read_text()) | values))
    return folder


def with_drops(folder: Path, left: float | None, right: float | None) -> Path:
    """With other stances, and the summary that belongs to them."""
    rows = [
        msgspec.structs.replace(one, pelvic_drop_mid_deg=left if one.side == "left" else right)
        for one in read(folder).stances
    ]
    (folder / schema.STANCES).write_bytes(table.whole(rows))
    path = folder / schema.SUMMARY
    summary = json.loads(path.read_text())
    for side, value in (("left", left), ("right", right)):
        n = 0 if value is None else 10
        summary["sides"][side]["pelvic_drop_mid_deg"] = {"n": n, "mean": value, "sd": None, "ci95_low": None, "ci95_high": None}  # fmt: skip
    path.write_text(json.dumps(summary))
    return folder
