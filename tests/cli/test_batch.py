"""Several films in one call: what goes wrong with one costs a line, and the others are measured."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from runform_live.errors import RunformError
from runform_live.runtime import offline
from tests.cli.test_sessions import told
from tests.makers import DATA, flat, video
from tests.running import started


@pytest.fixture
def three(tmp_path: Path) -> list[Path]:
    """Three films of nobody."""
    return [video(tmp_path / f"{name}.mp4", [flat(96, 128, 100)] * 5) for name in "abc"]


def lines(err: str) -> list[str]:
    return err.splitlines()


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (MemoryError(), "the memory is full; close other programs, or use a smaller video"),
        (
            RuntimeError("codec\nfault"),
            "a fault of the program (RuntimeError: codec\\nfault); --debug shows where, please report it",
        ),
        (
            OSError(28, "No space left on device", "/runs/x"),
            "No space left on device (/runs/x); what was written so far is kept",
        ),
        (RunformError("/runs/b: the disk is full"), "/runs/b: the disk is full"),
    ],
)
def test_any_fault_of_one_film_is_one_line_and_the_others_are_measured(
    tmp_path: Path,
    three: list[Path],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    trouble: Exception,
    words: str,
) -> None:
    real = offline.analyze

    def analyze(analysis: offline.Analysis, source: str, *rest: object) -> object:
        if source == str(three[1]):
            raise trouble
        return real(analysis, source, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(offline, "analyze", analyze)
    with pytest.raises(SystemExit) as ended:
        told(capsys, "analyze", *three, "--out", tmp_path / "runs")
    assert ended.value.code == 1
    printed = capsys.readouterr()
    assert printed.err == f"runform: {three[1]}: {words}\n"
    assert "2 of 3 videos measured" in printed.out
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["a", "c"], "and no empty folder is left"


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


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_ctrl_c_ends_the_batch_without_a_traceback(tmp_path: Path) -> None:
    films = [shutil.copy(DATA / "demo.mp4", tmp_path / f"{name}.mp4") for name in "abc"]
    process = started("analyze", *films, "--out", tmp_path / "runs")
    assert process.stdout is not None
    while not (line := process.stdout.readline()).startswith("session: "):
        assert line, "the first film is measured"
    os.kill(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "")
    assert not (tmp_path / "runs" / "c").exists()
