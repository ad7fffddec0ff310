"""Colours and type sizes of the windows: dark and light, normal and large text."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from runform_live.overlay import LEFT_RGB, RIGHT_RGB

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one appearance. Left is blue and right orange in both: they differ for every kind of colour vision."""

    background: Colour
    panel: Colour
    text: Colour
    quiet: Colour
    left: Colour
    right: Colour
    warn: Colour
    target: Colour  # the zone of the target on scale and plot
    scale: Colour  # the rest of the scale

    def side(self, side: str) -> Colour:
        return self.left if side == "left" else self.right


DARK = Palette((18, 20, 24), (30, 33, 39), (240, 240, 240), (170, 176, 184), LEFT_RGB, RIGHT_RGB, (255, 120, 130),
               (96, 130, 108), (70, 74, 82))  # fmt: skip
LIGHT = Palette((236, 238, 241), (252, 252, 253), (20, 22, 26), (84, 90, 98), (0, 90, 150), (166, 84, 0), (170, 0, 120),
                (120, 180, 130), (225, 225, 230))  # fmt: skip

DESIGN_PX = (1280, 720)  # the layout's own units; a larger window is the same layout, enlarged
SMALL, NORMAL, BIG, LARGE, HUGE = "small", "normal", "big", "large", "huge"
SIZES_PX = {SMALL: 17, NORMAL: 22, BIG: 34, LARGE: 42, HUGE: 132}
LARGE_TEXT = 1.25  # of all sizes but the huge one, which fills its place already


def size_px(name: str, large_text: bool) -> int:
    """Pixels of a type size in a window of the design's size."""
    return round(SIZES_PX[name] * (LARGE_TEXT if large_text and name != HUGE else 1.0))


def font_file() -> Path | None:
    """DejaVu Sans, which comes with matplotlib; None where it is not there (then the small built-in font serves)."""
    found = importlib.util.find_spec("matplotlib")
    if found is None or not found.submodule_search_locations:
        return None
    path = Path(next(iter(found.submodule_search_locations))) / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"
    return path if path.is_file() else None
