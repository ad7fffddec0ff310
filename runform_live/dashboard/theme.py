"""Colours and type sizes of the window."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from runform_live.overlay import LEFT_RGB, RIGHT_RGB

Colour = tuple[int, int, int]

BACKGROUND: Colour = (18, 20, 24)
PANEL: Colour = (30, 33, 39)
TEXT: Colour = (240, 240, 240)
QUIET: Colour = (170, 176, 184)
LEFT: Colour = LEFT_RGB
RIGHT: Colour = RIGHT_RGB
WARN: Colour = (240, 228, 66)
TARGET: Colour = (60, 70, 84)

SMALL_PX, NORMAL_PX, CUE_PX, LARGE_PX, HUGE_PX = 16, 21, 25, 34, 110


def font_file() -> Path | None:
    """DejaVu Sans, which comes with matplotlib; None where it is not there (then the small built-in font serves)."""
    found = importlib.util.find_spec("matplotlib")
    if found is None or not found.submodule_search_locations:
        return None
    path = Path(next(iter(found.submodule_search_locations))) / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"
    return path if path.is_file() else None
