"""A live run, measured: latency to the screen, frames lost, memory. It loads no more than the program itself does."""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Protocol

import numpy as np
import psutil

from runform_live.config import Config
from runform_live.runtime import live
from runform_live.runtime.figure import Bar, Figure
from runform_live.runtime.supervisor import Supervisor

BEGUN_S = 5.0  # after which all is loaded
SAMPLE_S = 2.0  # between two looks at the memory


@dataclass(frozen=True, slots=True)
class Live:
    """A live run on the demo clip, window and recording on (window None: without one)."""

    seconds: float
    window_hz: float | None  # pictures of the runner on the screen, from the first to the last
    stance_to_screen_ms: tuple[float, float] | None  # median, 95th percentile
    frames: int
    recorded: int
    not_recorded: int
    skipped: int
    restarts: int
    memory_mib: list[tuple[float, float]]  # (time_s, what all processes together take of the machine: see `memory_mib`)
    resident_mib: float  # the largest sum of resident sizes, in which a shared page counts once for each process

    @property
    def most_mib(self) -> float | None:
        """The most memory once all is loaded; None for a run that ended before."""
        return max((size for at_s, size in self.memory_mib if at_s > BEGUN_S), default=None)


class Screen(Protocol):
    """A window that counts."""

    pictures_drawn: int
    first_picture_s: float
    last_picture_s: float
    latencies_s: list[float]  # from the frame of a stance until the stance is on the screen

    def __call__(self, supervisor: Supervisor) -> bool: ...


def pictures_hz(screen: Screen) -> float:
    """How often a new picture was on the screen."""
    span_s = screen.last_picture_s - screen.first_picture_s
    return (screen.pictures_drawn - 1) / span_s if span_s > 0.0 else 0.0


def all_processes() -> list[psutil.Process]:
    """This process and all that it has started."""
    me = psutil.Process(os.getpid())
    return [me, *me.children(recursive=True)]


def skipped_frames(supervisor: Supervisor) -> int:
    """Frames that the stages have skipped up to now."""
    return sum(health.dropped for health in supervisor.health().values() if health is not None)


def memory_mib(processes: list[psutil.Process]) -> float:
    """What these processes together take of the machine: their own pages, and shared ones once (PSS). Linux alone knows the latter; elsewhere
    only their own pages count.
    """
    total = 0
    for process in processes:
        try:
            full = process.memory_full_info()
            total += getattr(full, "pss", full.uss)  # Linux alone knows the first
        except (psutil.Error, AttributeError):
            continue
    return total / 2**20


def resident_mib(processes: list[psutil.Process]) -> float:
    """The sum of what each process shows as its size: a library that six of them share counts six times."""
    total = 0
    for process in processes:
        with contextlib.suppress(psutil.Error):
            total += process.memory_info().rss
    return total / 2**20


class Sizes:
    """The memory of all processes every SAMPLE_S, until `close`.

    The system takes 30 ms to add the pages up. A thread of its own does it, so that the window does not look late because of it.
    """

    def __init__(self, began_s: float) -> None:
        self.memory: list[tuple[float, float]] = []  # time since began_s (s), and `memory_mib`
        self.resident_mib = 0.0  # the most
        self._began_s = began_s
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._closing.is_set():
            processes = all_processes()
            self.memory.append((time.monotonic() - self._began_s, memory_mib(processes)))
            self.resident_mib = max(self.resident_mib, resident_mib(processes))
            self._closing.wait(SAMPLE_S)

    def close(self) -> None:
        self._closing.set()
        self._thread.join()


def figures(found: Live) -> list[Figure]:
    """For another program, in the form of the figures without a live run."""
    made = [Figure("live: frames not measured", "", (float(found.skipped),), Bar(0.0, least=False))]
    if found.window_hz is not None:
        made.append(Figure("live: window", "pictures/s", (found.window_hz,), Bar(30.0)))
    if found.stance_to_screen_ms is not None:
        middle, high = found.stance_to_screen_ms
        made.append(Figure("live: frame stamp to screen, median", "ms", (middle,)))
        made.append(Figure("live: frame stamp to screen, p95", "ms", (high,), Bar(100.0, least=False)))
    if found.most_mib is not None:
        bar = Bar(600.0, least=False)
        made.append(Figure("live: memory, shared pages once", "MiB", (found.most_mib,), bar))
        made.append(Figure("live: memory, sum of resident sizes", "MiB", (found.resident_mib,)))
    return made


def live_run(
    config: Config,
    screen: Screen | None = None,
    source: str = "demo",
    progress: Callable[[str], None] | None = None,
) -> Live:
    """Play a video live, as a camera would, before a window or (None) without one."""
    show = live.listen if screen is None else screen
    skipped, said_s = 0, 0.0
    began = time.monotonic()

    def watch(supervisor: Supervisor) -> bool:
        nonlocal skipped, said_s
        skipped = skipped_frames(supervisor)
        if progress is not None and sizes.memory and sizes.memory[-1][0] > said_s:
            said_s, mib = sizes.memory[-1]
            progress(f"{said_s:.0f} s, {mib:.0f} MiB")
        return show(supervisor)

    with tempfile.TemporaryDirectory(prefix="runform-bench-") as folder, contextlib.closing(Sizes(began)) as sizes:
        setup = live.setup_for(source, config, Path(folder), record_video=True, as_camera=True)
        outcome = live.run(setup, watch)
    seconds = time.monotonic() - began
    recorder = outcome.recorder
    latencies = screen.latencies_s if screen is not None else []
    return Live(
        seconds,
        None if screen is None else pictures_hz(screen),
        (1e3 * median(latencies), 1e3 * float(np.percentile(latencies, 95))) if latencies else None,
        recorder.frame if recorder else 0,
        recorder.recorded if recorder else 0,
        recorder.not_taken if recorder else 0,
        skipped,
        len(outcome.restarted),
        sizes.memory,
        sizes.resident_mib,
    )
