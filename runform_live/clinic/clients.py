"""Clients and their sessions: added, found, edited, linked, erased. Each function works in a transaction of `database.Database`."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypedDict, Unpack

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from runform_live import file_names, messages
from runform_live.clinic import archive_mark, folders
from runform_live.clinic.database import Database
from runform_live.clinic.tables import Client, Enrolment, Exported, KeptSession, LinkedSession
from runform_live.errors import BadInput, RunformError

HEIGHT_M = 0.5, 2.5
MASS_KG = 10.0, 400.0
SEXES = ("female", "male", "other")
PAINFUL_SIDES = ("left", "right", "both", "none")
EARLIEST = date(1900, 1, 1)
LONGEST = {"pseudonym": 80, "name": 200, "painful_place": 200, "notes": 10_000}  # characters


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


# -- clients ------------------------------------------------------------------------------------------------------


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


# -- ranges -------------------------------------------------------------------------------------------------------


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are kept. Raises BadInput where one is out of its range."""
    found = dict(values)
    for name, longest in LONGEST.items():
        if found.get(name) is not None:
            found[name] = _text(name, found[name], longest)
    if not found.get("pseudonym"):
        raise BadInput("the pseudonym is empty; give a short name or number that says nothing to others")
    _refuse_outside("height", "cm", found.get("height_m"), HEIGHT_M, 100.0)
    _refuse_outside("mass", "kg", found.get("mass_kg"), MASS_KG, 1.0)
    _refuse_other("sex", found.get("sex"), SEXES)
    _refuse_other("painful side", found.get("painful_side"), PAINFUL_SIDES)
    born, consent = found.get("born"), found.get("consent_on")
    for what, day in (("date of birth", born), ("consent", consent)):
        if day is not None and not EARLIEST <= day <= date.today():
            raise BadInput(f"the {what} is {day}; it must be between {EARLIEST} and today")
    if born is not None and consent is not None and consent < born:
        raise BadInput(f"the consent ({consent}) is before the date of birth ({born})")
    return found


def _text(name: str, value: str, longest: int) -> str | None:
    what = name.replace("_", " ")
    text = value.strip()
    if len(text) > longest:
        raise BadInput(f"the {what} has {len(text)} characters; at most {longest} can be kept")
    plain = text.replace("\n", " ").replace("\r", " ").replace("\t", " ") if name == "notes" else text
    if file_names.shown(plain) != plain:
        raise BadInput(f"the {what} holds characters that cannot be shown; write it in letters")
    return text or None


def _refuse_outside(what: str, unit: str, value: float | None, ends: tuple[float, float], shown_as: float) -> None:
    least, most = ends
    if value is not None and not least <= value <= most:  # NaN is outside too
        low, high, given = (f"{number * shown_as:g}" for number in (least, most, value))
        raise BadInput(f"the {what} is {given} {unit}; it must be between {low} and {high} {unit}")


def _refuse_other(what: str, value: str | None, allowed: tuple[str, ...]) -> None:
    if value is not None and value not in allowed:
        raise BadInput(f"the {what} is {file_names.shown(value[:80])!r}; it must be one of {', '.join(allowed)}")


# -- sessions -----------------------------------------------------------------------------------------------------


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


class Owners:
    """Whose a session is, by what session.json says of the person: their id, else their pseudonym, as in a database made anew."""

    def __init__(self, session: Session) -> None:
        clients = session.scalars(select(Client)).all()
        self._by_id = {one.id: one for one in clients}
        self._by_key = {one.pseudonym_key: one for one in clients}

    def of(self, person_id: str | None, person: str | None) -> Client | None:
        return self._by_id.get(person_id or "") or self._by_key.get(key(person or ""))


# -- erasing ------------------------------------------------------------------------------------------------------


def archives_of(session: Session, client: Client) -> list[Path]:
    """The archives that were made of a client and lie where they were put."""
    found = session.scalars(select(Exported.file).where(Exported.client_id == client.id)).all()
    return sorted(file for file in found if archive_mark.client_of(file) == client.id)


@dataclass(frozen=True, slots=True)
class Erasing:
    """What erasing a client takes away, and what names them but stays. Of sessions that are linked to nobody, the index knows."""

    sessions: tuple[Path, ...]  # folders that are linked to the client, and then those whose session.json has their id
    archives: tuple[Path, ...]
    # Links, sessions of another client by the records, and those that only have the same pseudonym.
    stays: tuple[Path, ...]
    # Of the linked folders those that cannot be reached from here, nor what they lie in: on another computer, or on a drive that is not there.
    out_of_reach: tuple[Path, ...]


def erasing(session: Session, client: Client) -> Erasing:
    """What `erase` would do now. Bring the index up to date before (`index.refresh`), so that it knows all folders."""
    linked = [one.folder for one in sessions_of(session, client)]
    unlinked, stays = _unlinked(session, client)
    away = [folder for folder in linked if not os.path.lexists(folder) and not folder.parent.exists()]
    here = [folder for folder in linked if folder not in away]
    return Erasing((*here, *unlinked), tuple(archives_of(session, client)), tuple(stays), tuple(away))


def _unlinked(session: Session, client: Client) -> tuple[list[Path], list[Path]]:
    """Folders in the index that name the client and are not linked to them: those that are theirs by the id, and those that stay."""
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


def erase(database: Database, pseudonym: str, progress: Callable[[Path], None] = lambda _: None) -> None:
    """Remove a client for good: session folders, also those that are linked to nobody (`erasing`), known archives, records. `progress` is told of each folder that is gone.

    A record is forgotten only once its folder is gone, and the client last. So an erasing that was broken off can be done again.
    Raises BadInput where there is no such client, and RunformError, in a line, where something could not be removed.
    """
    with database.reading() as session:
        client = find(session, pseudonym)
        found = [(one.folder, one.session_id) for one in sessions_of(session, client)]
        archives = archives_of(session, client)
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
