"""A process that measures films, as seen by the program that starts it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from collections.abc import Iterator, Sequence

import msgspec

from runform_live import isolated, portable
from runform_live.batch import film
from runform_live.batch.process import Answer, Failed, GivenUp, Last, Task
from runform_live.errors import RunformError

ENTRY = "runform_live.batch.process", "main"
# The libraries that count the cores for themselves when they are loaded.
COUNTED = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


class MeasuringProcess:
    """Starts with the first film, and again after a crash. It measures one film at a time."""

    def __init__(self, command: Sequence[str] | None = None, show_errors: bool = False) -> None:
        """command: another one that starts such a process. show_errors: show what it writes to its standard error."""
        self._command = isolated.command(*ENTRY) if command is None else command
        self._errors = None if show_errors else subprocess.DEVNULL
        self._process: subprocess.Popen[bytes] | None = None
        self._ending = threading.Lock()
        self._asked = False  # to end

    def answers(self, task: Task) -> Iterator[Answer]:
        """What it says of a film. The last answer is one of `process.Last`, whatever happens to the process."""
        try:
            process = self._running(task.orders.threads)
        except OSError as trouble:
            why = f"no process can be started to read it ({trouble.strerror}); close other programs"
            yield Failed(f"{task.job.name}: {why}")
            return
        if process is None:
            yield GivenUp()
            return
        with contextlib.suppress(OSError, ValueError):  # it is gone or was asked to end; its answers tell which
            assert process.stdin is not None
            process.stdin.write(msgspec.json.encode(task) + b"\n")
            process.stdin.flush()
        for answer in _answers(process):
            yield answer
            if isinstance(answer, Last):
                return
        yield from self._broken_off(process, task)

    def end(self, kill: bool = False) -> None:
        """Close the input of the process, which makes it end. kill: kill it, because it did not."""
        with self._ending, contextlib.suppress(OSError):
            self._asked = True
            process = self._process
            if process is not None and process.stdin is not None:
                process.stdin.close()
                if kill:
                    process.kill()

    def _running(self, threads: int | None) -> subprocess.Popen[bytes] | None:
        """The process, started if need be. None if it was asked to end."""
        with self._ending:
            if self._asked:
                return None
            if self._process is None:
                limits = {} if threads is None else dict.fromkeys(COUNTED, str(threads))
                self._process = subprocess.Popen(
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=self._errors,
                    start_new_session=portable.starts_apart(),  # so that Ctrl-C reaches this program alone
                    creationflags=portable.group_flags() | getattr(subprocess, "CREATE_NO_WINDOW", 0),
                    env=isolated.environment(OPENCV_LOG_LEVEL="SILENT", **limits),
                )
            return self._process

    def _broken_off(self, process: subprocess.Popen[bytes], task: Task) -> Iterator[Answer]:
        """The last answers of a process that ended without one: it crashed, or was killed because it did not stop."""
        process.wait()
        with self._ending:
            self._process = None
            asked = self._asked
        left: list[Answer] = []
        making = film.making_of(task.job, task.folder(), task.orders.session_id)
        with contextlib.suppress(RunformError):
            film.clear_up(making, left.append, task.job.person, task.orders.records)
        yield from left
        if asked:
            yield GivenUp()
            return
        why = f"the process that read it crashed ({_how(process.returncode)}); convert the film, for example with HandBrake"
        yield Failed(f"{task.job.name}: {why}")


def _answers(process: subprocess.Popen[bytes]) -> Iterator[Answer]:
    assert process.stdout is not None
    with contextlib.suppress(OSError, msgspec.MsgspecError):  # the last line may be cut off
        for line in process.stdout:
            yield msgspec.json.decode(line, type=Answer)


def _how(status: int) -> str:
    return f"signal {-status}" if os.name != "nt" and status < 0 else f"exit status {status}"
