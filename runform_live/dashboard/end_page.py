"""The screen after the run: two numbers, one picture, what changed, one next step, and where to go from here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import dearpygui.dearpygui as dpg

from runform_live.dashboard import keys, surface, theme, widgets
from runform_live.dashboard.end_model import EndCard, EndWords
from runform_live.dashboard.end_picture import EndPicture
from runform_live.dashboard.live_picture import PICTURE_H, PICTURE_W
from runform_live.dashboard.model import DashboardModel
from runform_live.dashboard.page import GAP, Page
from runform_live.dashboard.surface import Appearance
from runform_live.messages import Side
from runform_live.session import pain

WIDTH = theme.DESIGN_PX[0] - 2 * GAP
HEAD_H, BUTTON_H, PAIN_H, CHANGED_H, NEXT_H = 58, 64, 60, 124, 76
BUTTONS_Y = theme.DESIGN_PX[1] - GAP - BUTTON_H
CARD_TOP = GAP + HEAD_H + GAP
CAPTION_H = 26.0  # of one line
HEADING_W = 190  # of what stands before a band
BUTTON_W = 260
SCORE_W = 52


class EndPage(Page):
    """After the run. Its picture is that of the texture "picture"."""

    def __init__(
        self, model: DashboardModel, appearance: Appearance, press: Callable[[int], None], words: EndWords, picture: EndPicture,
        score: Callable[[int], None],
    ) -> None:  # fmt: skip
        """score: notes a pain score, from Dear PyGui's thread."""
        super().__init__(model, appearance, press)
        self.words, self._caption, self._has_picture = words, picture.caption, picture.picture is not None
        self._score = score

    def build(self) -> None:
        widgets.bind_themes(self.appearance)
        appearance, palette, said, words = self.appearance, self.appearance.palette, self.model.texts, self.words
        with surface.box(appearance, GAP, GAP, WIDTH, HEAD_H):
            surface.text(appearance, "title", theme.BIG, palette.text, pos=(14, 8))
            surface.set_text("title", words.title)
            surface.text(appearance, "measured", theme.NORMAL, palette.quiet, pos=(260, 16))
            surface.set_text_in_line(appearance, "measured", words.measured, WIDTH - 272)
        next_y = BUTTONS_Y - GAP - NEXT_H - (PAIN_H + GAP if words.pain is not None else 0)
        changed_y = next_y - GAP - CHANGED_H
        self._numbers(changed_y - GAP - CARD_TOP)
        self._changed(changed_y)
        self._band("next", next_y, NEXT_H, said("end.next"), words.next)
        if words.pain is not None:
            self._pain(words.pain, BUTTONS_Y - GAP - PAIN_H)
        self._buttons()

    def _numbers(self, height: float) -> None:
        """A card of each side, and the picture between them."""
        appearance, caption_h = self.appearance, CAPTION_H
        for _ in range(3):  # the more lines the caption has, the narrower is the picture
            picture_w = (height - 16 - caption_h) * PICTURE_W / PICTURE_H + 16
            caption_h = surface.height_of(appearance, self._caption, theme.SMALL, picture_w - 20) + 8
        picture_w = (height - 16 - caption_h) * PICTURE_W / PICTURE_H + 16
        width = (WIDTH - picture_w - 2 * GAP) / 2
        self._card("left", GAP, width, height)
        self._card("right", GAP + width + picture_w + 2 * GAP, width, height)
        with surface.box(appearance, GAP + width + GAP, CARD_TOP, picture_w, height):
            if self._has_picture:
                size = (picture_w - 16, height - 16 - caption_h)
                dpg.add_image(
                    "picture", tag="end-picture", width=appearance.px(size[0]), height=appearance.px(size[1]), pos=(appearance.px(8), appearance.px(8))
                )  # fmt: skip
            y = height - caption_h - 6 if self._has_picture else 12
            surface.text(appearance, "end-caption", theme.SMALL, appearance.palette.quiet, picture_w - 16, pos=(10, y))
            surface.set_text("end-caption", self._caption)

    def _card(self, side: Side, x: float, width: float, height: float) -> None:
        appearance, palette, card = self.appearance, self.appearance.palette, self.words.sides[side]
        with surface.box(appearance, x, CARD_TOP, width, height):
            room = width - 24
            surface.text(appearance, f"{side}-title", theme.BIG, palette.side(side), pos=(14, 6))
            surface.set_text(f"{side}-title", card.title)
            surface.text(appearance, f"{side}-name", theme.SMALL, palette.quiet, room, pos=(14, 50))
            surface.set_text(f"{side}-name", self.words.name)
            self._value(side, card, height)
            surface.text(
                appearance,
                f"{side}-words",
                theme.BIG,
                palette.warn if card.warns else palette.text,
                pos=(14, height - 52),
            )
            surface.set_text_in_line(
                appearance, f"{side}-words", card.words, room, (theme.BIG, theme.NORMAL, theme.SMALL)
            )

    def _value(self, side: Side, card: EndCard, height: float) -> None:
        appearance, palette = self.appearance, self.appearance.palette
        y = (height - 132) / 2 - 8
        surface.text(appearance, f"{side}-value", theme.HUGE, palette.side(side), pos=(10, y))
        surface.set_text(f"{side}-value", card.value)
        surface.text(appearance, f"{side}-interval", theme.BIG, palette.quiet, pos=(14, y + 124))
        surface.set_text_in_line(
            appearance, f"{side}-interval", card.interval, 240, (theme.BIG, theme.NORMAL, theme.SMALL)
        )

    def _band(self, name: str, y: float, height: float, heading: str, sentence: str) -> None:
        """A quiet heading and a sentence."""
        appearance, palette = self.appearance, self.appearance.palette
        with surface.box(appearance, GAP, y, WIDTH, height):
            surface.text(appearance, f"end-{name}-head", theme.SMALL, palette.quiet, HEADING_W - 20, pos=(14, 12))
            surface.set_text(f"end-{name}-head", heading)
            room = WIDTH - HEADING_W - 16
            surface.text(appearance, f"end-{name}", theme.BIG, palette.text, room, pos=(HEADING_W, 8))
            surface.set_text_in_box(
                appearance, f"end-{name}", sentence, room, height - 18, (theme.BIG, theme.NORMAL, theme.SMALL)
            )

    def _changed(self, y: float) -> None:
        """What changed; below it what more is known of it."""
        more, appearance = self.words.more, self.appearance
        with surface.box(appearance, GAP, y, WIDTH, CHANGED_H):
            surface.text(
                appearance, "end-changed-head", theme.SMALL, appearance.palette.quiet, HEADING_W - 20, pos=(14, 12)
            )
            surface.set_text("end-changed-head", self.model.texts("end.changed"))
            room = WIDTH - HEADING_W - 16
            with dpg.group(pos=(appearance.px(HEADING_W), appearance.px(8))):
                surface.text(appearance, "end-changed", theme.NORMAL, appearance.palette.text, room)
                surface.text(appearance, "end-more", theme.SMALL, appearance.palette.quiet, room)
            height = 34 if more else CHANGED_H - 24
            sizes = (theme.NORMAL, theme.SMALL) if more else (theme.BIG, theme.NORMAL, theme.SMALL)
            surface.set_text_in_box(appearance, "end-changed", self.words.changed, room, height, sizes)
            surface.set_text_in_box(appearance, "end-more", more, room, CHANGED_H - 16 - 34, (theme.SMALL,))

    def _pain(self, question: str, y: float) -> None:
        """Eleven buttons; the one that was chosen stays marked."""
        appearance = self.appearance
        with surface.box(appearance, GAP, y, WIDTH, PAIN_H):
            room = WIDTH - len(pain.SCORES) * (SCORE_W + 6) - 32
            surface.text(appearance, "pain", theme.NORMAL, appearance.palette.text, room, pos=(14, 12))
            surface.set_text_in_box(appearance, "pain", question, room, PAIN_H - 12, (theme.NORMAL, theme.SMALL))
            for score in pain.SCORES:
                box = (room + 24 + score * (SCORE_W + 6), 8, SCORE_W, PAIN_H - 16)
                widgets.button(
                    appearance, f"pain-{score}", str(score), partial(self._score, score), *box, kind="outlined"
                )

    def show_pain(self, chosen: int | None, trouble: str = "") -> None:
        """Mark the score that was kept; say why one was not."""
        if self.words.pain is None:
            return
        for score in pain.SCORES:
            widgets.choose_button(f"pain-{score}", score == chosen)
        room = WIDTH - len(pain.SCORES) * (SCORE_W + 6) - 32
        surface.set_text_in_box(
            self.appearance, "pain", trouble or self.words.pain, room, PAIN_H - 12, (theme.NORMAL, theme.SMALL)
        )
        dpg.configure_item("pain", color=self.appearance.palette.warn if trouble else self.appearance.palette.text)

    def _buttons(self) -> None:
        """Where to go from here; when the screen closes by itself."""
        appearance, said = self.appearance, self.model.texts
        for place, key in enumerate(keys.buttons("end")):
            box = (GAP + place * (BUTTON_W + GAP), BUTTONS_Y, BUTTON_W, BUTTON_H)
            widgets.button(
                appearance, f"key-{key.name}", said(f"end.keys.{key.name}"), partial(self.press, key.code), *box, sizes=(theme.NORMAL,)
            )  # fmt: skip
        surface.text(
            appearance,
            "closes",
            theme.NORMAL,
            appearance.palette.quiet,
            pos=(GAP + 3 * (BUTTON_W + GAP) + 16, BUTTONS_Y + 18),
        )

    def show_end(self, left_s: float | None) -> None:
        surface.set_text("closes", "" if left_s is None else self.model.texts("end.closes", seconds=max(left_s, 0.0)))
