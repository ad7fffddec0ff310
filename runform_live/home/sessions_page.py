"""The page of sessions: filter, columns to sort by, a row a session with its picture, and what can be done with those ticked."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import dearpygui.dearpygui as dpg
import numpy as np

from runform_live import places
from runform_live.dashboard import surface, theme, widgets
from runform_live.dashboard.surface import Appearance
from runform_live.home import files
from runform_live.home.page import PAGE_H, PAGE_W, Page
from runform_live.home.services import Home
from runform_live.home.session_lines import Line
from runform_live.home.session_pictures import HEIGHT_PX, WIDTH_PX
from runform_live.home.sessions_model import PAGE, SessionsModel

if TYPE_CHECKING:
    from runform_live.clinic.session_list import Sort

WIDTH = PAGE_W - 32
TOP, BOTTOM = 166, 76  # of the list
ROW_H, GAP = 84, 4
ROW_X = 60  # right of the tick
PICTURE_W, PICTURE_H = 128, 72
DATE_X, CLIENT_X, LEFT_X, RIGHT_X, FLAGS_X = 206, 406, 534, 684, 834  # of the columns, within the list
END_X = WIDTH - 26  # left of the scroll bar
COLUMNS: dict[Sort, float] = {"started": DATE_X, "client": CLIENT_X, "left": LEFT_X, "right": RIGHT_X}
FLAGS_W, DROP_W, CLIENT_W = END_X - FLAGS_X - 8, RIGHT_X - LEFT_X - 8, LEFT_X - CLIENT_X - 8


class SessionsPage(Page[SessionsModel]):
    """Twenty sessions at a time; what changes is put into its place, so that typing in the search is not interrupted."""

    def __init__(self, home: Home, appearance: Appearance, model: SessionsModel) -> None:
        super().__init__(home, appearance, model)
        self._listed: int | None = None  # the model's version whose rows are shown
        self._folders: list[Path] = []
        self._seen: list[np.ndarray | None] = []  # the picture in each row; Dear PyGui reads it while it is shown

    @property
    def stale(self) -> bool:
        """Never: rows are renewed in their place, so that what is typed into the search stays."""
        return False

    # -- building -------------------------------------------------------------------------------------------------

    def build(self) -> None:
        appearance, said, notes, model = self.appearance, self.said, self.home.notes, self.model
        widgets.heading(appearance, "sessions-title", said("home.sessions.title"))
        self._filter()
        for name, x in COLUMNS.items():
            widgets.button(
                appearance, f"sessions-by-{name}", " ", notes.later(partial(model.order, name)), 16 + x - 8, TOP - 42,
                self._column_w(name), 36, kind="quiet",
            )  # fmt: skip
            widgets.text(appearance, f"sessions-by-{name}-name", " ", 16 + x, TOP - 36, theme.SMALL)
        widgets.text(
            appearance, "sessions-flags", said("home.sessions.column.flags"), 16 + FLAGS_X, TOP - 36, theme.SMALL,
            appearance.palette.quiet,
        )  # fmt: skip
        with dpg.texture_registry(tag="sessions-pictures"):
            for row in range(PAGE):
                nothing = np.zeros((HEIGHT_PX, WIDTH_PX, 3), np.float32)
                dpg.add_raw_texture(
                    WIDTH_PX, HEIGHT_PX, nothing, format=dpg.mvFormat_Float_rgb, tag=f"sessions-picture-{row}"
                )
        with surface.box(appearance, 16, TOP, WIDTH, PAGE_H - TOP - BOTTOM, tag="sessions-list"):
            pass
        dpg.configure_item("sessions-list", no_scrollbar=False)
        acts = (
            ("review", model.actions.review),
            ("report", model.actions.report),
            ("pdf", model.actions.pdf),
            ("compare", model.actions.compare),
            ("export", self._ask_for_file),
            ("delete", model.actions.delete),
        )
        for column, (act_name, act) in enumerate(acts):
            widgets.button(
                appearance, f"sessions-{act_name}", said(f"home.sessions.{act_name}"), notes.later(act), 16 + column * 172, PAGE_H - 60,
                164, kind="danger" if act_name == "delete" else "main" if act_name == "review" else "plain",
            )  # fmt: skip

    def _filter(self) -> None:
        appearance, said, notes, model = self.appearance, self.said, self.home.notes, self.model
        dpg.add_input_text(
            tag="sessions-search", hint=said("home.sessions.search"), default_value=model.text, width=appearance.px(230),
            pos=(appearance.px(16), appearance.px(72)), callback=lambda _s, typed: notes.add(partial(model.search, typed)),
        )  # fmt: skip
        widgets.as_field(appearance, "sessions-search", dpg.mvInputText)
        dpg.add_combo(
            model.client_names, tag="sessions-client", default_value=model.client_name, width=appearance.px(230),
            pos=(appearance.px(258), appearance.px(72)), callback=lambda _s, name: notes.add(partial(self._choose_client, name)),
        )  # fmt: skip
        widgets.as_field(appearance, "sessions-client", dpg.mvCombo)
        widgets.tick(
            appearance, "sessions-flagged", said("home.sessions.flagged"), model.flagged, notes.later(model.only_flagged), 500, 74, 230,
        )  # fmt: skip
        surface.text(appearance, "sessions-place", theme.SMALL, appearance.palette.quiet, 0, (744, 80))
        for column, (name, words, pages) in enumerate((("before", "<", -1), ("after", ">", 1))):
            widgets.button(
                appearance,
                f"sessions-{name}",
                words,
                notes.later(partial(model.turn, pages)),
                944 + column * 50,
                70,
                44,
                40,
            )

    def _column_w(self, name: Sort) -> float:
        ends = [*COLUMNS.values(), FLAGS_X]
        return ends[ends.index(COLUMNS[name]) + 1] - COLUMNS[name] - 4

    def close(self) -> None:
        dpg.delete_item("sessions-pictures")
        files.away("sessions-export-file")

    # -- every so often -------------------------------------------------------------------------------------------

    def show(self) -> None:
        if self.model.version != self._listed:
            self._listed = self.model.version
            self._show_columns()
            self._show_rows()
        elif self._listed == 0:
            surface.set_text("sessions-place", self.model.place)
        self._show_pictures()

    def _show_columns(self) -> None:
        model = self.model
        for name in COLUMNS:
            arrow = (" ↓" if model.descending else " ↑") if name == model.sort else ""
            surface.set_text(f"sessions-by-{name}-name", self.said(f"home.sessions.column.{name}") + arrow)
        surface.set_text("sessions-place", model.place if model.total else "")
        dpg.configure_item("sessions-client", items=model.client_names)
        dpg.set_value("sessions-client", model.client_name)

    def _show_rows(self) -> None:
        lines = self.model.lines()
        dpg.delete_item("sessions-list", children_only=True)
        self._folders, self._seen = [line.folder for line in lines], [None] * len(lines)
        dpg.push_container_stack("sessions-list")
        for number, line in enumerate(lines):
            self._row(number, line, GAP + number * (ROW_H + GAP))
        if not lines:
            widgets.text(self.appearance, "sessions-none", self.model.place, 16, 16, wrap=WIDTH - 60)
        dpg.pop_container_stack()

    def _row(self, number: int, line: Line, y: float) -> None:
        appearance, notes, model, palette = self.appearance, self.home.notes, self.model, self.appearance.palette
        tag = f"sessions-row-{number}"
        widgets.tick(
            appearance, f"{tag}-tick", " ", line.ticked, notes.later(partial(model.tick, line.folder)), 8, y + 26
        )
        widgets.button(
            appearance, tag, " ", notes.later(partial(model.choose, line.folder)), ROW_X, y, END_X - ROW_X, ROW_H,
            kind="chosen" if line.ticked else "quiet",
        )  # fmt: skip
        dpg.add_image(
            f"sessions-picture-{number}", tag=f"{tag}-picture", show=False, width=appearance.px(PICTURE_W), height=appearance.px(PICTURE_H),
            pos=(appearance.px(ROW_X + 6), appearance.px(y + 6)),
        )  # fmt: skip
        self._line(f"{tag}-date", line.date, DATE_X, y + 14, CLIENT_X - DATE_X - 12)
        widgets.text(
            appearance, f"{tag}-gait", "" if line.trouble else line.gait, DATE_X, y + 46, theme.SMALL, palette.quiet
        )
        self._line(f"{tag}-client", line.client, CLIENT_X, y + 28, CLIENT_W)
        if line.trouble:
            words = self._as_fits((line.trouble,), END_X - LEFT_X - 8)
            widgets.text(
                appearance, f"{tag}-trouble", words, LEFT_X, y + 8, theme.SMALL, palette.warn, END_X - LEFT_X - 8
            )
            return
        self._line(f"{tag}-left", line.left, LEFT_X, y + 28, DROP_W)
        self._line(f"{tag}-right", line.right, RIGHT_X, y + 28, DROP_W)
        widgets.text(
            appearance, f"{tag}-flags", self._as_fits(line.flags, FLAGS_W), FLAGS_X, y + 8, theme.SMALL, wrap=FLAGS_W
        )

    def _line(self, tag: str, words: str, x: float, y: float, width: float) -> None:
        """A text in one line, cut where it is too long for its column."""
        appearance = self.appearance
        size = theme.NORMAL if surface.fits(appearance, words, theme.NORMAL, width) else theme.SMALL
        while len(words) > 1 and not surface.fits(appearance, words, size, width):
            words = words[:-2] + "…"
        widgets.text(appearance, tag, words, x, y if size == theme.NORMAL else y + 3, size)

    def _as_fits(self, several: tuple[str, ...], width: float) -> str:
        """As many of the words as the row has room for, and how many more there are; else only how many."""
        for count in range(len(several), 0, -1):
            left_out = len(several) - count
            more = () if not left_out else (self.said("home.sessions.more", count=left_out),)
            words = " · ".join((*several[:count], *more))
            if self._is_low_enough(words, width):
                return words
        if len(several) > 1:
            return self.said("home.sessions.many", count=len(several))
        words = several[0] if several else ""
        while len(words) > 1 and not self._is_low_enough(words, width):
            words = words[:-2] + "…"
        return words

    def _is_low_enough(self, words: str, width: float) -> bool:
        font = self.appearance.font(theme.SMALL)
        if not dpg.does_item_exist(font):
            return True
        size = dpg.get_text_size(words, font=font, wrap_width=width)
        return size is None or size[1] <= ROW_H - 12

    def _show_pictures(self) -> None:
        for number, folder in enumerate(self._folders):
            if self._seen[number] is None and (small := self.model.pictures.of(folder)) is not None:
                self._seen[number] = picture = small.astype(np.float32) / 255
                dpg.set_value(f"sessions-picture-{number}", picture)
                dpg.show_item(f"sessions-row-{number}-picture")

    # -- what is asked for ----------------------------------------------------------------------------------------

    def _choose_client(self, name: str) -> None:
        self.model.choose_client(self.model.client_names.index(name))

    def _ask_for_file(self) -> None:
        """Where the session that is ticked shall be written."""
        if not self.model.actions.can_export:
            return
        files.dialog(
            self.appearance, self.home.notes, "sessions-export-file", self.said("home.sessions.export"), self._export,
            endings=self.model.actions.export_endings, name=self.model.actions.export_name(), start=places.home() or Path(),
        )  # fmt: skip
        dpg.show_item("sessions-export-file")

    def _export(self, paths: list[Path]) -> None:
        self.model.actions.export(paths[0])
