"""The guided set-up on the screen."""

from __future__ import annotations

from collections.abc import Callable

import dearpygui.dearpygui as dpg

from runform_live.dashboard import number_model, surface, theme
from runform_live.dashboard.guide_model import CHECKS, GuideModel
from runform_live.dashboard.model import DashboardModel
from runform_live.dashboard.page import GAP, Page
from runform_live.dashboard.surface import Appearance


class GuidePage(Page):
    """Before the run: the picture, what must be right with a tick or a cross each, and what to do now."""

    ROWS = len(CHECKS)

    def __init__(
        self, model: DashboardModel, appearance: Appearance, press: Callable[[int], None], guide: GuideModel
    ) -> None:
        super().__init__(model, appearance, press)
        self._guide = guide

    def build(self) -> None:
        palette, appearance = self.appearance.palette, self.appearance
        with surface.box(appearance, GAP, GAP, theme.DESIGN_PX[0] - 2 * GAP, 66):
            surface.text(appearance, "phase", theme.LARGE, palette.text, pos=(12, 8))
        with surface.box(appearance, GAP, 82, 560, 500):
            dpg.add_image("picture", width=appearance.px(544), height=appearance.px(482))
        with surface.box(appearance, GAP + 568, 82, theme.DESIGN_PX[0] - 568 - 2 * GAP, 500):
            for row in range(self.ROWS):
                surface.text(appearance, f"check-{row}", theme.NORMAL, palette.text, 660, pos=(12, 10 + 55 * row))
            surface.text(appearance, "certainty", theme.SMALL, palette.quiet, 660, pos=(12, 452))
        self.status_line(590, 720 - 590 - GAP, "guide")

    def show(self, now_s: float) -> None:
        said, palette = self.model.texts, self.appearance.palette
        surface.set_text("phase", said(f"guide.{self._guide.phase()}"))
        for row, check in enumerate(self._guide.checks()):
            mark = {"good": "✓", "bad": "✗", "unknown": "…"}[check.state]
            key = f"guide.{check.key}_bad" if check.state == "bad" else f"guide.{check.key}"
            surface.set_text(f"check-{row}", f"{mark}  {said(key)}")
            colour = {"good": palette.text, "bad": palette.warn, "unknown": palette.quiet}[check.state]
            dpg.configure_item(f"check-{row}", color=colour)
        certainty = number_model.certainty_words(self.model)
        surface.set_text("certainty", surface.in_lines(self.appearance, certainty, theme.SMALL, 655))
        self.show_status(now_s)
