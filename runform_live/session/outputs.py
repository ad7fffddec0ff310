"""Files that are made at a place that a person names: --out, a clip of a review, the report of a session.

Only a plain file is ever replaced. All is written beside it under a temporary name, synced and renamed, so what was there stays until
the new one is whole. `refuse` says before the work what would go wrong after it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from runform_live import doors, file_names
from runform_live.encryption import sealed_file
from runform_live.errors import BadInput, reason_of
from runform_live.safe_files import OWNER_FILE, sync_file, sync_folder
from runform_live.session import recording, schema
from runform_live.session.disk import RESERVE
from runform_live.session.lock import RUN, WRITE
from runform_live.session.reader import Session
from runform_live.session.seal_mark import mark
from runform_live.session.source import places

ELSEWHERE = "name another place"
# Only a file that is written can raise these: the disk, the user's share of it, the size of a file, a disk that was made read-only.
WRITING = frozenset(getattr(errno, name) for name in ("ENOSPC", "EDQUOT", "EFBIG", "EROFS") if hasattr(errno, name))
AS_USUAL = 0o666  # less the umask: for what a person asked for at a place of their own
# What only the program writes, in any session's folder.
KEPT = (
    *(schema.SESSION, schema.SUMMARY, schema.STANCES, schema.EVENTS, schema.POSES, schema.POSES_LOG),
    *(RUN, WRITE, RESERVE),
)


def refuse(path: Path, inputs: Iterable[Path] = ()) -> None:
    """Raise BadInput where a file cannot be put there, or only over one of the inputs, or over what is no plain file.

    A link is refused as well: which file it leads to is not what was typed, and may be another one by the time of writing.
    """
    try:
        _refuse_what_is_there(path)
        for one in inputs:
            if doors.exists(one) and doors.exists(path) and path.samefile(one):
                raise BadInput(f"{path} is what is read; {ELSEWHERE} for the result")
        _try(path)
    except (OSError, ValueError) as trouble:
        raise _cannot(path, trouble) from None


def _refuse_what_is_there(path: Path) -> None:
    if path.name in ("", ".."):
        raise BadInput(f"{path} is a folder; name a file")
    if os.name == "nt" and file_names.is_device_on_windows(path.name):
        raise BadInput(f"{path}: Windows keeps this name for a device; {ELSEWHERE}")
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return
    if kind := doors.kind(found.st_mode):
        raise BadInput(f"{path} is {kind}; only a plain file is replaced: {ELSEWHERE}")
    if not os.access(path, os.W_OK):
        raise BadInput(f"{path} must not be written; {ELSEWHERE}, or make it writable")


def _try(path: Path) -> None:
    """Make a file beside it and take it away again. Raises OSError where that cannot be done."""
    _scratch(path).unlink()


def _scratch(path: Path) -> Path:
    """A new, empty file beside it. In a session's folder its owner alone may read it; elsewhere it is as the umask says. Raises OSError."""
    scratch = path.with_name(f"{file_names.temporary_for(path.name)}{secrets.token_hex(4)}")
    mode = OWNER_FILE if _in_session(path) else AS_USUAL
    os.close(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
    if sealed_file.is_sealed(path.parent / schema.SESSION):
        mark(path.parent)  # whatever becomes of it, the next start sees to it
    return scratch


def _in_session(path: Path) -> bool:
    """Whether it lies in a session's folder, or in the folder of its pictures."""
    return _is_session(path.parent) or _is_among_pictures(path)


def _is_session(folder: Path) -> bool:
    session = folder / schema.SESSION
    return doors.exists(session) or doors.exists(sealed_file.sealed_name(session))


def _is_among_pictures(path: Path) -> bool:
    """Whether it lies in a session's folder of pictures, by whatever name that folder was given."""
    with contextlib.suppress(OSError, ValueError, RuntimeError):
        home = path.parent.resolve()
        return home.name.casefold() == schema.PICTURES and _is_session(home.parent)
    return False


def _cannot(path: Path, trouble: OSError | ValueError) -> BadInput:
    number = getattr(trouble, "errno", None)
    if not path.is_absolute() and doors.working_folder_is_gone():
        return BadInput(f"cannot write {path}: {doors.NO_WORKING_FOLDER}")
    if number in (errno.ENOENT, errno.ENOTDIR) and not doors.is_folder(path.parent):
        return BadInput(f"cannot write {path}: there is no folder {path.parent}; make it, or {ELSEWHERE}")
    return BadInput(f"cannot write {path} ({reason_of(trouble)}); {ELSEWHERE}")


def refuse_in(session: Session, path: Path, settings: Path | None = None, is_report: bool = False) -> None:
    """The same for a result made of a session: its film, the settings and what is kept in a session folder stay as they are."""
    inputs = [settings] if settings is not None else []
    if session.info.source_file is not None:
        inputs += places(session.info.source_file, session.folder)
    refuse(path, inputs)
    refuse_kept(path, is_report)


def refuse_kept(path: Path, is_report: bool = False) -> None:
    """Raise BadInput where the path is what a session keeps."""
    # On Windows and macOS a name in other letters is the same file.
    name = path.name.casefold().removesuffix(sealed_file.SUFFIX)
    if _in_session(path) and (
        name in KEPT
        or _is_among_pictures(path)
        or recording.NAME.fullmatch(name)
        or (name in schema.REPORTS.values() and not is_report)
    ):
        raise BadInput(f"{path} is a file of a session; {ELSEWHERE}")


@contextlib.contextmanager
def replacing(path: Path, inputs: Iterable[Path] = ()) -> Iterator[Path]:
    """A temporary file beside the path to write to. When the block ends well it takes the path's place, else it is removed.

    Raises BadInput where the place is refused or the disk does not take it. Other errors of the block are raised as they are: they may
    come from what it reads. A file that is replaced keeps its mode.
    """
    refuse(path, inputs)
    with writing(path):
        scratch: Path | None = _scratch(path)
    try:
        assert scratch is not None
        try:
            yield scratch
        except OSError as trouble:
            if trouble.errno in WRITING or str(scratch) in (trouble.filename, trouble.filename2):
                raise _cannot(path, trouble) from None
            raise
        with writing(path):
            _put(scratch, path)
        scratch = None
    finally:
        if scratch is not None:
            with contextlib.suppress(OSError):
                scratch.unlink()
    with contextlib.suppress(OSError):
        sync_folder(path.parent)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """For a block that only writes the file that will be `path`: an OSError of it is raised as BadInput about the path."""
    try:
        yield
    except OSError as trouble:
        raise _cannot(path, trouble) from None


def _put(scratch: Path, path: Path) -> None:
    """Put a whole file in the path's place. Raises OSError, BadInput."""
    sync_file(scratch)
    _refuse_what_is_there(path)  # it may have come meanwhile
    if path.exists() and not _in_session(path):
        scratch.chmod(stat.S_IMODE(path.stat().st_mode))
    os.replace(scratch, path)
    if sealed_file.is_sealed(path.parent / schema.SESSION):
        mark(path.parent)  # a report that was asked for is plain until the next start


def write(path: Path, content: bytes, inputs: Iterable[Path] = ()) -> None:
    """Put a file there, or replace the plain one that is there. Raises BadInput where that cannot be done."""
    with replacing(path, inputs) as scratch, writing(path):
        scratch.write_bytes(content)
