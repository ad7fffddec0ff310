"""Plain copies of sealed films for as long as they are looked at: only a file can be sought in, and a film is too large for memory twice.

They lie in a folder that its owner alone may enter, in memory where the system offers a place for files there (/dev/shm on Linux). It is
removed when its process ends, and what a killed one left is removed at the next start.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import re
import secrets
import shutil
import stat
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from runform_live import portable
from runform_live.encryption import sealed_file
from runform_live.errors import BadInput, reason_of
from runform_live.safe_files import OWNER_FILE, make_folder, opened

MEMORY = Path("/dev/shm")  # noqa: S108 (a new folder in it, which its owner alone may enter)
SPARE_BYTES = 256 << 20  # that stay free in memory
LOCK = ".lock"
MAKING_S = 60.0  # at most, between a new folder and its lock
Decrypt = Callable[[Path, Path], None]  # a sealed file into a plain one
_NAME = re.compile(r"runform-plain-[0-9a-f]{16}")


class _Room:
    """The folders of this process, one for each place, and the copies in them."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.folders: dict[Path, tuple[Path, FileLock]] = {}
        self.copies: dict[Path, tuple[Path, int]] = {}  # sealed file -> its copy, and how many use it


_room = _Room()


def take(path: Path) -> Path:
    """The file itself, or a plain copy of the sealed one in its place; `release` lets it go.

    Raises FileNotFoundError where neither is there, Locked, WrongPassphrase, and BadInput where there is no room for it.
    """
    sealed = sealed_file.where(path)
    return path if sealed == path else _take(sealed, sealed_file.decrypt)


def _take(sealed: Path, decrypt: Decrypt) -> Path:
    with _room.lock:
        copy, users = _room.copies.get(sealed, (None, 0))
        if copy is None:
            copy = _made(sealed, decrypt)
        _room.copies[sealed] = copy, users + 1
        return copy


def release(path: Path) -> None:
    """Nobody uses what `take` gave any more; a copy is removed with its last user."""
    with _room.lock:
        for sealed, (copy, users) in list(_room.copies.items()):
            if copy != path:
                continue
            if users > 1:
                _room.copies[sealed] = copy, users - 1
                return
            del _room.copies[sealed]
            with contextlib.suppress(OSError):  # Windows removes no open file; it goes with the folder
                copy.unlink()


def taken(path: Path) -> AbstractContextManager[Path]:
    """`take` for a block."""
    return _for_a_block(partial(take, path))


def decrypted(file: Path, words: str | None = None) -> AbstractContextManager[Path]:
    """For a block: a plain copy of an archive that age has written, whatever its name. Raises what `take` does.

    words: the passphrase of its own, where it has one; None: it is asked for.
    """
    return _for_a_block(partial(_take, file, partial(sealed_file.decrypt_archive, words=words)))


@contextlib.contextmanager
def _for_a_block(get: Callable[[], Path]) -> Iterator[Path]:
    copy = get()
    try:
        yield copy
    finally:
        release(copy)


@contextlib.contextmanager
def scratch(size_bytes: int) -> Iterator[Path]:
    """For a block: an empty private file with room for so much. Raises OSError."""
    with _room.lock:
        path = _empty(size_bytes, "scratch")
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _empty(size_bytes: int, name: str) -> Path:
    path = _folder(size_bytes) / f"{secrets.token_hex(4)}-{name}"
    os.close(opened(path, os.O_EXCL))
    return path


def _made(sealed: Path, decrypt: Decrypt) -> Path:
    try:
        copy = _empty(sealed.stat().st_size, sealed_file.plain_name(sealed).name)
        try:
            decrypt(sealed, copy)
        except BaseException:
            copy.unlink(missing_ok=True)
            raise
    except FileNotFoundError:
        raise
    except OSError as trouble:
        raise BadInput(f"{sealed} cannot be opened ({reason_of(trouble)}); free some space for a plain copy") from None
    return copy


def _folder(size_bytes: int) -> Path:
    """A folder of this process with room for so much. Raises OSError."""
    place = next((one for one in places() if _has_room(one, size_bytes)), places()[-1])
    if place not in _room.folders:
        if not _room.folders:
            remove_stale()
            atexit.register(remove_own)
        folder = place / f"runform-plain-{secrets.token_hex(8)}"
        make_folder(folder)
        lock = FileLock(folder / LOCK, mode=OWNER_FILE, thread_local=False)
        with contextlib.suppress(OSError, NotImplementedError, Timeout):
            lock.acquire(timeout=0)
        _room.folders[place] = folder, lock
    return _room.folders[place][0]


def places() -> list[Path]:
    """Where plain copies may lie: in memory, else in the folder for temporary files."""
    found = [MEMORY] if portable.is_linux() and MEMORY.is_dir() and os.access(MEMORY, os.W_OK | os.X_OK) else []
    return [*found, Path(tempfile.gettempdir())]


def _has_room(place: Path, size_bytes: int) -> bool:
    try:
        free = shutil.disk_usage(place).free
    except OSError:
        return False
    if place == MEMORY:  # its limit is no promise that so much memory is free
        import psutil  # not every command needs it

        free = min(free, psutil.virtual_memory().available)
    return free > size_bytes + SPARE_BYTES


def remove_own() -> None:
    """Remove all copies of this process."""
    with _room.lock:
        for folder, lock in _room.folders.values():
            _empty_out(folder)
            with contextlib.suppress(OSError):
                lock.release()
            _remove_emptied(folder)
        _room.folders.clear()
        _room.copies.clear()


def _empty_out(folder: Path) -> None:
    """Remove all but the lock. What cannot be removed stays, such as a file that somebody has open on Windows."""
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            with contextlib.suppress(OSError):
                if path.name != LOCK:
                    path.unlink()


def _remove_emptied(folder: Path) -> None:
    """Remove the folder. While anything is left in it, its lock stays too: by that the next start knows that it may be removed."""
    with contextlib.suppress(OSError):
        if {path.name for path in folder.iterdir()} <= {LOCK}:
            (folder / LOCK).unlink(missing_ok=True)
            folder.rmdir()


def remove_stale() -> None:
    """Remove what killed processes of this user left."""
    for place in places():
        with contextlib.suppress(OSError), os.scandir(place) as entries:
            for folder in [Path(one.path) for one in entries if _NAME.fullmatch(one.name)]:
                if _is_stale(folder):
                    _empty_out(folder)
                    _remove_emptied(folder)


def _is_stale(folder: Path) -> bool:
    """Whether it is a folder of this user that no living process holds."""
    with contextlib.suppress(OSError, NotImplementedError):
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or (sys.platform != "win32" and found.st_uid != os.geteuid()):
            return False
        if not (folder / LOCK).exists():  # just being made, or its removal was cut off
            return time.time() - found.st_mtime > MAKING_S
        lock = FileLock(folder / LOCK, mode=OWNER_FILE, thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return False
        lock.release()
        return True
    return False
