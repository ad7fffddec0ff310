"""A client as one archive: made here, taken in elsewhere; what cannot be taken in leaves nothing behind."""

from __future__ import annotations

import errno
import json
import multiprocessing
import os
import shutil
import stat
import zipfile
from collections import namedtuple
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import URL, make_url, select

from runform_live import programmes
from runform_live.clinic import archive_export, archive_import, clients, following, index
from runform_live.clinic.database import Database
from runform_live.clinic.tables import Enrolment
from runform_live.errors import BadInput
from runform_live.programmes import own
from runform_live.session.lock import RUN, FolderLock
from runform_live.session.reader import read
from tests.clinic.makers import added, folders_of, ran

finds_settings_by_xdg = pytest.mark.skipif(os.name == "nt", reason="the settings folder is found by another name there")


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Database]:
    """The database of another computer."""
    with Database(URL.create("sqlite", database=str(tmp_path / "there.sqlite"))) as opened:
        yield opened


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """The archive of a client P07 with one session, made on a computer that is gone."""
    with Database(URL.create("sqlite", database=str(tmp_path / "here.sqlite"))) as here:
        client = added(here, "P07", height_m=1.72)
        ran(here, client, tmp_path / "here" / "one")
        archive_export.export(here, "P07", tmp_path / "p07.zip")
    return tmp_path / "p07.zip"


def nothing_is_left(there: Database, parent: Path) -> bool:
    with there.reading() as session:
        return clients.listing(session) == [] and (not parent.exists() or list(parent.iterdir()) == [])


def refused(there: Database, file: Path, parent: Path) -> str:
    with pytest.raises(BadInput) as told:
        archive_import.take_in(there, file, parent)
    assert nothing_is_left(there, parent)
    assert "\n" not in str(told.value)
    return str(told.value)


def rebuilt(file: Path, changes: dict[str, bytes | None]) -> Path:
    """The archive with files replaced, added or (None) left out."""
    made = file.with_name("changed.zip")
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, content in changes.items():
            if content is not None:
                new.writestr(name, content)
    return made


def test_a_client_goes_from_one_computer_to_another(database: Database, there: Database, tmp_path: Path) -> None:
    client = added(database, "P07", name="Ada Läufer", height_m=1.72, born=date(1990, 2, 28), notes="a\nb")
    first, second = (ran(database, client, tmp_path / "here" / name) for name in ("one", os.fsdecode(b"two \xff")))
    (first / "pictures").mkdir()
    (first / "pictures" / "1.jpg").write_bytes(b"jpeg")
    assert archive_export.export(database, "P07", tmp_path / "p07.zip") == []
    taken = archive_import.take_in(there, tmp_path / "p07.zip", tmp_path / "there")
    assert taken.id == client.id
    details = ("pseudonym", *clients.DETAILS)
    assert [getattr(taken, name) for name in details] == [getattr(client, name) for name in details]
    sessions = [read(folder) for folder in folders_of(there, taken)]
    assert {one.info.id for one in sessions} == {read(first).info.id, read(second).info.id}
    assert (tmp_path / "there" / "one" / "pictures" / "1.jpg").read_bytes() == b"jpeg"
    assert (tmp_path / "there" / "one" / "stances.csv").read_bytes() == (first / "stances.csv").read_bytes()
    assert sum(1 for _ in (tmp_path / "there").iterdir()) == 2


def carried(there: Database, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The archive of a client who follows a programme of the clinic's own; then the settings folder of another computer is in force."""
    with Database(URL.create("sqlite", database=str(tmp_path / "here.sqlite"))) as here:
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
        own.save(msgspec.structs.replace(programmes.load("two_weeks"), name=name, title="Hill"))
        client = added(here)
        with here.writing() as session:
            following.enrol(session, client, programmes.load(name))
        archive_export.export(here, "P07", tmp_path / "p07.zip")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "other"))
    assert name not in programmes.names()
    return tmp_path / "p07.zip"


