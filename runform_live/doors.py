"""Checks before a file is opened. Reading a pipe, a socket or a device may never end."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from runform_live import file_names
from runform_live.errors import BadInput

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFLNK: "a link",
    stat.S_IFIFO: "a pipe (FIFO)",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
NO_WORKING_FOLDER = "the working folder is gone; change into another one, or write paths out from the root"
_ENDLESS = (stat.S_IFIFO, stat.S_IFSOCK, stat.S_IFCHR, stat.S_IFBLK)


def kind(mode: int) -> str:
    """What stands at a path, by its mode (`os.stat`), as words in a sentence; empty for a plain file."""
    return "" if stat.S_ISREG(mode) else _KINDS.get(stat.S_IFMT(mode), "no plain file")


def refuse_endless(path: str | os.PathLike[str], advice: str = "give a plain file") -> None:
    """Raise BadInput for a pipe, a socket or a device. The reader itself reports a missing or forbidden file, or a folder."""
    try:
        mode = Path(path).stat().st_mode
    except (OSError, ValueError):
        return
    if stat.S_IFMT(mode) in _ENDLESS and os.fspath(path) != os.devnull:
        raise BadInput(f"{file_names.shown(path)} is {kind(mode)}; {advice}")


def is_folder(path: Path) -> bool:
    """Whether the path is a folder. False also for a name that the system refuses."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def working_folder_is_gone() -> bool:
    """Whether the working folder was removed. Then only absolute paths can be opened."""
    try:
        Path.cwd()
    except OSError:
        return True
    return False


def exists(path: Path) -> bool:
    """Whether the path exists. False also for a name that the system refuses."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False
