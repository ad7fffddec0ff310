"""Has every window of the program tell what it shows: a file a process in the folder RUNFORM_SHOWN, a few times a second.

The file is JSON: for each visible widget with a name, its middle on the screen, its size, and its words. Nothing else is changed.
"""

import json
import os
import time
from pathlib import Path

EVERY_S = 0.2


def put_into(dpg):
    """Let the drawing of a frame tell what is shown, every so often."""
    folder = Path(os.environ["RUNFORM_SHOWN"])
    draw = dpg.render_dearpygui_frame
    told_at_s = 0.0

    def words_of(item):
        try:
            value = dpg.get_value(item)
            label = dpg.get_item_label(item)
        except (Exception, SystemError):
            return ""
        return value if isinstance(value, str) and value else label or ""

    def place_of(item):
        """Dear PyGui tells the place of a panel within the one that holds it."""
        place = [0.0, 0.0]
        while item:
            place = [a + b for a, b in zip(place, dpg.get_item_state(item).get("pos", (0.0, 0.0)), strict=True)]
            item = dpg.get_item_parent(item)
        return place

    def tell():
        shown = {}
        for item in dpg.get_all_items():
            tag = dpg.get_item_alias(item)
            state = dpg.get_item_state(item) if tag else {}
            if not state.get("visible", dpg.get_item_configuration(item).get("show", True) if tag else False):
                continue
            low, high = state.get("rect_min"), state.get("rect_max")
            if low is None or high is None:
                if "pos" in state and "rect_size" in state:  # a window, a dialog, or a panel
                    low = place_of(item)
                    high = [a + b for a, b in zip(low, state["rect_size"], strict=True)]
                else:
                    continue
            shown[tag] = {
                "at": [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2],
                "low": low,
                "high": high,
                "words": words_of(item),
            }
        part = folder / f"{os.getpid()}.part"
        part.write_text(json.dumps(shown), encoding="utf-8")
        part.replace(folder / f"{os.getpid()}.json")

    def draw_and_tell():
        nonlocal told_at_s
        draw()
        if time.monotonic() >= told_at_s:
            told_at_s = time.monotonic() + EVERY_S
            tell()

    dpg.render_dearpygui_frame = draw_and_tell
