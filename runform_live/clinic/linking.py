"""A session folder that is being made is its client's from the beginning, so that a crash loses nothing.

The database is loaded only where there is a client: it takes a while.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from runform_live import doors, names
from runform_live.errors import RunformError
from runform_live.messages import Person

Tell = Callable[[str], None]  # a line for a person


@contextlib.contextmanager
def linked(person: Person | None, folder: Path, tell: Tell) -> Iterator[None]:
    """For the block that measures into the folder. person: whose it is; None: nobody's.

    A database that refuses never ends a run: `tell` is told so. session.json says whose it is, and `runform clients find` links it again.
    """
    _link(person, folder, tell)
    try:
        yield
    finally:
        _link(person, folder, tell)  # session.json is there by now
        forget_if_gone(person, folder, tell)


def forget_if_gone(person: Person | None, folder: Path, tell: Tell) -> None:
    """Forget a folder that was removed because nothing was measured."""
    if person is None or doors.exists(folder):
        return
    from runform_live.clinic import clients
    from runform_live.clinic.database import Database

    with _told(folder, tell), Database() as database, database.writing() as session:
        clients.unlink(session, folder)


def _link(person: Person | None, folder: Path, tell: Tell) -> None:
    if person is None or not doors.exists(folder):
        return
    from runform_live.clinic import clients
    from runform_live.clinic.database import Database
    from runform_live.clinic.tables import Client

    with _told(folder, tell), Database() as database, database.writing() as session:
        client = session.get(Client, person.id)
        if client is not None:  # else erased meanwhile
            clients.link(session, client, folder)


@contextlib.contextmanager
def _told(folder: Path, tell: Tell) -> Iterator[None]:
    try:
        yield
    except RunformError as trouble:
        tell(f"{trouble}; {names.shown(folder)} is kept, and `runform clients find` links it later")
