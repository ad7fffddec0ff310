"""The clinician's window as the main process starts it, which writes down what it shows (see told.py), and where its items are.

The places are in FILE.places: the middle of each item on the desktop (px), by its tag.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import dearpygui.dearpygui as dpg

from runform_live.dashboard import clinician_window
from tests.window.told import tell_in

TAGS = ("note", "act-save", "act-with", "act-without", "act-end_block", "act-feedback", "act-pause", "act-end")
TELL_S = 0.2
real = dpg.render_dearpygui_frame


def tell_places(path: Path) -> None:
    """From now on the places are written every now and then."""
    told_s = 0.0

    def draw() -> None:
        nonlocal told_s
        real()
        if time.monotonic() < told_s + TELL_S:
            return
        told_s = time.monotonic()
        left, top = dpg.get_viewport_pos()
        middles = {
            tag: [
                int(corner + (low + high) / 2)
                for corner, low, high in zip(
                    (left, top), dpg.get_item_rect_min(tag), dpg.get_item_rect_max(tag), strict=True
                )
            ]
            for tag in TAGS
            if dpg.is_item_shown(tag)
        }
        new = path.with_suffix(".new")
        new.write_text(json.dumps(middles))
        new.replace(path)

    dpg.render_dearpygui_frame = draw


def main() -> None:
    told = Path(sys.argv.pop(1))
    tell_in(told)
    tell_places(told.with_suffix(".places"))
    clinician_window.main()
