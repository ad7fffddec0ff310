"""`sessions list` and the readers beside a session that is still running, and among entries that are damaged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from runform_live.cli.main import main
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
    assert (tmp_path / "report.html").read_text().count("data:image/jpeg;base64,") == 3
