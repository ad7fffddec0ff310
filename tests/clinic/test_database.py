"""Where the records are, how their schema comes to the newest, and what is said of a database that cannot be used."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import stat
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, create_engine, inspect, make_url, text

from runform_live.clinic import clients, database, migrations
from runform_live.clinic.database import REVISIONS, Database
from runform_live.clinic.tables import Base
from runform_live.errors import BadInput
from tests.clinic.makers import added


def test_an_empty_database_gets_the_newest_schema(empty: URL) -> None:
    Database(empty).close()
    engine = create_engine(empty)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == REVISIONS[-1]
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()


def test_a_database_of_the_first_schema_keeps_its_clients(empty: URL) -> None:
    with Database(empty) as first:
        added(first, "P07", height_m=1.72)
    with Database(empty) as opened, opened.reading() as session:
        assert clients.find(session, "P07").height_m == 1.72
    engine = create_engine(empty)
    assert {"client", "linked_session", "exported"} <= set(inspect(engine).get_table_names())
    engine.dispose()


def test_every_migration_that_ships_is_known_by_name() -> None:
    script = ScriptDirectory(str(Path(str(migrations.__file__)).parent))
    assert tuple(one.revision for one in reversed(list(script.walk_revisions()))) == REVISIONS


def test_a_database_of_a_newer_version_is_refused(empty: URL) -> None:
    Database(empty).close()
    engine = create_engine(empty)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(BadInput, match="was written by a newer runform_live; update the program"):
        Database(empty)


def test_a_database_of_another_program_is_left_as_it_is(empty: URL, tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    with pytest.raises(BadInput, match="holds tables of another program"):
        Database(URL.create("sqlite", database=str(path)))
    with sqlite3.connect(path) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("recipes",)]


def refused(monkeypatch: pytest.MonkeyPatch, url: str) -> str:
    monkeypatch.setenv(database.VARIABLE, url)
    with pytest.raises(BadInput) as told:
        Database()
    assert "\n" not in str(told.value)
    return str(told.value)


def test_a_file_that_is_no_database_stays_as_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("milk, bread, and a good deal more than a hundred characters " * 4)
    assert "is no database" in refused(monkeypatch, f"sqlite:///{path}")
    assert path.read_text().startswith("milk")


def test_a_folder_in_its_place_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert "is a folder" in refused(monkeypatch, f"sqlite:///{tmp_path}")


def test_a_server_that_does_not_answer_is_said_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("psycopg")
    line = refused(monkeypatch, "postgresql://me:geheim@127.0.0.1:1/clinic")
    assert "cannot be reached" in line and "geheim" not in line


@pytest.mark.parametrize(
    ("url", "words"),
    [("mysql://me@host/x", "of the kind mysql; sqlite and postgresql are known"), ("rubbish", "is no address of a database")],
)  # fmt: skip
def test_an_address_that_cannot_be_used_is_said(monkeypatch: pytest.MonkeyPatch, url: str, words: str) -> None:
    assert words in refused(monkeypatch, url)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_its_owner_can_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "clinic.sqlite"
    with Database(URL.create("sqlite", database=str(path))) as opened:
        added(opened)
        assert {stat.S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir()} == {0o600}


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    def fail() -> None:
        with database.writing() as session:
            clients.add(session, "P07")
            clients.add(session, "P07")

    with pytest.raises(BadInput):
        fail()
    with database.reading() as session:
        assert clients.listing(session) == []


def _add_many(url: str, letter: str) -> None:
    for number in range(20):
        with Database(make_url(url)) as opened, opened.writing() as session:
            assert len(clients.listing(session)) < 40
            clients.add(session, f"{letter}{number}")


def test_two_programs_that_write_at_once_lose_nothing(empty: URL) -> None:
    """They also make the database at once."""
    spawn = multiprocessing.get_context("spawn")
    url = empty.render_as_string(hide_password=False)
    programs = [spawn.Process(target=_add_many, args=(url, letter)) for letter in "AB"]
    for one in programs:
        one.start()
    for one in programs:
        one.join(120)
    assert [one.exitcode for one in programs] == [0, 0]
    with Database(empty) as opened, opened.reading() as session:
        assert len(clients.listing(session)) == 40
