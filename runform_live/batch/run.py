"""Measures the jobs of a plan, in their order, in processes of their own."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import msgspec

from runform_live import doors, file_names, isolated
from runform_live.batch import film
from runform_live.batch.plan import Job, Options
from runform_live.batch.process import Answer, Done, Failed, GivenUp, Task
from runform_live.config import Config
from runform_live.errors import RunformError

CORES_PER_FILM = 4  # as many as the networks and the decoder of one film keep busy
MOST_WORKERS = 8
ENDS_WITHIN_S = 20.0  # a process that was asked to stop and has not ended by then is killed
ENTRY = "runform_live.batch.process", "main"

Phase = Literal["begun", "running", "measured", "known", "failed", "stopped"]


@dataclass(frozen=True, slots=True)
class Update:
    """What has become of a job. More updates follow `begun` and `running`; every other phase is the last."""

    job: Job
    number: int  # of the job, from 0
    phase: Phase
    share: float | None = None  # of the film, 0 to 1; None: not known
    folder: Path | None = None  # of the session: as soon as there is one
    started: str = ""  # when the film was recorded (ISO 8601), and what says so: as soon as it is known
    date_from: str = ""
    line: str = ""  # for "failed": what is wrong; else: what a person should know besides
    exit_status: int = 0
    trace: str = ""

    @property
    def last(self) -> bool:
        return self.phase not in ("begun", "running")


Tell = Callable[[Update], None]


def run(
    jobs: Sequence[Job],
    parent: Path,
    settings: Config,
    tell: Tell,
    options: Options | None = None,
    stop: threading.Event | None = None,
    workers: int | None = None,
    command: Sequence[str] | None = None,
    show_errors: bool = False,
) -> list[Update]:
    """Measure the jobs that are wanted. A process measures one film at a time. Returns the last update of each job.

    tell: called from other threads, one call at a time. stop: set it to end early, as Ctrl-C does. Films that are being measured then leave
    nothing; finished ones stay. workers: how many films are measured at once; None: as many as the cores allow. command: starts a
    measuring process. show_errors: show what such a process writes to its standard error.
    """
    batch = _Batch(jobs, parent, settings, options or Options(), tell, stop or threading.Event())
    command = isolated.command(*ENTRY) if command is None else command
    count = min(workers or fitting_workers(), sum(job.kind == "wanted" for job in jobs)) or 1
    team = [_Worker(batch, command, show_errors) for _ in range(count)]
    kill_s = None
    while not all(worker.over.is_set() for worker in team):
        try:
            for worker in team:
                worker.over.wait(0.05)
            if batch.stop.is_set():
                kill_s = kill_s or time.monotonic() + ENDS_WITHIN_S
                for worker in team:
                    worker.ask_to_end(kill=time.monotonic() > kill_s)
        except KeyboardInterrupt:
            if batch.stop.is_set():  # asked a second time: kill at once
                kill_s = 0.0001
            batch.stop.set()
    return batch.results()


def fitting_workers() -> int:
    """How many films are measured at once on this computer."""
    return max(1, min(MOST_WORKERS, (os.cpu_count() or 1) // CORES_PER_FILM))


class _Batch:
    """The jobs, handed out one after the other, and what has become of them."""

    def __init__(
        self,
        jobs: Sequence[Job],
        parent: Path,
        settings: Config,
        options: Options,
        tell: Tell,
        stop: threading.Event,
    ) -> None:
        self.stop = stop
        self._parent, self._settings, self._options = parent, settings, options
        self._jobs = jobs
        self._waiting = iter(enumerate(jobs))
        self._lock = threading.Lock()
        self._tell = tell
        self._last: dict[int, Update] = {}

    def take(self) -> tuple[int, Job] | None:
        """The next job. None if there is none left, or if the batch is to stop."""
        with self._lock:
            return None if self.stop.is_set() else next(self._waiting, None)

    def task(self, job: Job) -> bytes:
        task = Task(job, file_names.storable(self._parent), self._settings, self._options)
        return msgspec.json.encode(task) + b"\n"

    def told(self, update: Update) -> None:
        with self._lock:
            if update.last:
                self._last[update.number] = update
            self._tell(update)

    def results(self) -> list[Update]:
        """The last update of each job; one that was never begun was stopped."""
        return [self._last.get(number) or Update(job, number, "stopped") for number, job in enumerate(self._jobs)]


class _Worker:
    """A thread that takes jobs and lets its process measure them. The process starts with the first film, and again after a crash."""

    def __init__(self, batch: _Batch, command: Sequence[str], show_errors: bool) -> None:
        self._batch, self._command = batch, command
        self._errors = None if show_errors else subprocess.DEVNULL
        self._process: subprocess.Popen[bytes] | None = None
        self._ending = threading.Lock()
        self.over = (
            threading.Event()
        )  # in place of `Thread.join`: after a Ctrl-C in join, Python believes that the thread has ended
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        try:
            while (taken := self._batch.take()) is not None:
                number, job = taken
                self._batch.told(self._measured(number, job) if job.kind == "wanted" else settled(number, job))
        finally:
            self.ask_to_end()
            self.over.set()

    def ask_to_end(self, kill: bool = False) -> None:
        """Close the input of the process, which makes it end. kill: kill it, because it did not."""
        with self._ending, contextlib.suppress(OSError):
            process = self._process
            if process is not None and process.stdin is not None:
                process.stdin.close()
                if kill:
                    process.kill()

    def _measured(self, number: int, job: Job) -> Update:
        """The last update of a job that is wanted."""
        update = Update(job, number, "begun")
        self._batch.told(update)
        try:
            process = self._running()
        except OSError as trouble:
            return _failed(update, f"no process can be started to read it ({trouble.strerror}); close other programs")
        if process is None:
            return replace(update, phase="stopped")
        with contextlib.suppress(OSError, ValueError):  # it is gone or was asked to end; its answers tell which
            assert process.stdin is not None
            process.stdin.write(self._batch.task(job))
            process.stdin.flush()
        for answer in _answers(process):
            update = after(update, answer)
            if update.last:
                return update
            self._batch.told(update)
        return self._broken_off(process, update)

    def _running(self) -> subprocess.Popen[bytes] | None:
        """The process, started if need be. None if the batch is to stop."""
        with self._ending:
            if self._batch.stop.is_set():
                return None
            if self._process is None:
                self._process = subprocess.Popen(
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=self._errors,
                    start_new_session=sys.platform != "win32",  # so that Ctrl-C reaches this program alone
                    creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
                    | getattr(subprocess, "CREATE_NO_WINDOW", 0),
                    env=isolated.environment(OPENCV_LOG_LEVEL="SILENT"),
                )
            return self._process

    def _broken_off(self, process: subprocess.Popen[bytes], update: Update) -> Update:
        """The last update of a film whose process ended without an answer: it crashed, or was killed because it did not stop."""
        process.wait()
        with self._ending:
            self._process = None
        if update.folder is not None:
            film.discard(update.folder, lambda _: None, update.job.person)
        if self._batch.stop.is_set():
            return replace(update, phase="stopped", folder=None)
        how = _how(process.returncode)
        return _failed(
            update, f"the process that read it crashed ({how}); convert the film, for example with HandBrake"
        )


def after(update: Update, answer: Answer) -> Update:
    """The next update, from the last one and an answer of the process."""
    match answer:
        case film.Began():
            folder = Path(file_names.native(answer.folder))
            return replace(update, phase="running", folder=folder, started=answer.started, date_from=answer.date_from)
        case film.FilmProgress():
            return replace(update, share=answer.share, line="")
        case film.Measured():
            return replace(update, share=1.0, line="")
        case film.Warned():
            return replace(update, line=answer.line)
        case Done():
            return replace(update, phase="measured", line="")
        case Failed():
            failed = replace(update, phase="failed", folder=_left(update), line=answer.line)
            return replace(failed, exit_status=answer.exit_status, trace=answer.trace)
        case GivenUp():
            return replace(update, phase="stopped", folder=None)


def settled(number: int, job: Job) -> Update:
    """The one update of a job that is not measured."""
    if job.kind == "known" and job.before is not None:
        return Update(job, number, "known", 1.0, job.before.path())
    if job.kind == "same":
        return Update(job, number, "known", 1.0, line=f"{job.name} is a copy of {job.trouble}")
    if job.kind == "busy":
        return Update(job, number, "known", line=f"{job.name} is measured by another program at the moment")
    return Update(job, number, "failed", line=job.trouble, exit_status=job.exit_status)


def _answers(process: subprocess.Popen[bytes]) -> Iterator[Answer]:
    assert process.stdout is not None
    with contextlib.suppress(OSError, msgspec.MsgspecError):  # the last line may be cut off
        for line in process.stdout:
            yield msgspec.json.decode(line, type=Answer)


def _failed(update: Update, words: str) -> Update:
    line = f"{update.job.name}: {words}"
    return replace(update, phase="failed", folder=_left(update), line=line, exit_status=RunformError.exit_status)


def _left(update: Update) -> Path | None:
    """The session folder, if it is still there."""
    return update.folder if update.folder is not None and doors.exists(update.folder) else None


def _how(status: int) -> str:
    return f"signal {-status}" if os.name != "nt" and status < 0 else f"exit status {status}"
