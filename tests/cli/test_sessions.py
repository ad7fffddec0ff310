"""`sessions list` and the readers beside a session that is still running, and among entries that are damaged."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from runform_live.cli.main import main
from runform_live.clinic import clients
from runform_live.clinic.database import Database
from runform_live.messages import Person
from tests.clinic.makers import added, kept, with_drops
from tests.clinic.test_index import gaits_kept
from tests.session.test_reader import begun, contents, version_1

RUNNING = "run is still running; this is what there is of it so far"


def done(folder: Path) -> Path:
    folder.mkdir()
    with begun(folder) as record:
        record.finish("stopped")
    return folder


def told(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    capsys.readouterr()
    status = main([str(word) for word in words])
    out = capsys.readouterr()
    return status, out.out, out.err


def test_a_running_session_is_listed_with_its_time_so_far(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done(tmp_path / "a")
    (tmp_path / "run").mkdir()
    record = begun(tmp_path / "run")
    status, out, _ = told(capsys, "sessions", "list", "--in", tmp_path)
    first, second = out.splitlines()
    assert status == 0
    assert first.endswith("stopped")
    assert second.startswith("run: ") and second.endswith("20 stances, pelvic drop left 5.0° right 3.0°, running, 0:07 min so far")  # fmt: skip
    record.finish("stopped")
    assert told(capsys, "sessions", "list", "--in", tmp_path)[1].endswith("right 3.0°, stopped\n")


def test_one_bad_entry_does_not_end_the_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "b", "c", "d", "e"):
        done(tmp_path / name)
    (tmp_path / "b" / "session.json").write_bytes(b"\x00" * 100)
    (tmp_path / "c" / "summary.json").write_text('{"schema_version": 2, "sides": {}, "symmetry": {}, "cadence_spm": null, "calibrated": true, "view": "posterior", "quality": 1.0, "flags": []}')  # fmt: skip
    (tmp_path / "d" / "stances.csv").unlink()
    (tmp_path / "d" / "stances.csv").mkdir()
    (tmp_path / "f").symlink_to(tmp_path / "f")
    (tmp_path / "notes.txt").write_text("no session")
    status, out, err = told(capsys, "sessions", "list", "--in", tmp_path)
    lines = out.splitlines()
    assert status == 1
    assert err == "runform: 4 of 6 entries could not be read (see above); the others are listed\n"
    assert sorted(line[:1] for line in lines) == ["a", "b", "c", "d", "e", "f"]
    assert {line[:1] for line in lines if line.endswith("stopped")} == {"a", "e"}


def test_sessions_are_listed_by_their_moment_and_not_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, moment in (("c", "2026-10-25T02:50:00+02:00"), ("b", "2026-10-25T02:10:00+01:00"), ("a", "2026-10-24T23:00:00-07:00")):  # fmt: skip
        path = done(tmp_path / name) / "session.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"started": moment}))
    _, out, _ = told(capsys, "sessions", "list", "--in", tmp_path)
    assert [line[:19] for line in out.splitlines()] == [
        "c: 2026-10-25 02:50",
        "b: 2026-10-25 02:10",
        "a: 2026-10-24 23:00",
    ]


def test_links_that_lead_nowhere_and_files_that_are_none_hide_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done(tmp_path / "good")
    for name, content in (("a", b"\xff\xfe{"), ("b", b"[" * 5000), ("c", b"null"), ("d", b"")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "session.json").write_bytes(content)
    (tmp_path / "broken").symlink_to(tmp_path / "nothing")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "session.json").symlink_to("session.json")
    status, out, err = told(capsys, "sessions", "list", "--in", tmp_path)
    assert status == 1
    assert err == "runform: 7 of 8 entries could not be read (see above); the others are listed\n"
    lines = {line.split(":")[0]: line for line in out.splitlines()}
    assert set(lines) == {"good", "a", "b", "c", "d", "broken", "loop", "inner"}
    assert lines["good"].endswith("stopped")
    assert "nested too deeply" in lines["b"] or "damaged" in lines["b"]
    assert "leads nowhere" in lines["broken"]
    assert all("damaged" in lines[name] for name in "acd")


def test_readers_of_a_running_session_say_so_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "run").mkdir()
    record = begun(tmp_path / "run")
    before = contents(tmp_path / "run")
    other = done(tmp_path / "a")
    for words in (
        ("report", tmp_path / "run", "--out", tmp_path / "r.html"),
        ("export", tmp_path / "run", "--to", "csv", "--out", tmp_path / "x.csv"),
        ("compare", other, tmp_path / "run"),
    ):
        status, _, err = told(capsys, *words)
        assert status == 0
        assert err == f"runform: {RUNNING}\n"
    after = contents(tmp_path / "run")
    assert set(after) == set(before)
    assert {name for name in after if after[name] != before[name]} <= {"session.json"}, (
        "which the writer is just writing"
    )
    assert "The session is still running" in (tmp_path / "r.html").read_text()
    assert len((tmp_path / "x.csv").read_text().splitlines()) == 21
    record.finish("stopped")
    assert told(capsys, "report", tmp_path / "run")[2] == ""


def test_a_review_of_nothing_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done(tmp_path / "a")
    (tmp_path / "a" / "poses.parquet").unlink()
    status, _, err = told(capsys, "review", tmp_path / "a")
    assert status == 2
    assert "poses.parquet is missing" in err


def test_both_videos_of_a_session_are_used_in_its_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    version_1(tmp_path)
    status, _, _ = told(capsys, "report", tmp_path)
    assert status == 0
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.count('<figure class="picture">') == 1 + 2, "that of page one, and the usual ones of both legs"


# -- of clients, with flags, in an order; deleted ---------------------------------------------------------------------


@pytest.fixture
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Records of their own; the default folder of sessions, with one of P07 and one of nobody."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("RUNFORM_DATABASE_URL", raising=False)
    with Database() as database:
        person = clients.person(added(database, "P07"))
    runs = tmp_path / "data" / "runform_live" / "sessions"
    with_drops(kept(runs / "of_p07", person, "2026-05-02T10:00:00+02:00"), 8.0, 1.0)
    kept(runs / "of_nobody", None, "2026-05-01T10:00:00+02:00")
    return runs


def test_the_list_names_clients_and_shows_those_of_one(records: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = told(capsys, "sessions", "list")
    assert [line.split(":")[0] for line in out.splitlines()] == ["of_nobody", "of_p07"]
    assert "2026-05-02 10:00, client P07, 20 stances" in out
    assert told(capsys, "sessions", "list", "--client", "p07")[1].startswith("of_p07: ")
    status, _, err = told(capsys, "sessions", "list", "--client", "P99")
    assert (status, "there is no client 'P99'" in err) == (2, True)


def test_the_list_is_sorted_and_filtered(records: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = told(capsys, "sessions", "list", "--sort", "right")
    assert [line.split(":")[0] for line in out.splitlines()] == ["of_p07", "of_nobody"]
    assert "low_light" in told(capsys, "sessions", "list", "--flagged")[1]
    assert told(capsys, "sessions", "list", "--text", "NOBODY")[1].count("\n") == 1
    assert told(capsys, "sessions", "list", "--text", "nothing like that") == (0, "no such sessions\n", "")


def test_sessions_of_another_folder_are_listed_and_not_linked(
    records: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A pseudonym is the same in many clinics."""
    kept(tmp_path / "stick" / "of_another_p07", Person("of-elsewhere", "P07"))
    assert "client P07" in told(capsys, "sessions", "list", tmp_path / "stick")[1]
    assert "of_another_p07" not in told(capsys, "sessions", "list", "--client", "P07")[1]
    assert "of_another_p07" not in told(capsys, "sessions", "list")[1]


