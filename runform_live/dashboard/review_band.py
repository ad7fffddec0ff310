"""The band over the time line: blocks with feedback hatched, blocks without plain, the first and the last part as brackets."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import dearpygui.dearpygui as dpg

from runform_live.dashboard import surface
from runform_live.dashboard.review_changes import Part
from runform_live.dashboard.theme import Colour
from runform_live.texts import Texts

HEIGHT = 24.0  # in units of the design
BLOCK = 17.0  # of it, the blocks; the brackets are below
HATCH = 9.0  # from one line of the hatching to the next
LETTERS = 13.0  # height of the labels
WIDE = 0.55  # of a letter, as a share of its height: DejaVu Sans on average


def draw(
    appearance: surface.Appearance, parent: str, parts: Sequence[Part], x_of: Callable[[float], float], said: Texts
) -> None:
    """x_of: where a time (s) is, in pixels from the left end of `parent`."""
    for part in parts:
        for from_s, until_s in part.spans_s:
            left, right = x_of(from_s), max(x_of(until_s), x_of(from_s) + 1)
            if part.is_block:
                _block(appearance, parent, left, right, hatched=part.kind == "feedback")
            else:
                _bracket(appearance, parent, left, right)
    taken = [(x_of(from_s), x_of(until_s)) for part in parts if part.is_block for from_s, until_s in part.spans_s]
    for part in parts:
        left, right = x_of(part.from_s), x_of(part.until_s)
        if part.is_block or not any(left < end and begin < right for begin, end in taken):
            ground = appearance.palette.panel if part.is_block else appearance.palette.background
            _label(appearance, parent, left, right, said(f"review.change.{part.kind}_label"), ground)


def _block(appearance: surface.Appearance, parent: str, left: float, right: float, hatched: bool) -> None:
    palette, high = appearance.palette, appearance.px(BLOCK)
    colour = palette.target if hatched else palette.quiet
    dpg.draw_rectangle((left, 0), (right, high), fill=palette.panel, color=colour, parent=parent)
    x = left - high
    while hatched and x < right:
        # From the lower left to the upper right, cut off at both ends of the block.
        low, up = max(x, left), min(x + high, right)
        if low < up:
            dpg.draw_line((low, high - (low - x)), (up, high - (up - x)), color=colour, thickness=2, parent=parent)
        x += appearance.px(HATCH)


def _bracket(appearance: surface.Appearance, parent: str, left: float, right: float) -> None:
    colour, top, low = appearance.palette.text, appearance.px(BLOCK + 1), appearance.px(HEIGHT - 2)
    dpg.draw_polyline([(left, top), (left, low), (right, low), (right, top)], color=colour, thickness=2, parent=parent)


def _label(appearance: surface.Appearance, parent: str, left: float, right: float, words: str, ground: Colour) -> None:
    """In the middle, where it has room, on a ground that no hatching disturbs."""
    high = appearance.px(LETTERS)
    wide = WIDE * high * len(words)
    if wide + appearance.px(8) > right - left:
        return
    x, y = (left + right - wide) / 2, appearance.px((BLOCK - LETTERS) / 2) - 1
    dpg.draw_rectangle((x - appearance.px(4), appearance.px(2)), (x + wide + appearance.px(4), appearance.px(BLOCK - 2)), fill=ground,
                       color=ground, parent=parent)  # fmt: skip
    dpg.draw_text((x, y), words, size=high, color=appearance.palette.text, parent=parent)
