"""Where a person's settings, sessions and cache lie (XDG base directories), and what of it this account lacks.

An account can have no home folder, one that is read-only or one that belongs to somebody else: in containers, for services, under
`sudo`. A relative folder in an XDG variable is left out, as its specification says.
"""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path

PACKAGE = "runform_live"
_scratch: list[tempfile.TemporaryDirectory[str]] = []  # removed when the process ends


def home() -> Path | None:
    """The home folder; None where this account has none."""
    try:
        found = Path.home()
    except (RuntimeError, KeyError):
        return None
    return found if found.is_absolute() else None


def config_home() -> Path | None:
    """Where settings lie; None where nobody knows."""
    return next(iter(_candidates("XDG_CONFIG_HOME", ".config")), None)


def data_home() -> Path | None:
    """Where sessions lie; None where nobody knows."""
    return next(iter(_candidates("XDG_DATA_HOME", ".local/share")), None)


def _candidates(variable: str, below_home: str) -> list[Path]:
    named, own = os.environ.get(variable, ""), home()
    found = [Path(named)] if Path(named).is_absolute() else []
    return found + ([own / below_home] if own is not None else [])


# -- the cache ----------------------------------------------------------------------------------------------------


@cache
def cache_folder() -> Path | None:
    """A folder of this user for what can be made again; None where there is none. It is made here if need be."""
    kernels = os.environ.get("NUMBA_CACHE_DIR", "")  # who sets it wants the kernels there
    parents = [Path(kernels)] if Path(kernels).is_absolute() else []
    parents += _candidates("XDG_CACHE_HOME", ".cache")
    return next((each for each in (parent / PACKAGE for parent in parents) if _can_be_written(each)), None)


def _can_be_written(folder: Path) -> bool:
    """Whether files can be put there, and nobody else has put any: what lies in the cache is run."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
            return False
        with tempfile.TemporaryFile(dir=folder):
            return True
    except (OSError, ValueError):
        return False


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
