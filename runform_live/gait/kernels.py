"""The decorator of all kernels: functions with fixed types, which Numba compiles once into a cache.

Numba notices a change of a kernel's own file, but not of constants and kernels that it imports from others. So the cache is named after the
content of this folder and of the modules that lend it constants: one version never runs the kernels of another. Where there is no cache, or
its disk is full, the kernels are compiled at every start.
"""

from __future__ import annotations

import contextlib
import glob
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numba
from numba.core.errors import NumbaError

from runform_live import places

LENDERS = ("messages.py",)
Function = TypeVar("Function", bound=Callable[..., object])


def cache_folder() -> Path | None:
    """Where the compiled kernels of exactly these sources lie, in the user's cache; None where there is none."""
    parent = places.cache_folder()
    if parent is None:
        return None
    digest = hashlib.sha256()
    room = Path(__file__).parent
    for path in (*sorted(room.glob("*.py")), *(room.parent / name for name in LENDERS)):
        digest.update(path.read_bytes())
    return parent / f"kernels-{digest.hexdigest()[:16]}"


CACHE = cache_folder()
if CACHE is not None:
    numba.config.CACHE_DIR = str(CACHE)


def kernel(signature: str) -> Callable[[Function], Function]:
    """Compile a function for the types of `signature` ("f8(f8,i8)") when its module is imported."""

    def compiled(function: Function) -> Function:
        if CACHE is None:
            return _compiled(function, signature, cache=False)
        try:
            return _compiled(function, signature, cache=True)
        except NumbaError:  # the kernel is wrong, not the cache
            raise
        except OSError:  # the disk is full, or a file cannot be read
            pass
        except Exception:  # a damaged file raises whatever unpickling raises
            if _remove_files_of(function, CACHE):
                with contextlib.suppress(OSError):
                    return _compiled(function, signature, cache=True)
        return _compiled(function, signature, cache=False)

    return compiled


def _remove_files_of(function: Callable[..., object], cache: Path) -> bool:
    """Remove the files of one kernel; False where there is none. Those of the others may be in use by another process."""
    source = function.__code__
    qualified = function.__qualname__.replace("<", "").replace(">", "")
    name = glob.escape(f"{Path(source.co_filename).stem}.{qualified}-{source.co_firstlineno}.")
    found = [path for path in cache.rglob(f"{name}*") if path.suffix in (".nbi", ".nbc")]
    for path in found:
        with contextlib.suppress(OSError):
            path.unlink()
    return bool(found)


def _compiled(function: Function, signature: str, cache: bool) -> Function:
    # As in NumPy, a division by zero gives inf or NaN, and raises nothing that would end a stage.
    made: Function = numba.njit(signature, cache=cache, error_model="numpy")(function)
    return made
