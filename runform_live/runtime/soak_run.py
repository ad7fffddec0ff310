"""A live run of a film that is played again and again, watched from outside: what `soak` judges."""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil

from runform_live.config import Config
from runform_live.errors import RunformError
from runform_live.runtime import live
from runform_live.runtime.live_benchmark import Screen, all_processes, skipped_frames
from runform_live.runtime.soak import Sample
from runform_live.runtime.supervisor import Supervisor
from runform_live.session.reader import read

EVERY_S = 2.0


@dataclass(frozen=True, slots=True)
class SoakRun:
    """What was found. session: what is wrong with the one session at the end; empty where all of it can be read."""

    samples: list[Sample]
    seconds: float
    frames: int
    recorded: int
    not_taken: int
    skipped: int
    restarts: int
    session: str


class _Watch:
    """Takes samples on the way."""

    def __init__(self, screen: Screen | None, seconds: float, progress: Callable[[str], None] | None) -> None:
        self.samples: list[Sample] = []
        self._screen, self._seconds, self._progress = screen, seconds, progress
        self._show = live.listen if screen is None else screen
        self._began_s = self._next_s = time.monotonic()
        self._seen = 0  # stances on the screen
        self._zero_s: float | None = None  # the film's time less the clock, at first
        self.time_s = 0.0  # of the newest frame that was measured when a sample was taken

    def __call__(self, supervisor: Supervisor) -> bool:
        now_s = time.monotonic()
        if now_s >= self._next_s:
            self._next_s = now_s + EVERY_S
            if supervisor.gait is not None:
                self.samples.append(self._sample(supervisor, now_s - self._began_s))
            if self._progress is not None:
                self._progress(f"{(now_s - self._began_s) / 60:.1f} of {self._seconds / 60:g} min")
        return self._show(supervisor) and now_s - self._began_s < self._seconds

    def _sample(self, supervisor: Supervisor, at_s: float) -> Sample:
        processes, gait = all_processes(), supervisor.gait
        ahead_s = None
        if gait is not None:
            self.time_s, ahead_s = gait.time_s, gait.time_s - gait.stamp_s
            self._zero_s = ahead_s if self._zero_s is None else self._zero_s
            ahead_s -= self._zero_s
        return Sample(
            at_s=at_s,
            memory_mib=own_mib(processes),
            descriptors=_sum(processes, "num_handles" if sys.platform == "win32" else "num_fds"),
            threads=_sum(processes, "num_threads"),
            latency_ms=self._latency_ms(supervisor),
            ahead_s=ahead_s,
            skipped=skipped_frames(supervisor),
        )

    def _latency_ms(self, supervisor: Supervisor) -> float | None:
        if self._screen is None:
            gait = supervisor.health().get("gait")
            return None if gait is None else gait.lag_ms
        new = self._screen.latencies_s[self._seen :]
        self._seen += len(new)
        return 1e3 * median(new) if new else None


def own_mib(processes: list[psutil.Process]) -> float | None:
    """The memory of these processes without the pages of files: a library's share changes when a foreign program that uses it begins or ends.

    What stages share since they grew from one process counts once for each of them. It stays as it is, and growth is what is looked for.
    """
    total = 0
    for process in processes:
        with contextlib.suppress(psutil.Error):
            found = process.memory_info()
            total += found.rss - found.shared if hasattr(found, "shared") else process.memory_full_info().uss
    return total / 2**20 or None


def _sum(processes: list[psutil.Process], what: str) -> int | None:
    """Of all processes; None where the system does not say. One that has just ended counts nothing."""
    total = 0
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            try:
                total += getattr(process, what)()
            except (AttributeError, psutil.AccessDenied):
                return None
    return total


def run(
    config: Config,
    seconds: float,
    screen: Screen | None = None,
    source: str = "demo",
    progress: Callable[[str], None] | None = None,
) -> SoakRun:
    """Play a film live for so long, as a camera would: who is late skips frames. screen: a window; None: none."""
    with tempfile.TemporaryDirectory(prefix="runform-soak-") as folder:
        watch = _Watch(screen, seconds, progress)
        began_s = time.monotonic()
        setup = live.setup_for(source, config, Path(folder), record_video=True, as_camera=True, loop=True)
        outcome = live.run(setup, watch)
        recorder = outcome.recorder
        taken = recorder.recorded if recorder else 0
        return SoakRun(
            watch.samples,
            time.monotonic() - began_s,
            recorder.frame if recorder else 0,
            taken,
            recorder.not_taken if recorder else 0,
            watch.samples[-1].skipped if watch.samples else 0,
            len(outcome.restarted),
            wrong_with(Path(folder), taken, watch.time_s),
        )


def wrong_with(folder: Path, recorded: int, time_s: float) -> str:
    """What is wrong with the session of the run; empty: it can be read, and holds all that was recorded, up to this time."""
    try:
        session = read(folder)
        until_s = session.until_s()
    except RunformError as trouble:
        return str(trouble)
    if not session.stances:
        return "it holds no stance"
    if session.info.frames_recorded != recorded:
        return f"its videos hold {session.info.frames_recorded} frames of {recorded}"
    if until_s < time_s:
        return f"it ends at {until_s:.1f} s, though {time_s:.1f} s were measured"
    return ""
