"""Files that survive a power cut, and files that grow although the disk refuses for a while."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

from runform_live import names

MOST_WAITING_BYTES = 64 << 20  # of one file, in memory
# What is in a session is its owner's alone, whatever the umask. (Windows has no such modes: there the user's profile is private.)
OWNER_FILE, OWNER_FOLDER = 0o600, 0o700


def _sync(handle: int) -> None:
    """fsync; on macOS, where that leaves the data in the drive's own memory, the call that empties it."""
    if sys.platform == "darwin":
        import fcntl

        with contextlib.suppress(OSError):  # a network drive does not know it
            fcntl.fcntl(handle, fcntl.F_FULLFSYNC)
            return
    os.fsync(handle)


def sync_file(path: Path) -> None:
    """Have the system put the file's content onto the disk. Raises OSError."""
    handle = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))  # Windows syncs only what is open for writing
    try:
        _sync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """The same for the names in a folder, where the system can (Windows cannot, and need not)."""
    if os.name == "nt":
        return
    with contextlib.suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            _sync(handle)
        except OSError as trouble:
            if trouble.errno != errno.EINVAL:  # a file system whose folders cannot be synced
                raise
        finally:
            os.close(handle)


def make_folder(folder: Path) -> None:
    """Make a folder that its owner alone may enter. Raises OSError, FileExistsError where there is something of that name."""
    folder.mkdir(OWNER_FOLDER)
    _make_private(folder, OWNER_FOLDER)


def make_folders(folder: Path) -> None:
    """Make a folder and those above it that are missing, for their owner alone. Folders that are there stay as they are. Raises OSError."""
    if folder.is_dir():
        return
    if folder.parent != folder:
        make_folders(folder.parent)
    try:
        make_folder(folder)
    except FileExistsError:  # another program made it meanwhile, or it is no folder
        if not folder.is_dir():
            raise


def make_private_file(path: Path) -> None:
    """Make a file, or empty one, that its owner alone may read; who opens it by its name goes on from there. Raises OSError."""
    os.close(_opened(path, os.O_TRUNC))


def _opened(path: Path, flags: int) -> int:
    """A handle to write a file with, which is made where there is none."""
    flags |= os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    flags |= getattr(os, "O_NOFOLLOW", 0)  # what a link in a session's folder leads to is not the session's
    handle = os.open(path, flags, OWNER_FILE)
    _make_private(handle, OWNER_FILE)
    return handle


def _make_private(place: Path | int, mode: int) -> None:
    """The mode as it is: a umask can only take away from it. Some drives know no modes, and another's file keeps its own."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        os.chmod(place, mode)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary file beside a session's file, to write to. When the block ends well it takes the other's place, else it is removed.

    A reader sees the old one or the new one, never half of it, also after a power cut. It is its owner's alone, as all files of a
    session. Raises OSError.
    """
    scratch = path.with_name(f"{names.temporary_for(path.name)}{secrets.token_hex(4)}")
    os.close(_opened(scratch, os.O_EXCL))
    try:
        yield scratch
        sync_file(scratch)
        os.replace(scratch, path)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a session's file as a whole, see `replacing`. Raises OSError."""
    with replacing(path) as scratch:
        scratch.write_bytes(content)


def has_content(path: Path, content: bytes) -> bool:
    """Whether the file holds exactly that."""
    try:
        return path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False


class Growing:
    """A file that only grows. What the disk does not take waits in memory, in its order, and is tried again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None
        self._waiting = bytearray()
        self._dropped = self._removed = False

    @property
    def waiting(self) -> bytes:
        """What is not in the file yet."""
        return bytes(self._waiting)

    @property
    def sound(self) -> bool:
        """Whether all that was ever added is in the file or waits for it."""
        return not (self._dropped or self._removed)

    def spoil(self) -> None:
        """The file is known not to hold what it should."""
        self._dropped = True

    def add(self, data: bytes) -> None:
        """Take data; `write` puts it into the file."""
        if len(self._waiting) + len(data) > MOST_WAITING_BYTES:
            self._dropped = True
            return
        self._waiting += data

    def write(self) -> None:
        """Put what waits into the file, which is made where there is none. Raises OSError; what could not be written goes on waiting."""
        if self._handle is None:
            self._handle = _opened(self.path, os.O_APPEND)
        if self._removed or os.fstat(self._handle).st_nlink == 0:
            self._removed = True
            raise FileNotFoundError(errno.ENOENT, "the file was removed", str(self.path))
        while self._waiting:
            written = os.write(self._handle, self._waiting)
            del self._waiting[:written]

    def close(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            with contextlib.suppress(OSError):
                os.close(handle)
