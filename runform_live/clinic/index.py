"""The index of session folders in the database: brought up to date by a scan, listed, sorted and filtered.

Nothing stands here alone: a lost index is made anew from the folders. Two programs may bring it up to date at once.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypedDict, TypeVar, Unpack, cast, get_args

import msgspec
from sqlalchemy import ColumnElement, and_, delete, func, not_, or_, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from runform_live import file_names
from runform_live.clinic import clients, folders, following, scan, staging
from runform_live.clinic.database import Database
from runform_live.clinic.tables import Base, Client, KeptContent, KeptSession, LinkedSession
from runform_live.metrics import MAIN_METRIC
from runform_live.session.figures import Summary
from runform_live.session.info_file import read_info
from runform_live.session.schema import Pain, SessionInfo

_LINKING_LOCK = 0x6C696E6B  # any number that is always the same
READERS = 4  # threads: one reads while another one waits for the disk
BATCH = 200  # folders in one transaction: others that write wait no longer than for these
Progress = Callable[[int, int], None]  # folders looked at, of how many
Sort = Literal["started", "client", "left", "right", "activity"]
SORTS: tuple[Sort, ...] = get_args(Sort)
Shape = TypeVar("Shape")


# -- bringing it up to date -------------------------------------------------------------------------------------------


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

    A folder is read only if its files changed. A session that runs, or that could not be read, is read each time.
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
    return Refreshed(len(changed), unchanged, gone, _link(database, parent) if link else 0)


def refresh_client(database: Database, client_id: str) -> list[tuple[Path, str]]:
    """The same, only of the folders that are linked to a client: quick, also where there are very many sessions.

    Returns folders that are gone or cannot be read, with the reason.
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
        broken = (
            select(KeptSession.folder, KeptSession.trouble)
            .join(LinkedSession, LinkedSession.folder == KeptSession.folder)
            .where(LinkedSession.client_id == client_id, KeptSession.trouble.is_not(None))
            .order_by(KeptSession.folder)
        )
        return [*gone, *((folder, trouble or "") for folder, trouble in session.execute(broken))]


def _name_once(database: Database) -> None:
    """Give folders that are here the one path of `folders.place`. An earlier version kept them as they were named, so some were there twice."""
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
    return known is not None and known[1] == "finished" and known[0] == scan.stamp(folder)


def _forget(database: Database, gone: Sequence[Path]) -> int:
    for start in range(0, len(gone), BATCH):
        with database.writing() as session:
            session.execute(delete(KeptSession).where(KeptSession.folder.in_(gone[start : start + BATCH])))
    return len(gone)


def _read(database: Database, changed: Sequence[Path], progress: Callable[[int], None] = lambda _done: None) -> int:
    """Read folders into the index. How many were removed by somebody meanwhile."""
    gone = 0
    with ThreadPoolExecutor(READERS) as readers:
        for start in range(0, len(changed), BATCH):
            progress(start)
            gone += _keep(database, list(readers.map(scan.of, changed[start : start + BATCH])))
    return gone


def _keep(database: Database, batch: Sequence[scan.Kept]) -> int:
    """Write folders into the index. How many were left out, because somebody removed them meanwhile."""
    there = [one for one in batch if scan.is_there(one.folder)]
    finished = [one for one in there if one.state == "finished"]
    with database.writing() as session:
        _put(session, KeptSession, [_row_of(one) for one in there])
        _put(session, KeptContent, [_packed(one) for one in finished])
    return len(batch) - len(there)


