"""Where a new session goes: a folder of its own under a folder of sessions."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from runform_live import doors, file_names
from runform_live.errors import BadInput, reason_of
from runform_live.safe_files import make_folder, make_folders, sync_folder

MOST_ALIKE = 1000  # folders of one name, told apart by a number


def new_folder(parent: Path, name: str | None = None) -> Path:
    """Make a new session folder under `parent`, named by the local time, or after a film (`name`).

    Raises BadInput if no folder can be made there.
    """
    wanted = datetime.now().strftime("%Y-%m-%d_%H-%M-%S") if name is None else file_names.folder_name(name)
    if os.name == "nt":
        wanted = file_names.portable(wanted)
    for folder in numbered(parent, wanted):
        try:
            make_empty(folder)
        except FileExistsError:
            continue
        except BadInput:
            if file_names.portable(wanted) != wanted and parent.is_dir() and not folder.is_dir():
                return new_folder(parent, file_names.portable(wanted))  # a drive that takes no ":" or "?"
            raise
        return folder
    raise full(parent, wanted)


def numbered(parent: Path, wanted: str) -> Iterator[Path]:
    """The names that a folder may get: the wanted one, and the same with a number."""
    yield parent / wanted
    for number in range(2, MOST_ALIKE + 1):
        yield parent / f"{wanted}_{number}"


def full(parent: Path, wanted: str) -> BadInput:
    """What is raised where none of these names is free."""
    return BadInput(f"{parent} already holds a thousand sessions called {wanted}")


def make_empty(folder: Path) -> None:
    """Make a session folder of that very name. Raises FileExistsError, and BadInput if no folder can be made there."""
    parent = folder.parent
    try:
        _make(folder)
    except FileExistsError:
        if os.path.lexists(folder):
            raise
        raise BadInput(f"{parent} is not a folder; name a folder for the sessions") from None
    except (OSError, ValueError) as trouble:
        with contextlib.suppress(OSError, ValueError):
            folder.rmdir()
        raise cannot_write(parent, trouble) from None
    with contextlib.suppress(OSError):
        sync_folder(parent)


def cannot_write(parent: Path, trouble: Exception) -> BadInput:
    """What is raised where the system refuses a folder."""
    return BadInput(f"cannot write into {parent} ({reason_of(trouble)}); name another folder")


def _make(folder: Path) -> None:
    """Make the folder and try whether a file can be written into it. Raises OSError, ValueError."""
    make_folders(folder.parent)
    make_folder(folder)
    (folder / ".write-test").write_bytes(b"x")
    (folder / ".write-test").unlink()


def refuse_parent(parent: Path) -> None:
    """Raise BadInput if no session can be kept under `parent`. The folder is not made here."""
    nearest = parent
    while not os.path.lexists(nearest) and nearest != nearest.parent:
        nearest = nearest.parent
    if not doors.is_folder(nearest):
        raise BadInput(f"{nearest} is not a folder; name a folder for the sessions")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise BadInput(f"cannot write into {parent}; name another folder")


def free_name(path: Path) -> Path:
    """The path, or the path with a number if there is such a file."""
    number, free = 2, path
    while free.exists():
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
        number += 1
    return free
