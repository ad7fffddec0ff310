"""Files of a person: private, replaced as a whole, and there after a power cut."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from runform_live import file_names

# What a session or a programme holds is its owner's alone, whatever the umask. Windows has no such modes; there the user's profile is private.
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
    os.close(opened(path, os.O_TRUNC))


def opened(path: Path, flags: int) -> int:
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
    scratch = path.with_name(f"{file_names.temporary_for(path.name)}{secrets.token_hex(4)}")
    os.close(opened(scratch, os.O_EXCL))
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


def as_json(content: msgspec.Struct) -> bytes:
    """A structure as indented JSON, with an end of line."""
    return msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n"


def has_content(path: Path, content: bytes) -> bool:
    """Whether the file holds exactly that."""
    try:
        return path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        return False
