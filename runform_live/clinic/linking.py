"""A session folder that is being made is its client's from the beginning, so that a crash loses nothing.

The database is loaded only where there is a client: it takes a while.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from runform_live import doors, file_names
from runform_live.errors import BadInput, RunformError
from runform_live.messages import Person
from runform_live.session.schema import SessionInfo

Tell = Callable[[str], None]  # a line for a person


def person_of(pseudonym: str | None) -> Person | None:
    """The client of that pseudonym; None where nobody was named. Raises BadInput where there is no such client."""
    if pseudonym is None:
        return None
    from runform_live.clinic import clients
    from runform_live.clinic.database import Database

    with Database() as database, database.reading() as session:
        return clients.person(clients.find(session, pseudonym))


def name_of(info: SessionInfo) -> str:
    """The name in the records of the client whose session it is; empty where there are none, or none is noted. Raises BadInput."""
    if info.person_id is None:
        return ""
    from runform_live.clinic import database
    from runform_live.clinic.tables import Client

    if not database.is_there():
        return ""
    with database.Database() as opened, opened.reading() as session:
        client = session.get(Client, info.person_id)
        return "" if client is None or client.name is None else client.name


@contextlib.contextmanager
def linked(person: Person | None, folder: Path, tell: Tell) -> Iterator[None]:
    """For the block that measures into the folder. person: whose it is; None: nobody's.

    A database that refuses never ends a run: `tell` is told so. session.json says whose it is, and `runform clients find` links it again.
    Raises BadInput, before the block, where the client was erased since they were chosen: nothing new of them is to be written.
    """
    if _link(person, folder, tell) == "erased":
        from runform_live.session.unused import remove_if_empty

        remove_if_empty(folder)
        raise _erased(person)
    try:
        yield
    finally:
        _link(person, folder, tell)  # session.json is there by now
        forget_if_gone(person, folder, tell)


def refuse_erased(person: Person | None) -> None:
    """Raise BadInput where the client was erased since they were chosen. A database that refuses is no reason to stop."""
    if person is None:
        return
    from runform_live.clinic.database import Database
    from runform_live.clinic.tables import Client

    known: object = None
    try:
        with Database() as database, database.reading() as session:
            known = session.get(Client, person.id)
    except RunformError:
        return
    if known is None:
        raise _erased(person)


def _erased(person: Person | None) -> BadInput:
    name = file_names.shown(person.pseudonym if person else "")
    return BadInput(f"client {name!r} was erased meanwhile; nothing was measured")


def moved(person: Person | None, before: Path, folder: Path, tell: Tell) -> None:
    """The folder of a client's session has another name now."""
    _link(person, folder, tell)
    forget_if_gone(person, before, tell)


def forget_if_gone(person: Person | None, folder: Path, tell: Tell) -> None:
    """Forget a folder that was removed because nothing was measured."""
    if person is None or doors.exists(folder):
        return
    from runform_live.clinic import client_sessions
    from runform_live.clinic.database import Database

    with _told(folder, tell), Database() as database, database.writing() as session:
        client_sessions.unlink(session, folder)


def _link(person: Person | None, folder: Path, tell: Tell) -> Literal["linked", "erased", ""]:
    """Link the folder. "erased": there is no such client any more. Empty: nothing to link, or the database refused."""
    if person is None or not doors.exists(folder):
        return ""
    from runform_live.clinic import client_sessions
    from runform_live.clinic.database import Database
    from runform_live.clinic.tables import Client

    with _told(folder, tell), Database() as database, database.writing() as session:
        client = session.get(Client, person.id)
        if client is None:
            return "erased"
        client_sessions.link(session, client, folder)
        return "linked"
    return ""


@contextlib.contextmanager
def _told(folder: Path, tell: Tell) -> Iterator[None]:
    try:
        yield
    except RunformError as trouble:
        tell(f"{trouble}; {file_names.shown(folder)} is kept, and `runform clients find` links it later")
