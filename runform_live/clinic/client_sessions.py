"""Which session folders are a client's: linked, forgotten, listed. Each function works in a transaction of `database.Database`."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from runform_live.clinic import folders
from runform_live.clinic.tables import Client, KeptSession, LinkedSession
from runform_live.errors import BadInput


def link(session: Session, client: Client, folder: Path) -> LinkedSession:
    """The folder holds, or soon will hold, a session of this client. Linking it again reads session.json anew.

    Raises BadInput where it is the session of another client.
    """
    place = folders.place(folder)
    known = folders.known(place)
    found = session.get(LinkedSession, place)
    if found is not None and found.client_id != client.id:
        if known is not None and found.session_id in (None, known.id):
            other = session.get_one(Client, found.client_id)
            raise BadInput(f"{place} is a session of client {other.pseudonym!r}")
        session.delete(found)  # that one is gone, and another session took its place
        session.flush()
        found = None
    if found is None:
        found = LinkedSession(folder=place, client_id=client.id)
        session.add(found)
    if known is not None:
        found.session_id, found.started = known.id, known.moment()
    session.flush()
    return found


def unlink(session: Session, folder: Path) -> None:
    """Forget the folder, in the index too. Nothing in it is touched."""
    place = folders.place(folder)
    session.execute(delete(LinkedSession).where(LinkedSession.folder.in_((place, folder.absolute()))))
    session.execute(delete(KeptSession).where(KeptSession.folder.in_((place, folder.absolute()))))


def sessions_of(session: Session, client: Client) -> list[LinkedSession]:
    """The sessions of a client, oldest first; those that have not begun come last."""
    found = session.scalars(select(LinkedSession).where(LinkedSession.client_id == client.id)).all()
    return sorted(found, key=lambda one: (one.started is None, one.started.timestamp() if one.started else 0.0))
