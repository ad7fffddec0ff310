"""`runform clients`, and whose session a run is."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from runform_live import places
from runform_live.cli.main import main
from runform_live.home import comparisons
from runform_live.session.reader import read
from tests.makers import flat, video
from tests.session.test_reader import begun


def told(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    capsys.readouterr()
    status = main([str(word) for word in words])
    out = capsys.readouterr()
    return status, out.out, out.err


def test_a_client_from_the_first_day_to_the_last(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, out, _ = told(
        capsys, "clients", "add", "--pseudonym", "P07", "--height", "172", "--painful-side", "right", "--consent", "2026-05-01"
    )  # fmt: skip
    assert (status, out) == (0, "client P07 added\n")
    assert told(capsys, "clients", "list")[1] == "P07: 0 sessions\n"
    assert told(capsys, "clients", "edit", "p07", "--pseudonym", "P08", "--mass", "61,5", "--painful-side", "")[0] == 0
    assert told(capsys, "clients", "show", "P08")[1].splitlines() == [
        "client P08", "  height: 172 cm", "  mass: 61.5 kg", "  consent: 2026-05-01", "0 sessions",
    ]  # fmt: skip
    assert told(capsys, "clients", "export", "P08", "--out", tmp_path / "p08.zip")[0] == 0
    (tmp_path / "p08.zip").rename(tmp_path / "kept.zip")
    assert told(capsys, "clients", "erase", "P08", "--yes")[1].endswith("client P08 erased\n")
    assert told(capsys, "clients", "list")[1] == "no clients yet\n"
    assert told(capsys, "clients", "import", tmp_path / "kept.zip")[1] == "client P08 taken in, with 0 sessions\n"


def test_a_client_without_consent_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert "no consent is noted yet" in told(capsys, "clients", "add", "--pseudonym", "P07")[1]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("show", "X"), "runform: there is no client 'X'; `runform clients list` shows those there are\n"),
        (("add", "--pseudonym", "p07"), "runform: there is a client 'p07' already; choose another pseudonym\n"),
        (("add", "--pseudonym", " "), "runform: the pseudonym is empty; give a short name or number that says nothing to others\n"),
        (("edit", "P07"), "runform: nothing to change was named; `runform clients edit --help` shows what can be\n"),
        (("edit", "P07", "--height", "tall"), "runform: the height is 'tall'; it must be a number\n"),
        (("edit", "P07", "--height", "17"), "runform: the height is 17 cm; it must be between 50 and 250 cm\n"),
        (("edit", "P07", "--born", "1.2.90"), "runform: the date of birth is '1.2.90'; write the day as YYYY-MM-DD\n"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_one_line(capsys: pytest.CaptureFixture[str], words: tuple[str, ...], line: str) -> None:
    told(capsys, "clients", "add", "--pseudonym", "P07")
    status, out, err = told(capsys, "clients", *words)
    assert (status, out, err) == (2, "", line)


def test_nothing_is_erased_without_a_yes(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    told(capsys, "clients", "add", "--pseudonym", "P07")
    monkeypatch.setattr(sys, "stdin", io.StringIO("yes\n"))
    status, _, err = told(capsys, "clients", "erase", "P07")
    assert (status, err) == (2, "runform: nothing was erased; add --yes to erase without being asked\n")
    monkeypatch.setattr(sys, "stdin", io.StringIO("P07\n"))
    assert told(capsys, "clients", "erase", "P07")[0] == 0
    assert told(capsys, "clients", "list")[1] == "no clients yet\n"


def test_erasing_takes_the_pages_that_compare_sessions_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(places, "cache_folder", lambda: tmp_path)
    page = comparisons.place_for(Path("one"), Path("two"))
    page.write_text("P07", encoding="utf-8")
    told(capsys, "clients", "add", "--pseudonym", "P07")
    assert told(capsys, "clients", "erase", "P07", "--yes")[0] == 0
    assert not page.exists()


def test_erasing_finds_sessions_that_were_never_linked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    told(capsys, "clients", "add", "--pseudonym", "P07")
    film = video(tmp_path / "run.mp4", [flat()] * 15)
    told(capsys, "analyze", film, "--out", tmp_path / "out", "--client", "P07")
    (tmp_path / "runs").mkdir()
    shutil.copytree(tmp_path / "out" / "run", tmp_path / "runs" / "copied")
    (tmp_path / "runs" / "shortcut").symlink_to(tmp_path / "out" / "run")
    status, out, _ = told(capsys, "clients", "erase", "P07", "--yes", "--in", tmp_path / "runs")
    assert status == 0 and "2 sessions and 0 archives" in out
    stays = out.split("stay; remove them yourself if they are theirs:\n")[1].splitlines()[0]
    assert stays == f"  {tmp_path / 'runs' / 'shortcut'}"
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["shortcut"]
    assert not (tmp_path / "out" / "run").exists() and film.exists()


def test_erasing_names_the_folders_that_cannot_be_reached(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    told(capsys, "clients", "add", "--pseudonym", "P07")
    film = video(tmp_path / "run.mp4", [flat()] * 15)
    told(capsys, "analyze", film, "--out", tmp_path / "drive", "--client", "P07")
    (tmp_path / "drive").rename(tmp_path / "unplugged")
    status, out, _ = told(capsys, "clients", "erase", "P07", "--yes", "--in", tmp_path)
    assert status == 0 and "cannot be reached from here" in out and f"  {tmp_path / 'drive' / 'run'}\n" in out


def test_an_analysed_film_is_the_clients(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    told(capsys, "clients", "add", "--pseudonym", "P07")
    film = video(tmp_path / "run.mp4", [flat()] * 15)
    told(capsys, "analyze", film, "--out", tmp_path / "out", "--client", "p07")
    info = read(tmp_path / "out" / "run").info
    assert info.person == "P07" and info.person_id
    assert str(tmp_path / "out" / "run") in told(capsys, "clients", "show", "P07")[1]


def test_a_client_that_does_not_exist_is_said_before_anything_is_measured(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    film = video(tmp_path / "run.mp4", [flat()] * 15)
    status, _, err = told(capsys, "analyze", film, "--out", tmp_path / "out", "--client", "X")
    assert (status, "there is no client 'X'" in err) == (2, True)
    assert not (tmp_path / "out").exists()


def test_a_session_that_names_a_client_is_found_again(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from runform_live.messages import Person

    told(capsys, "clients", "add", "--pseudonym", "P07")
    (tmp_path / "one").mkdir()
    with begun(tmp_path / "one") as record:
        record.about.of_person(Person("of-a-lost-database", "P07"))
        record.finish("stopped")
    assert told(capsys, "clients", "find", "--in", tmp_path)[1] == "1 session linked\n"
    assert told(capsys, "clients", "list")[1].startswith("P07: 1 session, newest ")


def test_other_commands_load_no_database() -> None:
    script = "import sys; from runform_live.cli import main; main.parser(); print({'sqlalchemy', 'alembic'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
