"""Session folders of clients."""

from __future__ import annotations

from pathlib import Path

from runform_live.clinic import clients
from runform_live.clinic.database import Database
from runform_live.clinic.tables import Client
from tests.session.test_reader import begun


def added(database: Database, pseudonym: str = "P07", **details: object) -> Client:
    with database.writing() as session:
        return clients.add(session, pseudonym, **details)  # type: ignore[arg-type]


def ran(database: Database, client: Client, folder: Path) -> Path:
    """A finished session of a client in that folder, linked."""
    folder.mkdir(parents=True)
    with begun(folder) as record:
        record.of_person(clients.person(client))
        record.finish("stopped")
    with database.writing() as session:
        clients.link(session, client, folder)
    return folder


def folders_of(database: Database, client: Client) -> list[Path]:
    with database.reading() as session:
        return [one.folder for one in clients.sessions_of(session, client)]
