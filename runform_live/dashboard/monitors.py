"""The monitors of this computer: how large they are, and where on them a second window goes. Dear PyGui tells neither."""

from __future__ import annotations

import contextlib
import ctypes
import ctypes.util
import sys
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

MOST_MONITORS = 16
STEP_PX = 60  # of a window that can only go in front of another


class Rectangle(NamedTuple):
    """A rectangle of the desktop (px), from its upper left corner."""

    x: int
    y: int
    width: int
    height: int

    def holds(self, x: float, y: float) -> bool:
        return self.x <= x < self.x + self.width and self.y <= y < self.y + self.height


def found() -> tuple[Rectangle, ...]:
    """The monitors; none where nobody tells (a Wayland without X, among others)."""
    with contextlib.suppress(OSError, AttributeError, ValueError, ctypes.ArgumentError):
        if sys.platform == "win32":
            return _of_windows()
        return _of_macos() if sys.platform == "darwin" else _of_x11()
    return ()


@cache
def size_px() -> tuple[int, int] | None:
    """Width and height of the first monitor; None where nobody tells (a Wayland without X)."""
    first = next(iter(found()), None)
    return None if first is None else (first.width, first.height)


def fitting(wanted_px: tuple[int, int]) -> tuple[int, int]:
    """The wanted size of a window, or what of it the first monitor has room for: a larger one would be cut off."""
    monitor = size_px() or wanted_px
    return min(wanted_px[0], monitor[0]), min(wanted_px[1], monitor[1])


def second(monitors: Sequence[Rectangle], first: Rectangle | None, wanted_px: tuple[int, int]) -> Rectangle:
    """The place of a second window.

    It is a monitor of its own, if there is one that does not hold the middle of the first window; else beside or below the first one, if
    it has room there; else in front of it. first: None where it is not known, or there is none.
    """
    width, height = wanted_px
    if first is None:
        home = monitors[0] if monitors else Rectangle(0, 0, width, height)
        return Rectangle(home.x, home.y, min(width, home.width), min(height, home.height))
    middle = first.x + first.width / 2, first.y + first.height / 2
    around = next((monitor for monitor in monitors if monitor.holds(*middle)), None)
    others = [monitor for monitor in monitors if not monitor.holds(*middle)]
    if others:
        other = others[0]
        return Rectangle(other.x, other.y, min(width, other.width), min(height, other.height))
    if around is not None and first.x + first.width + width <= around.x + around.width:
        return Rectangle(first.x + first.width, first.y, width, height)
    if around is not None and first.y + first.height + height <= around.y + around.height:
        return Rectangle(first.x, first.y + first.height, width, height)
    fitting = (width, height) if around is None else (min(width, around.width), min(height, around.height))
    return Rectangle(first.x + STEP_PX, first.y + STEP_PX, *fitting)


class _XineramaScreen(ctypes.Structure):
    _fields_ = (
        ("number", ctypes.c_int), ("x", ctypes.c_short), ("y", ctypes.c_short), ("width", ctypes.c_short),
        ("height", ctypes.c_short),
    )  # fmt: skip


def _of_x11() -> tuple[Rectangle, ...]:
    name = ctypes.util.find_library("X11")
    if name is None:
        return ()
    x11 = ctypes.CDLL(name)
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XOpenDisplay.argtypes = [ctypes.c_char_p]
    display = x11.XOpenDisplay(None)
    if not display:
        return ()
    # Not closed: a virtual screen whose last client leaves begins anew, and a window that comes just then gets none.
    return _of_xinerama(x11, display) or (_whole(x11, display),)


def _of_xinerama(x11: ctypes.CDLL, display: int) -> tuple[Rectangle, ...]:
    name = ctypes.util.find_library("Xinerama")
    if name is None:
        return ()
    xinerama = ctypes.CDLL(name)
    x11.XFree.argtypes = [ctypes.c_void_p]
    xinerama.XineramaQueryScreens.restype = ctypes.POINTER(_XineramaScreen)
    xinerama.XineramaQueryScreens.argtypes = [ctypes.c_void_p, ctypes.POINTER(ctypes.c_int)]
    count = ctypes.c_int(0)
    found = xinerama.XineramaQueryScreens(display, ctypes.byref(count))
    if not found:
        return ()
    places = tuple(Rectangle(one.x, one.y, one.width, one.height) for one in found[: min(count.value, MOST_MONITORS)])
    x11.XFree(found)
    return places


def _whole(x11: ctypes.CDLL, display: int) -> Rectangle:
    """All of the desktop as one screen, where nobody tells what it consists of."""
    for call in (x11.XDisplayWidth, x11.XDisplayHeight):
        call.argtypes = [ctypes.c_void_p, ctypes.c_int]
    x11.XDefaultScreen.argtypes = [ctypes.c_void_p]
    first = x11.XDefaultScreen(display)
    return Rectangle(0, 0, int(x11.XDisplayWidth(display, first)), int(x11.XDisplayHeight(display, first)))


class _Rect(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_long) for name in ("left", "top", "right", "bottom"))


def _of_windows() -> tuple[Rectangle, ...]:
    found: list[Rectangle] = []
    # These two are only there on Windows: elsewhere mypy refuses the plain names.
    make: Any = getattr(ctypes, "WINFUNCTYPE")  # noqa: B009
    user32: Any = getattr(ctypes, "windll").user32  # noqa: B009
    kind = make(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.POINTER(_Rect), ctypes.c_void_p)

    def note(_screen: object, _context: object, rect: Any, _data: object) -> int:
        one = rect.contents
        found.append(Rectangle(one.left, one.top, one.right - one.left, one.bottom - one.top))
        return 1

    user32.EnumDisplayMonitors(None, None, kind(note), None)
    return tuple(sorted(found, key=lambda place: (place.x, place.y) != (0, 0)))  # the main screen begins at 0, 0


class _CGRect(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_double) for name in ("x", "y", "width", "height"))


def _of_macos() -> tuple[Rectangle, ...]:
    name = ctypes.util.find_library("CoreGraphics")
    if name is None:
        return ()
    graphics = ctypes.CDLL(name)
    graphics.CGDisplayBounds.restype = _CGRect
    graphics.CGDisplayBounds.argtypes = [ctypes.c_uint32]
    numbers, count = (ctypes.c_uint32 * MOST_MONITORS)(), ctypes.c_uint32(0)
    if graphics.CGGetActiveDisplayList(MOST_MONITORS, numbers, ctypes.byref(count)) != 0:
        return ()
    bounds = [graphics.CGDisplayBounds(number) for number in numbers[: count.value]]
    return tuple(Rectangle(int(one.x), int(one.y), int(one.width), int(one.height)) for one in bounds)
