"""A window of Dear PyGui as all of the program's windows have it: its size, its appearance, and what keys and clicks have asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import dearpygui.dearpygui as dpg

from runform_live.config import ScreenSettings
from runform_live.dashboard import surface, theme
from runform_live.dashboard.notes import Notes
from runform_live.dashboard.surface import Appearance

Size = tuple[int, int]  # width and height (px)


class Viewport:
    """Owns the Dear PyGui context. Everything that is drawn lies in its item "main".

    `stale` says that the page must be built anew: for another text size, palette or window size, or because somebody set it.
    """

    def __init__(
        self, size_px: Size, screen: ScreenSettings, pressed: Callable[[int], object], notes: Notes | None = None
    ) -> None:
        """pressed: does what a key means, between two frames. notes: where callbacks add what they want; None: an own queue."""
        self.size_px = size_px
        self.notes = notes or Notes()
        self.stale = False
        self._pressed = pressed
        self._large_text, self._light = screen.large_text, screen.light
        self._is_there = False  # the system's window
        self._clear_in: theme.Colour = (0, 0, 0)
        dpg.create_context()
        dpg.add_window(tag="main", no_scrollbar=True, no_scroll_with_mouse=True)
        with dpg.handler_registry():
            dpg.add_key_press_handler(callback=lambda _sender, code: self.press(code))

    def open(
        self, title: str, left_px: int = 0, top_px: int = 0, *, asked_to_close: Callable[[], object] | None = None
    ) -> None:
        """Show the window. asked_to_close: it then stays open when its cross is clicked, and this is done."""
        dpg.create_viewport(
            title=title, x_pos=left_px, y_pos=top_px, width=self.size_px[0], height=self.size_px[1], vsync=True,
            disable_close=asked_to_close is not None, clear_color=[*self._clear_in],
        )  # fmt: skip
        self._is_there = True
        dpg.setup_dearpygui()
        dpg.set_viewport_resize_callback(lambda *_: self.notes.add(self._resized))
        if asked_to_close is not None:
            dpg.set_exit_callback(lambda *_: self.notes.add(asked_to_close))
        dpg.show_viewport()
        dpg.set_primary_window("main", True)
        # Dear PyGui takes this back from a window that becomes the primary one.
        dpg.configure_item("main", no_background=True)

    def press(self, code: int) -> None:
        """Note a key that was pressed, or a button that stands for it. What it means depends on the keys before it."""
        self.notes.add(partial(self._pressed, code))

    def do_notes(self) -> None:
        """Do what keys, clicks and the window itself have asked for since the last frame, in their order."""
        for note in self.notes.take():
            note()

    @property
    def appearance(self) -> Appearance:
        return surface.appearance_for(self.size_px, self._large_text, self._light)

    def fill(self, page: surface.Built, panels_stay: bool = False) -> None:
        """Show a page, made with the present appearance. panels_stay: they are never hidden, and have no round corners."""
        surface.fill(self.appearance, page)
        self._clear_in = surface.lay_ground(self.appearance.palette, self.size_px if panels_stay else None)
        if self._is_there:
            dpg.set_viewport_clear_color([*self._clear_in])
        self.stale = False

    def words(self) -> str:
        """How it is drawn, in words."""
        return " ".join(["light" if self._light else "dark", *(["large"] if self._large_text else [])])

    def other_text(self) -> None:
        self._large_text, self.stale = not self._large_text, True

    def other_light(self) -> None:
        self._light, self.stale = not self._light, True

    @staticmethod
    def fullscreen() -> None:
        dpg.toggle_viewport_fullscreen()

    def _resized(self) -> None:
        self.size_px, self.stale = (dpg.get_viewport_client_width(), dpg.get_viewport_client_height()), True

    @staticmethod
    def screenshot(path: str) -> None:
        """Write what the window shows to a PNG with its next frame."""
        dpg.output_frame_buffer(path)
        dpg.render_dearpygui_frame()

    @staticmethod
    def is_open() -> bool:
        return bool(dpg.is_dearpygui_running())

    @staticmethod
    def close() -> None:
        dpg.destroy_context()
