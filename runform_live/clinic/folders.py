"""Session folders as the records see them: read, and removed after a check that they are what they are said to be."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from runform_live.encryption import keys, sealed_file
from runform_live.errors import BadInput, RunformError, reason_of
from runform_live.file_names import shown
from runform_live.session import lock, schema
from runform_live.session.info_file import read_info
from runform_live.session.reader import is_session
from runform_live.session.schema import SessionInfo


def place(path: Path) -> Path:
    """The one path by which the database knows a folder or a file, however it was named. The file system is asked.

    Its parent is the real one, without `..` and links. A link in the last part stays: it is not the folder that it leads to.
    """
    found = path.absolute()
    return real(found) if found.name in ("", "..") else real(found.parent) / found.name


def real(folder: Path) -> Path:
    """The folder's path without `..` and links. What cannot be looked up stays as it was named."""
    try:
        return Path(os.path.realpath(folder))
    except (OSError, ValueError):
        return folder.absolute()


def known(folder: Path) -> SessionInfo | None:
    """session.json of a folder; None where there is none that can be read. Raises Locked, WrongPassphrase where it is sealed."""
    try:
        return read_info(folder) if is_session(folder) else None
    except (keys.Locked, keys.WrongPassphrase):
        raise
    except (RunformError, OSError, ValueError):
        return None


def remove(folder: Path, session_id: str | None, client_id: str) -> None:
    """Remove the session folder, if the session is still in it. Raises RunformError, in a line, where it stays.

    session.json goes last: a folder that is half removed is still known as what it is.
    """
    try:
        mode = folder.lstat().st_mode
    except FileNotFoundError:
        return
    except (OSError, ValueError) as trouble:
        raise _stays(folder, trouble) from None
    if not stat.S_ISDIR(mode):
        raise BadInput(f"{shown(folder)} is no folder any more; move it away")
    try:
        entries = sorted(folder.iterdir())
        if _is_of_another(folder, entries, session_id, client_id):
            return
        for path in entries:
            _refuse_strange(path)
        if lock.is_written(folder):
            raise BadInput(f"{shown(folder)} is still written; end that run")
        for path in sorted(folder.iterdir(), key=_is_session_file):
            if _is_pictures(path):
                for picture in path.iterdir():
                    picture.unlink()
                path.rmdir()
            else:
                path.unlink(missing_ok=True)
        folder.rmdir()
    except OSError as trouble:
        raise _stays(folder, trouble) from None


def _is_of_another(folder: Path, entries: list[Path], session_id: str | None, client_id: str) -> bool:
    """Whether another session took the folder's place. Raises BadInput where it is no session folder at all."""
    if not any(map(_is_session_file, entries)):
        if any(not path.name.startswith(".") for path in entries):
            raise BadInput(f"{shown(folder)} is no session folder any more; move it away")
        return False  # empty, or killed before the session began
    info = read_info(folder)
    if session_id is not None:
        return info.id != session_id
    return info.person_id is not None and info.person_id != client_id


def _refuse_strange(path: Path) -> None:
    """A session folder holds files, and one folder of pictures. Anything else was put there by somebody. Raises BadInput, OSError."""
    inside = list(path.iterdir()) if _is_pictures(path) else []
    for one in [path, *inside]:
        is_folder = stat.S_ISDIR(one.lstat().st_mode)
        if is_folder and not (one is path and _is_pictures(path)):
            raise BadInput(f"{shown(one)} is a folder that is no part of a session; move it away")


def _is_session_file(path: Path) -> bool:
    return sealed_file.plain_name(path).name == schema.SESSION


def _is_pictures(path: Path) -> bool:
    return path.name == schema.PICTURES and stat.S_ISDIR(path.lstat().st_mode)


def remove_file(path: Path) -> None:
    """Remove a file that may be gone already. Raises BadInput, in a line."""
    try:
        path.unlink(missing_ok=True)
    except OSError as trouble:
        raise _stays(path, trouble) from None


def files(folder: Path) -> list[str]:
    """The files of a session that go into an archive, as paths relative to the folder, with "/". Links and hidden files stay.

    A sealed file has the name that it has when it is plain.
    """
    found = []
    for path in sorted(folder.iterdir()):
        inside = sorted(path.iterdir()) if _is_pictures(path) else [path]
        plain = [one for one in inside if stat.S_ISREG(one.lstat().st_mode) and not one.name.startswith(".")]
        found += [_plain_name(one, folder) for one in plain]
    return list(dict.fromkeys(found))


def _plain_name(path: Path, folder: Path) -> str:
    return sealed_file.plain_name(path).relative_to(folder).as_posix()


def _stays(path: Path, trouble: Exception) -> BadInput:
    where = getattr(trouble, "filename", None) or os.fspath(path)
    return BadInput(f"{shown(where)} cannot be removed ({reason_of(trouble)}); make it writable, or close what uses it")
