"""The folder in which the program was started may be gone: a line says so, and absolute paths work."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from runform_live.cli.main import main
from tests.session.mutations import sound

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows removes no folder that is in use")


@pytest.fixture
def gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "gone"
    place.mkdir()
    monkeypatch.chdir(place)
    place.rmdir()


@pytest.mark.usefixtures("gone")
@pytest.mark.parametrize(
    "words", [["analyze", "f.mp4"], ["analyze", "f.mp4", "--out", os.curdir], ["validate", "truth"]]
)
def test_a_relative_name_is_one_line_and_bad_input(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert main(words) == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "what was written so far is kept" not in err


@pytest.mark.usefixtures("gone")
def test_a_result_that_would_go_there_says_that_the_folder_is_gone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = sound(tmp_path)["analysed"]
    assert main(["export", str(folder), "--to", "csv"]) == 2
    assert "the working folder is gone; change into another one" in capsys.readouterr().err
    assert main(["export", str(folder), "--to", "csv", "--out", str(tmp_path / "a.csv")]) == 0


def test_a_folder_that_takes_no_file_is_not_said_to_be_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if not Path("/proc/self").is_dir():
        pytest.skip("there is no /proc here")
    folder = sound(tmp_path)["analysed"]
    assert main(["export", str(folder), "--to", "csv", "--out", "/proc/self/x"]) == 2
    assert "there is no folder" not in capsys.readouterr().err
