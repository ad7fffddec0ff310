"""What every page of the live window has: its model and appearance, and the lines at its foot."""

from __future__ import annotations

from collections.abc import Callable

import dearpygui.dearpygui as dpg

from runform_live.dashboard import key_line, status_model, surface, theme
from runform_live.dashboard.model import DashboardModel
from runform_live.dashboard.surface import Appearance

GAP = 8
LINE = theme.DESIGN_PX[0] - 40  # the width of a line at the foot, in units of the design


class Page:
    """One layer; `build` makes its widgets under a parent, `show` renews their values; `press` notes a key that was clicked."""

    panels_stay = True  # rectangles that cover most of the page, and are never hidden but for one in the same place

    def __init__(self, model: DashboardModel, appearance: Appearance, press: Callable[[int], None]) -> None:
        self.model, self.appearance, self.press = model, appearance, press

    def status_line(self, y: float, height: float, page: str = "live") -> None:
        """Where the run is, what to change, and the keys (page "": none): at the foot of every layer."""
        with surface.box(self.appearance, GAP, y, theme.DESIGN_PX[0] - 2 * GAP, height):
            surface.text(self.appearance, "status", theme.NORMAL, self.appearance.palette.text, LINE)
            surface.text(self.appearance, "advice", theme.NORMAL, self.appearance.palette.warn, LINE)
            if page:
                key_line.line(self.appearance, self.model.texts, page, self.press)

    def question(self, x: float, y: float, width: float, height: float, size: str) -> None:
        """Where the camera is, to be answered by a key or a click; it takes the place of the panel "aside" while it is asked."""
        with surface.box(self.appearance, x, y, width, height, "ask"):
            surface.text(self.appearance, "ask-view", size, self.appearance.palette.warn, width - 24)
            surface.set_text("ask-view", self.model.texts("ask.view"))
            key_line.line(self.appearance, self.model.texts, "ask", self.press, size, below=True)
        dpg.configure_item("ask", show=False)

    def build(self) -> None:
        raise NotImplementedError

    def show(self, now_s: float) -> None:
        """Renew the values; `now_s` is the monotonic clock."""
        raise NotImplementedError

    def show_question(self) -> None:
        asks = self.model.asks_view
        dpg.configure_item("ask", show=asks)
        dpg.configure_item("aside", show=not asks)

    def show_status(self, now_s: float) -> None:
        model, palette = self.model, self.appearance.palette
        status, advice = status_model.status(model, now_s), status_model.advice(model)
        surface.set_text_in_line(self.appearance, "status", status.words, LINE)
        dpg.configure_item("status", color=palette.warn if status.warns else palette.text)
        other = f"{status_model.sound_words(model)} · {status_model.record_words(model)}"
        surface.set_text_in_line(self.appearance, "advice", advice or other, LINE)
        dpg.configure_item("advice", color=palette.warn if advice else palette.quiet)
