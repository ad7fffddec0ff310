"""The folder of the sockets of one live run. Only the user can read it, and it is removed when the run is over.

If a run is killed with all its processes, its folder stays behind. The next run removes it: nobody holds the lock in it any more.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import zmq
from filelock import FileLock, Timeout

from runform_live import places, portable

PREFIX = "runform-bus-"
LOCK = "lock"
NEW_S = 2.0  # a younger folder may not be locked yet
# The name of a socket may have 104 bytes on macOS and 108 on Linux, with the zero at its end.
LONGEST_SOCKET_BYTES = 103
LONGEST_NAME = "a-name-that-is-longer"  # than the name of any endpoint; a trial socket gets it
SHORT_PARENTS = ("/tmp", "/var/tmp")  # noqa: S108 (a new folder in it, which its owner alone may enter)


class BusFolder:
    """A new folder with a lock that dies with this process. `path` is None if no folder on this computer can hold sockets safely."""

    def __init__(self) -> None:
        self.path: Path | None = None
        self._lock: FileLock | None = None
        for parent in _parents():
            sweep(parent)
            if self.path is None:
                self._make(parent)

    def _make(self, parent: Path) -> None:
        try:
            path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))  # mode 0700
        except OSError:  # the disk is read-only or full
            return
        try:
            if not _holds_sockets(path):
                raise OSError
            lock = FileLock(path / LOCK)
            lock.acquire(timeout=0)
        except (OSError, NotImplementedError, Timeout):  # some network disks have no locks
            shutil.rmtree(path, ignore_errors=True)
            return
        self.path, self._lock = path, lock

    def close(self) -> None:
        if self._lock is not None:
            self._lock.release()
        if self.path is not None:
            shutil.rmtree(self.path, ignore_errors=True)


def _parents() -> Iterator[Path]:
    """Where the folder may be made: first the place for temporary files of this user, then places with short names."""
    if portable.only() or not zmq.has("ipc") or not hasattr(socket, "AF_UNIX"):
        return
    named: list[str] = []
    with contextlib.suppress(OSError):  # there is no place for temporary files, or the working folder is gone
        named.append(tempfile.gettempdir())
    named += [os.environ.get("XDG_RUNTIME_DIR", ""), *SHORT_PARENTS]
    for name in dict.fromkeys(named):
        parent = _safe(Path(name)) if Path(name).is_absolute() else None
        if parent is not None:
            yield parent


def _safe(parent: Path) -> Path | None:
    """The folder without links in its name. None if somebody other than this user and root could replace a folder in it."""
    if not hasattr(os, "getuid"):  # the owner of a folder cannot be asked for
        return None
    try:
        real = parent.resolve(strict=True)
        owners = {folder.stat().st_uid for folder in (real, *real.parents)}
        closed = real.is_dir() and owners <= {0, os.getuid()} and not places.others_can_replace(real / LOCK)
    except (OSError, ValueError, RuntimeError):  # RuntimeError: a loop of links
        return None
    return real if closed else None


def fits(path: Path) -> bool:
    """Whether a socket can have this name. The limit counts bytes, and ZeroMQ reads every name as UTF-8."""
    written = os.fsencode(path)
    try:
        return len(written) <= LONGEST_SOCKET_BYTES and written == str(path).encode()
    except UnicodeEncodeError:
        return False


def _holds_sockets(folder: Path) -> bool:
    """Whether only this user can enter the folder, and a socket with a long name fits in it. Raises OSError if none can be made."""
    if sys.platform == "win32":
        return False
    name = folder / LONGEST_NAME
    if not fits(name) or not _is_own(folder):
        return False
    with socket.socket(socket.AF_UNIX) as probe:
        probe.bind(os.fsencode(name))
    name.unlink()
    return True


def _is_own(folder: Path) -> bool:
    """Whether this is a real folder of this user, closed to all others. Some disks cannot keep such permissions."""
    if sys.platform == "win32":
        return folder.is_dir() and not folder.is_symlink()
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and found.st_mode & 0o077 == 0


def remove_after(addresses: dict[str, str]) -> None:
    """Remove the folder of these endpoints. Its owner is gone."""
    folders = {
        Path(address.removeprefix("ipc://")).parent for address in addresses.values() if address.startswith("ipc:")
    }
    for folder in folders:
        if folder.name.startswith(PREFIX):
            shutil.rmtree(folder, ignore_errors=True)


def sweep(parent: Path) -> None:
    """Remove the folders that killed runs of this user left behind. Folders of others, and links, are not touched."""
    with contextlib.suppress(OSError):  # the parent cannot be listed
        for folder in parent.iterdir():
            if folder.name.startswith(PREFIX):
                _sweep_one(folder)


def _sweep_one(folder: Path) -> None:
    with contextlib.suppress(OSError, Timeout):
        if not _is_own(folder) or abs(time.time() - folder.stat().st_mtime) < NEW_S:
            return
        with FileLock(folder / LOCK).acquire(timeout=0):
            pass
        shutil.rmtree(folder, ignore_errors=True)
