"""The size of the screen, which Dear PyGui does not tell: a window that is larger than it would be cut off."""

from __future__ import annotations

import ctypes
import ctypes.util
import sys
from functools import cache


@cache
def size_px() -> tuple[int, int] | None:
    """Width and height of the first screen; None where nobody tells (a Wayland without X)."""
    try:
        return _of_windows() if sys.platform == "win32" else _of_x11()
    except (OSError, AttributeError):
        return None


def fitting(wanted_px: tuple[int, int]) -> tuple[int, int]:
    """The wanted size of a window, or what of it the screen has room for."""
    screen = size_px() or wanted_px
    return min(wanted_px[0], screen[0]), min(wanted_px[1], screen[1])


def _of_x11() -> tuple[int, int] | None:
    name = ctypes.util.find_library("X11")
    if name is None:
        return None
    x11 = ctypes.CDLL(name)
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XOpenDisplay.argtypes = [ctypes.c_char_p]
    for call in (x11.XDisplayWidth, x11.XDisplayHeight):
        call.argtypes = [ctypes.c_void_p, ctypes.c_int]
    x11.XDefaultScreen.argtypes = [ctypes.c_void_p]
    display = x11.XOpenDisplay(None)
    if not display:
        return None
    # Not closed: a virtual screen whose last client leaves begins anew, and a window that comes just then gets none.
    first = x11.XDefaultScreen(display)
    return int(x11.XDisplayWidth(display, first)), int(x11.XDisplayHeight(display, first))


def _of_windows() -> tuple[int, int] | None:
    user32 = getattr(ctypes, "windll").user32  # noqa: B009 (there only on Windows: elsewhere mypy refuses the plain name)
    return int(user32.GetSystemMetrics(0)), int(user32.GetSystemMetrics(1))
