"""The clinician's page during a run: all that the second layer of the runner's window shows, and notes, blocks, pause and end."""

from __future__ import annotations

from collections.abc import Callable

import dearpygui.dearpygui as dpg

from runform_live.dashboard import key_line, number_model, status_model, surface, theme
from runform_live.dashboard.clinician_model import ClinicianModel
from runform_live.dashboard.detail_page import DetailPage
from runform_live.dashboard.page import GAP
from runform_live.dashboard.surface import Appearance

TOP = 316.0  # of what is below the table
LEFT_W, RIGHT_X = 844.0, 860.0
BOTTOM_Y = 514.0  # of the buttons and the lines below them
NOTES_Y = 424.0
WORDS = LEFT_W - 24  # the width of a line of the status


class ClinicianPage(DetailPage):
    """`act` notes which button was clicked: one of BUTTONS, or "save"."""

    BUTTONS = (("with", "without", "end_block"), ("feedback", "pause", "end"))

    def __init__(
        self,
        clinician: ClinicianModel,
        appearance: Appearance,
        press: Callable[[int], None],
        act: Callable[[str], None],
    ) -> None:
        super().__init__(clinician.run, appearance, press)
        self._clinician, self._act = clinician, act

    def build(self) -> None:
        appearance, said, palette = self.appearance, self._clinician.texts, self.appearance.palette
        with surface.theme_in_place("theme-acts", dpg.mvButton):
            dpg.add_theme_color(dpg.mvThemeCol_Button, palette.scale)
            dpg.add_theme_color(dpg.mvThemeCol_ButtonHovered, palette.target)
            dpg.add_theme_color(dpg.mvThemeCol_ButtonActive, palette.background)
            dpg.add_theme_color(dpg.mvThemeCol_Text, palette.text)
            dpg.add_theme_style(dpg.mvStyleVar_FramePadding, appearance.px(10), appearance.px(5))
        self.table()
        with surface.box(appearance, GAP, TOP, 440, BOTTOM_Y - TOP - GAP):
            surface.text(appearance, "plot-head", theme.SMALL, palette.text)
        self.plot(GAP + 1, TOP + 30, 438, BOTTOM_Y - TOP - GAP - 31, small=True)
        with surface.box(appearance, 456, TOP, 396, BOTTOM_Y - TOP - GAP, "aside"):
            self.health()
        with surface.theme_in_place("theme-close"):  # the lines are close together
            dpg.add_theme_style(dpg.mvStyleVar_ItemSpacing, appearance.px(8), 1)
        dpg.bind_item_theme("aside", "theme-close")
        self.question(456, TOP, 396, BOTTOM_Y - TOP - GAP, theme.NORMAL)
        with surface.box(appearance, GAP, BOTTOM_Y, LEFT_W, theme.DESIGN_PX[1] - BOTTOM_Y - GAP):
            for row in self.BUTTONS:
                with dpg.group(horizontal=True, horizontal_spacing=appearance.px(GAP)):
                    for name in row:
                        self._button(name, said(f"clinician.{name}") if name in self.BUTTONS[0] else "")
            surface.text(appearance, "status", theme.NORMAL, palette.text, WORDS)
            surface.text(appearance, "advice", theme.SMALL, palette.warn, WORDS)
            surface.text(appearance, "other", theme.SMALL, palette.quiet, WORDS)
        with surface.box(appearance, RIGHT_X, TOP, theme.DESIGN_PX[0] - RIGHT_X - GAP, NOTES_Y - TOP - GAP):
            surface.text(appearance, "programme", theme.SMALL, palette.text, 396)
            surface.text(appearance, "block", theme.NORMAL, palette.text, 396)
        self._notes()

    def _notes(self) -> None:
        appearance, said, palette = self.appearance, self._clinician.texts, self.appearance.palette
        width, height = theme.DESIGN_PX[0] - RIGHT_X - GAP, theme.DESIGN_PX[1] - NOTES_Y - GAP
        with surface.box(appearance, RIGHT_X, NOTES_Y, width, height):
            surface.text(appearance, "note-head", theme.NORMAL, palette.text)
            dpg.add_input_text(tag="note", hint=said("clinician.note_hint"), on_enter=True, width=appearance.px(width - 16),
                               default_value=self._clinician.draft, callback=lambda: self._act("save"))  # fmt: skip
            surface.set_font(appearance, "note", theme.NORMAL)
            with dpg.group(horizontal=True, horizontal_spacing=appearance.px(GAP)):
                self._button("save", said("clinician.save"))
                key_line.line(appearance, said, "clinician", self.press)
            with dpg.child_window(tag="noted-box", border=False):
                surface.text(appearance, "noted", theme.SMALL, palette.text, width - 40)

    def _button(self, name: str, label: str) -> None:
        tag = f"act-{name}"
        dpg.add_button(tag=tag, label=label, callback=lambda: self._act(name))
        dpg.bind_item_theme(tag, "theme-acts")
        surface.set_font(self.appearance, tag, theme.SMALL)

    def show(self, now_s: float) -> None:
        clinician, run, palette = self._clinician, self.model, self.appearance.palette
        self.show_measured(now_s)
        surface.set_text("plot-head", clinician.texts("live.axis", name=number_model.trained_name(run)))
        programme = clinician.programme_words()
        surface.set_text("programme", programme)
        dpg.configure_item("programme", show=bool(programme))
        surface.set_text("block", clinician.block_words())
        surface.set_text("note-head", clinician.note_words())
        surface.set_text("noted", clinician.noted_words())
        dpg.configure_item("act-end_block", show=clinician.in_block)
        dpg.configure_item("act-feedback", label=clinician.feedback_words())
        dpg.configure_item("act-pause", label=clinician.pause_words(now_s))
        dpg.configure_item("act-end", label=clinician.end_words(now_s))
        status, advice = status_model.status(run, now_s), status_model.advice(run)
        words = status.words if clinician.complete else clinician.texts("clinician.waiting")
        surface.set_text_in_line(self.appearance, "status", words, WORDS)
        dpg.configure_item("status", color=palette.warn if status.warns else palette.text)
        surface.set_text("advice", advice)
        dpg.configure_item("advice", show=bool(advice))
        surface.set_text("other", f"{status_model.sound_words(run)} · {status_model.record_words(run)}")
