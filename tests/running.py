"""Running the real command, also before the camera stand-in, and looking at the processes that it leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from runform_live import portable
from runform_live.runtime import stage_loop, topology

STAGE = "runform_live.runtime.stage_loop"
CLINICIAN = "clinician_window"
SEED = "runform_live.runtime.seed_process"
MARK = "RUNFORM_TEST_RUN"
STANDIN = Path(__file__).with_name("standin")
os.environ[MARK] = str(os.getpid())  # what these tests start can be told from what else runs on this machine


def runform(*words: object, timeout_s: float = 120.0, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `runform` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "runform_live.cli.main", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=timeout_s,
        env={**os.environ, **environment},
    )


def started(*words: object, **environment: str) -> subprocess.Popen[str]:
    """Start `runform` and leave it running."""
    return subprocess.Popen(
        [sys.executable, "-m", "runform_live.cli.main", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )


class Standin:
    """A made camera (see tests/standin/README.md): what it does can be changed while the program reads it."""

    def __init__(self, folder: Path, number: int = 0, **says: object) -> None:
        """`says` are the keys of the camera's file, such as mode="unplugged" or rate_hz=60."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._file = folder / f"camera-{number}.json"
        self._said: dict[str, object] = {}
        self.says(**says)

    def says(self, **changes: object) -> None:
        """From now on it does this too; what is not named stays. The program never sees half of a change."""
        self._said |= changes
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps(self._said), encoding="utf-8")
        new.replace(self._file)

    def environment(self) -> dict[str, str]:
        """What a process needs in its environment so that its cameras are those of this folder."""
        paths = (str(STANDIN), os.environ.get("PYTHONPATH", ""))
        return {"RUNFORM_STANDIN": str(self.folder), "PYTHONPATH": os.pathsep.join(path for path in paths if path)}


def live_with_camera(
    tmp_path: Path, *words: object, window: bool = False, says: dict[str, object] | None = None, **environment: str
) -> tuple[subprocess.Popen[str], Standin]:
    """Start `runform live --source 0` before a made camera, with a window (DISPLAY must be named) or without.

    `says` are the keys of the camera's file, which lies in tmp_path / "cameras".
    """
    camera = Standin(tmp_path / "cameras", **(says or {}))
    shown = () if window else ("--no-window",)
    return started("live", "--source", 0, *shown, *words, **(camera.environment() | environment)), camera


def stages_of(parent: int) -> dict[str, psutil.Process]:
    """The stage processes under a running command, by stage: those that have bound their sockets."""
    found = {}
    for process in psutil.Process(parent).children(recursive=True):
        try:
            stage = stage_of(process)
            if stage is not None and _has_bound(process):
                found.setdefault(stage, process)
        except psutil.Error:
            continue
    return found


def stage_of(process: psutil.Process) -> str | None:
    """Which stage a process is; None for any other. One that has grown from another has that one's command line, and a name of its own."""
    words = process.cmdline()
    named = process.name().removeprefix(stage_loop.NAMED)
    stage = words[-1] if STAGE in " ".join(words) else named if SEED in " ".join(words) else ""
    return stage if stage in topology.BY_NAME else None


def _has_bound(process: psutil.Process) -> bool:
    """Whether it has sockets of a name, or ports on which it listens."""
    if portable.only():
        return any(each.status == psutil.CONN_LISTEN for each in process.net_connections("tcp"))
    return any(Path(str(each.laddr)).name in topology.BY_NAME for each in process.net_connections("unix"))


def wait_until(holds: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.05)
    return holds()


def one_line(result: subprocess.CompletedProcess[str]) -> str:
    """The error of a command: exactly one line, no traceback."""
    lines = [line for line in result.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("runform: ")
    return lines[0]


def left_over() -> list[int]:
    """Stage processes that outlived whoever started them."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        try:
            ours = (
                any(one in " ".join(process.info["cmdline"] or []) for one in (STAGE, SEED, CLINICIAN))
                and process.environ().get(MARK) == os.environ[MARK]
            )
        except psutil.Error:
            continue
        if ours:
            found.append(process.pid)
    return found
