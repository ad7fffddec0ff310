"""The page of programmes: cards on the left; on the right the chosen one, or the one that is being changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import dearpygui.dearpygui as dpg

from runform_live.dashboard import surface, theme, widgets
from runform_live.home.page import PAGE_H, PAGE_W, Page
from runform_live.home.programme_draft import MOMENTS, MOST_PAIRS, MOST_SESSIONS, PAIR_MIN, SLIDERS, ProgrammeDraft
from runform_live.home.programmes_model import ProgrammesModel, Row

LIST_W = 310
X, W = LIST_W + 40, PAGE_W - LIST_W - 56
TOP = 72
ACTS_H = 128  # at the foot of the shown programme
CARD_H = 134
BAR_W, BAR_H = W - 60, 18
EDIT_LIST_W = 210
PAIRS_UNTIL = 440  # below it are buttons


class ProgrammesPage(Page[ProgrammesModel]):
    """The cards, and one programme."""

    def build(self) -> None:
        appearance, said, model = self.appearance, self.said, self.model
        widgets.heading(appearance, "programmes-title", said("home.programmes.title"))
        with surface.box(appearance, 16, TOP, LIST_W, PAGE_H - TOP - 16, tag="programmes-list"):
            for number, card in enumerate(model.cards):
                shown = model.shown is not None and model.shown.name == card.name
                tag = f"programmes-card-{card.name}"
                widgets.button(
                    appearance, tag, " ", self.home.notes.later(partial(model.choose, card.name)), 4, 4 + number * (CARD_H + 8),
                    LIST_W - 30, CARD_H, kind="chosen" if shown else "plain",
                )  # fmt: skip
                y = 10 + number * (CARD_H + 8)
                size = theme.NORMAL if surface.fits(appearance, card.title, theme.NORMAL, LIST_W - 56) else theme.SMALL
                widgets.text(appearance, f"{tag}-title", card.title, 16, y, size, wrap=LIST_W - 48)
                colour = appearance.palette.warn if card.trouble else appearance.palette.text
                widgets.text(appearance, f"{tag}-words", card.words, 16, y + 48, theme.SMALL, colour, LIST_W - 48)
        dpg.configure_item("programmes-list", no_scrollbar=False)
        if model.draft is not None:
            self._editor()
        elif model.shown is not None:
            self._shown()

    # -- the chosen programme -------------------------------------------------------------------------------------

    def _shown(self) -> None:
        appearance, said, notes, model = self.appearance, self.said, self.home.notes, self.model
        with surface.box(appearance, X, TOP, W, PAGE_H - TOP - ACTS_H - 8, tag="programmes-shown"):
            self._flow(model.about(), theme.SMALL)
            self._legend()
            for number, row in enumerate(model.rows()):
                self._bar(row, f"programmes-bar-{number}")
            for words in model.texts():
                self._flow(words, theme.SMALL, quiet=True)
        dpg.configure_item("programmes-shown", no_scrollbar=False)
        y = PAGE_H - ACTS_H
        if model.clients:
            widgets.choice(
                appearance, "programmes-client", said("home.programmes.client"), model.clients, model.client,
                notes.later(model.choose_client), X, y - 4, 300,
            )  # fmt: skip
            widgets.button(
                appearance, "programmes-begin", said("home.programmes.begin"), notes.later(model.begin), X + 316, y + 20, W - 316,
                kind="main",
            )  # fmt: skip
        else:
            widgets.text(
                appearance, "programmes-nobody", said("home.programmes.nobody"), X, y + 6, theme.SMALL, wrap=W - 230
            )
            widgets.button(
                appearance, "programmes-clients", said("home.pages.clients"), notes.later(partial(self.home.go, "clients")), X + W - 210,
                y + 4, 210,
            )  # fmt: skip
        acts: list[tuple[str, widgets.Click]] = [("copy", model.copy)]
        if model.is_own:
            acts += [("edit", model.edit), ("remove", model.remove)]
        for column, (name, act) in enumerate(acts):
            widgets.button(
                appearance, f"programmes-{name}", said(f"home.programmes.{name}"), notes.later(act), X + column * 232, PAGE_H - 58, 222,
                kind="danger" if name == "remove" else "plain",
            )  # fmt: skip

    def _flow(self, words: str, size: str, quiet: bool = False) -> None:
        """Words below what is there already, as high as they are."""
        if not words:
            return
        palette = self.appearance.palette
        item = dpg.add_text(words, wrap=self.appearance.px(W - 44), color=palette.quiet if quiet else palette.text)
        surface.set_font(self.appearance, item, size)
        dpg.add_spacer(height=self.appearance.px(4))

    def _legend(self) -> None:
        appearance = self.appearance
        with dpg.group(horizontal=True):
            for key in ("feedback", "silent"):
                with dpg.drawlist(appearance.px(18), appearance.px(18)):
                    self._block(0, 18, key == "feedback", "training")
                item = dpg.add_text(self.said(f"home.programmes.{key}"), color=appearance.palette.text)
                surface.set_font(appearance, item, theme.SMALL)
        dpg.add_spacer(height=appearance.px(2))

    def _bar(self, row: Row, tag: str) -> None:
        """A session: its words, and its blocks as long as they are."""
        appearance = self.appearance
        item = dpg.add_text(row.words, color=appearance.palette.text)
        surface.set_font(appearance, item, theme.SMALL)
        with dpg.drawlist(appearance.px(BAR_W), appearance.px(BAR_H), tag=tag):
            x = 0.0
            for share, part, feedback in row.blocks:
                width = share * BAR_W
                self._block(x, width, feedback, part)
                x += width

    def _block(self, x: float, width: float, feedback: bool, part: str) -> None:
        """A block: filled with feedback, empty without; warm-up and retention are lower."""
        appearance, palette = self.appearance, self.appearance.palette
        low = 0 if part == "training" else 5
        corners = (
            (appearance.px(x + 1), appearance.px(low)),
            (appearance.px(max(x + width - 1, x + 2)), appearance.px(BAR_H - low)),
        )
        dpg.draw_rectangle(*corners, color=palette.left if feedback else palette.quiet, fill=palette.left if feedback else palette.panel)  # fmt: skip

    # -- changing -------------------------------------------------------------------------------------------------

    def _editor(self) -> None:
        appearance, said, notes, model = self.appearance, self.said, self.home.notes, self.model
        draft = model.draft
        assert draft is not None
        widgets.field(
            appearance, "programmes-name", said("home.programmes.name"), draft.programme.title, notes.later(partial(draft.type, "title")), X, 64, W,
        )  # fmt: skip
        with surface.box(appearance, X, 138, EDIT_LIST_W, 344, tag="programmes-sessions"):
            for at in range(len(draft.programme.sessions)):
                words = said("home.programmes.number", number=at + 1, day=draft.programme.day(at + 1))
                widgets.button(
                    appearance, f"programmes-session-{at}", words, notes.later(partial(draft.select, at)), 4, 4 + at * 46,
                    EDIT_LIST_W - 30, 42, kind="chosen" if at == draft.at else "quiet",
                )  # fmt: skip
        dpg.configure_item("programmes-sessions", no_scrollbar=False)
        if len(draft.programme.sessions) < MOST_SESSIONS:
            widgets.button(
                appearance, "programmes-more", said("home.programmes.more"), notes.later(draft.add_session), X, 488, EDIT_LIST_W, 40,
                kind="plain", sizes=(theme.SMALL,),
            )  # fmt: skip
        if len(draft.programme.sessions) > 1:
            widgets.button(
                appearance, "programmes-less", said("home.programmes.less"), notes.later(draft.remove_session), X, 532, EDIT_LIST_W, 40,
                kind="quiet", sizes=(theme.SMALL,),
            )  # fmt: skip
        self._session(draft, X + EDIT_LIST_W + 20, W - EDIT_LIST_W - 20)
        for column, moment in enumerate(MOMENTS):
            widgets.tick(
                appearance, f"programmes-pain-{moment}", said(f"home.programmes.pain_{moment}"), moment in draft.programme.ask_pain,
                notes.later(partial(draft.ask_pain, moment)), X + EDIT_LIST_W + 20 + column * 236, 492, 230,
            )  # fmt: skip
        widgets.text(
            appearance,
            "programmes-trouble",
            "",
            X + EDIT_LIST_W + 20,
            536,
            theme.SMALL,
            appearance.palette.warn,
            W - EDIT_LIST_W - 20,
        )
        widgets.button(
            appearance, "programmes-save", said("home.clients.save"), notes.later(model.save), X, PAGE_H - 56, 222, kind="main",
        )  # fmt: skip
        widgets.button(
            appearance, "programmes-give-up", said("home.programmes.give_up"), notes.later(model.give_up), X + 232, PAGE_H - 56, 222,
        )  # fmt: skip

    def _session(self, draft: ProgrammeDraft, x: float, width: float) -> None:
        """The sliders of one session: its lengths in two columns, then its pairs of blocks."""
        appearance, said = self.appearance, self.said
        half = (width - 16) / 2
        keys = [key for key in SLIDERS if key != "days_after" or draft.at > 0]
        for number, key in enumerate(keys):
            place = x + (half + 16) * (number % 2), 138 + 74 * (number // 2)
            words = said(f"home.programmes.{key}")
            widgets.text(appearance, f"programmes-{key}-name", words, *place, theme.SMALL, appearance.palette.quiet)
            unit = "%.0f" if key == "days_after" else "%.0f min"
            value = float(getattr(draft.session, key))
            self._slider(f"programmes-{key}", value, SLIDERS[key], unit, 1.0, place[0], place[1] + 26, half, partial(draft.set, key))  # fmt: skip
        for part, key in enumerate(("with", "without")):
            left = x + (half + 16) * part
            widgets.text(
                appearance, f"programmes-{key}", said(f"home.programmes.{key}"), left, 286, theme.SMALL, appearance.palette.quiet,
            )  # fmt: skip
            for at, pair in enumerate(draft.session.blocks_min[:MOST_PAIRS]):
                changed = partial(draft.set_pair, at, part)
                self._slider(f"programmes-pair-{at}-{part}", pair[part], PAIR_MIN, "%.1f min", 0.5, left, 312 + 44 * at, half, changed)  # fmt: skip
        below = 312 + 44 * len(draft.session.blocks_min)
        if below < PAIRS_UNTIL:
            widgets.text(
                appearance,
                "programmes-repeats",
                said("home.programmes.repeats"),
                x,
                below,
                theme.SMALL,
                appearance.palette.quiet,
                width,
            )
        self._pair_buttons(draft, x, half)

    def _pair_buttons(self, draft: ProgrammeDraft, x: float, half: float) -> None:
        appearance, said, notes = self.appearance, self.said, self.home.notes
        count = len(draft.session.blocks_min)
        if count > MOST_PAIRS:
            words = said.counted("home.programmes.pairs_hidden", count - MOST_PAIRS)
            widgets.text(appearance, "programmes-pairs-hidden", words, x, 450, theme.SMALL, appearance.palette.quiet)
            return
        acts = (("pair_more", draft.add_pair, count < MOST_PAIRS), ("pair_less", draft.remove_pair, count > 1))
        for column, (name, act, can) in enumerate(acts):
            if can:
                widgets.button(
                    appearance, f"programmes-{name}", said(f"home.programmes.{name}"), notes.later(act), x + column * (half + 16), 448,
                    half, 38, kind="quiet", sizes=(theme.SMALL,),
                )  # fmt: skip

    def _slider(
        self, tag: str, value: float, ends: tuple[float, float], layout: str, step: float, x: float, y: float, width: float,
        changed: Callable[[float], object],
    ) -> None:  # fmt: skip
        """A slider in steps; a value of the file that lies outside its ends moves them."""
        appearance, notes = self.appearance, self.home.notes
        dpg.add_slider_float(
            tag=tag, default_value=value, min_value=min(ends[0], value), max_value=max(ends[1], value), width=appearance.px(width),
            pos=(appearance.px(x), appearance.px(y)), format=layout,
            callback=lambda _s, moved: notes.add(lambda: changed(round(moved / step) * step)),
        )  # fmt: skip
        widgets.as_field(appearance, tag, dpg.mvSliderFloat)

    # -- every so often -------------------------------------------------------------------------------------------

    def show(self) -> None:
        if self.model.draft is not None and dpg.does_item_exist("programmes-trouble"):
            surface.set_text("programmes-trouble", self.model.draft.trouble())
