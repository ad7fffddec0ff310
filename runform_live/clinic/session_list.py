"""The list of sessions: what the index knows of them, sorted and filtered."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Literal, TypedDict, Unpack, cast, get_args

from sqlalchemy import ColumnElement, Text, func, not_, or_, select, type_coerce
from sqlalchemy.orm import Session

from runform_live.clinic import folders, scan
from runform_live.clinic.index_owners import SESSION_OF_CLIENT
from runform_live.clinic.tables import Client, KeptSession, LinkedSession
from runform_live.session.making import HIDDEN

Sort = Literal["started", "client", "left", "right", "activity"]
SORTS: tuple[Sort, ...] = get_args(Sort)


@dataclass(frozen=True, slots=True)
class Row:
    """A session in a list. What is None is not known."""

    folder: Path
    state: scan.State
    trouble: str | None  # why it cannot be read, in a line
    started: datetime | None  # in the time of the place where it was
    client_id: str | None
    client: str | None  # the pseudonym, as it is today; of a session that is linked to nobody, as it was then
    activity: scan.Activity | None
    left_deg: float | None  # mean pelvic drop of the left stances, and half its 95% interval
    left_half_deg: float | None
    right_deg: float | None
    right_half_deg: float | None
    flags: tuple[str, ...]
    stances: int | None
    ran_s: float | None
    walked_s: float | None
    so_far_s: float | None  # of one that runs
    programme: str | None  # and which session of it; None: a free run
    number: int | None
    pain_before: int | None
    pain_after: int | None
    ended: str | None


class Wanted(TypedDict, total=False):
    """Which sessions of the index are wanted. What is not named does not limit them."""

    within: Path | None  # those directly under this folder
    elsewhere: bool  # and those of clients in other folders
    client_id: str | None
    text: str  # all of its words are in the folder's name, the source or the client's pseudonym
    activity: scan.Activity | None
    flagged: bool | None  # True: with a flag, or not readable
    since: date | None  # first and last day
    until: date | None


def rows(
    session: Session,
    *,
    sort: Sort = "started",
    descending: bool = True,
    offset: int = 0,
    limit: int | None = None,
    **wanted: Unpack[Wanted],
) -> list[Row]:
    """The sessions of the index, sorted. Those without a value to sort by come last in both directions."""
    order = _ORDERS[sort]
    asked = (
        _asked(select(KeptSession, LinkedSession.client_id, Client.pseudonym), wanted)
        .order_by(order.is_(None), order.desc() if descending else order.asc())
        .order_by(KeptSession.started.is_(None), KeptSession.started.desc(), KeptSession.folder)
        .offset(offset)
        .limit(limit)
    )
    return [_row(kept, client_id, pseudonym) for kept, client_id, pseudonym in session.execute(asked)]


def count(session: Session, **wanted: Unpack[Wanted]) -> int:
    """How many sessions `rows` would give without a limit."""
    return int(session.scalars(_asked(select(func.count(KeptSession.folder)), wanted)).one())


_ORDERS: dict[Sort, ColumnElement[Any]] = {
    "started": KeptSession.started.expression,
    "client": func.coalesce(Client.pseudonym_key, KeptSession.person_key),
    "left": KeptSession.left_deg.expression,
    "right": KeptSession.right_deg.expression,
    "activity": KeptSession.activity.expression,
}


def _asked(asked: Any, wanted: Wanted) -> Any:
    """The statement, about the sessions that are wanted, with their clients."""
    asked = asked.select_from(KeptSession).outerjoin(LinkedSession, SESSION_OF_CLIENT)
    return asked.outerjoin(Client, Client.id == LinkedSession.client_id).where(*_conditions(wanted))


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    within, client_id, activity = wanted.get("within"), wanted.get("client_id"), wanted.get("activity")
    flagged, since, until = wanted.get("flagged"), wanted.get("since"), wanted.get("until")
    # What is still being made, or was broken off: `analyze` puts that in order. The index knows it, so that erasing a client finds it.
    yield not_(type_coerce(KeptSession.folder, Text).contains(f"{os.sep}{HIDDEN}", autoescape=True))
    if within is not None:
        here = KeptSession.parent == folders.real(within)
        yield or_(here, LinkedSession.folder.is_not(None)) if wanted.get("elsewhere") else here
    if client_id is not None:
        yield LinkedSession.client_id == client_id
    for word in wanted.get("text", "").casefold().split():
        yield or_(
            KeptSession.words.contains(word, autoescape=True), Client.pseudonym_key.contains(word, autoescape=True)
        )
    if activity is not None:
        yield KeptSession.activity == activity
    if flagged is not None:
        has = or_(KeptSession.flags != "", KeptSession.state == "broken")
        yield has if flagged else not_(has)
    if since is not None:
        yield KeptSession.started >= _midnight(since)
    if until is not None:
        yield KeptSession.started < _midnight(until + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day).astimezone()


def _row(kept: KeptSession, client_id: str | None, pseudonym: str | None) -> Row:
    started = kept.started
    if started is not None and kept.utc_offset_s is not None:
        started = started.astimezone(timezone(timedelta(seconds=kept.utc_offset_s)))
    return Row(
        folder=kept.folder,
        state=cast(scan.State, kept.state),
        trouble=kept.trouble,
        started=started,
        client_id=client_id,
        client=pseudonym or kept.person,
        activity=cast("scan.Activity | None", kept.activity),
        left_deg=kept.left_deg,
        left_half_deg=kept.left_half_deg,
        right_deg=kept.right_deg,
        right_half_deg=kept.right_half_deg,
        flags=tuple(kept.flags.splitlines()),
        stances=kept.stances,
        ran_s=kept.ran_s,
        walked_s=kept.walked_s,
        so_far_s=kept.so_far_s,
        programme=kept.programme,
        number=kept.number,
        pain_before=kept.pain_before,
        pain_after=kept.pain_after,
        ended=kept.ended,
    )
