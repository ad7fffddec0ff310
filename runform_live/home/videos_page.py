"""The page of videos: what is to be measured, and a row a film with its bar and its result."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import dearpygui.dearpygui as dpg

from runform_live import places
from runform_live.batch.films_in_folder import ENDINGS
from runform_live.dashboard import surface, theme, widgets
from runform_live.dashboard.surface import Appearance
from runform_live.home import files
from runform_live.home.page import PAGE_H, PAGE_W, Page
from runform_live.home.services import Home
from runform_live.home.video_lines import Line
from runform_live.home.videos_model import VideosModel

WIDTH = PAGE_W - 32
TOP, BOTTOM = 196, 76  # of the list
ROW_H, GAP = 72, 4
NAME_W = 410
WORDS_X = NAME_W + 28
END_X = WIDTH - 26  # left of the scroll bar
WORDS_W = END_X - WORDS_X - 12
BUTTON_W = 250


class VideosPage(Page[VideosModel]):
    """Rows are made anew where films come or become ready; how far a film is is put into its place."""

    def __init__(self, home: Home, appearance: Appearance, model: VideosModel) -> None:
        super().__init__(home, appearance, model)
        self._rows: list[tuple[int, bool, bool, bool]] | None = None

    # -- building -------------------------------------------------------------------------------------------------

    def build(self) -> None:
        appearance, said, notes, model = self.appearance, self.said, self.home.notes, self.model
        widgets.heading(appearance, "videos-title", said("home.videos.title"))
        whose = model.whose()
        widgets.choice(
            appearance, "videos-who", said("home.videos.whose"), whose, whose[model.who], notes.later(model.choose_who), 16, 70, 470,
        )  # fmt: skip
        widgets.tick(
            appearance,
            "videos-again",
            said("home.videos.again"),
            model.again,
            notes.later(model.choose_again),
            16,
            148,
            470,
        )
        start = places.home() or Path()
        all_endings = sorted(ENDINGS | {ending.upper() for ending in ENDINGS})
        endings = (
            f"{said('home.videos.filter')}{{{','.join(all_endings)}}}",
        )  # Dear PyGui shows the files of one filter
        for column, name in enumerate(("files", "folder")):
            tag = f"videos-{name}-dialog"
            files.dialog(
                appearance, notes, tag, said(f"home.videos.{name}"), model.add, endings=endings if name == "files" else (),
                folder=name == "folder", start=start, several=name == "files",
            )  # fmt: skip
            widgets.button(
                appearance, f"videos-{name}", said(f"home.videos.{name}"), notes.later(partial(dpg.show_item, tag)),
                PAGE_W - 16 - (2 - column) * BUTTON_W - (1 - column) * 12, 92, BUTTON_W, 52, kind="main",
            )  # fmt: skip
        with surface.box(appearance, 16, TOP, WIDTH, PAGE_H - TOP - BOTTOM, tag="videos-list"):
            pass
        dpg.configure_item("videos-list", no_scrollbar=False)
        self._acts()

    def _acts(self) -> None:
        appearance, said, notes, model = self.appearance, self.said, self.home.notes, self.model
        acts: tuple[tuple[str, str, widgets.Click], ...] = (
            ("stop", "home.videos.stop", model.stop),
            ("review", "home.sessions.review", model.review),
            ("report", "home.sessions.report", model.report),
        )
        for column, (name, words, act) in enumerate(acts):
            shown = model.running if name == "stop" else model.chosen is not None
            if shown:
                widgets.button(
                    appearance,
                    f"videos-{name}",
                    said(words),
                    notes.later(act),
                    16 + column * (BUTTON_W + 12),
                    PAGE_H - 60,
                    BUTTON_W,
                )

    def close(self) -> None:
        files.away("videos-files-dialog")
        files.away("videos-folder-dialog")

    # -- every so often -------------------------------------------------------------------------------------------

    def show(self) -> None:
        lines = self.model.lines()
        kinds = [(one.number, one.share is not None, one.bad, one.folder is not None) for one in lines]
        if kinds != self._rows:
            self._rows = kinds
            self._make_rows(lines)
        for one in lines:
            tag = f"videos-row-{one.number}"
            surface.set_text_in_line(self.appearance, f"{tag}-name", self._cut(one.name), NAME_W)
            surface.set_text_in_line(self.appearance, f"{tag}-date", self._cut(one.date), NAME_W, (theme.SMALL,))
            width = WORDS_W if one.share is None else 90
            height = ROW_H - 12
            surface.set_text_in_box(
                self.appearance, f"{tag}-words", one.words, width, height, (theme.NORMAL, theme.SMALL)
            )
            if one.share is not None:
                dpg.set_value(f"{tag}-bar", one.share)

    def _cut(self, words: str) -> str:
        """The words, without some in the middle where they are too wide even in small type."""
        kept, half = words, len(words) // 2
        while half > 1 and not surface.fits(self.appearance, kept, theme.SMALL, NAME_W):
            half -= 1
            kept = f"{words[:half]}…{words[-half:]}"
        return kept

    def _make_rows(self, lines: list[Line]) -> None:
        appearance, notes, model = self.appearance, self.home.notes, self.model
        dpg.delete_item("videos-list", children_only=True)
        dpg.push_container_stack("videos-list")
        if not lines:
            words = "" if model.running else self.said("home.videos.none")
            widgets.text(appearance, "videos-none", words, 16, 16, wrap=WIDTH - 40)
        for place, one in enumerate(lines):
            y = GAP + place * (ROW_H + GAP)
            tag = f"videos-row-{one.number}"
            kind: widgets.Kind = "chosen" if one.number == model.chosen else "quiet"
            widgets.button(
                appearance, tag, " ", notes.later(partial(model.choose, one.number)), 4, y, END_X - 4, ROW_H, kind=kind,
            )  # fmt: skip
            widgets.text(appearance, f"{tag}-name", " ", 16, y + 8)
            widgets.text(appearance, f"{tag}-date", " ", 16, y + 44, theme.SMALL, appearance.palette.quiet)
            colour = appearance.palette.warn if one.bad else appearance.palette.text
            x = WORDS_X if one.share is None else END_X - 104
            widgets.text(appearance, f"{tag}-words", " ", x, y + 8, colour=colour, wrap=WORDS_W)
            if one.share is not None:
                dpg.add_progress_bar(
                    tag=f"{tag}-bar", pos=(appearance.px(WORDS_X), appearance.px(y + 26)), width=appearance.px(WORDS_W - 112), height=appearance.px(20)
                )  # fmt: skip
        dpg.pop_container_stack()
