"""Measures the jobs of a plan, in their order: in processes of this computer, or wherever another executor measures them."""

from __future__ import annotations

import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from runform_live import doors, file_names
from runform_live.batch import film
from runform_live.batch.executor import Executor, Gone
from runform_live.batch.local import LocalProcesses, fitting_workers, threads_each
from runform_live.batch.plan import Job, Options
from runform_live.batch.process import Answer, Done, Failed, GivenUp, Task
from runform_live.config import Config

ENDS_WITHIN_S = 20.0  # a process that was asked to stop and has not ended by then is killed
WAIT_S = 0.1

Phase = Literal["begun", "running", "measured", "known", "failed", "stopped"]


@dataclass(frozen=True, slots=True)
class Update:
    """What has become of a job. More updates follow `begun` and `running`; every other phase is the last."""

    job: Job
    number: int  # of the job, from 0
    phase: Phase
    share: float | None = None  # of the film, 0 to 1; None: not known
    folder: Path | None = None  # of the session: as soon as it is in its place
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
    executor: Executor | None = None,
    warn: Callable[[str], None] = lambda _: None,
) -> list[Update]:
    """Measure the jobs that are wanted. Returns the last update of each job.

    tell: called from another thread, one call at a time. stop: set it to end early, as Ctrl-C does. Films that are being measured then
    leave nothing; finished ones stay. executor: what measures the films; None: processes of this computer. For these, workers: how many
    films are measured at once (None: as many as the cores allow), command and show_errors: see MeasuringProcess. warn: told in one line,
    whatever the number of films, why nothing can be measured any more.
    """
    if executor is None:
        wanted = sum(job.kind == "wanted" for job in jobs)
        count = min(workers or fitting_workers(), wanted) or 1
        executor = LocalProcesses(count, command, show_errors, threads_each(count))
    batch = _Batch(jobs, parent, settings, options or Options(), tell, stop or threading.Event(), executor)
    while not batch.over.is_set():
        try:
            batch.over.wait(0.05)
        except KeyboardInterrupt:
            if batch.stop.is_set():  # asked a second time: kill at once
                batch.kill.set()
            batch.stop.set()
    if batch.fault is not None:
        raise batch.fault
    if batch.gone:
        warn(batch.gone)
    return batch.results()


class _Batch:
    """The jobs, handed out one after the other, and what has become of them.

    All is done in a thread of its own, so that a Ctrl-C, which Python raises in the main thread, never cuts it in two.
    """

    def __init__(
        self,
        jobs: Sequence[Job],
        parent: Path,
        settings: Config,
        options: Options,
        tell: Tell,
        stop: threading.Event,
        executor: Executor,
    ) -> None:
        self.stop, self.kill, self.over = stop, threading.Event(), threading.Event()
        self.fault: BaseException | None = None  # that ended the thread
        self._parent, self._settings, self._options = parent, settings, options
        self._jobs = jobs
        self._waiting = deque(enumerate(jobs))
        self._tell, self._executor = tell, executor
        self._running: dict[int, Update] = {}
        self._last: dict[int, Update] = {}
        self.gone = ""  # why nothing can be measured any more
        threading.Thread(target=self._serve, daemon=True).start()

    def results(self) -> list[Update]:
        """The last update of each job; one that was never begun was stopped."""
        return [self._last.get(number) or self._left_out(job, number) for number, job in enumerate(self._jobs)]

    def _left_out(self, job: Job, number: int) -> Update:
        if not self.gone:
            return Update(job, number, "stopped")
        return Update(
            job, number, "failed", line=f"{job.name}: not measured; {self.gone}", exit_status=Gone.exit_status
        )

    def _serve(self) -> None:
        kill_s: float | None = None
        try:
            while self._hand_out() or self._running:
                for number, answer in self._executor.heard(WAIT_S):
                    if number in self._running:
                        self._told(after(self._running[number], answer))
                if self.stop.is_set():
                    kill_s = kill_s or time.monotonic() + ENDS_WITHIN_S
                    self._executor.ask_to_end(self.kill.is_set() or time.monotonic() > kill_s)
        except Gone as trouble:
            self.gone = str(trouble)
        except BaseException as fault:
            self.fault = fault
        finally:
            try:
                self._executor.close()
            finally:
                self.over.set()

    def _hand_out(self) -> bool:
        """Begin as many jobs as can be measured now. False once there are none left, or if the batch is to stop."""
        while self._waiting and not self.stop.is_set():
            number, job = self._waiting[0]
            if job.kind == "wanted" and self._executor.free() <= 0:
                return True
            self._waiting.popleft()
            if job.kind != "wanted":
                self._told(settled(number, job))
                continue
            self._told(Update(job, number, "begun"))
            self._executor.begin(number, self._task(job))
        return False

    def _task(self, job: Job) -> Task:
        orders = film.Orders(uuid.uuid4().hex)
        return Task(job, file_names.storable(self._parent), self._settings, self._options, orders)

    def _told(self, update: Update) -> None:
        if update.last:
            self._running.pop(update.number, None)
            self._last[update.number] = update
        else:
            self._running[update.number] = update
        self._tell(update)


def after(update: Update, answer: Answer) -> Update:
    """The next update, from the last one and an answer of whoever measures the film."""
    match answer:
        case film.Began():
            return replace(update, phase="running", started=answer.started, date_from=answer.date_from)
        case film.FilmProgress():
            return replace(update, share=answer.share, line="")
        case film.Measured():
            return replace(update, share=1.0, folder=Path(file_names.native(answer.folder)), line="")
        case film.Kept():
            return replace(update, folder=Path(file_names.native(answer.folder)), line="")
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


def _left(update: Update) -> Path | None:
    """The session folder, if it is still there."""
    return update.folder if update.folder is not None and doors.exists(update.folder) else None
