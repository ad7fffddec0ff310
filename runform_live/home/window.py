"""The home window (Dear PyGui): a menu on the left, one page, a line at the foot. Everything starts from here."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import Any

import dearpygui.dearpygui as dpg

from runform_live.config import Config
from runform_live.dashboard import surface, theme, widgets
from runform_live.dashboard.monitors import fitting
from runform_live.dashboard.viewport import Viewport
from runform_live.home import comparisons
from runform_live.home.page import FOOT_H, GAP, MENU_W, PAGE_H, PAGE_W, PAGE_X, PAGE_Y, Page
from runform_live.home.pages import ENTRIES
from runform_live.home.services import WAIT_S, Home

SHOW_S = 0.1
CLICK_S = 0.15  # from the release of the mouse button until its click was told
FRAME_S = 1 / 30  # nothing moves quickly here, and a run may be measured beside it
SECRET = "question-secret"  # noqa: S105 (the name of the field for a passphrase)
FOOT_LINE = theme.DESIGN_PX[0] - 2 * GAP - 320


class HomeWindow:
    """Owns the Dear PyGui context. `run` until it is closed."""

    def __init__(self, config: Config, size_px: tuple[int, int] = theme.DESIGN_PX, *, file: Path | None = None) -> None:
        """file: where the settings come from; None: the person's own file, where there is one."""
        comparisons.remove_old()
        self.home = Home(config, file)
        self._models: dict[str, Any] = {}
        self.viewport = Viewport(fitting(size_px), config.screen, self._pressed, self.home.notes)
        self._shown_at_s = 0.0
        self._new_fonts = False
        self._clicks_until_s = 0.0
        self._asked: object = None
        self._page: Page[Any] | None = None
        self._built = ""
        dpg.configure_app(keyboard_navigation=True)  # arrows and Tab go from button to button, Space presses
        self._build()
        self.viewport.open("runform")

    def _pressed(self, code: int) -> None:
        """Escape answers a question with no."""
        if code == dpg.mvKey_Escape:
            self.home.answer(False)

    # -- building -------------------------------------------------------------------------------------------------

    def _build(self) -> None:
        """Make the page anew: for another page, text size, palette or window size."""
        if self._page is not None:
            self._page.close()
        appearance = self.viewport.appearance
        self._new_fonts = not dpg.does_item_exist(appearance.font(theme.SMALL))
        surface.load_fonts(appearance)
        surface.bind_colours(appearance.palette)
        dpg.delete_item("main", children_only=True)  # before the themes that are bound to them
        widgets.bind_themes(appearance)
        entry = next(one for one in ENTRIES if one.name == self.home.page)
        if entry.name not in self._models:
            self._models[entry.name] = entry.model(self.home)
        if entry.name != self._built or self.home.opening is not None:
            self._models[entry.name].opened()
        page = self._page = entry.page(self.home, appearance, self._models[entry.name])
        dpg.push_container_stack("main")
        self._menu(appearance)
        with surface.box(appearance, PAGE_X, PAGE_Y, PAGE_W, PAGE_H, tag="page"):
            page.build()
        self._foot(appearance)
        dpg.pop_container_stack()
        self._built, self.viewport.stale, self._shown_at_s = entry.name, False, 0.0

    def _menu(self, appearance: surface.Appearance) -> None:
        home = self.home
        with surface.box(appearance, GAP, GAP, MENU_W, PAGE_H, tag="menu"):
            widgets.text(appearance, "menu-title", "runform live", 12, 12, theme.NORMAL, appearance.palette.quiet)
            for row, entry in enumerate(ENTRIES):
                widgets.button(
                    appearance, f"menu-{entry.name}", home.said(f"home.pages.{entry.name}"),
                    home.notes.later(partial(home.go, entry.name)), 8, 56 + row * 56, MENU_W - 16, 48,
                    kind="chosen" if entry.name == home.page else "quiet",
                )  # fmt: skip
            looks = (("text", self.viewport.other_text), ("light", self.viewport.other_light))
            for row, (name, do) in enumerate(looks):
                widgets.button(
                    appearance, f"menu-{name}", home.said(f"home.{name}"), home.notes.later(do), 8, PAGE_H - 88 + row * 42, MENU_W - 16,
                    38, kind="quiet", sizes=(theme.SMALL,),
                )  # fmt: skip

    def _foot(self, appearance: surface.Appearance) -> None:
        with surface.box(appearance, GAP, PAGE_H + 2 * GAP, theme.DESIGN_PX[0] - 2 * GAP, FOOT_H, tag="foot"):
            surface.text(appearance, "foot-words", theme.NORMAL, appearance.palette.text, 0, (12, 14))
            surface.text(appearance, "foot-work", theme.SMALL, appearance.palette.quiet, 0, (FOOT_LINE + 24, 4))
            dpg.add_progress_bar(
                tag="foot-bar",
                pos=(appearance.px(FOOT_LINE + 24), appearance.px(30)),
                width=appearance.px(280),
                height=appearance.px(16),
                show=False,
            )

    # -- questions ------------------------------------------------------------------------------------------------

    def _show_question(self, appearance: surface.Appearance) -> None:
        """The question that waits for an answer, in front of everything; gone once it is answered."""
        question = self.home.question
        if question is self._asked:
            return
        self._asked = question
        if dpg.does_item_exist("question"):
            dpg.delete_item("question")
        if question is None:
            return
        width, height = 720, 300
        place = ((theme.DESIGN_PX[0] - width) / 2, (theme.DESIGN_PX[1] - height) / 2)
        with dpg.window(
            tag="question", modal=True, no_title_bar=True, no_resize=True, no_move=True, width=appearance.px(width),
            height=appearance.px(height), pos=(appearance.px(place[0]), appearance.px(place[1])),
        ):  # fmt: skip
            widgets.text(appearance, "question-words", question.words, 20, 20, theme.NORMAL, wrap=width - 40)
            if question.typed is not None:
                dpg.add_input_text(
                    tag=SECRET, password=True, on_enter=True, width=appearance.px(width - 40), pos=(appearance.px(20), appearance.px(130)),
                    callback=self.home.notes.later(partial(self._answer, True)),
                )  # fmt: skip
                widgets.as_field(appearance, SECRET, dpg.mvInputText)
                dpg.focus_item(SECRET)
            answers = (("no", self.home.said("home.no"), False), ("yes", question.yes, True))
            for column, (name, words, yes) in enumerate(answers):
                widgets.button(
                    appearance, f"question-{name}", words, self.home.notes.later(partial(self._answer, yes)), 20 + column * 350,
                    height - 72, 330, 52, kind="danger" if yes and question.typed is None else "plain",
                )  # fmt: skip

    def _answer(self, yes: bool) -> None:
        """The answer, with what was typed, where something was to be typed."""
        self.home.answer(yes, dpg.get_value(SECRET) if dpg.does_item_exist(SECRET) else "")

    # -- every frame ----------------------------------------------------------------------------------------------

    def frame(self) -> None:
        """Do what was asked for, and draw once."""
        for note in self.home.notes.take():
            self.home.try_(note)
        page = self._page
        anew = self.viewport.stale or self.home.page != self._built or (page is not None and page.stale)
        if anew and not self._clicks():
            self._asked = None
            if dpg.does_item_exist("question"):
                dpg.delete_item("question")
            self._build()
        page = self._page
        assert page is not None
        if time.monotonic() >= self._shown_at_s:
            self._shown_at_s = time.monotonic() + SHOW_S
            page.show()
            self._show_foot(page.appearance)
        self._show_question(page.appearance)
        dpg.render_dearpygui_frame()
        if self._new_fonts:  # how wide words are is known only once a font was drawn
            self._new_fonts, self.viewport.stale = False, True

    def _clicks(self) -> bool:
        """Whether somebody clicks now. A click is a press and a release on the same widget, and is told a moment later: widgets stay so long."""
        if dpg.is_mouse_button_down(dpg.mvMouseButton_Left):
            self._clicks_until_s = time.monotonic() + CLICK_S
        return time.monotonic() < self._clicks_until_s

    def _show_foot(self, appearance: surface.Appearance) -> None:
        home = self.home
        surface.set_text_in_line(appearance, "foot-words", home.words, FOOT_LINE)
        dpg.configure_item("foot-words", color=appearance.palette.warn if home.warns else appearance.palette.text)
        work = home.works[-1] if home.works else None
        surface.set_text_in_line(appearance, "foot-work", "" if work is None else work.words, 280, (theme.SMALL,))
        dpg.configure_item("foot-bar", show=work is not None and work.share is not None)
        if work is not None and work.share is not None:
            dpg.set_value("foot-bar", work.share)

    def run(self) -> None:
        """Until the window is closed."""
        while self.viewport.is_open():
            began_s = time.monotonic()
            self.frame()
            time.sleep(max(0.0, FRAME_S - (time.monotonic() - began_s)))
        self._finish()

    def _finish(self) -> None:
        """The window was closed: it stays and says so until what must not be cut is done, WAIT_S at most."""
        until_s = time.monotonic() + WAIT_S
        while (works := self.home.unfinished()) and time.monotonic() < until_s:
            self.home.tell(self.home.said("home.finishing", work=works[0].words))
            self.frame()
            time.sleep(FRAME_S)

    def close(self) -> None:
        self.home.close()
        self.viewport.close()
