"""Sessions and clients removed for good: their folders and archives first, then what the database knows of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from runform_live.clinic import archive_records, clients, folders
from runform_live.clinic.client_sessions import sessions_of, unlink
from runform_live.clinic.database import Database
from runform_live.clinic.tables import Client, Enrolment, Exported, KeptSession, LinkedSession
from runform_live.encryption import keys, sealed_file
from runform_live.errors import BadInput, RunformError
from runform_live.file_names import shown
from runform_live.session.info_file import read_info


def erase_session(database: Database, folder: Path) -> None:
    """Remove a session for good: its folder, and then what the database knows of it.

    Raises BadInput, in a line, where it is no session folder, it is still written, or it cannot be removed. Then the database keeps it.
    """
    place = folders.place(folder)
    info = read_info(place)
    folders.remove(place, info.id, info.person_id or "")
    with database.writing() as session:
        unlink(session, place)


def archives_of(session: Session, client: Client) -> list[Path]:
    """The archives that were made of a client and lie where they were put, but for locked ones."""
    return _archives(session, client)[0]


def _archives(session: Session, client: Client) -> tuple[list[Path], dict[Path, str]]:
    """The archives of a client, and those that cannot be opened now, with the reason."""
    theirs, locked = [], {}
    for file in sorted(session.scalars(select(Exported.file).where(Exported.client_id == client.id))):
        try:
            if archive_records.client_of(file) == client.id:
                theirs.append(file)
        except keys.Locked as trouble:
            locked[file] = str(trouble)
    return theirs, locked


@dataclass(frozen=True, slots=True)
class Erasing:
    """What erasing a client removes, and what names them but stays. Sessions that are linked to nobody are found through the index."""

    sessions: tuple[Path, ...]  # folders that are linked to the client, and then those whose session.json has their id
    archives: tuple[Path, ...]
    # Links, archives with a passphrase of their own, sessions of another client by the records, and those that only have the same pseudonym.
    stays: tuple[Path, ...]
    # Linked folders that cannot be reached from here: they are on another computer, or on a drive that is not connected.
    out_of_reach: tuple[Path, ...]
    # Sessions and archives that may be the client's and cannot be opened now, with the reason. They are refused, or left where they are.
    locked: Mapping[Path, str]


def plan(session: Session, client: Client) -> Erasing:
    """What `erase_client` would do now. Bring the index up to date before (`index.refresh`), so that it knows all folders."""
    archives, locked_archives = _archives(session, client)
    locked = _locked(session, client) | locked_archives
    linked = [one.folder for one in sessions_of(session, client) if one.folder not in locked]
    unlinked, stays = _unlinked(session, client)
    away = [folder for folder in linked if not os.path.lexists(folder) and not folder.parent.exists()]
    here = [folder for folder in linked if folder not in away]
    stays += _with_own_passphrase(session, client)
    return Erasing((*here, *unlinked), tuple(archives), tuple(stays), tuple(away), locked)


def _with_own_passphrase(session: Session, client: Client) -> list[Path]:
    """Archives of the client by the records, which nobody can look into without their own passphrase."""
    found = session.scalars(select(Exported.file).where(Exported.client_id == client.id)).all()
    return sorted(file for file in found if file.is_file() and sealed_file.has_own_passphrase(file))


def _locked(session: Session, client: Client) -> dict[Path, str]:
    """Locked sessions that are linked to the client or to nobody, with the reason."""
    asked = (
        select(KeptSession.folder, KeptSession.trouble)
        .outerjoin(LinkedSession, LinkedSession.folder == KeptSession.folder)
        .where(KeptSession.state == "locked")
        .where(or_(LinkedSession.client_id.is_(None), LinkedSession.client_id == client.id))
        .order_by(KeptSession.folder)
    )
    return {folder: trouble or keys.LOCKED for folder, trouble in session.execute(asked)}


def why_refused(locked: Mapping[Path, str]) -> str:
    """Why nothing is erased while these are locked, in a line."""
    names = ", ".join(map(shown, locked))
    return f"{next(iter(locked.values()))}; until then nobody knows whether these are this client's: {names}"


def _unlinked(session: Session, client: Client) -> tuple[list[Path], list[Path]]:
    """Folders in the index that name the client but are not linked to them: those that hold their id, and those that stay."""
    asked = (
        select(KeptSession.folder, KeptSession.person_id, LinkedSession.client_id)
        .outerjoin(LinkedSession, LinkedSession.folder == KeptSession.folder)
        .where(or_(KeptSession.person_id == client.id, KeptSession.person_key == client.pseudonym_key))
        .order_by(KeptSession.folder)
    )
    theirs: list[Path] = []
    stays: list[Path] = []
    for folder, person_id, owner in session.execute(asked):
        if owner == client.id or not folder.exists():
            continue
        is_theirs = person_id == client.id and owner is None and not folder.is_symlink()
        (theirs if is_theirs else stays).append(folder)
    return theirs, stays


def erase_client(
    database: Database,
    pseudonym: str,
    progress: Callable[[Path], None] = lambda _: None,
    leave_locked: bool = False,
) -> None:
    """Remove a client for good: session folders, also those that are linked to nobody (see `plan`), known archives, records. `progress` is told of each folder that is gone.

    A record is forgotten only once its folder is gone, and the client last. So an erasing that was broken off can be done again.
    leave_locked: what is locked and may be the client's is left where it is, and no longer linked; else Locked is raised.
    Raises BadInput where there is no such client, and RunformError, in a line, where something could not be removed.
    """
    with database.reading() as session:
        client = clients.find(session, pseudonym)
        archives, locked_archives = _archives(session, client)
        locked = _locked(session, client) | locked_archives
        if locked and not leave_locked:
            raise keys.Locked(why_refused(locked))
        found = [(one.folder, one.session_id) for one in sessions_of(session, client) if one.folder not in locked]
        unlinked, _ = _unlinked(session, client)
    for folder in unlinked:
        info = folders.known(folder)  # the index may be older than what is in the folder now
        if info is None or info.person_id == client.id:
            found.append((folder, None if info is None else info.id))
    troubles = []
    for folder, session_id in found:
        try:
            folders.remove(folder, session_id, client.id)
        except RunformError as trouble:
            troubles.append(str(trouble))
            continue
        with database.writing() as session:
            unlink(session, folder)
        progress(folder)
    for file in archives:
        try:
            folders.remove_file(file)
        except RunformError as trouble:
            troubles.append(str(trouble))
    if troubles:
        more = f" (and {len(troubles) - 1} more)" if len(troubles) > 1 else ""
        raise BadInput(f"client {client.pseudonym!r} is not erased yet: {troubles[0]}{more}; then erase again")
    with database.writing() as session:
        for folder in locked:
            unlink(session, folder)
        _forget(session, client)
    database.tidy()


def _forget(session: Session, client: Client) -> None:
    if session.scalars(select(LinkedSession).where(LinkedSession.client_id == client.id)).first() is not None:
        raise BadInput(f"a session of client {client.pseudonym!r} began meanwhile; erase again")
    for table in (Exported, Enrolment):
        session.execute(delete(table).where(table.client_id == client.id))
    session.execute(delete(KeptSession).where(KeptSession.person_id == client.id))
    found = session.get(Client, client.id)
    if found is not None:
        session.delete(found)
