"""The page of the doctor: a sentence, a button, and a line for each finding."""

from __future__ import annotations

import dearpygui.dearpygui as dpg

from runform_live.dashboard import surface, theme, widgets
from runform_live.home.doctor_model import DoctorModel, Row
from runform_live.home.page import PAGE_H, PAGE_W, Page

LIST_Y, MARK_W, GAP = 132, 44, 12
LIST_W, LIST_H = PAGE_W - 32, PAGE_H - LIST_Y - 16
WORDS_W = LIST_W - MARK_W - 64


class DoctorPage(Page[DoctorModel]):
    """The findings; what is not good first."""

    def build(self) -> None:
        appearance, said, model = self.appearance, self.said, self.model
        widgets.heading(appearance, "doctor-title", said("home.doctor.title"))
        widgets.text(appearance, "doctor-verdict", model.verdict(), 16, 84, theme.NORMAL, wrap=PAGE_W - 32)
        if not model.running:
            widgets.button(
                appearance, "doctor-again", said("home.doctor.again"), self.home.notes.later(model.again), PAGE_W - 236, 16, 220,
                kind="main",
            )  # fmt: skip
        with surface.box(appearance, 16, LIST_Y, LIST_W, LIST_H, tag="doctor-list"):
            for number, row in enumerate(model.rows()):
                self._row(number, row)
        dpg.configure_item("doctor-list", no_scrollbar=False)

    def _row(self, number: int, row: Row) -> None:
        """The height of a line is that of its words: Dear PyGui puts one below the other."""
        appearance, palette = self.appearance, self.appearance.palette
        wrap = appearance.px(WORDS_W)
        with dpg.group(horizontal=True, xoffset=appearance.px(MARK_W)):
            mark = dpg.add_text(row.mark, color=palette.text if row.state == "good" else palette.warn)
            surface.set_font(appearance, mark, theme.BIG)
            with dpg.group(tag=f"doctor-row-{number}"):
                words = [(row.part, theme.NORMAL, palette.text), (row.seen, theme.SMALL, palette.text)]
                words += [(row.advice, theme.SMALL, palette.quiet)] if row.advice else []
                for text, size, colour in words:
                    item = dpg.add_text(text, color=colour, wrap=wrap)
                    surface.set_font(appearance, item, size)
        dpg.add_spacer(height=appearance.px(GAP))
