"""Names in every verb: what is typed is the file that is meant, and what is written goes nowhere else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from runform_live import config
from runform_live.capture.source_name import film_source
from runform_live.cli import options
from runform_live.cli.main import main
from runform_live.session.record import SessionRecord
from tests.cli.test_sessions import done, told
from tests.makers import DATA, flat, stances, video
from tests.running import one_line, runform

posix = pytest.mark.skipif(sys.platform == "win32", reason="names are bytes on POSIX only")


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A film of ten pictures of nobody."""
    return video(tmp_path_factory.mktemp("film") / "film.mp4", [flat(96, 128, 100)] * 10)


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@posix
@pytest.mark.parametrize(
    ("name", "session"),
    [
        (b"caf\xe9.mp4", "caf_"),
        (b"a:b.mp4", "a:b"),
        (b"-x.mp4", "-x"),
        (b"concat:a|b.mp4", "concat:a|b"),
        (b"%04d.mp4", "%04d"),
        (b"a\nb\x1b[2J.mp4", "a_b_[2J"),
        (b"'\"\\*?[x].mp4", "'\"\\*?[x]"),
        (("é" * 125 + ".mp4").encode(), "é" * 70),
        (b"0", "0"),
        (b".mp4", "mp4"),
        (b"aux.mp4", "aux_"),
    ],
)
def test_a_film_of_any_name_is_measured_reported_and_exported(
    film: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: bytes,
    session: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(film, os.fsdecode(name))
    status, out, err = told(capsys, "analyze", "--out=runs", "--", os.fsdecode(name))
    assert (status, err) == (0, "")
    assert kept(tmp_path / "runs") == [session]
    assert out.splitlines()[-1] == f"session: runs/{session}"
    folder = tmp_path / "runs" / session
    assert (folder / "report.html").is_file()
    assert told(capsys, "export", folder, "--to", "csv")[:2] == (0, f"{session}.csv\n")
    assert told(capsys, "sessions", "list", "--in", "runs")[1].startswith(f"{session}: ")


def recorded(parent: str | Path) -> Path:
    """A session with stances: of a film of nobody there is no report."""
    folder = Path(parent) / "run"
    folder.mkdir()
    with SessionRecord(folder, "0", config.load(), "live") as record:
        for one in stances(20):
            record.stance(one)
        record.finish("stopped", 200)
    return folder


@posix
@pytest.mark.parametrize("name", [b"n\xff", b"a:b", b"~root", b"a\nb", b"%d"])
def test_sessions_are_kept_in_a_folder_of_any_name(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: bytes
) -> None:
    monkeypatch.chdir(tmp_path)
    parent = f"./{os.fsdecode(name)}"
    assert told(capsys, "analyze", film, "--out", parent)[0] == 0
    assert kept(Path(parent)) == ["film"]
    run = recorded(parent)
    assert told(capsys, "report", run, "--out", f"{parent}/r.html")[0] == 0
    assert told(capsys, "compare", f"{parent}/film", f"{parent}/film")[0] == 2
    assert "film: " in told(capsys, "sessions", "list", "--in", parent)[1]


def test_a_tilde_is_the_home_folder_in_every_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], film: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "c.toml").write_text('[screen]\nlanguage = "de"\n')
    shutil.copy(film, home / "film.mp4")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.chdir(tmp_path)
    assert told(capsys, "analyze", "~/film.mp4", "--out=~/runs", "--config=~/c.toml")[0] == 0
    recorded(home / "runs")
    assert told(capsys, "report", "~/runs/run", "--out=~/r.html", "--config=~/c.toml")[0] == 0
    assert told(capsys, "export", "~/runs/film", "--to", "csv", "--out=~/x.csv")[0] == 0
    assert "film: " in told(capsys, "sessions", "list", "--in=~/runs")[1]
    assert kept(home) == ["c.toml", "film.mp4", "r.html", "runs", "x.csv"]
    assert kept(tmp_path) == ["home"]


