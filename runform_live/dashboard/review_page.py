"""The page of the review window: picture, time line, what is known of this frame, and the lists of stances, cues and notes."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import dearpygui.dearpygui as dpg
import numpy as np

from runform_live import quantities
from runform_live.dashboard import key_line, review_picture, surface, theme
from runform_live.dashboard.review_line import TimeLine
from runform_live.dashboard.review_model import ReviewModel
from runform_live.dashboard.review_picture import ReviewPicture
from runform_live.dashboard.review_tip import Tip
from runform_live.dashboard.surface import Appearance
from runform_live.texts import Texts

ROWS = 6


class ReviewPage:
    """`build` makes the widgets, `show` renews their values. `line` is the time line."""

    def __init__(
        self, model: ReviewModel, picture: ReviewPicture, appearance: Appearance, said: Texts,
        press: Callable[[int], None], save_note: Callable[[], None],
    ) -> None:  # fmt: skip
        """press notes a key, save_note that the note is complete: both are called from Dear PyGui's thread."""
        self._model, self._composed, self._appearance, self._said = model, picture, appearance, said
        self._press, self._save_note = press, save_note
        self._texture = np.zeros((review_picture.HEIGHT, review_picture.WIDTH, 3), np.float32)
        self._tip: Tip | None = None
        with dpg.texture_registry():
            dpg.add_raw_texture(
                review_picture.WIDTH, review_picture.HEIGHT, self._texture, format=dpg.mvFormat_Float_rgb, tag="view"
            )

    def build(self) -> None:
        appearance, palette, said = self._appearance, self._appearance.palette, self._said
        width, height = review_picture.WIDTH, review_picture.HEIGHT
        surface.text(appearance, "head", theme.NORMAL, palette.text, pos=(12, 8))
        with dpg.group(pos=(appearance.px(8), appearance.px(44))):
            dpg.add_image("view", width=appearance.px(width), height=appearance.px(height))
        with surface.box(appearance, width + 16, 44, theme.DESIGN_PX[0] - width - 24, height):
            self._lists()
        self.line = TimeLine(appearance, self._model, said, x=16, y=530)
        surface.text(appearance, "legend", theme.SMALL, palette.quiet, pos=(16, 624))
        surface.text(appearance, "words", theme.NORMAL, palette.warn, 1240, pos=(16, 648))
        with dpg.group(pos=(appearance.px(16), appearance.px(644))):
            dpg.add_input_text(
                tag="note", hint=said("review.note_hint"), on_enter=True, show=False, width=appearance.px(800),
                callback=lambda: self._save_note(),
            )  # fmt: skip
        with dpg.group(pos=(appearance.px(12), appearance.px(684))):
            key_line.line(appearance, said, "review", self._press)
        self.line.draw()

    def _lists(self) -> None:
        appearance, palette = self._appearance, self._appearance.palette
        for tag in ("time", "speed", "here"):
            surface.text(appearance, tag, theme.NORMAL, palette.text)
        surface.text(appearance, "change", theme.SMALL, palette.text, 380)
        surface.text(appearance, "worst", theme.SMALL, palette.quiet)
        for row in range(ROWS):
            surface.text(appearance, f"worst-{row}", theme.SMALL, palette.text)
        for row in range(ROWS):
            surface.text(appearance, f"said-{row}", theme.SMALL, palette.quiet, 380)

    # -- every frame ----------------------------------------------------------------------------------------------

    def show(self, words: str) -> None:
        """words: what stands in the line above the keys."""
        model, said = self._model, self._said
        summary, info = model.session.summary, model.session.info
        cadence = quantities.cadence(summary.cadence_spm)
        count, walked = len(model.main), len(model.session.stances) - len(model.main)
        key = "review.head_both" if walked else "review.head"
        surface.set_text("head", said(key, started=info.began(), count=count, walked=walked, cadence=cadence))
        surface.set_text("time", said("review.time", time=model.time_s, end=model.end_s, frame=model.frame + 1))
        state = said("review.playing") if model.playing else said("review.standing_still")
        surface.set_text("speed", said("review.speed", state=state, slower=1 / model.speed))
        here = model.stance_here()
        surface.set_text(
            "here",
            said("review.no_stance")
            if here is None
            else said(f"review.stance_{here.gait}", leg=said(f"leg.{here.side}"), value=model.value_words(here, said)),
        )
        self._show_changes()
        self._show_worst()
        self._show_near()
        surface.set_text("words", words)
        legend = f"{quantities.name(model.metric, said)}: ▲ {said('live.left')}  ▼ {said('live.right')}"
        more = said("review.legend_walk") if model.both_gaits else ""
        bands = said("review.change.legend") if model.parts else ""
        surface.set_text("legend", "     ".join(filter(None, (legend, more, bands))))
        self._show_picture()
        self.line.point()

    def _show_changes(self) -> None:
        """What changed in the parts of the run in which one stands, and beside the mouse in those that it points at."""
        model, said = self._model, self._said
        here, pointed = model.parts_at(model.time_s), self.line.parts_under_mouse()
        surface.set_text("change", model.parts_words(here, said))
        dpg.configure_item("change", show=bool(here))
        if self._tip is None:  # it lies over the page, so it is made after it
            self._tip = Tip(self._appearance)
        self._tip.show(model.parts_words(pointed, said), over="line")

    def _show_worst(self) -> None:
        """The stances with the largest values."""
        model, said = self._model, self._said
        surface.set_text("worst", said("review.worst"))
        rows = [
            said(
                "review.worst_row", rank=rank, time=one.midstance_s, leg=said(f"leg.{one.side}"), value=model.value_words(one, said)
            )
            for rank, one in enumerate(model.worst()[:ROWS], 1)
        ]  # fmt: skip
        for row in range(ROWS):
            surface.set_text(f"worst-{row}", rows[row] if row < len(rows) else "")

    def _show_near(self) -> None:
        """Cues and notes that lie nearest in time."""
        model, said = self._model, self._said
        near = [(at_s, said("review.cue_row", time=at_s, text=words)) for at_s, words in model.cues()]
        near += [(at_s, said("review.note_row", time=at_s, text=words)) for at_s, words in model.notes]
        near = sorted(sorted(near, key=lambda one: abs(one[0] - model.time_s))[:ROWS])
        for row in range(ROWS):
            surface.set_text(f"said-{row}", near[row][1] if row < len(near) else "")

    def _show_picture(self) -> None:
        shown = self._composed.compose(self._appearance.palette.panel)
        np.multiply(cv2.cvtColor(shown, cv2.COLOR_BGR2RGB), np.float32(1 / 255), out=self._texture, dtype=np.float32)
        dpg.set_value("view", self._texture)
