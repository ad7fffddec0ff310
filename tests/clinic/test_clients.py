"""Clients: added, found, edited, linked with their sessions, erased."""

from __future__ import annotations

import os
import shutil
import sqlite3
from datetime import date, timedelta
from pathlib import Path

import pytest

from runform_live.clinic import archive_export, client_sessions, clients, erasing, folders, index
from runform_live.clinic.database import Database
from runform_live.errors import BadInput
from runform_live.messages import Person
from runform_live.session.lock import RUN, FolderLock
from runform_live.session.reader import read
from tests.clinic.makers import added, changed, folders_of, kept, ran
from tests.session.test_reader import begun


def test_a_client_comes_back_as_they_were_added(database: Database) -> None:
    details = {
        "name": "Ada Läufer", "height_m": 1.72, "mass_kg": 61.5, "sex": "female", "born": date(1990, 2, 28),
        "painful_side": "right", "painful_place": "lateral knee", "notes": "two\nlines", "consent_on": date(2026, 5, 1),
    }  # fmt: skip
    added(database, " P07 ", **details)
    with database.reading() as session:
        found = clients.find(session, "p07")
    assert found.pseudonym == "P07"
    assert {name: getattr(found, name) for name in details} == details


@pytest.mark.parametrize("again", ["P07", "p07", " P07", "Ｐ07"])
def test_two_clients_cannot_have_the_same_pseudonym(database: Database, again: str) -> None:
    added(database, "P07")
    with pytest.raises(BadInput, match="already; choose another pseudonym"):
        added(database, again)


def test_a_client_that_does_not_exist_is_said(database: Database) -> None:
    with database.reading() as session, pytest.raises(BadInput, match="there is no client 'X'; `runform clients list`"):
        clients.find(session, "X")
    with database.reading() as session, pytest.raises(BadInput, match="there is no client"):
        clients.find(session, "\udcff")


