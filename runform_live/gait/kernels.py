"""The decorator of all kernels: Numba, typed, compiled once into a cache.

Numba notices a change of a kernel's own file, not of the constants and kernels that it takes from others. So the cache is
named after the content of this whole folder and of the modules that lend it constants: another version never runs with kernels
of an older one.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numba

LENDERS = ("messages.py", "picture_quality.py")
Function = TypeVar("Function", bound=Callable[..., object])


def cache_folder() -> Path:
    """Where the compiled kernels of exactly these sources lie, in the user's cache."""
    digest = hashlib.sha256()
    room = Path(__file__).parent
    for path in (*sorted(room.glob("*.py")), *(room.parent / name for name in LENDERS)):
        digest.update(path.read_bytes())
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "runform_live" / f"kernels-{digest.hexdigest()[:16]}"


if not os.environ.get("NUMBA_CACHE_DIR"):
    numba.config.CACHE_DIR = str(cache_folder())


def kernel(signature: str) -> Callable[[Function], Function]:
    """Compile a function for the types of `signature` ("f8(f8,i8)") when its module is imported."""
    compiled: Callable[[Function], Function] = numba.njit(signature, cache=True)
    return compiled
