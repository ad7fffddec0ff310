"""The first layer of the live screen: what is read from the treadmill."""

from __future__ import annotations

import dearpygui.dearpygui as dpg
import numpy as np

from runform_live.dashboard import number_model, status_model, surface, theme
from runform_live.dashboard.live_picture import PICTURE_H as SHOWN_H
from runform_live.dashboard.live_picture import PICTURE_W as SHOWN_W
from runform_live.dashboard.number_model import SideCard
from runform_live.dashboard.page import GAP, LINE, Page
from runform_live.messages import SIDES, Side

CARD_W, CARD_H = 400, 420
GAIT_H = 58  # of the panel above the picture
ASIDE_H = CARD_H - GAIT_H - GAP
LINE_W = CARD_W - 20  # of a line in a card
PICTURE_W = 448
CUE_H = 76
TIME_W = 226  # of the time, at the end of the first line
DIGIT_W, COLON_W = 67, 36  # of the huge type


class RunPage(Page):
    """Two large numbers, the picture between them, the last cue."""

    def build(self) -> None:
        palette = self.appearance.palette
        with surface.box(self.appearance, GAP, GAP, theme.DESIGN_PX[0] - 2 * GAP, 66):
            surface.text(self.appearance, "trained", theme.NORMAL, palette.text, pos=(10, 6))
            surface.text(self.appearance, "target", theme.NORMAL, palette.quiet, pos=(10, 34))
            surface.text(self.appearance, "cadence", theme.BIG, palette.text, pos=(630, 10))
            surface.text(self.appearance, "time", theme.BIG, palette.text, pos=(1030, 10))
        top = 82
        self._card("left", GAP, top)
        with surface.box(self.appearance, GAP + CARD_W + GAP, top, PICTURE_W, GAIT_H):
            surface.text(self.appearance, "gait", theme.LARGE, palette.text, pos=(12, 0))
        aside = top + GAIT_H + GAP
        with surface.box(self.appearance, GAP + CARD_W + GAP, aside, PICTURE_W, ASIDE_H, "aside"):
            width, height = (ASIDE_H - 16) * SHOWN_W / SHOWN_H, ASIDE_H - 16
            place = [self.appearance.px((PICTURE_W - width) / 2), self.appearance.px(8)]
            dpg.add_image(
                "picture",
                width=self.appearance.px(width),
                height=self.appearance.px(height),
                pos=place,
                tag="run-picture",
            )
            surface.text(self.appearance, "run-left", theme.HUGE, palette.text)
        self.question(GAP + CARD_W + GAP, aside, PICTURE_W, ASIDE_H, theme.LARGE)
        self._card("right", GAP + CARD_W + GAP + PICTURE_W + GAP, top)
        with surface.box(self.appearance, GAP, top + CARD_H + GAP, theme.DESIGN_PX[0] - 2 * GAP, CUE_H):
            surface.text(self.appearance, "cue", theme.LARGE, palette.text)
        self.status_line(top + CARD_H + CUE_H + 2 * GAP, 720 - (top + CARD_H + CUE_H + 3 * GAP))

    def _card(self, side: Side, x: float, y: float) -> None:
        palette, appearance = self.appearance.palette, self.appearance
        with surface.box(self.appearance, x, y, CARD_W, CARD_H):
            surface.text(self.appearance, f"{side}-title", theme.LARGE, palette.side(side), pos=(12, 2))
            surface.text(self.appearance, f"{side}-value", theme.HUGE, palette.side(side), pos=(8, 34))
            surface.text(self.appearance, f"{side}-interval", theme.BIG, palette.quiet, pos=(12, 152))
            surface.canvas(appearance, f"{side}-scale", 12, 198, CARD_W - 24, 40)
            surface.text(self.appearance, f"{side}-words", theme.LARGE, palette.text, pos=(12, 232))
            surface.text(self.appearance, f"{side}-change", theme.LARGE, palette.text, pos=(12, 292))
            surface.text(self.appearance, f"{side}-than", theme.NORMAL, palette.quiet, LINE_W, pos=(12, 346))
            surface.text(self.appearance, f"{side}-half", theme.NORMAL, palette.quiet, pos=(12, 378))

    def show(self, now_s: float) -> None:
        model, palette = self.model, self.appearance.palette
        surface.set_text("left-title", f"◀ {model.texts('live.left')}")
        surface.set_text("right-title", f"{model.texts('live.right')} ▶")
        hidden = model.hides_figures
        for side in SIDES:
            if hidden:
                self._hide(side)
                continue
            card = number_model.card(model, side)
            surface.set_text(f"{side}-value", card.value)
            unknown = model.texts("live.no_interval") if card.mean is not None else ""
            surface.set_text_in_line(
                self.appearance, f"{side}-interval", card.interval or unknown, LINE_W, (theme.BIG, theme.NORMAL)
            )
            surface.set_text_in_line(
                self.appearance, f"{side}-words", card.words, LINE_W, (theme.LARGE, theme.BIG, theme.NORMAL)
            )
            outside = card.judgement in ("above", "below")
            dpg.configure_item(f"{side}-words", color=palette.warn if outside else palette.text)
            self._show_change(side)
            self._scale(side, card)
        surface.set_text("trained", number_model.trained_words(model))
        surface.set_text("target", number_model.target_words(model, model.trained))
        surface.set_text_in_line(
            self.appearance, "gait", status_model.gait_words(model), PICTURE_W - 24, (theme.LARGE, theme.BIG)
        )
        texts = model.texts
        surface.set_text("cadence", f"{texts('live.cadence')} {status_model.cadence_words(model)}")
        time_words = status_model.time_words(model)
        surface.set_text_in_line(self.appearance, "time", time_words, TIME_W, (theme.BIG, theme.NORMAL))
        surface.set_text_in_line(
            self.appearance, "cue", status_model.cue_words(model), LINE, (theme.LARGE, theme.BIG, theme.NORMAL)
        )
        dpg.configure_item("cue", color=palette.warn if model.blind else palette.text)
        self.show_question()
        dpg.configure_item("run-picture", show=not hidden)
        self._show_left(status_model.left_words(model) if hidden else "")
        self.show_status(now_s)

    def _show_left(self, words: str) -> None:
        """How long a block without feedback still lasts, in the middle of the picture's place."""
        surface.set_text("run-left", words)
        width = DIGIT_W * sum(map(str.isdigit, words)) + COLON_W
        place = (PICTURE_W - width) / 2, ASIDE_H / 2 - theme.SIZES_PX[theme.HUGE] / 2
        dpg.configure_item("run-left", pos=(self.appearance.px(place[0]), self.appearance.px(place[1])))

    def _hide(self, side: Side) -> None:
        """No figures: this block of a planned session is without feedback."""
        for name in ("value", "interval", "change", "than", "half"):
            surface.set_text(f"{side}-{name}", "")
        dpg.delete_item(f"{side}-scale", children_only=True)
        words, sizes = self.model.texts("block.hidden"), (theme.LARGE, theme.BIG, theme.NORMAL)
        surface.set_text_in_line(self.appearance, f"{side}-words", words, LINE_W, sizes)
        dpg.configure_item(f"{side}-words", color=self.appearance.palette.quiet)

    def _show_change(self, side: Side) -> None:
        """What changed since the first minute; a sentence alone takes the place of the large words."""
        words, palette, appearance = (
            number_model.change_words(self.model, side),
            self.appearance.palette,
            self.appearance,
        )
        surface.set_text_in_line(appearance, f"{side}-change", words.size, LINE_W, (theme.LARGE, theme.BIG))
        dpg.configure_item(f"{side}-change", color=palette.text if words.sure else palette.quiet)
        surface.set_text(f"{side}-than", words.note)
        surface.set_text_in_line(appearance, f"{side}-half", words.half, LINE_W)
        dpg.configure_item(f"{side}-than", pos=(appearance.px(12), appearance.px(346 if words.size else 300)))

    def _scale(self, side: Side, card: SideCard) -> None:
        """The mean on a line with its target zone; the interval is a quiet band."""
        palette, appearance, tag = self.appearance.palette, self.appearance, f"{side}-scale"
        dpg.delete_item(tag, children_only=True)
        width, top, bottom = appearance.px(CARD_W - 24), appearance.px(14), appearance.px(28)

        least, most = self.model.scale

        def at(deg: float) -> float:
            return float(np.clip((deg - least) / (most - least), 0, 1)) * width

        dpg.draw_rectangle((0, top), (width, bottom), fill=palette.scale, color=palette.scale, parent=tag)
        if card.zone != (None, None):
            start, end = (
                at(off if limit is None else limit) for limit, off in zip(card.zone, (-90.0, 90.0), strict=True)
            )
            dpg.draw_rectangle((start, top), (end, bottom), fill=palette.target, color=palette.target, parent=tag)
        if card.low is not None and card.high is not None:
            band = (*palette.side(side), 90)
            dpg.draw_rectangle(
                (at(card.low), appearance.px(18)), (at(card.high), appearance.px(24)), fill=band, color=band, parent=tag
            )
        if card.mean is not None:
            x = min(max(at(card.mean), appearance.px(8)), width - appearance.px(8))
            colour = palette.side(side)
            dpg.draw_triangle(
                (x, appearance.px(12)),
                (x - appearance.px(9), 0),
                (x + appearance.px(9), 0),
                fill=colour,
                color=colour,
                parent=tag,
            )
            dpg.draw_line(
                (x, appearance.px(8)), (x, appearance.px(36)), color=colour, thickness=appearance.px(4), parent=tag
            )
