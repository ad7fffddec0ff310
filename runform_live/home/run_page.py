"""The first page of the home window: who runs, what, and go."""

from __future__ import annotations

from functools import partial

from runform_live.dashboard import surface, theme
from runform_live.home import widgets
from runform_live.home.page import PAGE_W, Page
from runform_live.home.run_model import RunModel
from runform_live.session import pain

GAP = 16
CARD_W, CARD_H, CARDS_Y = (PAGE_W - 4 * GAP) / 3, 232, 164
PAIN_Y, PAIN_W = 420, 60


class RunPage(Page[RunModel]):
    """Who runs, and cards of what can be started."""

    def build(self) -> None:
        appearance, said, notes, model = self.appearance, self.said, self.home.notes, self.model
        widgets.heading(appearance, "run-title", said("home.run.title"))
        widgets.choice(
            appearance, notes, "run-who", said("home.run.who"), model.who, model.chosen_who, GAP, 70, 2 * CARD_W + GAP, model.choose
        )  # fmt: skip
        cards: list[tuple[str, str, str, widgets.Do]] = [
            ("free", said("home.run.free"), said("home.run.free_means"), model.start),
            ("demo", said("home.run.demo"), said("home.run.demo_means"), partial(model.start, demo=True)),
        ]
        if model.client is not None:
            cards.insert(0, ("planned", *model.plan_words(), model.start_planned))
        for column, (name, title, words, do) in enumerate(cards):
            widgets.card(
                appearance,
                notes,
                f"run-{name}",
                title,
                words,
                do,
                GAP + column * (CARD_W + GAP),
                CARDS_Y,
                CARD_W,
                CARD_H,
                first=column == 0,
            )
        if model.asks_pain:
            self._pain()
        widgets.tick(
            appearance, notes, "run-clinician", said("home.run.clinician"), model.clinician, GAP, 572, model.watch, PAGE_W - 2 * GAP
        )  # fmt: skip
        widgets.text(appearance, "run-state", "", GAP, 612, theme.SMALL, wrap=PAGE_W - 2 * GAP)

    def _pain(self) -> None:
        """Eleven buttons for the pain before the run."""
        appearance, said, model = self.appearance, self.said, self.model
        widgets.text(appearance, "run-pain", said("home.run.pain"), GAP, PAIN_Y, wrap=PAGE_W - 2 * GAP)
        for score in pain.SCORES:
            widgets.button(
                appearance, self.home.notes, f"run-pain-{score}", f"{score}", partial(model.feels, score), GAP + score * (PAIN_W + 8),
                PAIN_Y + 40, PAIN_W, 52, kind="chosen" if score == model.pain else "plain",
            )  # fmt: skip
        ends = said("home.run.pain_ends")
        widgets.text(
            appearance,
            "run-pain-ends",
            ends,
            GAP,
            PAIN_Y + 100,
            theme.SMALL,
            appearance.palette.quiet,
            PAGE_W - 2 * GAP,
        )

    def show(self) -> None:
        surface.set_text("run-state", self.said("home.run.goes_on") if self.model.running else "")
