"""Which programme a client follows, what they held of it, and which session is next.

What was held is read from the session folders: session.json names the session of the programme, stances.csv tells how long was run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from runform_live import programmes
from runform_live.clinic import folders
from runform_live.clinic.tables import Client, Enrolment, LinkedSession, now
from runform_live.errors import BadInput
from runform_live.messages import Prescribed
from runform_live.programmes import DoneSession, Next, Programme
from runform_live.session import lock
from runform_live.session.planned_run import done_in
from runform_live.session.schema import SessionInfo


@dataclass(frozen=True, slots=True)
class Followed:
    """How far a client has got in a programme. next: None where all sessions were held."""

    enrolment: Enrolment
    programme: Programme
    held: tuple[DoneSession, ...]
    next: Next | None

    def at(self, number: int) -> Next:
        """Session `number` (from 1), whichever is next. Raises BadInput where there is no such session."""
        return programmes.session_at(self.programme, self.held, number)

    def prescribed(self, one: Next) -> Prescribed:
        """That session as session.json names it."""
        return Prescribed(self.programme.name, one.number, one.ran_s, self.enrolment.id)


# -- enrolments ---------------------------------------------------------------------------------------------------


def enrolment_of(session: Session, client: Client) -> Enrolment | None:
    """Of the programme that the client follows now; None: they follow none."""
    running = select(Enrolment).where(Enrolment.client_id == client.id, Enrolment.ended.is_(None))
    return session.scalars(running).one_or_none()


def enrol(session: Session, client: Client, programme: Programme, instead: bool = False) -> Enrolment:
    """The client begins a programme, from its first session.

    instead: it takes the place of the one that they follow. Else that one raises BadInput, unless all its sessions were held.
    """
    running = enrolment_of(session, client)
    if running is not None:
        if not instead and not _is_over(session, running):
            raise BadInput(
                f"client {client.pseudonym!r} follows programme {running.programme} already; --instead begins {programme.name} in its place"
            )
        running.ended = now()
        session.flush()
    enrolment = Enrolment(client_id=client.id, programme=programme.name)
    session.add(enrolment)
    session.flush()
    return enrolment


def _is_over(session: Session, enrolment: Enrolment) -> bool:
    """Whether all sessions were held; False where the file of the programme is gone or damaged."""
    try:
        programme = programmes.load(enrolment.programme)
    except BadInput:
        return False
    return programmes.next_session(programme, held(session, enrolment, programme)) is None


# -- sessions -----------------------------------------------------------------------------------------------------


def followed(session: Session, client: Client) -> Followed | None:
    """How far the client has got in the programme that they follow; None: they follow none.

    Raises BadInput where the programme's file is gone or damaged.
    """
    enrolment = enrolment_of(session, client)
    if enrolment is None:
        return None
    programme = programmes.load(enrolment.programme)
    done = held(session, enrolment, programme)
    return Followed(enrolment, programme, tuple(done), programmes.next_session(programme, done))


def upcoming(session: Session, client: Client) -> Next | None:
    """The next session of the programme that the client follows; None: they follow none, or held all."""
    found = followed(session, client)
    return None if found is None else found.next


def held(session: Session, enrolment: Enrolment, programme: Programme) -> list[DoneSession]:
    """The sessions of an enrolment that were held or begun, one for each recording, oldest first."""
    found: list[tuple[datetime, DoneSession]] = []
    for folder, info, prescribed in _recordings(session, enrolment):
        if prescribed.number <= len(programme.sessions):
            planned = programme.sessions[prescribed.number - 1]
            found.append((info.moment(), done_in(folder, info, prescribed, planned)))
    return [one for _, one in sorted(found, key=lambda each: each[0])]


def written_now(session: Session, enrolment: Enrolment) -> Path | None:
    """The folder of a session of this enrolment that is being recorded; None: there is none."""
    return next((folder for folder, *_ in _recordings(session, enrolment) if lock.is_written(folder)), None)


def _recordings(session: Session, enrolment: Enrolment) -> Iterable[tuple[Path, SessionInfo, Prescribed]]:
    mine = select(LinkedSession.folder).where(LinkedSession.client_id == enrolment.client_id)
    for folder in session.scalars(mine).all():
        info = folders.known(folder)
        if info is not None and info.programme is not None and info.programme.enrolment == enrolment.id:
            yield folder, info, info.programme


# -- after the database was lost ----------------------------------------------------------------------------------


def found_again(session: Session, found: Iterable[tuple[Client, SessionInfo]]) -> None:
    """Enrol clients again as their sessions say. The newest enrolment goes on, unless the client follows another one by now."""
    spans: dict[str, tuple[Client, str, datetime, datetime]] = {}
    for client, info in found:
        programme = info.programme
        if programme is None or programme.enrolment is None:
            continue
        began = info.moment()
        _, _, first, last = spans.get(programme.enrolment, (client, "", began, began))
        spans[programme.enrolment] = client, programme.programme, min(first, began), max(last, began)
    for number, (client, name, first, last) in sorted(spans.items(), key=lambda one: one[1][3], reverse=True):
        if session.get(Enrolment, number) is None:
            ended = None if enrolment_of(session, client) is None else last
            session.add(Enrolment(id=number, client_id=client.id, programme=name, began=first, ended=ended))
            session.flush()
