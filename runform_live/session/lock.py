"""Who writes a session folder: locks that die with their process, on every system.

Two hidden files are locked: one by the supervisor for the whole of a live run, one by whoever writes at the moment. Between the death
of a session stage and its restart nobody writes, but the run goes on; so readers ask for both. A third one is held until the report of a
run is there: the session is over and may be read, but it stays plain.
"""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from runform_live.safe_files import OWNER_FILE

RUN, WRITE = ".run.lock", ".write.lock"
REPORT = (
    ".report.lock"  # after a point and the folder's name, beside the folder: it may be removed, and its lock be held on
)
WAIT_S = 5.0  # for a predecessor that is just dying
NO_LOCKS = (errno.ENOSYS, errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP)
PROBE_S = 0.15  # longer than another reader's look takes


class FolderLock:
    """One of the locks of a session folder."""

    def __init__(self, folder: Path, name: str = WRITE) -> None:
        self._path = folder / name
        self._lock: FileLock | None = None
        self.unknown = False  # the drive knows no locks: somebody may write without our seeing it

    def take(self, wait_s: float = 0.0) -> bool:
        """Take it, waiting at most so long. False where a living process holds it.

        True also where the folder takes no lock at all (a read-only folder, a network drive without locks): nobody can hold one there.
        """
        if self._lock is not None:
            return True
        if not self._path.parent.is_dir():
            return True  # filelock would make the folder
        lock = FileLock(self._path, mode=OWNER_FILE, thread_local=False, fallback_to_soft=False)
        try:
            lock.acquire(timeout=wait_s, poll_interval=0.02)
        except Timeout:
            return not self._path.exists()  # it could not even be made
        except (OSError, NotImplementedError) as refused:
            self.unknown = getattr(refused, "errno", errno.ENOSYS) in NO_LOCKS
            return True
        self._lock = lock
        return True

    def release(self, remove: bool = True) -> None:
        """Let it go; its file goes too, where that can be."""
        lock, self._lock = self._lock, None
        if lock is None:
            return
        if remove:
            with contextlib.suppress(OSError):  # Windows removes no open file; there filelock removes it itself
                self._path.unlink()
        with contextlib.suppress(OSError):
            lock.release()


@contextlib.contextmanager
def run(folder: Path) -> Iterator[None]:
    """Held by the supervisor from before the first stage starts until the last one has ended."""
    lock = FolderLock(folder, RUN)
    lock.take(WAIT_S)
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def reported(folder: Path) -> Iterator[None]:
    """Held from before a run starts until its report is there. Nobody seals the session meanwhile: its passphrase may not be known here."""
    lock = FolderLock(folder.parent, f".{folder.name}{REPORT}")
    lock.take(WAIT_S)
    try:
        yield
    finally:
        lock.release()


def is_reported(folder: Path) -> bool:
    """Whether a living process still needs the session plain."""
    name = f".{folder.name}{REPORT}"
    held = _held(folder.parent, name)
    if not held:
        with contextlib.suppress(OSError):  # left by a killed run; no other run has this folder
            (folder.parent / name).unlink()
    return held


def clear_run(folder: Path) -> None:
    """Take away the file of a run's lock, where the main process is gone and could not."""
    lock = FolderLock(folder, RUN)
    if (folder / RUN).exists() and lock.take():
        lock.release()


def is_written(folder: Path) -> bool:
    """Whether a living process writes this folder, or will write it on."""
    return any(_held(folder, name) for name in (RUN, WRITE))


def _held(folder: Path, name: str) -> bool:
    if not (folder / name).exists():
        return False
    lock = FolderLock(folder, name)
    if not lock.take(PROBE_S):
        return True
    lock.release(remove=False)
    return False
