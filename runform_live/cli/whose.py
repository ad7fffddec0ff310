"""Whose session a run is: `--client P` of live and analyze."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from runform_live import doors, names
from runform_live.cli import terminal
from runform_live.errors import RunformError
from runform_live.messages import Person

# The database is loaded only where a client was named: it takes a while.


def person_of(pseudonym: str | None) -> Person | None:
    """The client of that pseudonym; None where nobody was named. Raises BadInput where there is no such client."""
    if pseudonym is None:
        return None
    from runform_live.clinic import clients
    from runform_live.clinic.database import Database

    with Database() as database, database.reading() as session:
        return clients.person(clients.find(session, pseudonym))


@contextlib.contextmanager
def linked(person: Person | None, folder: Path) -> Iterator[None]:
    """For the block that measures into the folder: it is the client's from the beginning, so that a crash loses nothing."""
    _link(person, folder)
    try:
        yield
    finally:
        _link(person, folder)  # session.json is there by now
        forget_if_gone(person, folder)


def forget_if_gone(person: Person | None, folder: Path) -> None:
    """Forget a folder that was removed because nothing was measured."""
    if person is None or doors.exists(folder):
        return
    from runform_live.clinic import clients
    from runform_live.clinic.database import Database

    with _told(folder), Database() as database, database.writing() as session:
        clients.unlink(session, folder)


def _link(person: Person | None, folder: Path) -> None:
    if person is None or not doors.exists(folder):
        return
    from runform_live.clinic import clients
    from runform_live.clinic.database import Database
    from runform_live.clinic.tables import Client

    with _told(folder), Database() as database, database.writing() as session:
        client = session.get(Client, person.id)
        if client is not None:  # else erased meanwhile
            clients.link(session, client, folder)


@contextlib.contextmanager
def _told(folder: Path) -> Iterator[None]:
    """A database that refuses never ends a run: session.json says whose it is, and `runform clients find` links it again."""
    try:
        yield
    except RunformError as trouble:
        terminal.warn(f"{trouble}; {names.shown(folder)} is kept, and `runform clients find` links it later")
