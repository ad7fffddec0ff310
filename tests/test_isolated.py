"""A person's own files in the working folder are not imported in place of Python's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from runform_live import isolated
from tests.running import STANDIN

ROOT = Path(isolated.ROOM).parent
NAMES = (
    "queue",
    "secrets",
    "cv2",
    "argparse",
    "numpy",
    "zmq",
    "json",
    "random",
    "selectors",
    "multiprocessing",
    "sitecustomize",
)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A working folder with files of such names, each of which ends the process that imports it."""
    folder = tmp_path / "own"
    folder.mkdir()
    for name in NAMES:
        (folder / f"{name}.py").write_text(f"import os\nos.write(2, b'imported {name}')\nos._exit(77)\n")
    (folder / "runform_live").mkdir()
    (folder / "runform_live" / "__init__.py").write_text("import os\nos._exit(78)\n")
    return folder


def paths(*entries: str | Path) -> str:
    return os.pathsep.join(map(str, entries))


@pytest.mark.parametrize("pythonpath", ["", "::", "own:", ".", "elsewhere"], ids=repr)
def test_a_process_of_the_program_imports_nothing_from_the_working_folder(
    own: Path, monkeypatch: pytest.MonkeyPatch, pythonpath: str
) -> None:
    monkeypatch.setenv("PYTHONPATH", pythonpath)
    done = subprocess.run(
        isolated.command("runform_live.cli.main", "main", "models"),
        env=isolated.environment(), cwd=own, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "frontal" in done.stdout


def test_what_pythonpath_names_in_full_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", paths("", tmp_path, "relative"))
    assert isolated.environment()["PYTHONPATH"] == str(tmp_path)
    assert isolated.environment(A="1")["A"] == "1"
    monkeypatch.setenv("PYTHONPATH", "relative")
    assert "PYTHONPATH" not in isolated.environment()


def test_the_package_is_the_one_that_runs_already(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another one on PYTHONPATH is not taken: the stages of a run are all of one version."""
    (tmp_path / "runform_live").mkdir()
    (tmp_path / "runform_live" / "__init__.py").write_text("raise SystemExit(78)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    done = subprocess.run(isolated.command("runform_live.cli.main", "main", "--version"), env=isolated.environment())
    assert done.returncode == 0


def test_the_exit_status_comes_through(tmp_path: Path) -> None:
    command = isolated.command("runform_live.cli.main", "main", "report", str(tmp_path))
    assert subprocess.run(command, env=isolated.environment(), capture_output=True).returncode == 2


PROGRAM = [sys.executable, "-m", "runform_live"]


@pytest.mark.slow
@pytest.mark.parametrize("with_empty_entry", [False, True])
def test_a_live_run_in_a_folder_of_own_files(own: Path, tmp_path: Path, with_empty_entry: bool) -> None:
    (own / "sitecustomize.py").unlink()  # with an empty entry Python itself imports it, before the program begins
    (own / "runform_live" / "__init__.py").unlink()
    (own / "runform_live").rmdir()
    done = subprocess.run(
        [*PROGRAM, "live", "--source", "demo", "--no-window", "--record", str(tmp_path / "runs")],
        env={**os.environ, "PYTHONPATH": paths("", ROOT) if with_empty_entry else str(ROOT)},
        cwd=own, capture_output=True, text=True, timeout=90,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "session: " in done.stdout


def test_the_stand_in_of_the_tests_comes_through_pythonpath(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", paths("", STANDIN, ROOT))
    code = "import sitecustomize, queue; print(sitecustomize.__file__)"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], env=isolated.environment(), cwd=own, capture_output=True, text=True
    )
    assert done.stdout.strip() == str(STANDIN / "sitecustomize.py")


def test_a_working_folder_that_is_gone_holds_nothing_up(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    script = f"cd {gone} && rmdir {gone} && exec {sys.executable} -m runform_live models"
    done = subprocess.run(
        ["sh", "-c", script], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
