"""The size of the screen, which Dear PyGui does not tell: a window that is larger than it would be cut off."""

from __future__ import annotations

from functools import cache

from runform_live.dashboard import screens


@cache
def size_px() -> tuple[int, int] | None:
    """Width and height of the first screen; None where nobody tells (a Wayland without X)."""
    first = next(iter(screens.there()), None)
    return None if first is None else (first.width, first.height)


def fitting(wanted_px: tuple[int, int]) -> tuple[int, int]:
    """The wanted size of a window, or what of it the screen has room for."""
    screen = size_px() or wanted_px
    return min(wanted_px[0], screen[0]), min(wanted_px[1], screen[1])
