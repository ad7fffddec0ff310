"""Stages that grow from one process, the seed, on Linux: it has loaded what several stages need, and becomes each of them by a fork.

Five processes that load the same libraries take 0.6 s of processor time more at the start of a run, and hold them in memory five times. A stage
that is replaced in a run starts faster, too. Where a system has no forks that are safe (Windows has none; the libraries of macOS do not
bear them), every stage loads its own.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
from collections import deque

from runform_live import portable
from runform_live.runtime.child import started

PROGRAM = ("runform_live.runtime.seed_process", "main")
NO_FORKS = "stages grow from one process on Linux alone"
LONGEST_ANSWER = 32  # bytes
ANSWER_S = 2.0  # at most, for a stage that is to be killed before the seed has said which one it is


def can_grow() -> bool:
    """Whether this system can do it: Linux of 2019 or later."""
    if sys.platform != "linux" or not portable.is_linux():
        return False
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError:  # also a container that forbids it
        return False
    return True


class Seed:
    """Grows stages until it is closed. Only where `can_grow`."""

    __slots__ = ("_answers", "_process", "_socket")

    _socket: socket.socket
    _process: subprocess.Popen[bytes]
    _answers: deque[Grown]  # those whose answers are still to come, in this order

    def __init__(self) -> None:
        """It begins to load, and is not waited for. Raises OSError where the system starts no more processes."""
        if sys.platform == "win32":
            raise OSError(NO_FORKS)
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = started((*PROGRAM, str(theirs.fileno())), subprocess.DEVNULL, (theirs.fileno(),))
        self._answers = deque()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def grow(self, stage: str) -> Grown:
        """The process of a stage. Raises OSError where the seed is gone."""
        if sys.platform == "win32":
            raise OSError(NO_FORKS)
        reads, writes = os.pipe()
        try:
            socket.send_fds(self._socket, [stage.encode()], [reads])
        except OSError:
            os.close(writes)
            raise
        finally:
            os.close(reads)
        grown = Grown(self, writes)
        self._answers.append(grown)
        return grown

    def hear(self, grown: Grown, most_s: float) -> None:
        """Take the seed's answers up to the one on this process, if it comes within most_s (s)."""
        if sys.platform == "win32":
            return
        while grown in self._answers:
            if not select.select([self._socket], [], [], most_s)[0]:
                return
            try:
                said, handles, *_ = socket.recv_fds(self._socket, LONGEST_ANSWER, 1)
            except OSError:
                said, handles = b"", []
            if not said:  # it has died
                for each in self._answers:
                    each.known(0, None)
                self._answers.clear()
                return
            self._answers.popleft().known(int(said), handles[0] if handles else None)

    def close(self) -> None:
        """End the seed. What has grown from it lives on."""
        self._socket.close()
        self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(ANSWER_S)


class Grown:
    """A process that the seed became. It reads what it is to do from a pipe (see `child.Child`)."""

    __slots__ = ("_handle", "_pid", "_pipe", "_seed")

    def __init__(self, seed: Seed, pipe: int) -> None:
        self._seed, self._pipe = seed, os.fdopen(pipe, "wb", buffering=0)
        self._pid: int | None = None  # None: the seed has not said it yet
        self._handle: int | None = None  # None: not known yet, or ended

    def known(self, pid: int, handle: int | None) -> None:
        self._pid, self._handle = pid, handle

    @property
    def pid(self) -> int:
        self._seed.hear(self, 0.0)
        return self._pid or 0

    @property
    def alive(self) -> bool:
        self._seed.hear(self, 0.0)
        if self._pid is None:
            return self._seed.alive
        return not self._ended(0.0)

    def tell(self, content: bytes) -> None:
        with contextlib.suppress(OSError):
            view = memoryview(content)
            while view:
                view = view[self._pipe.write(view) or 0 :]

    def close_pipe(self) -> None:
        with contextlib.suppress(OSError):
            self._pipe.close()

    def wait(self, most_s: float) -> None:
        self._seed.hear(self, max(0.0, most_s))
        self._ended(max(0.0, most_s))

    def kill(self) -> None:
        self._seed.hear(self, ANSWER_S)
        if self._handle is not None and sys.platform == "linux":
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def _ended(self, most_s: float) -> bool:
        if self._handle is None:
            return True
        if not select.select([self._handle], [], [], most_s)[0]:
            return False
        os.close(self._handle)
        self._handle = None
        return True
