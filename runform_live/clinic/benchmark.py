"""Speed of the records with many clients: the scan of their session folders, the lists, and one client's data.

The folders hold what a run of twenty minutes leaves, but for pictures and poses, which no list reads.
"""

from __future__ import annotations

import contextlib
import math
import os
import random
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import msgspec
from sqlalchemy import URL, create_engine, text

from runform_live import messages
from runform_live.clinic import clients, database, index, points, session_list
from runform_live.clinic.database import Database
from runform_live.clinic.finished_sessions import finished_sessions_of
from runform_live.config import Config
from runform_live.messages import GaitState, Side, Stance
from runform_live.progress.series import progress as progress_over
from runform_live.safe_files import as_json
from runform_live.session import schema
from runform_live.session.info_file import read_info
from runform_live.session.record import SessionRecord
from runform_live.session.schema import SessionInfo

CLIENTS, SESSIONS = 1000, 10
EXAMPLES = 12  # different runs, which the folders are made from
STEPS_SPM, RAN_S = 165.0, 1200.0
PAGE = 50  # rows
TIMES = 5  # each question is asked; the middle counts
BEGAN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured. Seconds, by what was asked for."""

    sessions: int
    session_bytes: float  # of the three files of a session that are read, on average
    scan_hz: float  # sessions a second: a fresh index
    rescan_hz: float  # and when nothing has changed
    questions_s: dict[str, float]


def measure(
    config: Config, people: int = CLIENTS, each: int = SESSIONS, progress: Progress = lambda _words: None
) -> Measured:
    """Make clients with their sessions in a temporary folder, and ask what the pages of the home window ask.

    The database is a file there, or a schema of its own on the server that RUNFORM_DATABASE_URL names; both are taken away.
    Raises BadInput where the server cannot be reached.
    """
    with TemporaryDirectory(prefix="runform-bench-") as place, _database(Path(place)) as opened:
        runs = Path(place) / "sessions"
        persons = _add_clients(opened, people)
        progress("making examples")
        examples = _examples(Path(place) / "examples", min(EXAMPLES, people), config)
        size_bytes = _make_folders(runs, examples, persons, each, progress)
        count = people * each
        began = time.perf_counter()
        index.refresh(opened, runs, lambda done, of: progress(f"{done} of {of} sessions scanned"))
        scan_hz = count / (time.perf_counter() - began)
        began = time.perf_counter()
        index.refresh(opened, runs)
        rescan_hz = count / (time.perf_counter() - began)
        progress("asking")
        return Measured(count, size_bytes / count, scan_hz, rescan_hz, _questions(opened, runs, persons, count))


# -- a database of its own --------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _database(place: Path) -> Iterator[Database]:
    url = database.place()
    if url.get_backend_name() == "sqlite":
        with Database(URL.create("sqlite+pysqlite", database=str(place / database.FILE))) as opened:
            yield opened
        return
    schema_name = f"runform_bench_{secrets.token_hex(4)}"
    with Database(url):
        pass  # says in a line why it cannot be reached
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema_name}"))
    try:
        with Database(url.update_query_dict({"options": f"-csearch_path={schema_name}"})) as opened:
            yield opened
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {schema_name} CASCADE"))
        engine.dispose()


def _add_clients(opened: Database, people: int) -> list[messages.Person]:
    with opened.writing() as session:
        added = [clients.add(session, f"P{number:04d}", height_m=1.7) for number in range(people)]
        return [clients.person(one) for one in added]


# -- their folders ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Example:
    folder: Path
    info: SessionInfo
    summary: bytes


def _examples(place: Path, count: int, config: Config) -> list[_Example]:
    """Runs that differ in drop, spread and flags, written as every session is."""
    dice = random.Random(7)
    return [_example(place / str(number), config, dice) for number in range(count)]


def _example(folder: Path, config: Config, dice: random.Random) -> _Example:
    folder.mkdir(parents=True)
    drops: dict[Side, float] = {"left": dice.uniform(2.0, 9.0), "right": dice.uniform(2.0, 9.0)}
    with SessionRecord(folder, "0", config, "live") as record:
        record.opened(720, 1280, 30.0)
        flags = ("low_light",) if dice.random() < 0.5 else ()
        record.gait(GaitState(1.0, 0.0, "running", "posterior", True, 1.25, 0.1, STEPS_SPM, flags))
        for number in range(round(RAN_S * STEPS_SPM / 60.0)):
            record.stance(_stance(number, drops, dice))
        record.finish("stopped")
    return _Example(folder, read_info(folder), (folder / schema.SUMMARY).read_bytes())


def _stance(number: int, drops: dict[Side, float], dice: random.Random) -> Stance:
    side: Side = "left" if number % 2 == 0 else "right"
    contact_s = 5.0 + number * 60.0 / STEPS_SPM
    drop = drops[side] - 0.5 * math.log1p(number / 500.0) + dice.gauss(0.0, 1.2)
    adduction, valgus, lean = dice.gauss(8.0, 1.5), dice.gauss(4.0, 2.0), dice.gauss(1.0, 0.8)
    return Stance(
        side, contact_s, contact_s + 0.11, contact_s + 0.24, drop, drop + 0.4, adduction, adduction + 0.3, valgus, valgus + 0.5, lean,
        0.24, dice.gauss(0.4, 0.1), 0.9, 0.8, 1.2, 0.3, 0.1,
    )  # fmt: skip


def _make_folders(
    runs: Path, examples: Sequence[_Example], persons: Sequence[messages.Person], each: int, progress: Progress
) -> int:
    """A folder a session; returns the bytes of those files that are read."""
    dice = random.Random(11)
    size_bytes = 0
    for place, person in enumerate(persons):
        progress(f"{place * each} of {len(persons) * each} sessions made")
        for number in range(each):
            example = dice.choice(examples)
            began = BEGAN + timedelta(days=7 * number + place % 5, minutes=place % 480)
            info = msgspec.structs.replace(
                example.info, id=f"{person.id}-{number}", started=began.isoformat(), person=person.pseudonym, person_id=person.id
            )  # fmt: skip
            size_bytes += _make_folder(runs / f"{began:%Y-%m-%d_%H-%M-%S}_{place}", example, info)
    return size_bytes


def _make_folder(folder: Path, example: _Example, info: SessionInfo) -> int:
    folder.mkdir(parents=True)
    (folder / schema.SUMMARY).write_bytes(example.summary)
    (folder / schema.SESSION).write_bytes(as_json(info))
    try:
        os.link(example.folder / schema.STANCES, folder / schema.STANCES)  # gigabytes else
    except OSError:
        shutil.copyfile(example.folder / schema.STANCES, folder / schema.STANCES)
    return sum((folder / name).stat().st_size for name in (schema.SESSION, schema.SUMMARY, schema.STANCES))


# -- questions --------------------------------------------------------------------------------------------------------


def _questions(opened: Database, runs: Path, persons: Sequence[messages.Person], count: int) -> dict[str, float]:
    one = persons[len(persons) // 2]
    first_day = date(2026, 2, 1)
    filters: dict[str, session_list.Wanted] = {
        "of a client": {"client_id": one.id},
        "with a word": {"text": one.pseudonym},
        "of an activity": {"activity": "running"},
        "with flags": {"flagged": True},
        "of a month": {"since": first_day, "until": first_day + timedelta(days=30)},
    }
    asked: dict[str, Callable[[], object]] = {"list of clients": lambda: _clients(opened)}
    for sort in session_list.SORTS:
        asked[f"list of sessions by {sort}"] = partial(_page, opened, runs, {}, sort)
    for words, wanted in filters.items():
        asked[f"list of sessions {words}"] = partial(_page, opened, runs, wanted)
    asked["last page of the list of sessions"] = lambda: _page(opened, runs, {}, offset=max(0, count - PAGE))
    asked["one client's data"] = lambda: _gists(opened, one.id)
    asked["one client's progress"] = lambda: _progress(opened, one.pseudonym)
    return {words: _middle_s(ask) for words, ask in asked.items()}


def _middle_s(ask: Callable[[], object]) -> float:
    spent_s = []
    for _ in range(TIMES):
        began = time.perf_counter()
        ask()
        spent_s.append(time.perf_counter() - began)
    return median(spent_s)


def _clients(opened: Database) -> object:
    with opened.reading() as session:
        return clients.listing(session)


def _page(
    opened: Database, runs: Path, wanted: session_list.Wanted, sort: session_list.Sort = "started", offset: int = 0
) -> tuple[int, list[session_list.Row]]:
    """As the page of sessions asks: how many there are, and the first of them."""
    asked: session_list.Wanted = {"within": runs, "elsewhere": True, **wanted}
    with opened.reading() as session:
        return session_list.count(session, **asked), session_list.rows(
            session, sort=sort, offset=offset, limit=PAGE, **asked
        )


def _gists(opened: Database, client_id: str) -> object:
    with opened.reading() as session:
        return finished_sessions_of(session, client_id)


def _progress(opened: Database, pseudonym: str) -> object:
    """All series of the progress page, from folders that are looked at once more."""
    with opened.reading() as session:
        client = clients.find(session, pseudonym)
    found, _ = points.points_of(opened, client)
    return progress_over(found)
