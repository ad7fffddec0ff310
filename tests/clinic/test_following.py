"""Which programme a client follows, what was held of it, and what is next: read from the session folders."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import URL, create_engine, text

from runform_live import config
from runform_live.clinic import (
    archive_export,
    archive_import,
    client_sessions,
    clients,
    erasing,
    following,
    index,
    migrations,
)
from runform_live.clinic.database import Database
from runform_live.clinic.following import Followed
from runform_live.clinic.tables import Client, Enrolment
from runform_live.errors import BadInput
from runform_live.messages import Prescribed
from runform_live.programmes import load
from runform_live.session import lock, schema
from runform_live.session.info_file import read_info
from runform_live.session.record import SessionRecord
from tests.clinic.makers import added
from tests.programmes.making import SESSION, home, own, run
from tests.running import wait_until

__all__ = ["home"]

# Two sessions: a minute, and two of them with a warm-up.
SHORT = """[[session]]
days_after = 0
warm_up_min = 0
training_min = 1
blocks_min = [[1, 0]]
retention_min = 0

[[session]]
days_after = 2
warm_up_min = 0.5
training_min = 1
blocks_min = [[1, 0]]
retention_min = 0.5
"""


@pytest.fixture(autouse=True)
def short(home: Path) -> None:
    own("short", SHORT)


def enrolled(database: Database, client: Client, programme: str = "short", instead: bool = False) -> Enrolment:
    with database.writing() as session:
        return following.enrol(session, client, load(programme), instead)


def recorded(
    database: Database, client: Client, folder: Path, prescribed: Prescribed | None, length_s: float, day: str, end: bool = True
) -> Path:  # fmt: skip
    """A recording of so many seconds of running, linked; not `end`: it was killed."""
    folder.mkdir(parents=True)
    with SessionRecord(folder, "0", config.load(), "live") as record:
        record.about.of_person(clients.person(client))
        record.about.prescribed(prescribed, None)
        assert wait_until(lambda: read_info(folder).programme == prescribed, 10)
        for one in run(length_s):
            record.stance(one)
        if end:
            record.finish("stopped")
    path = folder / schema.SESSION
    path.write_text(json.dumps(json.loads(path.read_text()) | {"started": f"{day}T09:00:00+02:00"}))
    with database.writing() as session:
        client_sessions.link(session, client, folder)
    return folder


def now_followed(database: Database, client: Client) -> Followed:
    with database.reading() as session:
        found = following.followed(session, client)
    assert found is not None
    return found


def next_of(database: Database, client: Client) -> tuple[int, date | None, bool, float] | None:
    """Number, day, begun, and seconds run of the next session."""
    with database.reading() as session:
        found = following.upcoming(session, client)
    return None if found is None else (found.number, found.due, found.begun, round(found.ran_s))


def run_next(database: Database, client: Client, folder: Path, length_s: float, day: str, end: bool = True) -> Path:
    found = now_followed(database, client)
    assert found.next is not None
    return recorded(database, client, folder, found.prescribed(found.next), length_s, day, end)


def test_a_client_who_follows_nothing_has_nothing_next(database: Database) -> None:
    client = added(database)
    with database.reading() as session:
        assert following.followed(session, client) is None
        assert following.upcoming(session, client) is None


def test_a_programme_from_the_first_session_to_the_last(database: Database, tmp_path: Path) -> None:
    client = added(database)
    enrolled(database, client)
    assert next_of(database, client) == (1, None, False, 0)
    run_next(database, client, tmp_path / "one", 61.0, "2026-05-04")
    assert next_of(database, client) == (2, date(2026, 5, 6), False, 0)
    run_next(database, client, tmp_path / "two", 121.0, "2026-05-06")
    assert next_of(database, client) is None
    held = now_followed(database, client).held
    assert [(one.number, one.day, one.completed) for one in held] == [
        (1, date(2026, 5, 4), True),
        (2, date(2026, 5, 6), True),
    ]


@pytest.mark.parametrize(("length_s", "completed"), [(121.0, True), (115.0, True), (112.0, False), (5.0, False)])
def test_a_session_is_completed_where_its_time_was_run_but_for_a_few_seconds(
    database: Database, tmp_path: Path, length_s: float, completed: bool
) -> None:
    client = added(database)
    enrolment = enrolled(database, client)
    recorded(database, client, tmp_path / "two", Prescribed("short", 2, 0.0, enrolment.id), length_s, "2026-05-06")
    assert [one.completed for one in now_followed(database, client).held] == [completed]


@pytest.mark.parametrize("end", [True, False])
def test_a_session_that_was_interrupted_goes_on_where_it_stopped(database: Database, tmp_path: Path, end: bool) -> None:
    client = added(database)
    enrolled(database, client)
    run_next(database, client, tmp_path / "one", 61.0, "2026-05-04")
    run_next(database, client, tmp_path / "two", 50.0, "2026-05-06", end)
    assert next_of(database, client) == (2, date(2026, 5, 6), True, 50)
    run_next(database, client, tmp_path / "again", 30.0, "2026-05-07", end)
    assert next_of(database, client) == (2, date(2026, 5, 6), True, 80)
    run_next(database, client, tmp_path / "last", 41.0, "2026-05-08", end)
    assert next_of(database, client) is None
    assert [(one.completed, round(one.ran_s)) for one in now_followed(database, client).held][1:] == [
        (False, 50),
        (False, 80),
        (True, 120),
    ]


def test_a_session_that_was_completed_can_be_repeated_from_its_beginning(database: Database, tmp_path: Path) -> None:
    client = added(database)
    enrolled(database, client)
    run_next(database, client, tmp_path / "one", 61.0, "2026-05-04")
    found = now_followed(database, client)
    assert (found.at(1).ran_s, found.at(1).begun) == (0.0, False)
    for number in (0, 3):
        with pytest.raises(BadInput, match=f"programme short has no session {number}; its sessions are 1 to 2"):
            found.at(number)


def test_free_runs_and_sessions_of_others_do_not_count(database: Database, tmp_path: Path) -> None:
    client, other = added(database, "P07"), added(database, "P08")
    enrolled(database, client)
    theirs = enrolled(database, other)
    recorded(database, client, tmp_path / "free", None, 61.0, "2026-05-04")
    recorded(database, client, tmp_path / "alone", Prescribed("short", 1), 61.0, "2026-05-04")
    recorded(database, other, tmp_path / "other", Prescribed("short", 1, 0.0, theirs.id), 61.0, "2026-05-04")
    assert next_of(database, client) == (1, None, False, 0)
    assert next_of(database, other) == (2, date(2026, 5, 6), False, 0)


def test_a_second_programme_is_refused_unless_it_takes_the_place_of_the_first(
    database: Database, tmp_path: Path
) -> None:
    client = added(database)
    enrolled(database, client)
    run_next(database, client, tmp_path / "one", 61.0, "2026-05-04")
    with pytest.raises(BadInput, match="client 'P07' follows programme short already; --instead begins two_weeks in its place"):  # fmt: skip
        enrolled(database, client, "two_weeks")
    enrolled(database, client, "two_weeks", instead=True)
    found = now_followed(database, client)
    assert (found.programme.name, found.held) == ("two_weeks", ())


def test_the_same_programme_again_begins_from_its_first_session(database: Database, tmp_path: Path) -> None:
    client = added(database)
    enrolled(database, client)
    run_next(database, client, tmp_path / "one", 61.0, "2026-05-04")
    run_next(database, client, tmp_path / "two", 121.0, "2026-05-06")
    enrolled(database, client)  # the first one is over, so nothing is lost
    assert next_of(database, client) == (1, None, False, 0)


def test_two_programs_cannot_enrol_a_client_twice(database: Database) -> None:
    client = added(database)
    enrolled(database, client)
    with pytest.raises(BadInput, match="refuses"), database.writing() as session:
        session.add(Enrolment(client_id=client.id, programme="short"))


def test_a_programme_whose_file_is_gone_is_said_and_can_be_exchanged(database: Database) -> None:
    client = added(database)
    enrolled(database, client)
    own("short", "").unlink()
    with database.reading() as session, pytest.raises(BadInput, match="there is no programme 'short'; there are"):
        following.followed(session, client)
    enrolled(database, client, "two_weeks", instead=True)
    assert next_of(database, client) == (1, None, False, 0)


def test_a_programme_that_was_made_shorter_counts_the_sessions_that_it_still_has(
    database: Database, tmp_path: Path
) -> None:
    client = added(database)
    enrolment = enrolled(database, client)
    recorded(database, client, tmp_path / "two", Prescribed("short", 2, 0.0, enrolment.id), 121.0, "2026-05-06")
    own("short", SESSION)
    assert next_of(database, client) == (1, None, False, 0)


def test_a_session_that_is_being_recorded_is_known(database: Database, tmp_path: Path) -> None:
    client = added(database)
    enrolment = enrolled(database, client)
    folder = run_next(database, client, tmp_path / "one", 20.0, "2026-05-04", end=False)
    with database.reading() as session:
        assert following.written_now(session, enrolment) is None
        with lock.run(folder):
            assert following.written_now(session, enrolment) == folder


def test_a_recording_whose_stances_are_damaged_counts_as_begun(database: Database, tmp_path: Path) -> None:
    client = added(database)
    enrolled(database, client)
    (run_next(database, client, tmp_path / "one", 61.0, "2026-05-04") / schema.STANCES).write_text("rubbish\n1\n")
    assert next_of(database, client) == (1, None, True, 0)


# -- with the client ----------------------------------------------------------------------------------------------


def test_erasing_a_client_takes_the_enrolments_along(database: Database, tmp_path: Path) -> None:
    client = added(database)
    enrolled(database, client)
    enrolled(database, client, "two_weeks", instead=True)
    erasing.erase_client(database, "P07")
    with database.reading() as session:
        assert session.query(Enrolment).count() == 0


def test_a_client_who_moves_goes_on_with_the_programme(database: Database, tmp_path: Path) -> None:
    client = added(database)
    enrolled(database, client)
    run_next(database, client, tmp_path / "here" / "one", 61.0, "2026-05-04")
    run_next(database, client, tmp_path / "here" / "two", 50.0, "2026-05-06")
    before = now_followed(database, client)
    archive_export.export(database, "P07", tmp_path / "p07.zip")
    with Database(URL.create("sqlite", database=str(tmp_path / "there.sqlite"))) as there:
        taken = archive_import.take_in(there, tmp_path / "p07.zip", tmp_path / "there")
        after = now_followed(there, taken)
    assert (after.held, after.next) == (before.held, before.next)
    assert (after.enrolment.id, after.enrolment.began) == (before.enrolment.id, before.enrolment.began)


def test_an_archive_of_an_earlier_version_has_no_programmes(database: Database, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "old.zip", "w") as made:
        record = {"id": "ab", "pseudonym": "P01"}
        made.writestr("client.json", json.dumps({"format": "runform_live client", "version": 1, "client": record}))
    taken = archive_import.take_in(database, tmp_path / "old.zip", tmp_path / "there")
    with database.reading() as session:
        assert following.enrolment_of(session, taken) is None


@pytest.mark.parametrize(
    ("enrolments", "words"),
    [
        ([{"id": "a", "programme": "short"}, {"id": "b", "programme": "short"}], "follows one programme at a time"),
        ([{"id": "a", "programme": "../evil"}], "is damaged"),
        ([{"id": "a", "programme": "short", "began": "2026-05-04T09:00:00"}], "is damaged"),
    ],
)
def test_enrolments_that_cannot_be_are_refused(
    database: Database, tmp_path: Path, enrolments: list[dict[str, str]], words: str
) -> None:
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as made:
        records = {"format": "runform_live client", "version": 2, "client": {"id": "ab", "pseudonym": "P01"}}
        began = {"began": "2026-05-04T09:00:00Z"}
        made.writestr("client.json", json.dumps(records | {"enrolments": [began | one for one in enrolments]}))
    with pytest.raises(BadInput, match=words):
        archive_import.take_in(database, tmp_path / "bad.zip", tmp_path / "there")
    with database.reading() as session:
        assert clients.listing(session) == []


def test_after_the_database_was_lost_the_folders_tell_where_each_client_is(database: Database, tmp_path: Path) -> None:
    client = added(database)
    enrolled(database, client, "two_weeks")
    run_next(database, client, tmp_path / "runs" / "zero", 5.0, "2026-04-01")
    enrolled(database, client, instead=True)
    run_next(database, client, tmp_path / "runs" / "one", 61.0, "2026-05-04")
    run_next(database, client, tmp_path / "runs" / "two", 50.0, "2026-05-06")
    before = next_of(database, client)
    with Database(URL.create("sqlite", database=str(tmp_path / "new.sqlite"))) as new:
        again = added(new, "P07")
        assert index.refresh(new, tmp_path / "runs").linked == 3
        assert next_of(new, again) == before == (2, date(2026, 5, 6), True, 50)
        with new.reading() as session:
            assert session.query(Enrolment).count() == 2


def test_a_scan_does_not_bring_back_a_programme_that_was_exchanged_since(database: Database, tmp_path: Path) -> None:
    client = added(database)
    enrolled(database, client)
    folder = run_next(database, client, tmp_path / "runs" / "one", 61.0, "2026-05-04")
    with Database(URL.create("sqlite", database=str(tmp_path / "new.sqlite"))) as new:
        again = added(new, "P07")
        enrolled(new, again, "two_weeks")
        index.refresh(new, folder.parent)
        assert now_followed(new, again).programme.name == "two_weeks"


def test_a_database_of_the_first_schema_with_data_comes_to_the_newest(empty: URL, tmp_path: Path) -> None:
    if empty.get_backend_name() == "sqlite":
        (tmp_path / "records").mkdir()
    alembic = Config()
    alembic.set_main_option("script_location", str(Path(str(migrations.__file__)).parent))
    engine = create_engine(empty)
    with engine.begin() as connection:
        alembic.attributes["connection"] = connection
        command.upgrade(alembic, "0001")
        row = {"id": "ab", "p": "P07", "k": "p07", "c": "2026-01-01 00:00:00"}
        connection.execute(text("INSERT INTO client (id, pseudonym, pseudonym_key, created) VALUES (:id, :p, :k, :c)"), row)  # fmt: skip
    engine.dispose()
    with Database(empty) as opened:
        with opened.reading() as session:
            client = clients.find(session, "P07")
        enrolled(opened, client)
        assert next_of(opened, client) == (1, None, False, 0)