@finds_settings_by_xdg
def test_a_programme_of_ones_own_goes_with_the_client(
    there: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = archive_import.take_in(there, carried(there, "hill", monkeypatch, tmp_path), tmp_path / "there")
    found = programmes.load("hill")
    assert found.title == "Hill" and found.sessions == programmes.load("two_weeks").sessions
    with there.reading() as session:
        assert [one.programme for one in session.scalars(select(Enrolment))] == ["hill"]
    assert taken.pseudonym == "P07"


@finds_settings_by_xdg
def test_another_programme_of_the_same_name_stays_as_it_is(
    there: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = carried(there, "hill", monkeypatch, tmp_path)
    own.save(msgspec.structs.replace(programmes.load("home_six_weeks"), name="hill", title="Another"))
    archive_import.take_in(there, file, tmp_path / "there")
    assert programmes.load("hill").title == "Another" and programmes.load("hill_2").title == "Hill"
    with there.reading() as session:
        assert [one.programme for one in session.scalars(select(Enrolment))] == ["hill_2"]


@finds_settings_by_xdg
def test_a_damaged_programme_refuses_the_archive_and_leaves_nothing(
    there: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = carried(there, "hill", monkeypatch, tmp_path)
    with zipfile.ZipFile(file) as packed:
        records = json.loads(packed.read("client.json"))
    records["programmes"]["valley"] = {"session": [{"training_min": -3}]}
    words = refused(there, rebuilt(file, {"client.json": json.dumps(records).encode()}), tmp_path / "there")
    assert "training_min" in words
    assert programmes.names() == ("home_six_weeks", "two_weeks")


def test_a_session_whose_folder_is_gone_is_named_and_left_out(database: Database, tmp_path: Path) -> None:
    client = added(database)
    folder = ran(database, client, tmp_path / "one")
    shutil.rmtree(folder)
    assert archive_export.export(database, "P07", tmp_path / "p07.zip") == [folder]
    with zipfile.ZipFile(tmp_path / "p07.zip") as made:
        assert made.namelist() == ["client.json"]
        assert json.loads(made.read("client.json"))["sessions"][0]["number"] is None


def test_a_session_that_still_runs_is_not_exported(database: Database, tmp_path: Path) -> None:
    folder = ran(database, added(database), tmp_path / "one")
    running = FolderLock(folder, RUN)
    running.take()
    with pytest.raises(BadInput, match="is still written"):
        archive_export.export(database, "P07", tmp_path / "p07.zip")
    running.release()
    assert not (tmp_path / "p07.zip").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_its_owner_can_read_an_archive(exported: Path) -> None:
    assert stat.S_IMODE(exported.stat().st_mode) == 0o600


def test_a_client_who_is_there_already_is_not_taken_in_again(exported: Path, there: Database, tmp_path: Path) -> None:
    archive_import.take_in(there, exported, tmp_path / "there")
    with pytest.raises(BadInput, match="is here already, as 'P07'"):
        archive_import.take_in(there, exported, tmp_path / "there")
    assert len(list((tmp_path / "there").iterdir())) == 1


def test_a_pseudonym_that_is_taken_can_be_exchanged_for_another(
    exported: Path, there: Database, tmp_path: Path
) -> None:
    added(there, "p07")
    with pytest.raises(
        BadInput, match="there is another client 'P07' here; give this one another name with --pseudonym"
    ):
        archive_import.take_in(there, exported, tmp_path / "there")
    assert archive_import.take_in(there, exported, tmp_path / "there", "P08").pseudonym == "P08"


@pytest.mark.parametrize(
    "name",
    [
        "../evil.txt",
        "/etc/evil",
        "sessions/1/../../evil",
        "C:/evil",
        "sessions\\1\\evil",
        "sessions/1/pictures/../../../evil",
    ],
)
def test_a_path_that_climbs_out_is_refused(exported: Path, there: Database, tmp_path: Path, name: str) -> None:
    assert "leads out of the archive" in refused(there, rebuilt(exported, {name: b"x"}), tmp_path / "there")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("evil.txt", "is no part of an archive"),
        ("sessions/1/other/a.txt", "is no part of an archive"),
        ("sessions/1/.run.lock", "a name that not every system takes"),
        ("sessions/2/session.json", "does not name all sessions"),
    ],
)
def test_what_does_not_belong_there_is_refused(
    exported: Path, there: Database, tmp_path: Path, name: str, words: str
) -> None:
    assert words in refused(there, rebuilt(exported, {name: b"x"}), tmp_path / "there")


def test_a_link_is_refused(exported: Path, there: Database, tmp_path: Path) -> None:
    link = zipfile.ZipInfo("sessions/1/link.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(exported, "a") as made:
        made.writestr(link, "/etc/passwd")
    assert "is a link or a device" in refused(there, exported, tmp_path / "there")


@pytest.mark.parametrize("packing", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_an_archive_that_another_program_packed_is_refused(
    exported: Path, there: Database, tmp_path: Path, packing: int
) -> None:
    packed = tmp_path / "packed.zip"
    with zipfile.ZipFile(exported) as old, zipfile.ZipFile(packed, "w", packing) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    damaged = bytearray(packed.read_bytes())
    damaged[60:80] = bytes(20)
    packed.write_bytes(bytes(damaged))
    assert "was packed by another program" in refused(there, packed, tmp_path / "there")


def test_a_bomb_is_refused(exported: Path, there: Database, tmp_path: Path) -> None:
    bomb = rebuilt(exported, {"sessions/1/zeros.csv": bytes(100 << 20)})
    assert "no honest size" in refused(there, bomb, tmp_path / "there")


def test_a_damaged_archive_is_refused_wherever_it_is_damaged(exported: Path, there: Database, tmp_path: Path) -> None:
    whole = exported.read_bytes()
    damaged = tmp_path / "damaged.zip"
    for content in (b"", whole[: len(whole) // 2], b"no zip at all"):
        damaged.write_bytes(content)
        assert "is damaged" in refused(there, damaged, tmp_path / "there")
    with zipfile.ZipFile(exported) as made:
        info = made.getinfo("sessions/1/stances.csv")
    at = info.header_offset + 30 + len(info.filename) + info.compress_size // 2
    damaged.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
    assert "is damaged" in refused(there, damaged, tmp_path / "there")


@pytest.mark.parametrize(
    ("records", "words"),
    [
        (None, "client.json is missing"),
        (b"{", "is damaged"),
        (b"{}", "is damaged"),
        (b'{"format": "runform_live client", "version": 99}', "was written by a newer runform_live"),
        (b'{"format": "other", "version": 1, "client": {"id": "ab", "pseudonym": "P"}}', "is no archive of a client"),
        (b'{"format": "runform_live client", "version": 1, "client": {"id": "ab", "pseudonym": "P", "height_m": 9}}', "the height is 900 cm"),
    ],
)  # fmt: skip
def test_records_that_cannot_be_used_are_refused(exported: Path, there: Database, tmp_path: Path, records: bytes | None, words: str) -> None:  # fmt: skip
    assert words in refused(there, rebuilt(exported, {"client.json": records}), tmp_path / "there")


def test_a_session_that_is_damaged_is_refused_with_all_the_rest(
    exported: Path, there: Database, tmp_path: Path
) -> None:
    line = refused(there, rebuilt(exported, {"sessions/1/session.json": b"{"}), tmp_path / "there")
    assert line.startswith("session one of the archive cannot be used (session.json is damaged")


def test_a_disk_that_is_too_small_is_said_before_anything_is_written(
    exported: Path, there: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 10, 0))
    assert "the disk is full" in refused(there, exported, tmp_path / "there")


def test_a_disk_that_fills_up_meanwhile_leaves_nothing(
    exported: Path, there: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert "the disk is full; nothing of" in refused(there, exported, tmp_path / "there")


def test_what_is_no_file_is_said(there: Database, tmp_path: Path) -> None:
    assert "there is no such file" in refused(there, tmp_path / "no.zip", tmp_path / "there")


# -- imports that were cut off ----------------------------------------------------------------------------------------


def _crash(*_: object) -> None:
    os._exit(3)


def _dies(database: str, file: str, parent: str) -> None:
    """An import whose process dies with its first file on the disk."""
    with Database(make_url(database)) as opened:
        os.fsync = _crash
        archive_import.take_in(opened, Path(file), Path(parent))


@pytest.fixture
def cut_off(exported: Path, tmp_path: Path) -> Path:
    """What an import left whose process died some minutes ago."""
    url = URL.create("sqlite", database=str(tmp_path / "dies.sqlite")).render_as_string()
    died = multiprocessing.get_context("spawn").Process(target=_dies, args=(url, str(exported), str(tmp_path / "runs")))
    died.start()
    died.join(120)
    assert died.exitcode == 3
    (left,) = (tmp_path / "runs").glob(".import-*")
    assert any(path.is_file() and path.suffix for path in left.glob("1/*")), "client data is in it"
    return aged(left, 600.0)


def aged(folder: Path, age_s: float) -> Path:
    then_s = folder.stat().st_mtime - age_s
    os.utime(folder, (then_s, then_s))
    return folder


def test_the_next_import_removes_what_a_crash_left(cut_off: Path, exported: Path, there: Database) -> None:
    archive_import.take_in(there, exported, cut_off.parent)
    assert [path.name for path in cut_off.parent.iterdir()] == ["one"]


def test_a_scan_removes_what_a_crash_left(cut_off: Path, there: Database) -> None:
    index.refresh(there, cut_off.parent)
    assert list(cut_off.parent.iterdir()) == []


def test_an_import_that_goes_on_keeps_its_folder(
    exported: Path, there: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs, usage = tmp_path / "runs", shutil.disk_usage

    def scanned_meanwhile(path: Path) -> object:
        index.refresh(there, aged(path, 7 * 86_400.0).parent)
        assert path.is_dir()
        return usage(path)

    monkeypatch.setattr(shutil, "disk_usage", scanned_meanwhile)
    archive_import.take_in(there, exported, runs)
    assert [path.name for path in runs.iterdir()] == ["one"]


def test_a_folder_without_a_lock_goes_when_it_is_old(there: Database, tmp_path: Path) -> None:
    young, old, other = (
        tmp_path / "runs" / name for name in (f".import-{1:016x}", f".import-{2:016x}", ".import-mine")
    )
    for folder, age_s in ((young, 3600.0), (old, 2 * 86_400.0), (other, 2 * 86_400.0)):
        folder.mkdir(parents=True)
        aged(folder, age_s)
    index.refresh(there, tmp_path / "runs")
    assert sorted((tmp_path / "runs").iterdir()) == [young, other]
