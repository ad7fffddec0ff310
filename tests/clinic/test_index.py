"""The index of session folders: brought up to date by a scan, listed, sorted, filtered; folders of every kind of trouble beside it."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import URL, make_url

from runform_live import config
from runform_live.clinic import client_sessions, clients, erasing, following, index, scan, session_list
from runform_live.clinic.database import Database
from runform_live.clinic.finished_sessions import finished_sessions_of
from runform_live.clinic.index import Refreshed
from runform_live.clinic.session_list import Row
from runform_live.clinic.tables import Client, LinkedSession
from runform_live.errors import BadInput
from runform_live.gait.run_phase import ran_s
from runform_live.messages import Person, Stance
from runform_live.session import lock, schema
from runform_live.session import stances as table
from runform_live.session.reader import read
from runform_live.session.record import SessionRecord
from tests.clinic.makers import added, changed, kept, with_drops
from tests.makers import stances as run_of
from tests.session.test_reader import begun


def listed(database: Database, **asked: object) -> list[Row]:
    with database.reading() as session:
        return session_list.rows(session, **asked)  # type: ignore[arg-type]


def names_of(found: Iterable[Row]) -> list[str]:
    return [one.folder.name for one in found]


# -- the scan ---------------------------------------------------------------------------------------------------------


def test_a_session_is_listed_with_what_its_folder_says(database: Database, tmp_path: Path) -> None:
    folder = kept(tmp_path / "one")
    assert index.refresh(database, tmp_path) == Refreshed(read=1, unchanged=0, gone=0, linked=0)
    (row,) = listed(database)
    session = read(folder)
    drops = session.summary.sides["left"]["pelvic_drop_mid_deg"]
    assert drops.ci95_low is not None and drops.ci95_high is not None
    assert (row.folder, row.state, row.trouble, row.ended) == (folder, "finished", None, "stopped")
    assert row.started is not None and row.started.isoformat() == "2026-05-01T10:00:00+02:00"
    assert (row.left_deg, row.right_deg) == (5.0, 3.0)
    assert row.left_half_deg == pytest.approx((drops.ci95_high - drops.ci95_low) / 2)
    assert row.flags == tuple(session.summary.flags)
    assert (row.activity, row.stances, row.client) == ("running", 20, None)
    assert row.ran_s == pytest.approx(ran_s(session.stances))


def test_a_folder_is_read_again_only_if_it_changed(database: Database, tmp_path: Path) -> None:
    kept(tmp_path / "one")
    kept(tmp_path / "two")
    index.refresh(database, tmp_path)
    assert index.refresh(database, tmp_path) == Refreshed(read=0, unchanged=2, gone=0, linked=0)
    changed(tmp_path / "two", ended="the camera was unplugged")
    assert index.refresh(database, tmp_path) == Refreshed(read=1, unchanged=1, gone=0, linked=0)
    assert [one.ended for one in listed(database, sort="started", descending=False)] == ["stopped", "the camera was unplugged"]  # fmt: skip


def test_a_folder_that_is_gone_leaves_the_index(database: Database, tmp_path: Path) -> None:
    kept(tmp_path / "one")
    kept(tmp_path / "two")
    index.refresh(database, tmp_path)
    shutil.rmtree(tmp_path / "one")
    assert index.refresh(database, tmp_path).gone == 1
    assert names_of(listed(database)) == ["two"]


def test_a_folder_of_sessions_that_is_not_there_holds_none(database: Database, tmp_path: Path) -> None:
    assert index.refresh(database, tmp_path / "runs") == Refreshed(0, 0, 0, 0)


def test_a_file_in_place_of_the_folder_is_said(database: Database, tmp_path: Path) -> None:
    (tmp_path / "runs").touch()
    with pytest.raises(BadInput, match="runs cannot be listed"):
        index.refresh(database, tmp_path / "runs")


def test_the_scan_tells_how_far_it_is(database: Database, tmp_path: Path) -> None:
    for name in "abc":
        kept(tmp_path / name)
    told: list[tuple[int, int]] = []
    index.refresh(database, tmp_path, lambda done, of: told.append((done, of)))
    assert told[0] == (0, 3) and told[-1] == (3, 3)


def test_broken_folders_are_listed_with_their_reason_and_stop_nothing(database: Database, tmp_path: Path) -> None:
    for name in ("good", "summary", "stances", "session", "early"):
        kept(tmp_path / name)
    (tmp_path / "summary" / "summary.json").write_text("{")
    (tmp_path / "stances" / "stances.csv").write_text("side,initial_contact_s\nleft,1\n")
    (tmp_path / "session" / "session.json").write_bytes(b"\0" * 100)
    (tmp_path / "early" / "summary.json").unlink()
    (tmp_path / "nowhere").symlink_to(tmp_path / "nothing")
    (tmp_path / "film.mp4").touch()
    (tmp_path / "other").mkdir()
    index.refresh(database, tmp_path)
    found = {one.folder.name: one for one in listed(database)}
    assert set(found) == {"good", "summary", "stances", "session", "early", "nowhere"}
    assert {name for name, one in found.items() if one.state == "broken"} == set(found) - {"good"}
    assert all("\n" not in (one.trouble or "") for one in found.values())
    assert found["nowhere"].trouble == "a link that leads nowhere"
    assert found["early"].trouble is not None and found["early"].trouble.startswith("summary.json is missing")
    assert (found["summary"].left_deg, found["summary"].stances) == (None, None), "unknown, and not 0"
    assert found["summary"].started is not None and found["session"].started is None


def test_a_broken_folder_that_was_mended_is_listed_whole(database: Database, tmp_path: Path) -> None:
    folder = kept(tmp_path / "one")
    whole = (folder / "summary.json").read_bytes()
    (folder / "summary.json").write_text("{")
    index.refresh(database, tmp_path)
    (folder / "summary.json").write_bytes(whole)
    index.refresh(database, tmp_path)
    assert [(one.state, one.trouble, one.left_deg) for one in listed(database)] == [("finished", None, 5.0)]


def test_a_session_that_runs_is_shown_as_running_until_it_ends(database: Database, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    record = begun(tmp_path / "run")
    before = {path.name for path in (tmp_path / "run").iterdir()}
    index.refresh(database, tmp_path)
    (row,) = listed(database)
    assert (row.state, row.ended, row.stances, row.left_deg) == ("running", None, 20, 5.0)
    assert row.so_far_s == pytest.approx(run_of(20)[-1].toe_off_s)
    assert {path.name for path in (tmp_path / "run").iterdir()} == before, "nothing is done to its folder"
    record.finish("stopped")
    index.refresh(database, tmp_path)
    (row,) = listed(database)
    assert (row.state, row.ended, row.so_far_s) == ("finished", "stopped", None)


def test_a_session_that_was_cut_off_is_completed(database: Database, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    with lock.run(tmp_path / "run"):
        begun(tmp_path / "run").abandon()
        index.refresh(database, tmp_path)
        assert [one.state for one in listed(database)] == ["running"]
    index.refresh(database, tmp_path)
    assert [(one.state, one.ended) for one in listed(database)] == [("finished", "interrupted")]
    assert index.refresh(database, tmp_path).unchanged == 1


def test_a_summary_of_other_stances_is_made_anew(database: Database, tmp_path: Path) -> None:
    """What the list shows is what the report would show."""
    folder = kept(tmp_path / "one")
    path = folder / "summary.json"
    summary = json.loads(path.read_text())
    summary["sides"]["left"]["pelvic_drop_mid_deg"] |= {"mean": 9.0, "ci95_low": 8.0, "ci95_high": 10.0}
    path.write_text(json.dumps(summary))
    index.refresh(database, tmp_path)
    (row,) = listed(database)
    assert row.left_deg == 5.0 and "summary_made_anew" in row.flags


def test_a_session_without_stances_has_no_figures(database: Database, tmp_path: Path) -> None:
    from runform_live import config
    from runform_live.session.record import SessionRecord

    (tmp_path / "one").mkdir()
    with SessionRecord(tmp_path / "one", "0", config.load(), "live") as record:
        record.finish("stopped")
    index.refresh(database, tmp_path)
    (row,) = listed(database)
    assert (row.state, row.stances, row.left_deg, row.left_half_deg, row.activity) == ("finished", 0, None, None, None)


def paused(rows: list[Stance]) -> list[Stance]:
    """The second half ten seconds later."""
    late = [
        msgspec.structs.replace(
            one,
            initial_contact_s=one.initial_contact_s + 10,
            midstance_s=one.midstance_s + 10,
            toe_off_s=one.toe_off_s + 10,
        )
        for one in rows[len(rows) // 2 :]
    ]
    return rows[: len(rows) // 2] + late


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_the_fast_reading_gives_what_the_reader_gives(tmp_path: Path, line_end: str) -> None:
    folder = kept(tmp_path / "one")
    rows = paused(read(folder).stances)
    (folder / "stances.csv").write_bytes(table.whole(rows).replace(b"\n", line_end.encode()))
    found, whole = scan.of(folder), read(folder)
    assert found.ran_s == pytest.approx(ran_s(whole.stances))
    assert (found.stances, found.summary) == (20, whole.summary)


@pytest.mark.parametrize("lacking", [{"cadence_half_spm": None}, {"schema_version": 4, "cadence_half_spm": None}])
def test_the_cadences_error_is_worked_out_where_an_earlier_version_left_it_out(
    tmp_path: Path, lacking: dict[str, object]
) -> None:
    folder = kept(tmp_path / "one")
    before = read(folder).summary.cadence_half_spm
    path = folder / "summary.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | lacking))
    found = scan.of(folder).summary
    assert found == read(folder).summary
    assert found is not None and before is not None and found.cadence_half_spm == before


def test_a_summary_of_an_earlier_version_is_the_readers(tmp_path: Path) -> None:
    """Whatever else it says: figures that the reader works out anew are those in the list."""
    folder = kept(tmp_path / "one")
    path = folder / "summary.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"schema_version": 4, "cadence_spm": 90.0}))
    found = scan.of(folder).summary
    assert found == read(folder).summary and found is not None and "summary_made_anew" in found.flags


def test_rows_that_a_spreadsheet_sorted_by_side_count_as_before(tmp_path: Path) -> None:
    folder = kept(tmp_path / "one")
    rows = read(folder).stances
    (folder / "stances.csv").write_bytes(table.whole(sorted(rows, key=lambda one: one.side)))
    assert scan.of(folder).ran_s == pytest.approx(ran_s(rows))


def gaits_kept(folder: Path, gaits: str) -> Path:
    """A session with the gaits of its stances as letters, r or w."""
    rows = [
        msgspec.structs.replace(one, gait="walk" if letter == "w" else "run")
        for one, letter in zip(run_of(len(gaits)), gaits, strict=True)
    ]
    folder.mkdir()
    with SessionRecord(folder, "0", config.load(), "live") as record:
        for one in rows:
            record.stance(one)
        record.finish("stopped")
    return folder


@pytest.mark.parametrize(
    ("gaits", "activity"), [("r" * 20, "running"), ("w" * 20, "walking"), ("w" * 20 + "r" * 30, "both"), ("", None)]
)
def test_the_list_tells_running_walking_and_both_apart(tmp_path: Path, gaits: str, activity: str | None) -> None:
    folder = gaits_kept(tmp_path / "one", gaits)
    found, whole = scan.of(folder), read(folder)
    assert found.activity == activity
    assert found.summary == whole.summary
    assert (found.ran_s, found.walked_s) == pytest.approx((ran_s(whole.stances), ran_s(whole.stances, "walk")))


def test_a_session_without_the_column_of_the_gait_is_of_running(tmp_path: Path) -> None:
    folder = gaits_kept(tmp_path / "one", "r" * 20)
    path = folder / "stances.csv"
    path.write_text(
        "".join(line.replace(",run,", ",") for line in path.read_text().replace("gait,", "").splitlines(True))
    )
    found = scan.of(folder)
    assert (found.activity, found.walked_s) == ("running", 0.0)


def test_a_summary_without_the_walking_that_the_stances_show_is_made_anew(tmp_path: Path) -> None:
    folder = gaits_kept(tmp_path / "one", "w" * 20 + "r" * 30)
    path = folder / "summary.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"walking": None}))
    found = scan.of(folder).summary
    assert found is not None and found.walking is not None and "summary_made_anew" in found.flags


# -- whose they are ---------------------------------------------------------------------------------------------------


def test_sessions_are_linked_by_id_and_else_by_pseudonym(database: Database, tmp_path: Path) -> None:
    client, other = added(database, "P07"), added(database, "P08")
    kept(tmp_path / "by_id", Person(client.id, "an older pseudonym"))
    kept(tmp_path / "by_pseudonym", Person("of-a-lost-database", "p08"))
    kept(tmp_path / "of_a_stranger", Person("stranger", "Q1"))
    kept(tmp_path / "nobodys")
    assert index.refresh(database, tmp_path).linked == 2
    assert index.refresh(database, tmp_path).linked == 0
    assert {one.folder.name: (one.client_id, one.client) for one in listed(database)} == {
        "by_id": (client.id, "P07"),
        "by_pseudonym": (other.id, "P08"),
        "of_a_stranger": (None, "Q1"),
        "nobodys": (None, None),
    }


def test_a_programme_that_a_client_followed_is_found_again_with_their_sessions(
    database: Database, tmp_path: Path
) -> None:
    client = added(database, "P07")
    prescribed = {"programme": "retraining-8", "number": 3, "ran_before_s": 0.0, "enrolment": "0" * 8}
    changed(kept(tmp_path / "one", clients.person(client)), programme=prescribed, pain_before=4, pain_after=2)
    index.refresh(database, tmp_path)
    (row,) = listed(database)
    assert (row.programme, row.number, row.pain_before, row.pain_after) == ("retraining-8", 3, 4, 2)
    with database.reading() as session:
        enrolment = following.enrolment_of(session, client)
        (gist,) = finished_sessions_of(session, client.id)
    assert enrolment is not None and enrolment.programme == "retraining-8"
    assert gist.pain == schema.Pain(4, 2)


def test_a_client_who_is_added_later_gets_the_sessions_that_did_not_change(database: Database, tmp_path: Path) -> None:
    kept(tmp_path / "one", Person("of-a-lost-database", "P07"))
    index.refresh(database, tmp_path)
    client = added(database, "P07")
    assert index.refresh(database, tmp_path) == Refreshed(read=0, unchanged=1, gone=0, linked=1)
    assert [one.client_id for one in listed(database)] == [client.id]


def test_a_scan_may_leave_the_links_alone(database: Database, tmp_path: Path) -> None:
    kept(tmp_path / "one", Person("of-elsewhere", added(database, "P07").pseudonym))
    assert index.refresh(database, tmp_path, link=False).linked == 0
    assert [(one.client_id, one.client) for one in listed(database)] == [(None, "P07")]


def test_a_folder_that_was_linked_before_its_session_began_gets_its_time(database: Database, tmp_path: Path) -> None:
    client = added(database)
    (tmp_path / "one").mkdir()
    with database.writing() as session:
        client_sessions.link(session, client, tmp_path / "one")
    shutil.rmtree(tmp_path / "one")
    kept(tmp_path / "one", clients.person(client))
    index.refresh(database, tmp_path)
    with database.reading() as session:
        (link,) = client_sessions.sessions_of(session, client)
    assert link.session_id == read(tmp_path / "one").info.id
    assert link.started is not None


def test_another_session_in_the_place_of_a_clients_is_not_theirs(database: Database, tmp_path: Path) -> None:
    client, other = added(database, "P07"), added(database, "P08")
    kept(tmp_path / "one", clients.person(client))
    kept(tmp_path / "two", clients.person(client))
    index.refresh(database, tmp_path)
    for name, person in (("one", None), ("two", clients.person(other))):
        shutil.rmtree(tmp_path / name)
        changed(kept(tmp_path / name, person), id=f"another {name}")
    index.refresh(database, tmp_path)
    assert {one.folder.name: one.client for one in listed(database)} == {"one": None, "two": "P08"}


def test_the_sessions_of_a_client_in_other_folders_are_in_the_index_too(database: Database, tmp_path: Path) -> None:
    client = added(database)
    here, there = kept(tmp_path / "runs" / "here"), kept(tmp_path / "drive" / "there", clients.person(client))
    with database.writing() as session:
        client_sessions.link(session, client, there)
    index.refresh(database, tmp_path / "runs")
    assert names_of(listed(database, within=here.parent)) == ["here"]
    assert set(names_of(listed(database, within=here.parent, elsewhere=True))) == {"here", "there"}
    assert names_of(listed(database, client_id=client.id)) == ["there"]
    shutil.rmtree(there)
    assert index.refresh(database, tmp_path / "runs").gone == 1


def test_what_is_known_of_an_erased_client_leaves_the_index(database: Database, tmp_path: Path) -> None:
    client = added(database, "P07")
    kept(tmp_path / "runs" / "one", clients.person(client))
    kept(tmp_path / "copies" / "two", clients.person(client))
    kept(tmp_path / "runs" / "of_another", clients.person(added(database, "P08")))
    index.refresh(database, tmp_path / "runs")
    index.refresh(database, tmp_path / "copies", link=False)
    erasing.erase_client(database, "P07")
    assert names_of(listed(database)) == ["of_another"]


def test_what_is_still_being_made_is_not_listed_but_erased_with_its_client(database: Database, tmp_path: Path) -> None:
    client = added(database, "P07")
    hidden = kept(tmp_path / ".measuring-1", clients.person(client))
    kept(tmp_path / "one")
    index.refresh(database, tmp_path, link=False)
    assert names_of(listed(database)) == ["one"]
    erasing.erase_client(database, "P07")
    assert not hidden.exists()


# -- the list ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def some(database: Database, tmp_path: Path) -> Database:
    """Three sessions and a broken one; the runner of the second one is not known, nor are the drops of the third."""
    anna, zoe = (clients.person(added(database, name)) for name in ("anna", "Zoë_1"))
    with_drops(kept(tmp_path / "first", zoe, "2026-05-01T23:30:00+00:00"), 4.0, 6.0)
    with_drops(kept(tmp_path / "second", None, "2026-05-02T10:00:00+00:00"), 6.0, 2.0)
    with_drops(kept(tmp_path / "third", anna, "2026-05-03T10:00:00+00:00"), None, None)
    changed(kept(tmp_path / "fourth"), started="never")
    index.refresh(database, tmp_path)
    return database


@pytest.mark.parametrize(
    ("sort", "rising", "falling"),
    [
        ("started", "first second third fourth", "third second first fourth"),
        ("client", "third first second fourth", "first third second fourth"),
        ("left", "first second third fourth", "second first third fourth"),
        ("right", "second first third fourth", "first second third fourth"),
    ],
)
def test_what_is_not_known_comes_last_in_every_order(some: Database, sort: str, rising: str, falling: str) -> None:
    assert names_of(listed(some, sort=sort, descending=False)) == rising.split()
    assert names_of(listed(some, sort=sort, descending=True)) == falling.split()


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"text": "ZOË"}, {"first"}),
        ({"text": "_"}, {"first"}),
        ({"text": "%"}, set()),
        ({"text": "ir anna"}, {"third"}),
        ({"flagged": True}, {"first", "second", "third", "fourth"}),
        ({"flagged": False}, set()),
        ({"activity": "walking"}, set()),
        ({"activity": "running"}, {"first", "second", "third"}),
        ({"since": date(2026, 5, 2)}, {"second", "third"}),
        ({"until": date(2026, 5, 2)}, {"first", "second"}),
        ({"since": date(2026, 5, 2), "until": date(2026, 5, 2)}, {"second"}),
    ],
)
def test_a_filter_leaves_only_what_fits(some: Database, wanted: dict[str, object], names: set[str]) -> None:
    assert set(names_of(listed(some, **wanted))) == names
    with some.reading() as session:
        assert session_list.count(session, **wanted) == len(names)  # type: ignore[arg-type]


def test_pages_hold_every_session_once(some: Database) -> None:
    pages = [names_of(listed(some, sort="right", offset=start, limit=2)) for start in (0, 2, 4)]
    assert [len(one) for one in pages] == [2, 2, 0]
    assert sorted(pages[0] + pages[1]) == ["first", "fourth", "second", "third"]


def test_the_gists_of_a_client_are_whole_and_in_order(database: Database, tmp_path: Path) -> None:
    client = added(database)
    later = kept(tmp_path / "a", clients.person(client), "2026-05-03T10:00:00+00:00")
    first = kept(tmp_path / "b", clients.person(client), "2026-05-01T10:00:00+00:00")
    kept(tmp_path / "c", clients.person(added(database, "P08")))
    broken = kept(tmp_path / "d", clients.person(client))
    (broken / "summary.json").write_text("{")
    index.refresh(database, tmp_path)
    with database.reading() as session:
        found = finished_sessions_of(session, client.id)
    assert [one.folder for one in found] == [first, later]
    for one in found:
        whole = read(one.folder)
        assert (one.info, one.summary) == (whole.info, whole.summary)
        assert one.ran_s == pytest.approx(ran_s(whole.stances))


# -- removing ---------------------------------------------------------------------------------------------------------


def test_a_removed_session_is_gone_from_folder_and_records(database: Database, tmp_path: Path) -> None:
    client = added(database)
    folder = kept(tmp_path / "one", clients.person(client))
    stays = kept(tmp_path / "two", clients.person(client))
    index.refresh(database, tmp_path)
    erasing.erase_session(database, folder)
    assert not folder.exists() and stays.exists()
    assert names_of(listed(database)) == ["two"]
    with database.reading() as session:
        assert [one.folder for one in client_sessions.sessions_of(session, client)] == [stays]


def test_a_session_that_runs_is_not_removed(database: Database, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    record = begun(tmp_path / "run")
    index.refresh(database, tmp_path)
    with pytest.raises(BadInput, match="still written"):
        erasing.erase_session(database, tmp_path / "run")
    assert names_of(listed(database)) == ["run"]
    record.finish("stopped")


def test_a_folder_with_something_else_in_it_is_not_removed(database: Database, tmp_path: Path) -> None:
    folder = kept(tmp_path / "one")
    (folder / "letters").mkdir()
    index.refresh(database, tmp_path)
    with pytest.raises(BadInput, match="letters is a folder that is no part of a session"):
        erasing.erase_session(database, folder)
    assert (folder / schema.SESSION).exists() and names_of(listed(database)) == ["one"]


# -- the same folder by other names -----------------------------------------------------------------------------------


@pytest.fixture
def named(tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Path, Path]:
    """A folder of sessions, and another name for it."""
    runs = tmp_path / "data" / "runs"
    (tmp_path / "work").mkdir()
    if request.param == "climbing":
        return runs, tmp_path / "work" / ".." / "data" / "runs"
    runs.mkdir(parents=True)
    (tmp_path / "work" / "link").symlink_to(runs)
    return runs, tmp_path / "work" / "link"


other_names = pytest.mark.parametrize("named", ["climbing", "link"], indirect=True)


def linked_folders(database: Database, client_id: str) -> list[Path]:
    with database.reading() as session:
        client = session.get_one(Client, client_id)
        return [one.folder for one in client_sessions.sessions_of(session, client)]


@other_names
def test_a_session_that_was_linked_by_another_name_of_its_folder_counts_once(
    database: Database, named: tuple[Path, Path]
) -> None:
    (runs, other), client = named, added(database)
    folder = kept(runs / "one", clients.person(client))
    with database.writing() as session:
        client_sessions.link(session, client, other / "one")
    for parent in (runs, other):
        index.refresh(database, parent)
        assert linked_folders(database, client.id) == [folder]
        assert [one.folder for one in listed(database)] == [folder]
        assert [one.folder for one in listed(database, within=other)] == [folder]
    with database.reading() as session:
        assert len(finished_sessions_of(session, client.id)) == 1


@other_names
def test_a_session_that_is_removed_by_another_name_leaves_nothing(database: Database, named: tuple[Path, Path]) -> None:
    (runs, other), client = named, added(database)
    kept(runs / "one", clients.person(client))
    kept(runs / "two", clients.person(client))
    index.refresh(database, runs)
    erasing.erase_session(database, other / "one")
    assert linked_folders(database, client.id) == [runs / "two"]
    with database.writing() as session:
        client_sessions.unlink(session, other / "two")
    assert linked_folders(database, client.id) == [] and listed(database) == []


@other_names
def test_a_scan_joins_what_an_earlier_version_kept_twice(database: Database, named: tuple[Path, Path]) -> None:
    (runs, other), client = named, added(database)
    one, two = (kept(runs / name, clients.person(client)) for name in ("one", "two"))
    changed(two, started="2026-05-02T10:00:00+02:00", id="another")
    index.refresh(database, runs)
    with database.writing() as session:
        for folder in (other / "one", other / "two"):
            session.add(LinkedSession(folder=folder, client_id=client.id, session_id=read(folder).info.id))
        session.delete(session.get_one(LinkedSession, two))
    index.refresh(database, runs)
    assert linked_folders(database, client.id) == [one, two]


# -- two programs at once ---------------------------------------------------------------------------------------------


def _refresh(url: str, parent: str) -> None:
    with Database(make_url(url)) as opened:
        index.refresh(opened, Path(parent))


def test_two_programs_that_scan_at_once_lose_nothing(empty: URL, tmp_path: Path) -> None:
    with Database(empty) as opened:
        client = added(opened)
    first = kept(tmp_path / "0", clients.person(client))
    for number in range(1, 12):
        shutil.copytree(first, tmp_path / str(number))
        changed(tmp_path / str(number), id=str(number))
    spawn = multiprocessing.get_context("spawn")
    url = empty.render_as_string(hide_password=False)
    programs = [spawn.Process(target=_refresh, args=(url, str(tmp_path))) for _ in range(2)]
    for one in programs:
        one.start()
    for one in programs:
        one.join(120)
    assert [one.exitcode for one in programs] == [0, 0]
    with Database(empty) as opened:
        assert len(listed(opened, client_id=client.id)) == 12


@pytest.mark.skipif(os.name == "nt", reason="Windows takes no such names")
def test_a_folder_name_that_is_no_text_is_kept(database: Database, tmp_path: Path) -> None:
    folder = kept(tmp_path / os.fsdecode(b"lauf-\xff"))
    index.refresh(database, tmp_path)
    assert [one.folder for one in listed(database)] == [folder]
    assert index.refresh(database, tmp_path).unchanged == 1
