"""Files that survive a power cut, and files that grow although the disk refuses for a while."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import tempfile
from pathlib import Path

from runform_live.errors import BadInput

MOST_WAITING_BYTES = 64 << 20  # of one file, in memory


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


def write_atomically(path: Path, content: bytes) -> None:
    """Replace a file as a whole: a reader sees the old one or the new one, never half of it, also after a power cut."""
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            _sync(out.fileno())
        os.chmod(scratch, 0o644)
        os.replace(scratch, path)
    except BaseException:
        Path(scratch).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def has_content(path: Path, content: bytes) -> bool:
    """Whether the file holds exactly that."""
    try:
        return path.read_bytes() == content
    except OSError:
        return False


def text_of(path: Path, missing: str | None = None) -> str:
    """The text of a session's file; `missing` where there is no such file, unless that is None. Raises BadInput, in a line."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if missing is not None:
            return missing
        raise BadInput(f"{path} is missing; the session is incomplete: analyse its video again") from None
    except OSError as trouble:
        raise BadInput(f"{path} cannot be read ({trouble.strerror}); restore it from a copy") from None
    except UnicodeDecodeError:
        raise BadInput(f"{path} is damaged; analyse the session's video again") from None


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
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
            self._handle = os.open(self.path, flags, 0o644)
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
