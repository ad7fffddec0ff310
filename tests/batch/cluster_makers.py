"""A Dask cluster of real processes on this computer, and short films for it."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import av
import cv2
import psutil

from runform_live.messages import Picture
from tests.makers import DATA, video
from tests.running import wait_until

FILM_FRAMES = 75
RUNS_FROM = 115  # frame of the shipped clip from which the runner runs
SIZE_PX = 480, 270


def films(folder: Path, count: int) -> list[Path]:
    """So many films of two and a half seconds, cut from the shipped clip while the runner runs. Each differs from every other."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures, rate = _demo()
    beginnings = len(pictures) - RUNS_FROM - FILM_FRAMES
    made = []
    for number in range(count):
        again, first = divmod(number, beginnings)  # where the clip is used up, the films get shorter
        cut = pictures[RUNS_FROM + first :][: FILM_FRAMES - again]
        made.append(folder / f"clip{number:03d}.mp4")
        if not made[-1].exists():
            video(folder / ".scratch.mp4", cut, rate=rate).rename(made[-1])
    return made


def _demo() -> tuple[list[Picture], int]:
    with av.open(str(DATA / "demo.mp4")) as container:
        rate = round(float(container.streams.video[0].average_rate or 30))
        return [cv2.resize(one.to_ndarray(format="bgr24"), SIZE_PX) for one in container.decode(video=0)], rate


@dataclass
class Machines:
    """A scheduler and workers, one thread each."""

    address: str
    logs: Path
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]] = field(
        default_factory=list
    )  # each is Dask's nanny, which starts the worker

    def add_worker(self, *words: str, **environment: str) -> None:
        """Start one more worker."""
        name = f"worker{len(self.workers)}"
        self.workers.append(
            _started(
                self.logs / f"{name}.log", "dask_worker", self.address, "--nthreads", "1", "--nworkers", "1", "--name", name,
                "--no-dashboard", "--local-directory", str(self.logs), *words, **environment,
            )
        )  # fmt: skip

    def kill(self, number: int, nanny: bool) -> None:
        """Kill a worker at once, with its nanny as when a computer is lost, or without, so that the nanny starts another."""
        top = psutil.Process(self.workers[number].pid)
        inside = [one for one in top.children() if "resource_tracker" not in " ".join(one.cmdline())]
        for process in [top, *inside] if nanny else inside:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


@contextlib.contextmanager
def machines(logs: Path, workers: int) -> Iterator[Machines]:
    """For the block: a scheduler and so many workers."""
    logs.mkdir(parents=True, exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    scheduler = _started(
        logs / "scheduler.log", "dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"
    )
    made = Machines(f"tcp://127.0.0.1:{port}", logs, scheduler)
    for _ in range(workers):
        made.add_worker()
    try:
        yield made
    finally:
        ours = [one for one in [*made.workers, scheduler] if one.poll() is None]
        family = [child for one in ours for child in psutil.Process(one.pid).children(recursive=True)]
        for process in ours:
            process.terminate()
        psutil.wait_procs(family, 30)
        for child in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
        for process in ours:
            process.kill()
            process.wait()


def _started(log: Path, module: str, *words: str, **environment: str) -> subprocess.Popen[bytes]:
    with log.open("ab") as out:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", f"distributed.cli.{module}", *words],  # -P: without the working folder
            stdout=out,
            stderr=out,
            env={**os.environ, **environment},
        )


class Analyze:
    """A running `runform analyze` whose output goes into files. What it prints can be looked at meanwhile."""

    def __init__(self, logs: Path, *words: object) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self._out, self._err = logs / "stdout.txt", logs / "stderr.txt"
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "runform_live.cli.main", "analyze", *map(str, words)], stdout=out, stderr=err
            )

    @property
    def out(self) -> str:
        return self._out.read_text(encoding="utf-8")

    @property
    def err(self) -> str:
        return self._err.read_text(encoding="utf-8")

    def sessions(self) -> list[str]:
        """The session folders that it has told of so far."""
        return re.findall(r"^session: (.*)$", self.out, re.MULTILINE)

    def until(self, count: int, timeout_s: float) -> bool:
        """Wait until so many sessions are there. False if they did not come."""
        wait_until(lambda: len(self.sessions()) >= count or self.process.poll() is not None, timeout_s)
        return len(self.sessions()) >= count

    def ctrl_c(self) -> None:
        """What a terminal sends with Ctrl-C."""
        os.kill(self.process.pid, signal.SIGINT)


def differences(one: Path, other: Path) -> list[str]:
    """In what the sessions of two folders differ: names, landmarks and stances, byte by byte."""
    names = [sorted(path.name for path in folder.iterdir() if path.name != "log") for folder in (one, other)]
    if names[0] != names[1]:
        return [f"the folders hold other names: {sorted(set(names[0]) ^ set(names[1]))[:10]}"]
    return [
        f"{name}/{file}"
        for name in names[0]
        for file in ("poses.parquet", "stances.csv")
        if (one / name / file).read_bytes() != (other / name / file).read_bytes()
    ]
