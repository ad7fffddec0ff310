"""Clients: added, found, listed, edited. Each function works in a transaction of `database.Database`."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict, Unpack

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from runform_live import file_names, messages
from runform_live.clinic.client_values import checked
from runform_live.clinic.tables import Client, LinkedSession
from runform_live.errors import BadInput


class Details(TypedDict, total=False):
    """What is known of a client; None: not known."""

    name: str | None
    height_m: float | None
    mass_kg: float | None
    sex: str | None
    born: date | None
    painful_side: str | None
    painful_place: str | None
    notes: str | None
    consent_on: date | None


class Changes(Details, total=False):
    """What can be edited."""

    pseudonym: str


DETAILS = tuple(Details.__annotations__)


@dataclass(frozen=True, slots=True)
class Listed:
    """A client in a list, with the number of sessions and when the newest one began."""

    client: Client
    sessions: int
    newest: datetime | None


def key(pseudonym: str) -> str:
    """The same for all spellings of a pseudonym that count as one: letter case, forms of accents, spaces."""
    return unicodedata.normalize("NFKC", " ".join(unicodedata.normalize("NFKC", pseudonym).casefold().split()))


def person(client: Client) -> messages.Person:
    """The client as session.json names them."""
    return messages.Person(client.id, client.pseudonym, client.height_m)


def add(session: Session, pseudonym: str, **details: Unpack[Details]) -> Client:
    """A new client. Raises BadInput where the pseudonym is taken or a value is out of its range."""
    known = checked({"pseudonym": pseudonym, **details})
    _refuse_taken(session, known["pseudonym"])
    client = Client(**known, pseudonym_key=key(known["pseudonym"]))
    session.add(client)
    session.flush()
    return client


def find(session: Session, pseudonym: str) -> Client:
    """The client of that pseudonym, in any letter case. Raises BadInput where there is none."""
    found = _with_key(session, key(pseudonym)) if file_names.shown(pseudonym) == pseudonym else None
    if found is None:
        raise BadInput(
            f"there is no client {file_names.shown(pseudonym[:80])!r}; `runform clients list` shows those there are"
        )
    return found


def listing(session: Session) -> list[Listed]:
    """All clients by pseudonym."""
    rows = session.execute(
        select(Client, func.count(LinkedSession.folder), func.max(LinkedSession.started))
        .outerjoin(LinkedSession, LinkedSession.client_id == Client.id)
        .group_by(Client.id)
        .order_by(Client.pseudonym_key)
    )
    return [Listed(client, sessions, newest) for client, sessions, newest in rows]


def persons(session: Session) -> list[messages.Person]:
    """All clients by pseudonym, without their sessions: quick."""
    return [person(client) for client in session.scalars(select(Client).order_by(Client.pseudonym_key))]


def edit(session: Session, client: Client, **changes: Unpack[Changes]) -> Client:
    """Change what is named and leave the rest. Raises BadInput, and then nothing is changed."""
    client = session.get_one(Client, client.id)
    kept = {name: getattr(client, name) for name in DETAILS}
    known = checked({"pseudonym": client.pseudonym, **kept, **changes})
    if key(known["pseudonym"]) != client.pseudonym_key:
        _refuse_taken(session, known["pseudonym"])
        client.pseudonym_key = key(known["pseudonym"])
    for name, value in known.items():
        setattr(client, name, value)
    session.flush()
    return client


def _with_key(session: Session, wanted: str) -> Client | None:
    return session.scalars(select(Client).where(Client.pseudonym_key == wanted)).one_or_none()


def is_taken(session: Session, pseudonym: str) -> bool:
    """Whether a client has that pseudonym, in any letter case."""
    return _with_key(session, key(pseudonym)) is not None


def _refuse_taken(session: Session, pseudonym: str) -> None:
    if is_taken(session, pseudonym):
        raise BadInput(f"there is a client {pseudonym!r} already; choose another pseudonym")