def test_the_list_is_there_without_the_records(records: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in records.parent.glob("clinic.sqlite*"):
        path.unlink()
    (records.parent / "clinic.sqlite").write_text("no database " * 100)
    status, out, err = told(capsys, "sessions", "list")
    assert status == 0
    assert [line.split(":")[0] for line in out.splitlines()] == ["of_nobody", "of_p07"]
    assert err.count("\n") == 1 and "is no database" in err and err.endswith("the sessions are listed without the records\n")  # fmt: skip


def test_listing_sessions_begins_no_records(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("RUNFORM_DATABASE_URL", raising=False)
    kept(tmp_path / "data" / "runform_live" / "sessions" / "one")
    assert told(capsys, "sessions", "list")[1].startswith("one: ")
    assert [path.name for path in (tmp_path / "data" / "runform_live").iterdir()] == ["sessions"]


def test_a_session_is_deleted_after_asking(
    records: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told(capsys, "sessions", "list")
    monkeypatch.setattr("sys.stdin", io.StringIO("no\n"))
    status, out, err = told(capsys, "sessions", "delete", records / "of_p07")
    assert (status, err) == (2, "runform: nothing was removed; add --yes to remove without being asked\n")
    assert "the session of client P07 of 2026-05-02 10:00" in out and (records / "of_p07").exists()
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
    assert told(capsys, "sessions", "delete", records / "of_p07")[0] == 0
    assert not (records / "of_p07").exists()
    assert told(capsys, "clients", "list")[1] == "P07: 0 sessions\n"


@pytest.mark.parametrize("name", ["", "nothing_there", "film"])
def test_what_is_no_session_is_not_deleted(records: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    (records / "film").touch()
    status, _, err = told(capsys, "sessions", "delete", records / name, "--yes")
    assert status == 2 and err.count("\n") == 1
    assert (records / "of_p07" / "session.json").exists()


def test_where_somebody_ran_and_walked_the_list_says_what_its_figures_are_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Stances of both gaits are counted together; the drop is of running alone."""
    gaits_kept(tmp_path / "both", "w" * 20 + "r" * 30)
    gaits_kept(tmp_path / "run", "r" * 20)
    both, run = told(capsys, "sessions", "list", "--in", tmp_path)[1].splitlines()
    assert "50 stances of both gaits, " in both and "min walked, pelvic drop in running left " in both
    assert "20 stances, pelvic drop left " in run
