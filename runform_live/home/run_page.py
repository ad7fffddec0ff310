"""The first page of the home window: who runs, what, and go."""

from __future__ import annotations

from functools import partial

from runform_live.dashboard import surface, theme, widgets
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
            appearance, "run-who", said("home.run.who"), model.who, model.chosen_who, notes.later(model.choose), GAP, 70,
            2 * CARD_W + GAP,
        )  # fmt: skip
        cards: list[tuple[str, str, str, widgets.Click]] = [
            ("free", said("home.run.free"), said("home.run.free_means"), model.start),
            ("demo", said("home.run.demo"), said("home.run.demo_means"), partial(model.start, demo=True)),
        ]
        if model.client is not None:
            cards.insert(0, ("planned", *model.plan_words(), model.start_planned))
        for column, (name, title, words, do) in enumerate(cards):
            kind: widgets.CardKind = "main" if column == 0 else "plain"  # what most people want is coloured
            place = (GAP + column * (CARD_W + GAP), CARDS_Y, CARD_W, CARD_H)
            with widgets.card(appearance, f"run-{name}", notes.later(do), *place, kind):
                self._words(f"run-{name}", title, words, kind)
        if model.asks_pain:
            self._pain()
        widgets.tick(
            appearance, "run-clinician", said("home.run.clinician"), model.clinician, notes.later(model.watch), GAP, 572,
            PAGE_W - 2 * GAP,
        )  # fmt: skip
        widgets.text(appearance, "run-state", "", GAP, 612, theme.SMALL, wrap=PAGE_W - 2 * GAP)

    def _words(self, tag: str, title: str, words: str, kind: widgets.CardKind) -> None:
        """What a card starts, and what that means."""
        appearance, width = self.appearance, CARD_W - 32
        colour = widgets.main_words(appearance.palette) if kind == "main" else appearance.palette.text
        size = theme.BIG if surface.fits(appearance, title, theme.BIG, width) else theme.NORMAL
        widgets.text(appearance, f"{tag}-title", title, 16, 12, size, colour, width)
        widgets.text(appearance, f"{tag}-words", words, 16, 70, theme.NORMAL, colour, width)

    def _pain(self) -> None:
        """Eleven buttons for the pain before the run."""
        appearance, said, model = self.appearance, self.said, self.model
        widgets.text(appearance, "run-pain", said("home.run.pain"), GAP, PAIN_Y, wrap=PAGE_W - 2 * GAP)
        for score in pain.SCORES:
            widgets.button(
                appearance, f"run-pain-{score}", f"{score}", self.home.notes.later(partial(model.feels, score)),
                GAP + score * (PAIN_W + 8), PAIN_Y + 40, PAIN_W, 52, kind="chosen" if score == model.pain else "plain",
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
