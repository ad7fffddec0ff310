"""Running the real command, and looking at the processes that it leaves."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

STAGE = "runform_live.runtime.stage"
MARK = "RUNFORM_TEST_RUN"
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


def stages_of(parent: int) -> dict[str, psutil.Process]:
    """The stage processes under a running command, by stage (found by the sockets they bind)."""
    found = {}
    for process in psutil.Process(parent).children(recursive=True):
        try:
            if STAGE not in " ".join(process.cmdline()):
                continue
            for connection in process.net_connections("unix"):
                name = Path(str(connection.laddr)).name
                if name in ("capture", "pose", "gait", "coach", "session"):
                    found.setdefault(name, process)
        except psutil.Error:
            continue
    return found


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
            ours = STAGE in " ".join(process.info["cmdline"] or []) and process.environ().get(MARK) == os.environ[MARK]
        except psutil.Error:
            continue
        if ours:
            found.append(process.pid)
    return found
