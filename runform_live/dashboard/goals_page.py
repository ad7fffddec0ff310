"""What a run is measured against, and how feedback is given, on the screen: cards to click."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import dearpygui.dearpygui as dpg

from runform_live.config import CoachSettings
from runform_live.dashboard import feedback_model, goals_cards_model, keys, number_model, surface, theme, widgets
from runform_live.dashboard.feedback_model import Change
from runform_live.dashboard.goals_cards_model import GoalCard
from runform_live.dashboard.goals_model import GoalsModel
from runform_live.dashboard.model import DashboardModel
from runform_live.dashboard.page import GAP, Page
from runform_live.dashboard.surface import Appearance

HEAD_H, FOOT_H = 58, 84
TOP = GAP + HEAD_H + GAP
FOOT = theme.DESIGN_PX[1] - GAP - FOOT_H
LEFT_W = 800
RIGHT_X, RIGHT_W = GAP + LEFT_W + GAP, theme.DESIGN_PX[0] - LEFT_W - 3 * GAP
NORM_H = 54
HIGHEST = 150  # of a card
SHARES = {"baseline": 1.0, "limit": 1.0, "earlier": 1.0, "none": 0.72}  # of the height
MARK_W, NUMBER_W = 52, 168
THEN_Y = 43  # of the consequence, in a card
STEP_W, STEP_H = 78, 40
CHIP_W, CHIP_H = 140, 34
MODE_H = 40
SWITCH_W = 112


class GoalsPage(Page):
    """Cards of what the run is measured against; beside them how feedback is given; below them what is known of norms."""

    panels_stay = False

    def __init__(
        self, model: DashboardModel, appearance: Appearance, press: Callable[[int], None], goals: GoalsModel,
        settings: CoachSettings, ask: Callable[[Change], None],
    ) -> None:  # fmt: skip
        """ask: notes another way of feedback, from Dear PyGui's thread."""
        super().__init__(model, appearance, press)
        self._goals, self._settings, self._ask = goals, settings, ask
        self._heights: dict[str, float] = {}  # of the cards
        self._steps, self._step_w = 0, 0.0  # of the metronome: how many, and the width of each

    def _cards(self) -> list[GoalCard]:
        model = self.model
        return goals_cards_model.cards(self._goals, model.chosen, model.texts, number_model.two_certainties(model))

    # -- building -------------------------------------------------------------------------------------------------

    def build(self) -> None:
        widgets.bind_themes(self.appearance)
        self._head()
        found = self._cards()
        room = FOOT - GAP - TOP - NORM_H - GAP * len(found)
        unit = min(room / sum(SHARES[card.kind] for card in found), HIGHEST)
        y = float(TOP)
        for card in found:
            height = self._heights[card.kind] = unit * SHARES[card.kind]
            self._card(card, y, height)
            y += height + GAP
        appearance, said = self.appearance, self.model.texts
        surface.text(appearance, "goals-norm", theme.SMALL, appearance.palette.quiet, LEFT_W - 16, pos=(GAP + 8, y + 2))
        norm = f"norm.{self.model.trained}"
        surface.set_text("goals-norm", said(norm if said.has(norm) else "norm.none"))
        self._feedback()
        self.status_line(FOOT, FOOT_H, "")

    def _head(self) -> None:
        appearance, said = self.appearance, self.model.texts
        with surface.box(appearance, GAP, GAP, theme.DESIGN_PX[0] - 2 * GAP, HEAD_H):
            surface.text(appearance, "goals-title", theme.BIG, appearance.palette.text, pos=(14, 8))
            width = 590
            surface.set_text_in_line(appearance, "goals-title", said("goals.title"), width, (theme.BIG, theme.NORMAL))
            for name, x in (("before", 622), ("after", 944)):
                self._key(name, (x, 9, 46, 40))
            surface.text(appearance, "goals-trained", theme.NORMAL, appearance.palette.text, pos=(680, 15))
            surface.set_text_in_line(appearance, "goals-trained", number_model.trained_name(self.model), 256)
            self._key("back", (1006, 9, 250, 40))

    def _key(self, name: str, box: tuple[float, float, float, float], kind: widgets.Kind = "plain") -> None:
        """A button that does what its key does."""
        code = keys.code_of("goals", name)
        label = self.model.texts(f"goals.keys.{name}")
        widgets.button(self.appearance, f"key-{name}", label, lambda: self.press(code), *box, kind=kind)

    def _card(self, card: GoalCard, y: float, height: float) -> None:
        appearance, palette = self.appearance, self.appearance.palette
        tag, width = f"goal-{card.kind}", LEFT_W - MARK_W - NUMBER_W - 8
        with widgets.card(appearance, tag, lambda: self._take(card.kind), GAP, y, LEFT_W, height):
            surface.text(appearance, f"{tag}-mark", theme.BIG, palette.text, pos=(16, 8))
            surface.text(appearance, f"{tag}-title", theme.NORMAL, palette.text, width, pos=(MARK_W, 10))
            surface.text(appearance, f"{tag}-then", theme.SMALL, palette.quiet, width, pos=(MARK_W, THEN_Y))
            surface.text(appearance, f"{tag}-number", theme.BIG, palette.text, pos=(LEFT_W - NUMBER_W + 8, 8))
            if card.kind == "limit":
                for name, x in (("lower", LEFT_W - 2 * STEP_W - 16), ("higher", LEFT_W - STEP_W - 10)):
                    self._key(name, (x, height - STEP_H - 10, STEP_W, STEP_H), "outlined")
            for place, choice in enumerate(card.choices):
                chip = (MARK_W + place * (CHIP_W + 4), height - CHIP_H - 8, CHIP_W, CHIP_H)
                key = dpg.mvKey_1 + choice.line
                widgets.button(appearance, f"goal-run-{choice.line}", f"{choice.line + 1}  {choice.label}",
                               partial(self.press, key), *chip, kind="outlined", sizes=(theme.SMALL,))  # fmt: skip

    def _take(self, kind: str) -> None:
        """A click on a card is the digit of its line."""
        self.press(dpg.mvKey_1 + next(card.line for card in self._cards() if card.kind == kind))

    def _feedback(self) -> None:
        """When something is said, in a column of options; below it the tones and the metronome."""
        appearance, palette, said, now = self.appearance, self.appearance.palette, self.model.texts, self.model.chosen
        with surface.box(appearance, RIGHT_X, TOP, RIGHT_W, FOOT - GAP - TOP):
            self._heading("mode", 8)
            for row, option in enumerate(feedback_model.modes(now, said)):
                self._option(f"mode-{row}", option, (12, 42 + row * (MODE_H + 5), RIGHT_W - 24, MODE_H))
            surface.text(appearance, "feedback-what", theme.SMALL, palette.quiet, RIGHT_W - 32, pos=(16, 270))
            self._heading("tones", 342)
            box = (RIGHT_W - SWITCH_W - 12, 340, SWITCH_W, MODE_H)
            tones = partial(self.press, keys.code_of("goals", "tones"))
            widgets.button(appearance, "tones", "", tones, *box, kind="outlined")
            surface.text(appearance, "feedback-tones", theme.SMALL, palette.quiet, RIGHT_W - 32, pos=(16, 380))
            surface.set_text("feedback-tones", said("feedback.tones_do"))
            self._heading("metronome", 424)
            steps = feedback_model.metronomes(now, said)
            self._steps, self._step_w = len(steps), (RIGHT_W - 24 + 6) / len(steps) - 6
            for place, option in enumerate(steps):
                self._option(f"beats-{place}", option, (12 + place * (self._step_w + 6), 456, self._step_w, MODE_H))
            surface.text(appearance, "feedback-beats", theme.SMALL, palette.quiet, RIGHT_W - 32, pos=(16, 500))
            surface.set_text("feedback-beats", said("feedback.metronome_does"))

    def _heading(self, name: str, y: float) -> None:
        appearance, tag = self.appearance, f"goals-{name}"
        surface.text(appearance, tag, theme.NORMAL, appearance.palette.text, pos=(14, y))
        width = RIGHT_W - (146 if name == "tones" else 28)
        surface.set_text_in_line(appearance, tag, self.model.texts(f"goals.keys.{name}"), width)

    def _option(self, tag: str, option: feedback_model.Option, box: tuple[float, float, float, float]) -> None:
        widgets.button(self.appearance, tag, option.label, partial(self._ask, option.request), *box, kind="outlined")

    # -- every frame ----------------------------------------------------------------------------------------------

    def show(self, now_s: float) -> None:
        appearance, said, now = self.appearance, self.model.texts, self.model.chosen
        for card in self._cards():
            self._show_card(card)
        for row, option in enumerate(feedback_model.modes(now, said)):
            widgets.set_option(appearance, f"mode-{row}", option.label, option.chosen, (RIGHT_W - 24, MODE_H))
        steps = feedback_model.metronomes(now, said)
        for place, option in enumerate(steps[: self._steps]):
            widgets.set_option(appearance, f"beats-{place}", option.label, option.chosen, (self._step_w, MODE_H))
        what = feedback_model.what_mode_does(now, self._settings, said)
        surface.set_text_in_box(appearance, "feedback-what", what, RIGHT_W - 32, 60, (theme.SMALL,))
        tones = said("feedback.yes" if now.feedback.stance_tones else "feedback.no")
        widgets.set_option(appearance, "tones", tones, now.feedback.stance_tones, (SWITCH_W, MODE_H))
        self.show_status(now_s)

    def _show_card(self, card: GoalCard) -> None:
        appearance, palette, tag = self.appearance, self.appearance.palette, f"goal-{card.kind}"
        widgets.choose_card(tag, card.chosen)
        surface.set_text(f"{tag}-mark", widgets.CHOSEN if card.chosen else str(card.line + 1))
        dpg.configure_item(f"{tag}-mark", color=palette.text if card.chosen else palette.quiet)
        dpg.configure_item(f"{tag}-then", color=palette.text if card.chosen else palette.quiet)
        width = LEFT_W - MARK_W - NUMBER_W - 8
        surface.set_text_in_line(appearance, f"{tag}-title", card.title, width)
        room = self._heights[card.kind] - THEN_Y - 6 - (CHIP_H + 6 if card.choices else 0)
        surface.set_text_in_box(appearance, f"{tag}-then", card.consequence, width, room, (theme.NORMAL, theme.SMALL))
        surface.set_text_in_line(
            appearance, f"{tag}-number", card.number, NUMBER_W - 20, (theme.LARGE, theme.BIG, theme.NORMAL)
        )
        for choice in card.choices:
            widgets.choose_button(f"goal-run-{choice.line}", choice.chosen)
