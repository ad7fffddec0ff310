"""The session folders that this installation knows: those in the user's folder, those of clients, and those of its lists."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from runform_live.session import sealed
from runform_live.session.reader import is_session

if TYPE_CHECKING:
    from runform_live.clinic.tables import KeptSession, LinkedSession


def here_and_of_clients(parent: Path) -> list[Path]:
    """The sessions directly under a folder, and those of clients, wherever they lie. Raises RunformError."""
    from runform_live.clinic.tables import LinkedSession

    return sorted({*sealed.sessions_in(parent), *_in_records(LinkedSession)})


def sealed_in_lists() -> list[Path]:
    """The sealed sessions that the records know from a list. Raises RunformError."""
    from runform_live.clinic.tables import KeptSession

    return sorted(filter(sealed.is_sealed, _in_records(KeptSession)))


def _in_records(table: type[KeptSession] | type[LinkedSession]) -> list[Path]:
    """The sessions in a table of the records that are there."""
    from sqlalchemy import select  # with the records: they take a while to load

    from runform_live.clinic import database

    if not database.is_there():
        return []
    with database.Database() as opened, opened.reading() as session:
        linked = session.scalars(select(table.folder)).all()
    return [folder for folder in linked if folder.is_dir() and not folder.is_symlink() and is_session(folder)]
