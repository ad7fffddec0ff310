"""A process that measures films, one after the other. If a decoder crashes, only this process and one film are lost.

A task is a line on its standard input, and each answer is a line on its standard output. When its input ends, it stops whatever it is
doing: the program that started it asked for that, or is gone.
"""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import IO

import msgspec

from runform_live import file_names
from runform_live.batch import film
from runform_live.batch.plan import Job, Options
from runform_live.config import Config
from runform_live.errors import RunformError
from runform_live.troubles import in_a_line

PER_SECOND = 5.0  # how often progress is reported
SIGNALS = ("SIGINT", "SIGBREAK")


class Task(msgspec.Struct, frozen=True):
    """A film to be measured."""

    job: Job
    parent: str  # as `file_names.storable` makes it
    settings: Config
    options: Options
    orders: film.Orders

    def folder(self) -> Path:
        """The folder of the sessions."""
        return Path(file_names.native(self.parent))


class Done(msgspec.Struct, frozen=True, tag=True):
    """The session and its report are there."""


class Failed(msgspec.Struct, frozen=True, tag=True):
    """The film could not be measured, or its report could not be made."""

    line: str
    exit_status: int = RunformError.exit_status
    trace: str = ""


class GivenUp(msgspec.Struct, frozen=True, tag=True):
    """The measurement was stopped, as asked."""


Last = Done | Failed | GivenUp
Answer = film.Step | Last


def answer_of(task: Task, tell: film.Tell, stop: threading.Event) -> Last:
    """Measure the film of a task. An error becomes the answer; nothing is raised."""
    try:
        _limit_threads(task.orders.threads)
        film.measure(task.job, task.folder(), task.settings, task.options, tell, stop.is_set, task.orders)
    except film.Stopped:
        return GivenUp()
    except Exception as trouble:
        status = trouble.exit_status if isinstance(trouble, RunformError) else RunformError.exit_status
        return Failed(in_a_line(trouble, task.job.name), status, "".join(traceback.format_exception(trouble)))
    return Done()


def _limit_threads(threads: int | None) -> None:
    """So many threads for the library that writes tables. That of pictures has one wherever networks run (`open_estimator`)."""
    if threads is None:
        return
    import pyarrow  # only now: it takes a while

    pyarrow.set_cpu_count(threads)


def main() -> int:
    """Serve until the input ends."""
    for name in SIGNALS:  # Ctrl-C is handled by the program that started this one
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # what a library prints must not look like an answer
        serve(sys.stdin.buffer, answers)
    return 0


def serve(tasks: IO[bytes], answers: IO[bytes]) -> None:
    """Answer each line of `tasks`, until they end."""
    lines: queue.Queue[bytes] = queue.Queue()
    stop = threading.Event()

    def listen() -> None:
        for line in tasks:
            lines.put(line)
        stop.set()
        lines.put(b"")

    def tell(answer: Answer) -> None:
        try:
            answers.write(msgspec.json.encode(answer) + b"\n")
            answers.flush()
        except OSError:  # the program that started this one is gone
            stop.set()

    threading.Thread(target=listen, daemon=True).start()
    while (line := lines.get()) and not stop.is_set():
        pace = _Pace(tell)
        tell(answer_of(msgspec.json.decode(line, type=Task), pace, stop))


class _Pace:
    """Passes on the reports about a film, but not one for every frame."""

    def __init__(self, tell: film.Tell) -> None:
        self._tell, self._next_s = tell, 0.0

    def __call__(self, step: film.Step) -> None:
        if isinstance(step, film.FilmProgress):
            now_s = time.monotonic()
            if now_s < self._next_s:
                return
            self._next_s = now_s + 1.0 / PER_SECOND
        self._tell(step)
