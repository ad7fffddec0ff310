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
import zmq

from runform_live import controls
from runform_live.controls import Control
from runform_live.dashboard import keys, screens, surface, theme
from runform_live.dashboard.clinician_model import ClinicianModel
from runform_live.dashboard.clinician_page import ClinicianPage
from runform_live.dashboard.notes import Notes
from runform_live.messages import DecidedView, SoFar
from runform_live.runtime import topology
from runform_live.runtime.bus import Publisher, Received, Subscriber
from runform_live.runtime.run_so_far import unpacked
from runform_live.runtime.stage import MOST_WAITING, StageSetup

VIEWS: tuple[DecidedView, DecidedView] = ("posterior", "anterior")  # in the order of the answers
# Measuring comes first: the window is drawn often only while somebody uses it.
USED_HZ, UNUSED_HZ = 25.0, 5.0
USED_S = 2.0  # after the last move of the mouse or key
ASK_AGAIN_S = 0.5  # for all that has happened, until it is told
LONGEST_END_S = 3.0
NICE = 5  # how far it stands back behind the stages, where the system knows that


class RunFeed:
    """Both ends of the bus: what is told of the run, and what is asked of it."""

    def __init__(self, setup: StageSetup) -> None:
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._wishes = Publisher(self._context, setup.endpoints[topology.CLINICIAN_WISHES], MOST_WAITING, setup.keys)
        self._subscriber = Subscriber()
        address = setup.endpoints[topology.CLINICIAN]
        self._subscriber.connect(self._context, address, ("",), MOST_WAITING, setup.keys)
        self._ask_at_s = 0.0

    def receive(self, wait_s: float) -> Received | None:
        return self._subscriber.receive(wait_s)

    def ask(self, control: Control) -> None:
        self._wishes.send(control)

    def ask_for_all(self, now_s: float) -> None:
        """Ask for all that has happened so far, now and then: the first times nobody may listen yet."""
        if now_s >= self._ask_at_s:
            self._ask_at_s = now_s + ASK_AGAIN_S
            self.ask(controls.SendEverything())

    def close(self) -> None:
        self._wishes.close()
        self._subscriber.close()
        self._context.term()


class ClinicianWindow:
    """Owns the Dear PyGui context; `run` returns when the window was closed or the run is over."""

    def __init__(self, setup: StageSetup, place: screens.Place) -> None:
        screen = setup.config.screen
        self._feed, self._place = RunFeed(setup), place
        self.model = ClinicianModel(setup.config)
        self._size_px = place.width, place.height
        self._large_text, self._light = screen.large_text, screen.light
        self._notes = Notes()
        self._stale = self._unsure = self._typing = self._refocus = False
        self._used_until_s = self._draw_at_s = 0.0
        self._mouse = (0.0, 0.0)
        self.over = False  # the run is
        self._open()

    def _open(self) -> None:
        dpg.create_context()
        dpg.add_window(tag="main", no_scrollbar=True, no_scroll_with_mouse=True)
        with dpg.handler_registry():
            dpg.add_key_press_handler(callback=lambda _sender, key: self._press(key))
        self._build()
        place = self._place
        dpg.create_viewport(
            title=self.model.texts("clinician.title"), x_pos=place.x, y_pos=place.y, width=place.width, height=place.height,
            vsync=True,
        )  # fmt: skip
        dpg.setup_dearpygui()
        dpg.set_viewport_resize_callback(lambda *_: self._notes.add(self._resized))
        dpg.show_viewport()
        dpg.set_primary_window("main", True)

    def _build(self) -> None:
        appearance = surface.appearance_for(self._size_px, self._large_text, self._light)
        self._page = ClinicianPage(self.model, appearance, self._press, self._act)
        surface.fill(appearance, self._page)
        self._stale = False

    # -- keys and buttons -----------------------------------------------------------------------------------------

    def _press(self, key: int) -> None:
        """Note a key, from Dear PyGui's thread."""
        self._notes.add(partial(self._pressed, key))

    def _act(self, name: str) -> None:
        """Note a button, from Dear PyGui's thread."""
        self._notes.add(partial(self._acted, name))

    def _pressed(self, key: int) -> None:
        """Do what a key means; while a note is typed it is a letter."""
        wishes: dict[int, Callable[[], object]] = {
            dpg.mvKey_T: self.other_text, dpg.mvKey_L: self.other_light, dpg.mvKey_F: dpg.toggle_viewport_fullscreen,
        }  # fmt: skip
        for digits, view in zip(keys.DIGITS, VIEWS, strict=True):
            wishes |= dict.fromkeys(digits, partial(self.model.say_view, view))
        if key in wishes and not self._typing:
            wishes[key]()

    def _acted(self, name: str) -> None:
        model, now_s = self.model, time.monotonic()
        acts: dict[str, Callable[[], object]] = {
            "with": lambda: model.begin_block(True), "without": lambda: model.begin_block(False), "end_block": model.end_block,
            "feedback": model.next_feedback, "pause": lambda: model.press_pause(now_s), "end": lambda: model.press_end(now_s),
            "save": self._save_note,
        }  # fmt: skip
        acts[name]()

    def _save_note(self) -> None:
        self.model.typed(str(dpg.get_value("note")))
        self.model.save_note()
        dpg.set_value("note", "")
        self._refocus = True

    def other_text(self) -> None:
        self._large_text, self._stale = not self._large_text, True

    def other_light(self) -> None:
        self._light, self._stale = not self._light, True

    def _resized(self) -> None:
        self._size_px, self._stale = (dpg.get_viewport_client_width(), dpg.get_viewport_client_height()), True

    # -- every frame ----------------------------------------------------------------------------------------------

    def run(self) -> None:
        while dpg.is_dearpygui_running() and not self.over:
            self.step()

    def step(self) -> None:
        """Take what came until it is time to draw, and draw one frame."""
        self._take_messages()
        self._typing = self._typing and bool(dpg.is_item_active("note"))
        for note in self._notes.take():
            self._used_until_s = time.monotonic() + USED_S
            note()
        for wish in self.model.take_wishes():
            self._feed.ask(wish)
        now_s = time.monotonic()
        if not self.model.complete:
            self._feed.ask_for_all(now_s)
        if self.model.run.view_unsure != self._unsure:
            self._unsure, self._stale = self.model.run.view_unsure, True
        if self._stale:
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
            self._stale = True
        elif received.missed:
            self.model.complete = False
        elif self.model.complete:
            self.model.take(received.message, now_s)

    def redraw(self) -> None:
        """Make the page anew and show the model's values at once."""
        self._build()
        self._page.show(time.monotonic())

    def screenshot(self, path: str) -> None:
        """Write what the window shows to a PNG with its next frame."""
        dpg.output_frame_buffer(path)
        dpg.render_dearpygui_frame()

    def close(self) -> None:
        self._feed.close()
        dpg.destroy_context()


def _place(words: list[str]) -> screens.Place:
    """Where the window goes. words: the place of the runner's window, or nothing where there is none."""
    first = screens.Place(*map(int, words)) if words else None
    return screens.second(screens.there(), first, theme.DESIGN_PX)


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
    setup = StageSetup.heard(sys.stdin.buffer.read(length))
    window = ClinicianWindow(setup, _place(sys.argv[1:]))
    threading.Thread(target=_watch, args=(window,), daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt), contextlib.closing(window):
        window.run()
