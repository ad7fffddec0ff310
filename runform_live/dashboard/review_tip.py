"""Words beside the mouse. Dear PyGui's own tooltips cannot belong to something that is drawn."""

from __future__ import annotations

import dearpygui.dearpygui as dpg

from runform_live.dashboard import surface, theme

WIDTH = 560  # in units of the design; longer words are wrapped
GAP = 4


class Tip:
    """Made outside of the window over which it lies; `show` in every frame."""

    def __init__(self, appearance: surface.Appearance) -> None:
        self._appearance = appearance
        with dpg.window(tag="tip", show=False, autosize=True, min_size=(1, 1), no_title_bar=True, no_move=True,
                        no_focus_on_appearing=True, no_scrollbar=True):  # fmt: skip
            surface.text(appearance, "tip-words", theme.SMALL, appearance.palette.text, WIDTH)

    def show(self, words: str, over: str) -> None:
        """Above the item `over`, where the mouse is; empty words hide it."""
        surface.set_text("tip-words", words)
        if words:
            wide, high = dpg.get_item_rect_size("tip")
            x, _ = dpg.get_mouse_pos(local=False)
            room = dpg.get_viewport_client_width() - wide
            top = dpg.get_item_rect_min(over)[1] - high - self._appearance.px(GAP)
            dpg.configure_item("tip", pos=(int(max(min(x, room), 0)), int(max(top, 0))))
        dpg.configure_item("tip", show=bool(words))
