"""The index of session folders in the database, brought up to date by a scan.

Nothing stands here alone: a lost index is made anew from the folders. Two programs may bring it up to date at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from runform_live.clinic import folders, scan, staging
from runform_live.clinic.database import Database
from runform_live.clinic.index_owners import link_named
from runform_live.clinic.index_rows import write
from runform_live.clinic.tables import KeptSession, LinkedSession
from runform_live.encryption import keys, sealed_file
from runform_live.errors import RunformError
from runform_live.session import schema

READERS = 4  # threads: one reads while another one waits for the disk
BATCH = 200  # folders in one transaction: others that write wait no longer than for these
Progress = Callable[[int, int], None]  # folders looked at, of how many


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a scan found: folders read, left because nothing changed in them, gone, and newly linked to a client."""

    read: int
    unchanged: int
    gone: int
    linked: int


def refresh(
    database: Database, parent: Path, progress: Progress = lambda _done, _of: None, link: bool = True
) -> Refreshed:
    """Bring the index up to date with the session folders under `parent`, and with those of clients that lie elsewhere.

    A folder is read only if its files changed. A session that runs, or that could not be read, is read each time; and so is a sealed
    one while the passphrase is not given, so that the index loses what it knew of it.
    link: also link sessions whose session.json names a client of this database.
    Raises BadInput where the folder cannot be listed or the database refuses. A `parent` that is not there has no sessions.
    """
    parent = folders.real(parent)
    staging.remove_stale(parent)
    _name_once(database)
    try:
        there = list(scan.under(parent))
    except FileNotFoundError:
        there = []
    with database.reading() as session:
        known = _known(session, parent)
        places = sorted({*there, *_linked_elsewhere(session, parent)})
    gone = _forget(database, sorted(set(known) - set(places)))
    changed = [folder for folder in places if not _is_unchanged(known.get(folder), folder)]
    unchanged = len(places) - len(changed)
    gone += _read(database, changed, lambda done: progress(unchanged + done, len(places)))
    progress(len(places), len(places))
    return Refreshed(len(changed), unchanged, gone, link_named(database, parent) if link else 0)


def refresh_client(database: Database, client_id: str) -> list[tuple[Path, str]]:
    """The same, only of the folders that are linked to a client: quick, also where there are very many sessions.

    Returns folders that are gone or cannot be read, with the reason. Raises Locked where one is locked: the rest would be half the truth.
    """
    with database.reading() as session:
        asked = (
            select(LinkedSession.folder, KeptSession.stamp, KeptSession.state)
            .outerjoin(KeptSession, KeptSession.folder == LinkedSession.folder)
            .where(LinkedSession.client_id == client_id)
        )
        known = {folder: None if stamp is None else (stamp, state) for folder, stamp, state in session.execute(asked)}
    there = [folder for folder in known if scan.is_there(folder)]
    _forget(database, sorted(set(known) - set(there)))
    changed = [folder for folder in there if not _is_unchanged(known[folder], folder)]
    _read(database, changed)
    gone = [(folder, "the folder is gone") for folder in sorted(set(known) - set(there))]
    with database.reading() as session:
        locked = (
            select(KeptSession.trouble)
            .join(LinkedSession, LinkedSession.folder == KeptSession.folder)
            .where(LinkedSession.client_id == client_id, KeptSession.state == "locked")
        )
        if (trouble := session.scalars(locked).first()) is not None:
            raise keys.Locked(f"sessions of this client are {trouble}")
        broken = (
            select(KeptSession.folder, KeptSession.trouble)
            .join(LinkedSession, LinkedSession.folder == KeptSession.folder)
            .where(LinkedSession.client_id == client_id, KeptSession.trouble.is_not(None))
            .order_by(KeptSession.folder)
        )
        return [*gone, *((folder, trouble or "") for folder, trouble in session.execute(broken))]


def _name_once(database: Database) -> None:
    """Give every folder that exists the one path of `folders.place`. An earlier version kept the path that was typed, so that some folders are in the database twice."""
    with database.reading() as session:
        linked = _misnamed(session.scalars(select(LinkedSession.folder)).all())
        parents = [one for one in session.scalars(select(KeptSession.parent).distinct()) if folders.real(one) != one]
        parents = [one for one in parents if one.is_dir()]
    if not linked and not parents:
        return
    with database.writing() as session:
        session.execute(delete(KeptSession).where(KeptSession.parent.in_(parents)))  # the scan makes them anew
        for folder, place in linked:
            found = session.get(LinkedSession, folder)
            if found is None:  # another program was here
                continue
            if session.get(LinkedSession, place) is None:
                session.add(LinkedSession(folder=place, client_id=found.client_id, session_id=found.session_id, started=found.started))  # fmt: skip
            session.delete(found)
            session.flush()


def _misnamed(linked: Sequence[Path]) -> list[tuple[Path, Path]]:
    """Folders that have another path in the database than `folders.place` says, with that one. Each parent is looked up once."""
    parents = {parent: folders.real(parent) for parent in {folder.parent for folder in linked}}
    found = [(folder, folders.place(folder)) for folder in linked if parents[folder.parent] != folder.parent]
    return [(folder, place) for folder, place in found if scan.is_there(place)]


def _known(session: Session, parent: Path) -> dict[Path, tuple[str, str]]:
    """Stamp and state of the folders in the index that this scan is about."""
    asked = (
        select(KeptSession.folder, KeptSession.stamp, KeptSession.state)
        .outerjoin(LinkedSession, LinkedSession.folder == KeptSession.folder)
        .where(or_(KeptSession.parent == parent, LinkedSession.folder.is_not(None)))
    )
    return {folder: (stamp, state) for folder, stamp, state in session.execute(asked)}


def _linked_elsewhere(session: Session, parent: Path) -> list[Path]:
    """The folders of clients' sessions that lie outside of `parent` and are there."""
    found = session.scalars(select(LinkedSession.folder)).all()
    return [folder for folder in found if folder.parent != parent and scan.is_there(folder)]


def _is_unchanged(known: tuple[str, str] | None, folder: Path) -> bool:
    return known is not None and known[1] == "finished" and known[0] == scan.stamp(folder) and _may_be_told(folder)


def _may_be_told(folder: Path) -> bool:
    """Whether the session is plain, or the passphrase is given. Raises WrongPassphrase."""
    if keys.is_unlocked() or not sealed_file.is_sealed(folder / schema.SESSION):
        return True
    try:
        keys.identity()
    except keys.WrongPassphrase:
        raise
    except RunformError:
        return False
    return True


def _forget(database: Database, gone: Sequence[Path]) -> int:
    for start in range(0, len(gone), BATCH):
        with database.writing() as session:
            session.execute(delete(KeptSession).where(KeptSession.folder.in_(gone[start : start + BATCH])))
    return len(gone)


def _read(database: Database, changed: Sequence[Path], progress: Callable[[int], None] = lambda _done: None) -> int:
    """Read folders into the index. Returns how many were removed meanwhile."""
    gone = 0
    with ThreadPoolExecutor(READERS) as readers:
        for start in range(0, len(changed), BATCH):
            progress(start)
            gone += write(database, list(readers.map(scan.of, changed[start : start + BATCH])))
    return gone
