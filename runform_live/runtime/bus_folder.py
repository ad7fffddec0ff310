"""The folder of the sockets of one live run: readable for the user alone, and gone when the run is over.

A run that was killed with all its processes cannot take its folder away. The next one does: a folder whose lock nobody holds
belongs to nobody.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from pathlib import Path

from filelock import FileLock, Timeout

PREFIX = "runform-bus-"
LOCK = "lock"
NEW_S = 2.0  # a folder younger than that may be about to be locked


class BusFolder:
    """A new folder with a lock that dies with this process."""

    def __init__(self) -> None:
        sweep(Path(tempfile.gettempdir()))
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX))  # mode 0700
        self._lock = FileLock(self.path / LOCK)
        self._lock.acquire(timeout=0)

    def remove(self) -> None:
        self._lock.release()
        shutil.rmtree(self.path, ignore_errors=True)


def remove_after(addresses: dict[str, str]) -> None:
    """Take away the folder of these endpoints, whose owner is gone."""
    folders = {
        Path(address.removeprefix("ipc://")).parent for address in addresses.values() if address.startswith("ipc:")
    }
    for folder in folders:
        if folder.name.startswith(PREFIX):
            shutil.rmtree(folder, ignore_errors=True)


def sweep(parent: Path) -> None:
    """Remove the folders that killed runs left behind."""
    for folder in parent.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError, Timeout):
            if abs(time.time() - folder.stat().st_mtime) < NEW_S:
                continue
            with FileLock(folder / LOCK).acquire(timeout=0):
                pass
            shutil.rmtree(folder, ignore_errors=True)
