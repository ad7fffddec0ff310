"""Whose session a run is: `--client P` of live and analyze."""

from __future__ import annotations

import contextlib
from pathlib import Path

from runform_live.cli import terminal
from runform_live.clinic import linking
from runform_live.clinic.linking import person_of as person_of
from runform_live.messages import Person


def linked(person: Person | None, folder: Path) -> contextlib.AbstractContextManager[None]:
    """For the block that measures into the folder, see `linking.linked`. Troubles go to the terminal."""
    return linking.linked(person, folder, terminal.warn)


def of_folder_name(name: str) -> Person | None:
    """The client whose pseudonym a folder bears; None: there is no such client, or no client at all. Raises BadInput."""
    from runform_live.clinic import clients, database

    if not database.is_there():
        return None
    with database.Database() as opened, opened.reading() as session:
        return clients.person(clients.find(session, name)) if clients.is_taken(session, name) else None