def _insert(session: Session, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An insertion that can say what shall be where the row is there: another program may have put it there meanwhile."""
    return postgresql.insert(table) if _is_server(session) else sqlite.insert(table)


def _is_server(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _put(session: Session, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows, or replace those of the same folder."""
    if rows:
        insert = _insert(session, table)
        new = {name: insert.excluded[name] for name in rows[0] if name != "folder"}
        session.execute(insert.on_conflict_do_update(index_elements=["folder"], set_=new), rows)


def _row_of(kept: scan.Kept) -> dict[str, Any]:
    info, summary = kept.info, kept.summary
    began = None if info is None else info.moment()
    offset = None if began is None else began.utcoffset()
    left, left_half = _figures(summary, "left")
    right, right_half = _figures(summary, "right")
    person = None if info is None else info.person
    prescribed = None if info is None else info.programme
    source = "" if info is None else file_names.shown(file_names.native(info.source))
    return {
        "folder": kept.folder,
        "parent": kept.folder.parent,
        "stamp": kept.stamp,
        "state": kept.state,
        "trouble": kept.trouble,
        "session_id": None if info is None else info.id,
        "started": began,
        "utc_offset_s": None if offset is None else round(offset.total_seconds()),
        "person": person,
        "person_id": None if info is None else info.person_id,
        "person_key": None if person is None else clients.key(person),
        "activity": kept.activity,
        "left_deg": left,
        "left_half_deg": left_half,
        "right_deg": right,
        "right_half_deg": right_half,
        "flags": "" if summary is None else "\n".join(summary.flags),
        "stances": kept.stances,
        "ran_s": kept.ran_s,
        "programme": None if prescribed is None else prescribed.programme,
        "number": None if prescribed is None else prescribed.number,
        "pain_before": None if info is None else info.pain_before,
        "pain_after": None if info is None else info.pain_after,
        "so_far_s": kept.so_far_s,
        "ended": None if info is None else info.ended,
        "words": " ".join((file_names.shown(kept.folder.name), person or "", source)).casefold(),
    }


def _figures(summary: Summary | None, side: str) -> tuple[float | None, float | None]:
    """Mean pelvic drop of a side, and half its 95% interval."""
    one = None if summary is None else summary.sides[side][MAIN_METRIC]
    return (None, None) if one is None else (one.mean, one.half)


def _packed(kept: scan.Kept) -> dict[str, Any]:
    info, summary = (zlib.compress(msgspec.json.encode(one), 1) for one in (kept.info, kept.summary))
    return {"folder": kept.folder, "info": info, "summary": summary}


# -- whose sessions they are ------------------------------------------------------------------------------------------

# A linked folder in which another session took the place of the client's is not theirs.
_IS_THEIRS = and_(
    LinkedSession.folder == KeptSession.folder,
    or_(LinkedSession.session_id.is_(None), LinkedSession.session_id == KeptSession.session_id),
)


def _link(database: Database, parent: Path) -> int:
    """Link the sessions under `parent` whose session.json names a client (`clients.Owners`). How many were linked."""
    with database.reading() as session:
        if not _theirs(session, parent):
            return 0
    with database.writing() as session:
        if _is_server(session):  # two programs that link the same sessions would be in each other's way
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
        .outerjoin(LinkedSession, _IS_THEIRS)
        .where(KeptSession.parent == parent, KeptSession.person.is_not(None), LinkedSession.session_id.is_(None))
        .order_by(KeptSession.folder)
    )
    found = [_Unlinked(*row) for row in session.execute(asked)]
    if not found:
        return []
    owners = clients.Owners(session)
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
    insert = _insert(session, LinkedSession)
    new = {name: insert.excluded[name] for name in ("client_id", "session_id", "started")}
    allowed = or_(
        LinkedSession.client_id == insert.excluded.client_id,
        LinkedSession.session_id != insert.excluded.session_id,
    )
    if rows:
        session.execute(insert.on_conflict_do_update(index_elements=["folder"], set_=new, where=allowed), rows)
    return linked


# -- the list ---------------------------------------------------------------------------------------------------------


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
    so_far_s: float | None  # of one that runs
    programme: str | None  # and which session of it; None: a free run
    number: int | None
    pain_before: int | None
    pain_after: int | None
    ended: str | None


class Wanted(TypedDict, total=False):
    """Which sessions of the index; what is not named is not looked at."""

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
    """The sessions of the index in an order; those in which it is not known come last, both ways."""
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
    """How many sessions `rows` has of these in all."""
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
    asked = asked.select_from(KeptSession).outerjoin(LinkedSession, _IS_THEIRS)
    return asked.outerjoin(Client, Client.id == LinkedSession.client_id).where(*_conditions(wanted))


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    within, client_id, activity = wanted.get("within"), wanted.get("client_id"), wanted.get("activity")
    flagged, since, until = wanted.get("flagged"), wanted.get("since"), wanted.get("until")
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
        so_far_s=kept.so_far_s,
        programme=kept.programme,
        number=kept.number,
        pain_before=kept.pain_before,
        pain_after=kept.pain_after,
        ended=kept.ended,
    )


# -- one client's sessions, for progress ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gist:
    """What the folder of a finished session says of it, without its stances."""

    folder: Path
    info: SessionInfo
    summary: Summary
    ran_s: float | None  # seconds run, without the pauses

    @property
    def pain(self) -> Pain:
        """Pain scores before and after it."""
        return self.info.pain


def gists_of(session: Session, client_id: str) -> list[Gist]:
    """The finished sessions of a client, oldest first."""
    asked = (
        select(KeptContent, KeptSession.ran_s)
        .join(KeptSession, KeptSession.folder == KeptContent.folder)
        .join(LinkedSession, _IS_THEIRS)
        .where(LinkedSession.client_id == client_id, KeptSession.state == "finished")
        .order_by(KeptSession.started, KeptSession.folder)
    )
    return [
        Gist(content.folder, _unpacked(content.info, SessionInfo), _unpacked(content.summary, Summary), ran_s)
        for content, ran_s in session.execute(asked)
    ]


def _unpacked(content: bytes, shape: type[Shape]) -> Shape:
    return msgspec.json.decode(zlib.decompress(content), type=shape)


# -- removing ---------------------------------------------------------------------------------------------------------


def remove(database: Database, folder: Path) -> None:
    """Remove a session for good: its folder, and then what the database knows of it.

    Raises BadInput, in a line, where it is no session folder, it is still written, or it cannot be removed. Then the database keeps it.
    """
    place = folders.place(folder)
    info = read_info(place)
    folders.remove(place, info.id, info.person_id or "")
    with database.writing() as session:
        clients.unlink(session, place)
