"""A process that this one has started, however the system did that: who it is, whether it lives, and how it is ended."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Sequence
from typing import Protocol

from runform_live import isolated, portable

KILL_S = 0.5  # for a process that is killed to be gone; one that the system cannot end at once is not waited for


class Child(Protocol):
    """It reads what it is to do from a pipe, and ends when that pipe closes."""

    @property
    def pid(self) -> int:
        """0: not known yet."""

    @property
    def alive(self) -> bool: ...

    def tell(self, content: bytes) -> None:
        """Write into its pipe. One that died at once hears nothing, and raises nothing here."""

    def close_pipe(self) -> None:
        """Ask it to end."""

    def wait(self, most_s: float) -> None:
        """Until it has ended, or most_s (s) have passed."""

    def kill(self) -> None:
        """End it by force. It may take the system a while."""


class Spawned:
    """One that Python started anew, as every system can."""

    __slots__ = ("_process",)

    def __init__(self, program: Sequence[str]) -> None:
        """program: module, function and words. Raises OSError where the system starts no more processes."""
        self._process = started(program, subprocess.PIPE)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def tell(self, content: bytes) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.write(content)
            self._process.stdin.flush()

    def close_pipe(self) -> None:
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()

    def wait(self, most_s: float) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, most_s))

    def kill(self) -> None:
        self._process.kill()


def started(program: Sequence[str], stdin: int, keeps: Sequence[int] = ()) -> subprocess.Popen[bytes]:
    """A Python process of its own for a function of this package. program: module, function and words; keeps: descriptors that stay open in it.

    Raises OSError where the system starts no more processes.
    """
    # Ctrl-C, a terminal that closes and `timeout` speak to a whole group of processes: the supervisor alone is to hear them.
    return subprocess.Popen(
        isolated.command(*program),
        stdin=stdin,
        start_new_session=portable.starts_apart(),
        creationflags=portable.group_flags(),
        pass_fds=keeps,
        env=isolated.environment(
            OMP_NUM_THREADS="1",
            OPENBLAS_NUM_THREADS="1",
            OPENCV_FOR_THREADS_NUM="1",  # a second one saves no time, and costs the other stages an eighth of the pose stage's
            OPENCV_LOG_LEVEL="SILENT",
            PYTHONUNBUFFERED="1",
        ),
    )