@pytest.mark.parametrize(
    "words",
    [
        ("report", "s", "--out=~nobody-here/x"),
        ("export", "s", "--to", "csv", "--out", ""),
        ("export", "s", "--to", "csv", "--out", "x/"),
        ("analyze", "a.mp4", "--out=~nobody-here"),
        ("live", "--source", "1234"),
        ("compare", "", ""),
        ("frobnicate",),
    ],
)
def test_words_that_mean_nothing_are_one_line_and_bad_input(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    assert ended.value.code == 2
    err = capsys.readouterr().err
    assert err.startswith("runform: ") and err.count("\n") == 1


def test_runform_alone_needs_a_screen_and_says_what_works_without_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert main([]) == 2
    err = capsys.readouterr().err
    assert err.startswith("runform: there is no screen; ") and "runform --help" in err and err.count("\n") == 1


def test_a_number_is_a_camera_to_live_and_with_a_dot_a_file() -> None:
    assert [options.source(word) for word in ("0", "demo", "rtsp://x/y")] == ["0", "demo", "rtsp://x/y"]
    assert [options.source(f"./{word}") for word in ("0", "demo", "a")] == [f".{os.sep}0", f".{os.sep}demo", "a"]
    assert film_source("0") == f".{os.sep}0"


def test_a_file_called_demo_is_never_mixed_up_with_the_shipped_clip(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(film, "demo")
    status, _, err = told(capsys, "analyze", "demo", "--out", "runs")
    assert status == 2 and "write ./demo for the file" in err
    assert told(capsys, "analyze", "./demo", "--out", "runs")[0] == 0
    assert told(capsys, "export", "runs/demo", "--to", "csv", "--out", "-")[1].count("\n") == 1, "nobody runs in it"


@posix
def test_a_pipe_for_the_settings_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "c.toml")
    result = runform("doctor", "--config", tmp_path / "c.toml", timeout_s=30)
    assert result.returncode == 2
    assert "is a pipe" in one_line(result)


def test_a_result_is_not_written_over_what_a_session_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    session = done(tmp_path / "a")
    (session / "video.mkv").write_bytes(b"film")
    (tmp_path / "c.toml").touch()
    for name in ("session.json", "stances.csv", "poses.parquet", "video.mkv", "summary.json"):
        before = (session / name).read_bytes()
        for words in (("report", session), ("export", session, "--to", "csv")):
            status, _, err = told(capsys, *words, "--out", session / name)
            assert (status, err.count("\n")) == (2, 1)
            assert "is a file of a session" in err
        assert (session / name).read_bytes() == before
    assert told(capsys, "report", session, "--out", tmp_path / "c.toml", "--config", tmp_path / "c.toml")[0] == 2
    assert (tmp_path / "c.toml").read_bytes() == b""


@posix
def test_a_pipe_as_result_is_refused_and_stays(tmp_path: Path) -> None:
    session = done(tmp_path / "a")
    os.mkfifo(tmp_path / "out")
    for words in (("report", session), ("export", session, "--to", "csv")):
        result = runform(*words, "--out", tmp_path / "out", timeout_s=60)
        assert result.returncode == 2
        assert "out is a pipe (FIFO); only a plain file is replaced: name another place" in one_line(result)
    assert (tmp_path / "out").is_fifo()


def test_a_session_is_exported_to_standard_output(tmp_path: Path) -> None:
    session = done(tmp_path / "a")
    result = runform("export", session, "--to", "csv", "--out", "-")
    assert result.returncode == 0
    assert result.stdout.startswith("session_id,started,side,")
    page = runform("report", session, "--out", "-")
    assert page.stdout.startswith("<!doctype html>") and page.stdout.rstrip().endswith("</html>")


def shell(command: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run a line of shell in which `runform` is the command."""
    line = f'runform() {{ "{sys.executable}" -m runform_live.cli.main "$@"; }}; {command}'
    return subprocess.run(["bash", "-c", line], capture_output=True, timeout=120, env={**os.environ, **environment})


@posix
@pytest.mark.parametrize("coding", ["ascii", "cp1252", "latin-1", "ascii:strict"])
def test_a_terminal_that_knows_few_characters_gets_others(tmp_path: Path, coding: str) -> None:
    session, other = done(tmp_path / "a"), done(tmp_path / "b ü 🏃")
    for words, status in (
        ("--help", 0),
        (f"compare '{session}' '{other}'", 0),
        (f"sessions list --in '{tmp_path}'", 0),
        ("report /ü/🏃", 2),
        ("doctor", 0),
    ):
        result = shell(f"runform {words}", PYTHONIOENCODING=coding)
        assert b"Traceback" not in result.stderr
        assert result.returncode == status, words
        assert (result.stdout + result.stderr).decode(coding.partition(":")[0])
    listed = shell(f"runform sessions list --in '{tmp_path}'", PYTHONIOENCODING="ascii").stdout.decode("ascii")
    assert "left 5.0 deg right 3.0 deg" in listed
    assert "b \\xfc \\U0001f3c3: " in listed


@posix
def test_a_locale_of_ascii_only_measures_a_film_with_an_umlaut(tmp_path: Path, film: Path) -> None:
    shutil.copy(film, tmp_path / "Läufer.mp4")
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    result = shell(f"cd '{tmp_path}'; runform analyze Läufer.mp4 --out runs", **ascii_only)
    assert (result.returncode, result.stderr) == (0, b"")
    assert result.stdout.endswith(b"session: runs/L\\xe4ufer\n")
    assert kept(tmp_path / "runs") == ["Läufer"]


@posix
@pytest.mark.parametrize(
    ("redirection", "status", "told_in_stderr"),
    [
        (">&-", 0, b""),
        (">&- 2>&-", 0, b""),
        ("<&- >&- 2>&-", 0, b""),
        ("| true; exit ${PIPESTATUS[0]}", 0, b""),
        (
            ">/dev/full",
            1,
            b"runform: not all could be printed (No space left on device); what was written into files is kept\n",
        ),
        (">/dev/full 2>/dev/full", 1, b""),
    ],
)
def test_output_that_goes_nowhere_costs_no_file_and_no_traceback(
    tmp_path: Path, film: Path, redirection: str, status: int, told_in_stderr: bytes
) -> None:
    result = shell(f"runform analyze '{film}' --out '{tmp_path}' {redirection}")
    assert (result.returncode, result.stderr) == (status, told_in_stderr)
    assert (tmp_path / "film" / "report.html").is_file()
    listed = shell(f"runform sessions list --in '{tmp_path}' {redirection}")
    assert (listed.returncode, listed.stderr) == (status, told_in_stderr)


@posix
@pytest.mark.parametrize(
    "words",
    [
        ("analyze", "pipe"),
        ("live", "--no-window", "--source", "pipe"),
        ("bench", "--live", "pipe"),
        ("report", "pipe"),
        ("sessions", "list", "--in", "pipe"),
        ("analyze", "demo", "--out", "pipe"),
        ("live", "--no-window", "--source", "demo", "--record", "pipe"),
        ("validate", "truth"),
    ],
)
def test_a_pipe_in_place_of_any_file_or_folder_is_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    Path("truth").mkdir()
    for file in DATA.iterdir():
        shutil.copy(file, "truth")
    os.mkfifo("truth/demo.json")
    result = runform(*words, timeout_s=60)
    assert result.returncode == 2
    assert "pipe" in one_line(result) or "demo.json" in one_line(result)
    assert kept(tmp_path) == ["pipe", "truth"]
