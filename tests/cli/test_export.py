"""`runform export`: every format by its name, and one line for what cannot be done."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

from runform_live.cli.main import main
from runform_live.export import formats
from tests.export.makers import session

PROJECT = Path(__file__).parents[2] / "pyproject.toml"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A session in which somebody of known height stood and ran, recorded; the working folder is an empty one."""
    made = session(tmp_path, film=True).folder
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return made


def refused(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    """The one line of a command that ends with status 2 and writes nothing."""
    capsys.readouterr()
    try:
        status = main([str(word) for word in ("export", *words)])
    except SystemExit as end:
        status = int(str(end.code))
    out, err = capsys.readouterr()
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert list(Path().iterdir()) == []
    return err


@pytest.mark.parametrize("name", [name for name in formats.FORMATS if name != "mot"])
def test_a_file_is_named_after_the_session_with_the_ending_of_its_format(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert main(["export", str(folder), "--to", name]) == 0
    file = f"run{formats.of(name).ending}"
    assert capsys.readouterr().out == f"{file}\n"
    assert [path.name for path in Path().iterdir()] == [file]


def test_a_piece_and_a_height_are_given_in_seconds_and_centimetres(folder: Path) -> None:
    assert main(["export", str(folder), "--to", "trc", "--from", "1", "--until", "1.5", "--height", "90"]) == 0
    lines = Path("run.trc").read_text().splitlines()
    assert [lines[row].split("\t")[1] for row in (6, -1)] == ["1.000000", "1.500000"]
    assert len(lines) == 6 + 16


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--to", "xls"), "invalid choice: 'xls'"),
        (("--to", "csv", "--out", "none/x.csv"), "there is no folder none; make it, or name another place"),
        (("--to", "json", "--from", "1"), "json holds the whole session, and no piece of it; leave the piece out (--from, --until)"),
        (("--to", "c3d", "--height", "170"), "c3d holds nothing that needs the body height; leave it out (--height)"),
        (("--to", "csv", "--private"), "csv never holds who the runner is; leave that out (--private)"),
        (("--to", "c3d", "--from", "2", "--until", "1"), "--until (1 s) must be later than --from (2 s)"),
        (("--to", "trc", "--height", "1.8"), "--height is '1.8'; it must be between 50 and 250"),
        (("--to", "video", "--out", "-"), "video is written to a file; name one"),
        (("--to", "mot"), "no frame shows shoulders, hips, knees and ankles within a second of a stance"),
    ],
)  # fmt: skip
def test_what_cannot_be_exported_is_refused_in_a_line(
    folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], line: str
) -> None:
    assert line in refused(capsys, folder, *words)


def test_a_missing_package_is_named_with_the_command_that_installs_it(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ezc3d", None)
    line = refused(capsys, folder, "--to", "c3d")
    assert "c3d needs the package ezc3d" in line and "says how to add the group c3d" in line


def test_each_optional_package_is_in_the_group_that_is_named() -> None:
    groups = tomllib.loads(PROJECT.read_text())["project"]["optional-dependencies"]
    needed = [(one.group, one.package) for one in formats.FORMATS.values() if one.package is not None]
    assert needed == [("c3d", "ezc3d")]
    for group, package in needed:
        assert any(line.startswith(str(package)) for line in groups[group])


@pytest.mark.parametrize("name", ["session.json", "poses.parquet", "video.mkv"])
def test_what_a_session_keeps_is_never_written_over(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    before = (folder / name).read_bytes()
    assert "is a file of a session" in refused(capsys, folder, "--to", "json", "--out", folder / name)
    assert (folder / name).read_bytes() == before
