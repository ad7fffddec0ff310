"""The clinician's window during a run: a process of its own, beside the runner's window or on a second screen.

The main process starts it (`runtime/clinician_end.py`) and gives it the set-up of the run on its standard input, as it gives it to a
stage. When that pipe closes, the run is over and so is the window.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from collections.abc import Callable
from functools import partial

import dearpygui.dearpygui as dpg

from runform_live.dashboard import keys, monitors, theme
from runform_live.dashboard.clinician_model import ClinicianModel
from runform_live.dashboard.clinician_page import ClinicianPage
from runform_live.dashboard.run_feed import RunFeed
from runform_live.dashboard.viewport import Viewport
from runform_live.messages import DecidedView, SoFar
from runform_live.runtime.bus import Received
from runform_live.runtime.run_so_far import unpacked
from runform_live.runtime.stage import StageSetup

# Measuring comes first: the window is drawn often only while somebody uses it.
USED_HZ, UNUSED_HZ = 25.0, 5.0
USED_S = 2.0  # after the last move of the mouse or key
LONGEST_END_S = 3.0
NICE = 5  # how far it stands back behind the stages, where the system knows that


class ClinicianWindow:
    """`run` returns when the window was closed or the run is over."""

    def __init__(self, setup: StageSetup, place: monitors.Rectangle) -> None:
        self._feed = RunFeed(setup)
        self.model = ClinicianModel(setup.config)
        self.viewport = Viewport((place.width, place.height), setup.config.screen, self._pressed)
        self._unsure = self._typing = self._refocus = False
        self._used_until_s = self._draw_at_s = 0.0
        self._mouse = (0.0, 0.0)
        self.over = False  # the run is
        self._build()
        self.viewport.open(self.model.texts("clinician.title"), place.x, place.y)

    def _build(self) -> None:
        self._page = ClinicianPage(self.model, self.viewport.appearance, self.viewport.press, self._act)
        self.viewport.fill(self._page, self._page.panels_stay)

    # -- keys and buttons -----------------------------------------------------------------------------------------

    def _pressed(self, code: int) -> None:
        """Do what a key means; while a note is typed it is a letter."""
        does = keys.bindings({"clinician": self, "ask": self}).get(code)
        if does is not None and not self._typing:
            does()

    def say_view(self, view: DecidedView) -> None:
        """The answer to where the camera is, if that is asked."""
        self.model.say_view(view)

    def _act(self, name: str) -> None:
        """Note a button, from Dear PyGui's thread."""
        self.viewport.notes.add(partial(self._acted, name))

    def _acted(self, name: str) -> None:
        model, now_s = self.model, time.monotonic()
        acts: dict[str, Callable[[], object]] = {
            "with": lambda: model.begin_block(True),
            "without": lambda: model.begin_block(False),
            "end_block": model.end_block,
            "feedback": model.next_feedback,
            "pause": lambda: model.press_pause(now_s),
            "end": lambda: model.press_end(now_s),
            "save": self._save_note,
        }
        acts[name]()

    def _save_note(self) -> None:
        self.model.typed(str(dpg.get_value("note")))
        self.model.save_note()
        dpg.set_value("note", "")
        self._refocus = True

    # -- every frame ----------------------------------------------------------------------------------------------

    def run(self) -> None:
        while dpg.is_dearpygui_running() and not self.over:
            self.step()

    def step(self) -> None:
        """Take what came until it is time to draw, and draw one frame."""
        self._take_messages()
        self._typing = self._typing and bool(dpg.is_item_active("note"))
        for note in self.viewport.notes.take():
            self._used_until_s = time.monotonic() + USED_S
            note()
        for request in self.model.take_requests():
            self._feed.ask(request)
        now_s = time.monotonic()
        if not self.model.complete:
            self._feed.ask_for_all(now_s)
        if self.model.run.view_unsure != self._unsure:
            self._unsure, self.viewport.stale = self.model.run.view_unsure, True
        if self.viewport.stale:
            self._build()
        self._typing = bool(dpg.is_item_active("note"))
        self.model.typed(str(dpg.get_value("note")))
        self._page.show(now_s)
        if self._refocus:
            self._refocus = False
            dpg.focus_item("note")
        dpg.render_dearpygui_frame()
        self._draw_at_s = now_s + 1.0 / (USED_HZ if self._is_used(now_s) else UNUSED_HZ)

    def _is_used(self, now_s: float) -> bool:
        x, y = dpg.get_mouse_pos(local=False)
        if (x, y) != self._mouse or self._typing:
            self._mouse, self._used_until_s = (x, y), now_s + USED_S
        return now_s < self._used_until_s

    def _take_messages(self) -> None:
        while True:
            now_s = time.monotonic()
            received = self._feed.receive(max(0.0, self._draw_at_s - now_s))
            if received is not None:
                self._take(received, now_s)
            elif now_s >= self._draw_at_s:
                return
            if now_s >= self._draw_at_s + 1.0 / UNUSED_HZ:
                return  # more comes than can be taken: draw all the same

    def _take(self, received: Received, now_s: float) -> None:
        if isinstance(received.message, SoFar):
            self.model.begin(unpacked(received.buffers[0].buffer), now_s)
            self.viewport.stale = True
        elif received.missed:
            self.model.complete = False
        elif self.model.complete:
            self.model.take(received.message, now_s)

    def redraw(self) -> None:
        """Make the page anew and show the model's values at once."""
        self._build()
        self._page.show(time.monotonic())

    def close(self) -> None:
        self._feed.close()
        self.viewport.close()


def _place(words: list[str]) -> monitors.Rectangle:
    """Where the window goes. words: the place of the runner's window, or nothing where there is none."""
    first = monitors.Rectangle(*map(int, words)) if words else None
    return monitors.second(monitors.found(), first, theme.DESIGN_PX)


def _watch(window: ClinicianWindow) -> None:
    """The main process closes the pipe when the run is over, and the system does when the main process is gone."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    window.over = True
    time.sleep(LONGEST_END_S)
    os._exit(1)


def main() -> None:
    if hasattr(os, "nice"):  # measuring comes first
        os.nice(NICE)
    length = int(sys.stdin.buffer.readline())
    setup = StageSetup.from_bytes(sys.stdin.buffer.read(length))
    window = ClinicianWindow(setup, _place(sys.argv[1:]))
    threading.Thread(target=_watch, args=(window,), daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt), contextlib.closing(window):
        window.run()
