"""What a run is measured against, and how feedback is given, on the screen."""

from __future__ import annotations

from collections.abc import Callable

import dearpygui.dearpygui as dpg

from runform_live.dashboard import surface, theme
from runform_live.dashboard.goals_model import GoalsModel
from runform_live.dashboard.model import DashboardModel
from runform_live.dashboard.page import GAP, Page
from runform_live.dashboard.surface import Look


class GoalsPage(Page):
    """What the run is measured against: a list to choose from, and what is known of norms."""

    ROWS = 8

    def __init__(self, model: DashboardModel, look: Look, press: Callable[[int], None], goals: GoalsModel) -> None:
        super().__init__(model, look, press)
        self._goals = goals

    def build(self) -> None:
        palette, look, said = self.look.palette, self.look, self.model.texts
        with surface.box(look, GAP, GAP, theme.DESIGN_PX[0] - 2 * GAP, 574):
            surface.text(look, "goals-title", theme.LARGE, palette.text, 1220)
            surface.put("goals-title", said("goals.title", name=self.model.trained_name()))
            for row, goal in enumerate(self._goals.goals[: self.ROWS]):
                dpg.add_selectable(label=f"{row + 1}   {goal.words}", tag=f"goal-{row}", user_data=dpg.mvKey_1 + row,
                                   callback=lambda _s, _d, key: self.press(key))  # fmt: skip
                surface.set_font(look, f"goal-{row}", theme.NORMAL)
            surface.text(look, "goals-now", theme.LARGE, palette.text, 1220)
            surface.text(look, "goals-feedback", theme.NORMAL, palette.text, 1220)
            surface.text(look, "goals-norm", theme.SMALL, palette.quiet, 1220)
            norm = f"norm.{self.model.trained}"
            surface.put("goals-norm", said(norm if said.has(norm) else "norm.none"))
        self.status_line(590, 720 - 590 - GAP, "goals")

    def show(self, now_s: float) -> None:
        surface.put("goals-feedback", self.model.feedback_words())
        surface.put("goals-now", self.model.texts("goals.now", words=self.model.target_words(self.model.trained)))
        self.show_status(now_s)