@pytest.mark.parametrize(
    ("details", "words"),
    [
        ({"height_m": 17.2}, "the height is 1720 cm; it must be between 50 and 250 cm"),
        ({"height_m": float("nan")}, "the height is nan cm"),
        ({"mass_kg": 5.0}, "the mass is 5 kg; it must be between 10 and 400 kg"),
        ({"sex": "x"}, "the sex is 'x'; it must be one of female, male, other"),
        ({"painful_side": "up"}, "the painful side is 'up'"),
        ({"born": date(1800, 1, 1)}, "the date of birth is 1800-01-01"),
        ({"consent_on": date.today() + timedelta(days=2)}, "the consent is"),
        ({"born": date(2000, 1, 2), "consent_on": date(2000, 1, 1)}, "is before the date of birth"),
        ({"name": "x" * 201}, "the name has 201 characters"),
        ({"notes": "a\x1b[2J"}, "holds characters that cannot be shown"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    database: Database, details: dict[str, object], words: str
) -> None:
    with pytest.raises(BadInput) as told:
        added(database, "P07", **details)
    assert words in str(told.value)
    with database.reading() as session:
        assert clients.listing(session) == []


def test_an_edit_changes_what_it_names_alone(database: Database) -> None:
    client = added(database, "P07", height_m=1.72, notes="slow")
    with database.writing() as session:
        clients.edit(session, client, pseudonym="P08", notes=None, mass_kg=60.0)
    with database.reading() as session:
        found = clients.find(session, "P08")
    assert (found.id, found.height_m, found.notes, found.mass_kg) == (client.id, 1.72, None, 60.0)


def test_an_edit_cannot_take_the_pseudonym_of_another(database: Database) -> None:
    client = added(database, "P07")
    added(database, "P08")
    with pytest.raises(BadInput, match="already"), database.writing() as session:
        clients.edit(session, client, pseudonym="p08")
    with database.writing() as session:
        assert clients.edit(session, client, pseudonym="p07").pseudonym == "p07"


def test_sessions_are_listed_by_client(database: Database, tmp_path: Path) -> None:
    client, other = added(database, "P07"), added(database, "P08")
    one = ran(database, client, tmp_path / os.fsdecode(b"run \xff"))
    two = ran(database, client, tmp_path / "two")
    assert set(folders_of(database, client)) == {one, two}
    assert folders_of(database, other) == []
    with database.reading() as session:
        assert [(row.client.pseudonym, row.sessions, row.newest) for row in clients.listing(session)] == [
            ("P07", 2, max(read(one).info.moment(), read(two).info.moment())),
            ("P08", 0, None),
        ]


def test_a_session_of_one_client_is_not_linked_with_another(database: Database, tmp_path: Path) -> None:
    client, other = added(database, "P07"), added(database, "P08")
    folder = ran(database, client, tmp_path / "one")
    with pytest.raises(BadInput, match="is a session of client 'P07'"), database.writing() as session:
        client_sessions.link(session, other, folder)


def test_a_folder_is_linked_before_its_session_begins(database: Database, tmp_path: Path) -> None:
    client = added(database)
    with database.writing() as session:
        assert client_sessions.link(session, client, tmp_path).session_id is None
    with begun(tmp_path) as record:
        record.finish("stopped")
    with database.writing() as session:
        assert client_sessions.link(session, client, tmp_path).session_id == read(tmp_path).info.id


def test_sessions_are_found_again_after_the_database_was_lost(database: Database, tmp_path: Path) -> None:
    client = added(database)
    ran(database, client, tmp_path / "runs" / "one")
    (tmp_path / "runs" / "film.mp4").touch()
    with database.writing() as session:
        client_sessions.unlink(session, tmp_path / "runs" / "one")
    assert index.refresh(database, tmp_path / "runs").linked == 1
    assert index.refresh(database, tmp_path / "runs").linked == 0
    assert folders_of(database, client) == [tmp_path / "runs" / "one"]


# -- erasing ------------------------------------------------------------------------------------------------------


def gone(database: Database, pseudonym: str = "P07") -> bool:
    with database.reading() as session:
        return pseudonym not in [one.client.pseudonym for one in clients.listing(session)]


def test_erasing_takes_records_folders_and_archives(database: Database, tmp_path: Path) -> None:
    client, other = added(database, "P07"), added(database, "P08")
    ran(database, client, tmp_path / "runs" / "one")
    kept = ran(database, other, tmp_path / "runs" / "other")
    ran(database, client, tmp_path / "runs" / "lost")
    (tmp_path / "runs" / "one" / "pictures").mkdir()
    (tmp_path / "runs" / "one" / "pictures" / "1.jpg").touch()
    archive_export.export(database, "P07", tmp_path / "p07.zip")
    shutil.rmtree(tmp_path / "runs" / "lost")
    erasing.erase_client(database, "p07")
    assert gone(database) and not gone(database, "P08")
    assert list((tmp_path / "runs").iterdir()) == [kept]
    assert not (tmp_path / "p07.zip").exists()


def test_nothing_of_an_erased_client_is_left_in_the_files(tmp_path: Path) -> None:
    from sqlalchemy import URL

    with Database(URL.create("sqlite", database=str(tmp_path / "x.sqlite"))) as opened:
        added(opened, "P07", notes="Wolpertinger")
        erasing.erase_client(opened, "P07")
        assert not any(b"Wolpertinger" in path.read_bytes() for path in tmp_path.iterdir())


def test_another_session_in_the_folders_place_stays(database: Database, tmp_path: Path) -> None:
    client = added(database)
    folder = ran(database, client, tmp_path / "one")
    shutil.rmtree(folder)
    folder.mkdir()
    with begun(folder) as record:
        record.finish("of somebody else")
    erasing.erase_client(database, "P07")
    assert gone(database)
    assert read(folder).info.ended == "of somebody else"


def test_erasing_takes_sessions_that_name_the_client_and_are_linked_to_nobody(
    database: Database, tmp_path: Path
) -> None:
    client, other = added(database, "P07"), added(database, "P08")
    linked = ran(database, client, tmp_path / "linked")
    refused = kept(tmp_path / "refused", clients.person(client))  # the database refused when it was to be linked
    shutil.copytree(linked, tmp_path / "copied")
    of_other = kept(tmp_path / "other", clients.person(other))
    namesake = kept(tmp_path / "namesake", Person("an id of another computer", "P07"))
    mixed = kept(tmp_path / "mixed", clients.person(client))
    with database.writing() as session:
        client_sessions.link(session, other, mixed)
    (tmp_path / "away").mkdir()
    outside = kept(tmp_path / "away" / "one", clients.person(client))
    (tmp_path / "shortcut").symlink_to(outside)
    index.refresh(database, tmp_path, link=False)
    with database.reading() as session:
        found = erasing.plan(session, client)
    assert found.sessions == (linked, tmp_path / "copied", refused)
    assert found.stays == (mixed, namesake, tmp_path / "shortcut")
    told: list[Path] = []
    erasing.erase_client(database, "P07", told.append)
    assert gone(database) and tuple(told) == found.sessions
    assert [one for one in found.sessions if one.exists()] == []
    assert all(read(one).stances for one in (of_other, namesake, mixed, outside))


def test_folders_on_a_drive_that_is_not_there_are_told_and_not_counted(database: Database, tmp_path: Path) -> None:
    client = added(database)
    here, deleted, away = (ran(database, client, tmp_path / name) for name in ("here/one", "here/two", "drive/three"))
    shutil.rmtree(deleted)
    (tmp_path / "drive").rename(tmp_path / "unplugged")
    with database.reading() as session:
        found = erasing.plan(session, client)
    assert (found.sessions, found.out_of_reach) == ((here, deleted), (away,))
    erasing.erase_client(database, "P07")
    assert gone(database) and not here.exists() and (tmp_path / "unplugged" / "three").is_dir()


def test_a_folder_in_which_another_session_took_the_place_stays(database: Database, tmp_path: Path) -> None:
    client = added(database)
    folder = kept(tmp_path / "one", clients.person(client))
    index.refresh(database, tmp_path, link=False)
    changed(folder, id="another", person="P08", person_id="somebody else")
    erasing.erase_client(database, "P07")
    assert gone(database) and read(folder).info.person == "P08"


def test_what_is_no_session_folder_stays_and_nothing_is_forgotten(database: Database, tmp_path: Path) -> None:
    client = added(database)
    folder = ran(database, client, tmp_path / "one")
    (folder / "thesis").mkdir()
    with pytest.raises(BadInput, match=r"'P07' is not erased yet: .*thesis is a folder that is no part of a session"):
        erasing.erase_client(database, "P07")
    assert read(folder).stances
    assert folders_of(database, client) == [folder]
    (folder / "thesis").rmdir()
    erasing.erase_client(database, "P07")
    assert gone(database) and not folder.exists()


def test_a_link_in_the_folders_place_leads_nowhere_else(database: Database, tmp_path: Path) -> None:
    client = added(database)
    folder = ran(database, client, tmp_path / "one")
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BadInput, match="is no folder any more"):
        erasing.erase_client(database, "P07")
    assert read(tmp_path / "elsewhere").stances


def test_a_session_that_still_runs_is_not_erased(database: Database, tmp_path: Path) -> None:
    client = added(database)
    folder = ran(database, client, tmp_path / "one")
    running = FolderLock(folder, RUN)
    running.take()
    with pytest.raises(BadInput, match="is still written; end that run"):
        erasing.erase_client(database, "P07")
    running.release()
    assert read(folder).stances


def test_an_erasing_that_was_broken_off_is_done_again(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = added(database)
    one, two = (ran(database, client, tmp_path / name) for name in ("one", "two"))
    unlink = Path.unlink

    def refuse(path: Path, missing_ok: bool = False) -> None:
        if path == two / "summary.json":
            raise PermissionError(13, "Permission denied", str(path))
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(BadInput, match=r"summary\.json cannot be removed \(Permission denied\)"):
        erasing.erase_client(database, "P07")
    assert not one.exists() and (two / "session.json").exists()
    assert folders_of(database, client) == [two]
    monkeypatch.undo()
    erasing.erase_client(database, "P07")
    assert gone(database) and not two.exists()


def test_a_full_disk_while_erasing_is_said_and_the_client_stays(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.url.get_backend_name() != "sqlite":
        pytest.skip("a server's disk is its own")
    added(database)
    from sqlalchemy import exc, orm

    def full(*_: object) -> None:
        raise exc.OperationalError("DELETE", {}, sqlite3.OperationalError("database or disk is full"))

    monkeypatch.setattr(orm.Session, "delete", full)
    with pytest.raises(BadInput, match="the disk is full; free some space"):
        erasing.erase_client(database, "P07")
    monkeypatch.undo()
    assert not gone(database)


def test_a_folder_killed_before_it_began_is_removed(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / ".reserve").touch()
    folders.remove(tmp_path / "one", None, "id")
    assert not (tmp_path / "one").exists()
