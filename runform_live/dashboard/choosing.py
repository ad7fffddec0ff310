"""Choosing a source before anything runs: a camera, a file or the demo."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import dearpygui.dearpygui as dpg

from runform_live.dashboard.choose_page import ChoosePage
from runform_live.dashboard.viewport import Viewport
from runform_live.texts import Texts

if TYPE_CHECKING:
    from runform_live.capture.previews import Previews

LOOK_AGAIN_S = 2.0  # for cameras


class Choosing:
    """Shows the page of sources until one is chosen or the person leaves."""

    def __init__(self, viewport: Viewport, said: Texts, mirrored: bool) -> None:
        """mirrored: the tick for mirrored pictures is set."""
        self.viewport, self._said, self.mirrored = viewport, said, mirrored
        self._page: ChoosePage | None = None
        self._chosen: str | None = None
        self._left = False

    def run(self, previews: Previews) -> str | None:
        """The source, as `--source` takes it; None where the person left."""
        page = self._page or self.show()
        look_again_s = time.monotonic() + LOOK_AGAIN_S
        while self.viewport.is_open() and self._chosen is None and not self._left:
            if time.monotonic() > look_again_s:
                previews.look_again()
                look_again_s = time.monotonic() + LOOK_AGAIN_S
            self.viewport.do_notes()
            if self.viewport.stale and not page.asks_for_file:
                page = self.show()
            page.show(previews.newest())
            dpg.render_dearpygui_frame()
        return self._chosen

    def show(self) -> ChoosePage:
        """Put the page into the window, made anew."""
        self.close()
        viewport = self.viewport
        page = self._page = ChoosePage(viewport.appearance, self._said, self._chose, viewport.press, self.mirrored)
        viewport.fill(page)
        return page

    def close(self) -> None:
        """Take the page away."""
        if self._page is not None:
            self._page.close()
        self._page = None

    # -- what keys and clicks ask for -----------------------------------------------------------------------------

    def _chose(self, source: str) -> None:
        """Note a source, from Dear PyGui's thread."""
        self.viewport.notes.add(lambda: self.choose(source))

    def choose(self, source: str) -> None:
        self._chosen = source

    def take(self, slot: int) -> None:
        """Choose the camera of a thumbnail, counted from 0, where there is one."""
        if self._page is not None:
            self._page.take(slot)

    def ask_for_file(self) -> None:
        if self._page is not None:
            self._page.ask_for_file()

    def other_mirrored(self) -> None:
        """Set the tick for mirrored pictures, or take it away."""
        self.mirrored = not self.mirrored
        if self._page is not None:
            self._page.tick_mirrored(self.mirrored)

    def leave(self) -> None:
        self._left = True
