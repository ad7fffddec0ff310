"""The first page of the home window: who runs, what, and go."""

from __future__ import annotations

from functools import partial

from runform_live.dashboard import surface
from runform_live.dashboard.surface import Look
from runform_live.home import widgets
from runform_live.home.page import PAGE_W, Page
from runform_live.home.run_model import RunModel
from runform_live.home.services import Home

CARD_W = (PAGE_W - 3 * 16) / 2


class RunPage(Page):
    """Who runs, and cards of what can be started."""

    def __init__(self, home: Home, look: Look, model: RunModel) -> None:
        super().__init__(home, look)
        self.model = model
        self._version = model.version
        if home.opening is not None or not model.clients:
            model.opened()

    def build(self) -> None:
        look, said, notes, model = self.look, self.said, self.home.notes, self.model
        widgets.heading(look, "run-title", said("home.run.title"))
        widgets.choice(
            look, notes, "run-who", said("home.run.who"), model.who, model.chosen_who, 16, 72, CARD_W, model.choose
        )
        widgets.card(
            look, notes, "run-free", said("home.run.free"), said("home.run.free_means"), model.start, 16, 170, CARD_W, 180
        )  # fmt: skip
        widgets.card(
            look, notes, "run-demo", said("home.run.demo"), said("home.run.demo_means"), partial(model.start, demo=True),
            32 + CARD_W, 170, CARD_W, 180,
        )  # fmt: skip
        widgets.text(look, "run-state", "", 16, 590, wrap=PAGE_W - 32)

    def show(self) -> None:
        self.stale = self.model.version != self._version
        surface.put("run-state", self.said("home.run.goes_on") if self.model.running else "")
