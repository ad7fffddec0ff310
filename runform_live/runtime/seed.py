"""Stages that grow from one process, the seed, on Linux: it has loaded what several stages need, and becomes each of them by a fork.

Five processes that load the same libraries hold up the start of a run, and hold them in memory five times. A stage
that is replaced in a run starts faster, too. Where a system has no forks that are safe (Windows has none; on macOS libraries
are not safe after one), every stage loads its own.
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
from runform_live.runtime.child import KILL_S, started

PROGRAM = ("runform_live.runtime.seed_process", "main")
NO_FORKS = "stages grow from one process on Linux alone"
LONGEST_ANSWER = 32  # bytes


def can_grow() -> bool:
    """Whether this system can do it: Linux of 2019 or later, and a Python that was built for it."""
    if sys.platform != "linux" or not portable.is_linux():
        return False
    try:
        handle = os.pidfd_open(os.getpid())
        try:
            signal.pidfd_send_signal(handle, 0)
        finally:
            os.close(handle)
    except (OSError, AttributeError):  # also a container that forbids it
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

    def hear(self) -> None:
        """Take the answers that have come, without waiting."""
        if sys.platform == "win32":
            return
        while self._answers and _is_ready(self._socket.fileno(), 0.0):
            try:
                said, handles, *_ = socket.recv_fds(self._socket, LONGEST_ANSWER, 1)
            except ConnectionResetError:  # it died before it had read everything; the answers that it gave follow
                continue
            except OSError:
                said, handles = b"", []
            if not said:
                self._is_gone()
                return
            self._answers.popleft().known(int(said), handles[0] if handles else None)

    def close(self) -> None:
        """End the seed. What has grown from it and has been told its setup lives on."""
        self.hear()
        self._is_gone()
        self._socket.close()
        self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(KILL_S)

    def _is_gone(self) -> None:
        """Nobody says any more who the others are."""
        for each in self._answers:
            each.known(0, None)
        self._answers.clear()


class Grown:
    """A process that the seed became (see `child.Child`).

    It reads what it is to do from a pipe, and is told that only once it is known who it is. So whoever this process cannot watch and kill
    never begins: it ends with the pipe.
    """

    __slots__ = ("_handle", "_pid", "_pipe", "_seed", "_untold")

    def __init__(self, seed: Seed, pipe: int) -> None:
        self._seed, self._pipe = seed, os.fdopen(pipe, "wb", buffering=0)
        self._untold = b""
        self._pid: int | None = None  # None: the seed has not said it yet
        self._handle: int | None = None  # None: not known yet, or ended

    def known(self, pid: int, handle: int | None) -> None:
        """What the seed answered. pid: 0 where there is no such process. handle: None where none could be passed on."""
        if handle is None and pid and sys.platform == "linux":
            with contextlib.suppress(OSError):  # it has ended
                handle = os.pidfd_open(pid)
        self._pid, self._handle = pid, handle
        untold, self._untold = self._untold, b""
        if handle is not None:
            self.tell(untold)

    @property
    def pid(self) -> int:
        self._seed.hear()
        return self._pid or 0

    @property
    def alive(self) -> bool:
        self._seed.hear()
        if self._pid is None:
            return self._seed.alive
        return not self._ended(0.0)

    def tell(self, content: bytes) -> None:
        if self._pid is None:
            self._untold += content
            return
        with contextlib.suppress(OSError, ValueError):  # it died, or its pipe is closed
            view = memoryview(content)
            while view:
                view = view[self._pipe.write(view) or 0 :]

    def close_pipe(self) -> None:
        with contextlib.suppress(OSError):
            self._pipe.close()

    def wait(self, most_s: float) -> None:
        """One that is not known yet is not waited for: it ends with its pipe."""
        self._seed.hear()
        if self._pid is not None:
            self._ended(max(0.0, most_s))

    def kill(self) -> None:
        """One that is not known yet ends with its pipe."""
        self._seed.hear()
        if self._pid is None:
            self.close_pipe()
        elif self._handle is not None and sys.platform == "linux":
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def _ended(self, most_s: float) -> bool:
        if self._handle is None:
            return True
        if not _is_ready(self._handle, most_s):
            return False
        os.close(self._handle)
        self._handle = None
        return True


def _is_ready(descriptor: int, most_s: float) -> bool:
    """Whether something can be read there within most_s (s)."""
    if sys.platform == "win32":
        return False
    ready = select.poll()
    ready.register(descriptor, select.POLLIN)
    return bool(ready.poll(1e3 * most_s))
