"""Whose the sessions of the index are: those that name a client in session.json are linked to that client."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import and_, or_, select, text
from sqlalchemy.orm import Session

from runform_live.clinic import clients, folders, following
from runform_live.clinic.database import Database
from runform_live.clinic.index_rows import insert, is_server
from runform_live.clinic.tables import Client, KeptSession, LinkedSession

BATCH = 200  # links in one statement
_LINKING_LOCK = 0x6C696E6B  # any number that is always the same


# A linked folder in which another session took the place of the client's is not theirs.
SESSION_OF_CLIENT = and_(
    LinkedSession.folder == KeptSession.folder,
    or_(LinkedSession.session_id.is_(None), LinkedSession.session_id == KeptSession.session_id),
)


class Owners:
    """Whose a session is, by what session.json says of the person: their id, else their pseudonym, as in a database made anew."""

    def __init__(self, session: Session) -> None:
        known = session.scalars(select(Client)).all()
        self._by_id = {one.id: one for one in known}
        self._by_key = {one.pseudonym_key: one for one in known}

    def of(self, person_id: str | None, person: str | None) -> Client | None:
        return self._by_id.get(person_id or "") or self._by_key.get(clients.key(person or ""))


def link_named(database: Database, parent: Path) -> int:
    """Link the sessions under `parent` whose session.json names a client (see Owners). Returns how many were linked."""
    with database.reading() as session:
        if not _theirs(session, parent):
            return 0
    with database.writing() as session:
        if is_server(session):  # two programs that link the same sessions would be in each other's way
            session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LINKING_LOCK})
        found = _theirs(session, parent)
        linked = [one for start in range(0, len(found), BATCH) for one in _claim(session, found[start : start + BATCH])]
        prescribed = [
            (client, info)
            for one, client in linked
            if one.programme is not None and (info := folders.known(one.folder)) is not None
        ]
        following.found_again(session, prescribed)
    return len(linked)


class _Unlinked(NamedTuple):
    """An indexed session that names somebody."""

    folder: Path
    session_id: str | None
    started: datetime | None
    programme: str | None
    person_id: str | None
    person: str | None


def _theirs(session: Session, parent: Path) -> list[tuple[_Unlinked, Client]]:
    """Sessions of clients that are linked to nobody, or were linked before they had begun."""
    asked = (
        select(*(getattr(KeptSession, name) for name in _Unlinked._fields))
        .outerjoin(LinkedSession, SESSION_OF_CLIENT)
        .where(KeptSession.parent == parent, KeptSession.person.is_not(None), LinkedSession.session_id.is_(None))
        .order_by(KeptSession.folder)
    )
    found = [_Unlinked(*row) for row in session.execute(asked)]
    if not found:
        return []
    owners = Owners(session)
    return [
        (one, client)
        for one in found
        if (client := owners.of(one.person_id, one.person)) is not None and not one.folder.is_symlink()
    ]


def _claim(session: Session, found: Sequence[tuple[_Unlinked, Client]]) -> list[tuple[_Unlinked, Client]]:
    """Link sessions to clients who are still there. One that was linked to another client meanwhile stays theirs."""
    owners = {client.id for _, client in found}
    # Held until the end of the transaction, so that nobody erases them now.
    kept = select(Client.id).where(Client.id.in_(owners)).with_for_update(read=True, key_share=True)
    there = set(session.scalars(kept).all())
    linked = [(one, client) for one, client in found if client.id in there]
    rows = [
        {"folder": one.folder, "client_id": client.id, "session_id": one.session_id, "started": one.started}
        for one, client in linked
    ]
    statement = insert(session, LinkedSession)
    new = {name: statement.excluded[name] for name in ("client_id", "session_id", "started")}
    allowed = or_(
        LinkedSession.client_id == statement.excluded.client_id,
        LinkedSession.session_id != statement.excluded.session_id,
    )
    if rows:
        session.execute(statement.on_conflict_do_update(index_elements=["folder"], set_=new, where=allowed), rows)
    return linked
