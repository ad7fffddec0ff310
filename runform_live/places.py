"""Where a person's settings, sessions and cache lie, and what of it this account lacks.

`platformdirs` names the folders of each operating system: AppData on Windows, Library on macOS, the XDG base directories elsewhere.
An account can have no home folder, one that is read-only or one that belongs to somebody else: in containers, for services, under
`sudo`. A relative folder in an XDG variable is ignored, as its specification says.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import platformdirs

PACKAGE = "runform_live"
PRIVATE = 0o700
_scratch: list[tempfile.TemporaryDirectory[str]] = []  # removed when the process ends


def home() -> Path | None:
    """The home folder; None where this account has none."""
    try:
        found = Path.home()
    except (RuntimeError, KeyError):
        return None
    return found if found.is_absolute() else None


def config_home() -> Path | None:
    """The folder in which settings lie; None where nobody knows."""
    return next(iter(_candidates(platformdirs.user_config_dir, ".config")), None)


def data_home() -> Path | None:
    """The folder in which sessions lie; None where nobody knows."""
    return next(iter(_candidates(platformdirs.user_data_dir, ".local/share")), None)


def _candidates(of_the_system: Callable[[], str], below_home: str) -> list[Path]:
    """The folder that the operating system names, then its usual place in the home folder."""
    own, named = home(), Path()
    with contextlib.suppress(RuntimeError):  # an account without a home
        named = Path(of_the_system())
    found = [named] if named.is_absolute() else []
    return found + ([own / below_home] if own is not None else [])


# -- the cache ----------------------------------------------------------------------------------------------------


@cache
def cache_folder() -> Path | None:
    """A folder of this user for what can be made again; None where there is none. It is made here if need be."""
    kernels = os.environ.get("NUMBA_CACHE_DIR", "")  # who sets it wants the kernels there
    parents = [Path(kernels)] if Path(kernels).is_absolute() else []
    parents += _candidates(platformdirs.user_cache_dir, ".cache")
    return next((each for each in (parent / PACKAGE for parent in parents) if _can_be_written(each)), None)


def _can_be_written(folder: Path) -> bool:
    """Whether files can be put there, and nobody else can have put any: what lies in the cache is run. It is made if need be."""
    try:
        if not _is_ours(folder):
            return False
        _make_private(folder)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except (OSError, ValueError, RuntimeError):  # RuntimeError: a loop of links
        return False


def _is_ours(folder: Path) -> bool:
    """Whether it is a folder that this user alone can write, or may become one. Raises OSError.

    A folder of this user that others could write is removed: nobody knows who put what into it.
    """
    if sys.platform == "win32":  # nobody else writes into a profile
        return True
    if others_can_replace(folder, stat.S_IWOTH):
        return False
    if not os.path.lexists(folder):
        # With `sudo` and the home of another user, a folder of root would keep that user from having a cache of their own.
        above = next(parent for parent in folder.parents if os.path.lexists(parent))
        return above.stat().st_uid in (os.getuid(), 0)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        return False
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        shutil.rmtree(folder)
    return True


def _make_private(folder: Path) -> None:
    """Make a folder and those above it that are missing, for this user alone, whatever the umask. Raises OSError."""
    for each in (*reversed(folder.parents), folder):
        if not each.exists():
            each.mkdir(PRIVATE, exist_ok=True)


def others_can_replace(path: Path, writers: int = stat.S_IWGRP | stat.S_IWOTH) -> bool:
    """Whether another user can put something else in the place of `path`, or of a folder above it. Raises OSError.

    It is so where one of `writers` (bits of a mode) may write a folder above it that has no sticky bit. Links are followed first.
    POSIX alone.
    """
    real = path.parent.resolve()
    modes = (folder.stat().st_mode for folder in (real, *real.parents) if folder.exists())
    return any(mode & writers and not mode & stat.S_ISVTX for mode in modes)


def scratch_for_plots() -> None:
    """Have matplotlib keep its list of fonts in the cache, or in a folder that is removed at the end. Call it before the import."""
    kept = cache_folder()
    folder = None if kept is None else kept / "matplotlib"
    if folder is None or not _can_be_written(folder):
        try:
            _scratch.append(tempfile.TemporaryDirectory(prefix="runform-plots-", ignore_cleanup_errors=True))
        except OSError:  # matplotlib says itself that it needs a folder
            return
        folder = Path(_scratch[-1].name)
    os.environ["MPLCONFIGDIR"] = str(folder)


def cache_for_graphics() -> None:
    """Have the graphics driver keep its shaders in the cache, or nowhere. Call it before a window is opened; who chose a place keeps it."""
    kept = cache_folder()
    folder = None if kept is None else kept / "graphics"
    if folder is None or not _can_be_written(folder):
        os.environ.setdefault("MESA_SHADER_CACHE_DISABLE", "true")
        os.environ.setdefault("__GL_SHADER_DISK_CACHE", "0")
        return
    for name in ("MESA_SHADER_CACHE_DIR", "MESA_GLSL_CACHE_DIR", "__GL_SHADER_DISK_CACHE_PATH"):
        os.environ.setdefault(name, str(folder))


def no_folder_for_sound() -> None:
    """Keep PulseAudio's library from making folders in a home that has none of it. Call it before a sound device is opened.

    It makes them where there is no XDG_RUNTIME_DIR, so that a server could be found; there is none then.
    """
    base = config_home()
    if os.environ.get("XDG_RUNTIME_DIR") or (base is not None and os.path.lexists(base / "pulse")):
        return
    for name in ("PULSE_RUNTIME_PATH", "PULSE_STATE_PATH"):
        os.environ.setdefault(name, os.path.join(os.devnull, "pulse"))  # noqa: PTH118 (no folder can be made there)


# -- what is missing ----------------------------------------------------------------------------------------------


def is_closed(path: Path) -> bool:
    """Whether this account may not even see if a file is there."""
    try:
        path.stat()
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return False


def missing(settings: Path | None) -> list[str]:
    """A line for each thing that a run can do without and that a person should know; settings: the person's own file."""
    found = []
    if cache_folder() is None:
        found.append(
            "no cache can be kept, so that every start takes up to a minute longer; "
            "set XDG_CACHE_HOME to a folder that this account can write"
        )
    if settings is not None and is_closed(settings):
        found.append(f"{settings} is closed to this account; the settings that ship are used")
    return found
