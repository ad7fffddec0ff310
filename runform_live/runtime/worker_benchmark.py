"""How fast several processes measure a video each, side by side."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time

import msgspec

from runform_live import isolated
from runform_live.config import Config
from runform_live.runtime.offline import Analysis


class Task(msgspec.Struct, frozen=True):
    """What a worker is told: the video, the settings, and on which core alone it may run (None: on all)."""

    source: str
    config: Config
    core: int | None = None


def rate_hz(source: str, config: Config, workers: int, one_core_each: bool = False) -> float:
    """Frames a second of so many workers together, each with the whole video. Raises OSError where a worker dies."""
    with contextlib.ExitStack() as open_ones:
        running = []
        for number in range(workers):
            worker = subprocess.Popen(
                isolated.command("runform_live.runtime.worker_benchmark", "work"),
                env=isolated.environment(OPENCV_LOG_LEVEL="SILENT"), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip
            open_ones.callback(worker.kill)
            assert worker.stdin is not None
            task = Task(source, config, number if one_core_each else None)
            worker.stdin.write(msgspec.json.encode(task) + b"\n")
            worker.stdin.flush()
            running.append(worker)
        for worker in running:
            assert worker.stdout is not None
            worker.stdout.readline()  # it is ready
        began, frames = time.perf_counter(), 0
        for worker in running:
            assert worker.stdin is not None
            worker.stdin.write(b"go\n")
            worker.stdin.flush()
        for worker in running:
            assert worker.stdout is not None
            line = worker.stdout.readline()
            if not line:
                raise OSError("a worker of the measurement has died")
            frames += int(line)
        return frames / (time.perf_counter() - began)


def work() -> None:
    """A worker: warms up, says that it is ready, waits for a line, measures the video and prints how many frames it had."""
    task = msgspec.json.decode(sys.stdin.buffer.readline(), type=Task)
    if task.core is not None:
        confine(task.core)
    with contextlib.closing(iter(Analysis(task.source, task.config))) as warm:
        for _, _ in zip(range(40), warm, strict=False):
            pass
    analysis = Analysis(task.source, task.config)
    print("ready", flush=True)
    sys.stdin.buffer.readline()
    for _ in analysis:
        pass
    print(analysis.frames, flush=True)


def confine(core: int) -> None:
    """Let this process run on one of its cores alone, where the system can do that."""
    if sys.platform == "linux":
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[core % len(cores)]})


def can_confine() -> bool:
    """Whether this system can keep a process on one core."""
    return sys.platform == "linux"
