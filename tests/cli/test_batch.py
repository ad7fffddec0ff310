"""Several films in one call: what goes wrong with one costs a line, and the others are measured."""

from __future__ import annotations

import csv
import os
import shutil
import signal
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from runform_live.runtime import offline
from tests.cli.test_sessions import told
from tests.makers import DATA, flat, video
from tests.running import runform, started, wait_until


@pytest.fixture
def three(tmp_path: Path) -> list[Path]:
    """Three films of nobody."""
    return [video(tmp_path / f"{name}.mp4", [flat(96, 128, 90 + 10 * number)] * 5) for number, name in enumerate("abc")]


def lines(err: str) -> list[str]:
    return err.splitlines()


class Silent(SimpleHTTPRequestHandler):
    """Serves a folder and prints nothing."""

    def log_message(self, *_: object) -> None:
        pass


def test_nothing_that_is_printed_or_named_tells_a_streams_password_or_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "served").mkdir()
    video(tmp_path / "served" / "run.mkv", [flat(96, 128, 100)] * 5)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(tmp_path / "served")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://user:secret@127.0.0.1:{server.server_port}/run.mkv?key=abc/def"
    gone = f"http://user:secret@127.0.0.1:{server.server_port}/gone.mkv?key=abc/def"
    try:
        with pytest.raises(SystemExit):
            told(capsys, "analyze", address, address, gone, "--debug", "--out", tmp_path / "runs")
    finally:
        server.shutdown()
        server.server_close()
    printed = capsys.readouterr()
    assert "/run.mkv?*** is named twice" in printed.err and "/gone.mkv?***: cannot be opened" in printed.err
    assert not any(word in printed.err + printed.out for word in ("secret", "abc", "def"))
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["run"]


def test_the_same_fault_of_a_single_film_is_one_line_too(
    tmp_path: Path, three: list[Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def analyze(*_: object) -> object:
        raise RuntimeError("codec fault")

    monkeypatch.setattr(offline, "analyze", analyze)
    status, _, err = told(capsys, "analyze", three[0], "--out", tmp_path / "runs")
    assert (status, len(lines(err))) == (1, 1)
    assert "RuntimeError: codec fault" in err and "--debug" in err
    assert "Traceback" in told(capsys, "analyze", three[0], "--out", tmp_path / "runs", "--debug")[2]


def test_a_film_that_is_named_twice_is_measured_once(
    tmp_path: Path, three: list[Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    status, _, err = told(capsys, "analyze", "a.mp4", "b.mp4", "./a.mp4", three[1], "--out", "runs")
    assert status == 0
    assert [line.partition(" is named twice")[0] for line in lines(err)] == ["runform: ./a.mp4", f"runform: {three[1]}"]
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["a", "b"]


def test_a_place_that_cannot_be_written_is_told_once_before_the_first_film(
    tmp_path: Path, three: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = told(capsys, "analyze", *three, "--out", three[0] / "runs")
    assert (status, out) == (2, "")
    assert err == f"runform: {three[0]} is not a folder; name a folder for the sessions\n"


def test_a_folder_of_films_becomes_sessions_and_a_table_and_only_what_is_new_the_next_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told(capsys, "clients", "add", "--pseudonym", "P07")
    folder = tmp_path / "phone"
    for number, name in enumerate(("P07/IMG_20260412_101530.mp4", "P08/b.mp4", "c.mp4")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        video(folder / name, [flat(96, 128, 90 + 10 * number)] * 5)
    (folder / "d.mp4").write_text("hello")
    words = ("analyze", folder, "--out", tmp_path / "runs", "--csv", tmp_path / "table.csv")
    with pytest.raises(SystemExit) as ended:
        told(capsys, *words)
    printed = capsys.readouterr()
    assert ended.value.code == 1
    assert [line.partition(":")[2].strip() for line in lines(printed.err)] == [
        "P08: there is no client of that name, so its video is nobody's; `runform clients add` makes one",
        f"{folder}/d.mp4: this is not a video; give a film that plays in a video player",
    ]
    assert printed.out.splitlines()[-1] == "3 of 4 videos measured; the others are named above"
    rows = {row["video"]: row for row in csv.DictReader((tmp_path / "table.csv").open())}
    dated = rows["P07/IMG_20260412_101530.mp4"]
    assert (dated["state"], dated["client"], dated["date_from"], dated["started"][:19]) == (
        "measured", "P07", "name", "2026-04-12T10:15:30",
    )  # fmt: skip
    assert [rows[name]["client"] for name in ("P08/b.mp4", "c.mp4", "d.mp4")] == ["", "", ""]
    assert rows["d.mp4"]["state"] == "failed"

    (folder / "d.mp4").unlink()
    video(folder / "e.mp4", [flat(96, 128, 200)] * 5)
    status, out, err = told(capsys, *words)
    assert (status, lines(err)) == (0, [])
    assert out.count("was measured before: ") == 3
    assert {row["video"]: row["state"] for row in csv.DictReader((tmp_path / "table.csv").open())} == {
        name: "known" for name in rows if name != "d.mp4"
    } | {"e.mp4": "measured"}


def test_measuring_again_keeps_the_earlier_session_and_shows_the_difference(
    tmp_path: Path, three: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "runs"
    assert told(capsys, "analyze", three[0], "--out", out)[0] == 0
    known = told(capsys, "analyze", three[0], "--out", out)
    assert known[0] == 0 and known[1].splitlines()[-1] == f"{three[0]} was measured before: {out / 'a'}"
    assert told(capsys, "analyze", three[0], "--out", out, "--newer")[1].splitlines()[-1] == known[1].splitlines()[-1]
    again = told(capsys, "analyze", three[0], "--out", out, "--again")
    assert again[0] == 0
    assert again[1].splitlines()[-1].startswith("pelvic drop left – -> – (–), right ")
    assert again[1].splitlines()[-1].endswith(f", {out / 'a'}")
    assert sorted(path.name for path in out.iterdir()) == ["a", "a_2"]


def test_a_folder_without_films_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "phone").mkdir()
    status, out, err = told(capsys, "analyze", tmp_path / "phone", "--out", tmp_path / "runs")
    assert (status, out) == (2, "")
    assert err == (
        f"runform: {tmp_path / 'phone'}: there are no videos in this folder; give a video file, or another folder\n"
    )
    assert not (tmp_path / "runs").exists()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_keeps_what_is_done_and_the_next_call_goes_on(tmp_path: Path) -> None:
    films = tmp_path / "films"
    films.mkdir()
    video(films / "a.mp4", [flat(96, 128, 90)] * 5)
    shutil.copy(DATA / "demo.mp4", films / "b.mp4")
    process = started("analyze", films, "--out", tmp_path / "runs")
    assert process.stdout is not None
    while not (line := process.stdout.readline()).startswith("session: "):
        assert line, "the first film is measured"
    assert wait_until(lambda: any((tmp_path / "runs").glob(".measuring-*/session.json")), 60.0)
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "")
    assert out.splitlines()[-1] == "stopped; 1 of 2 videos are measured, and the same command goes on with the others"
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["a"]
    after = runform("analyze", films, "--out", tmp_path / "runs")
    assert (after.returncode, after.stderr) == (0, "")
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["a", "b"]
    row = next(line for line in after.stdout.splitlines() if line.startswith("b.mp4  "))
    assert "running" in row and "posterior" in row
