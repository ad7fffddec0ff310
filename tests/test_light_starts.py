"""What a process does not load: each library costs time at the start, and memory in every process that has it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from runform_live.runtime.prepared import SLOWEST_FIRST

LIBRARIES = {
    "numpy", "cv2", "av", "pyarrow", "zmq", "numba", "onnxruntime", "dearpygui", "matplotlib", "miniaudio", "sqlalchemy", "msgspec",
    "platformdirs", "typst",
}  # fmt: skip
STAGES = {
    "capture": {"av", "cv2"},
    "pose": {"cv2", "onnxruntime"},
    "gait": {"numba"},
    "coach": {"miniaudio"},
    "session": {"av", "cv2", "pyarrow"},
}
OF_ALL_STAGES = {"numpy", "zmq", "msgspec", "platformdirs"}


def loaded_by(script: str) -> set[str]:
    told = f"{script}; import sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    return LIBRARIES & set(done.stdout.split())


def test_the_command_line_loads_no_library_before_it_knows_the_verb() -> None:
    assert loaded_by("import runform_live.cli.main") == set()


def test_the_version_is_told_without_any_library() -> None:
    assert loaded_by("from runform_live.cli.main import parser; parser(['--version'])") == set()


def test_a_verb_loads_nothing_that_only_another_one_needs() -> None:
    loaded = loaded_by("from runform_live.cli.main import parser; parser(['live', '--source', 'demo'])")
    assert not loaded & {"numba", "onnxruntime", "dearpygui", "matplotlib", "sqlalchemy", "typst"}


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_loads_only_the_libraries_of_its_room(stage: str) -> None:
    loaded = loaded_by(f"import runform_live.runtime.stage_loop, runform_live.{stage}.process")
    assert loaded <= OF_ALL_STAGES | STAGES[stage]


def test_the_window_of_a_run_loads_nothing_that_reads_sessions_films_or_networks() -> None:
    loaded = loaded_by("import runform_live.cli.live_run, runform_live.dashboard.window")
    assert loaded <= OF_ALL_STAGES | {"cv2", "dearpygui"}


def test_the_processes_of_a_run_are_prepared_before_any_library_is_loaded_and_all_of_them_are() -> None:
    assert loaded_by("import runform_live.runtime.prepared") == set()
    assert set(SLOWEST_FIRST) == set(STAGES)
