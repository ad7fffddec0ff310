"""The review window (Dear PyGui): a session on its time line, frame by frame, with what was measured drawn in."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import dearpygui.dearpygui as dpg

from runform_live import quantities, texts
from runform_live.config import ScreenSettings
from runform_live.dashboard import keys, theme
from runform_live.dashboard.monitors import fitting
from runform_live.dashboard.review_model import ReviewModel
from runform_live.dashboard.review_page import ReviewPage
from runform_live.dashboard.review_picture import ReviewPicture
from runform_live.dashboard.review_recording import Recording
from runform_live.dashboard.viewport import Viewport
from runform_live.errors import RunformError
from runform_live.export import clip
from runform_live.messages import VIEW_UNSURE
from runform_live.session import events
from runform_live.session.reader import Session

CLIP_S = 1.5  # before and after the frame that is shown
FOCUS_AFTER = 2  # frames until the note, which must be drawn first, takes the keyboard


class ReviewWindow:
    """One session, or two in step by their gait phase. `run` until it is closed."""

    def __init__(
        self, sessions: list[Session], screen: ScreenSettings, size_px: tuple[int, int] = theme.DESIGN_PX
    ) -> None:
        flags = {flag for session in sessions for flag in session.summary.flags}
        self._texts = quantities.said_of(flags, texts.load(screen.language)[0])
        self._recordings = [Recording(session) for session in sessions]
        self.model: ReviewModel = self._recordings[0].model
        self.picture = ReviewPicture(self._recordings, self._texts)
        self._words = next((why for one in self._recordings if (why := one.found.why(self._texts))), "")
        if VIEW_UNSURE in flags:
            self._words = quantities.flag_words(VIEW_UNSURE, self._texts)
        self._work: Iterator[str] | None = None  # takes longer than a frame; each step tells how far it is
        self._typing = False
        self._focus_after = 0
        self.viewport = Viewport(fitting(size_px), screen, self._pressed)
        press, notes = self.viewport.press, self.viewport.notes
        self._page = ReviewPage(
            self.model, self.picture, self.viewport.appearance, self._texts, press, lambda: notes.add(self._save_note)
        )
        self.viewport.fill(self._page)
        with dpg.handler_registry():
            dpg.add_mouse_down_handler(dpg.mvMouseButton_Left, callback=lambda *_: notes.add(self._scrub))
        self.viewport.open("runform review")

    # -- what keys and clicks ask for -----------------------------------------------------------------------------

    def _pressed(self, code: int) -> None:
        """Do what a key means; while a note is typed, only Escape means something."""
        does = keys.bindings({"review": self}).get(code)
        if does is not None and (not self._typing or code == dpg.mvKey_Escape):
            does()

    def _scrub(self) -> None:
        at_s = None if self._typing else self._page.line.under_mouse_s()
        if at_s is not None:
            self.model.playing = False
            self.model.seek(at_s)

    def escape(self) -> None:
        """Leave the note, or else the window."""
        if self._typing:
            self._end_typing()
        else:
            dpg.stop_dearpygui()

    def other_overlay(self) -> None:
        """Draw what was measured into the picture, or not."""
        self.model.overlay = not self.model.overlay
        self.picture.forget_means()

    def show_midstances(self) -> None:
        self.picture.switch("midstances")

    def show_mean(self) -> None:
        self.picture.switch("mean")
        if self.picture.lacks_means:
            self._work = self.picture.average()

    def begin_note(self) -> None:
        self._typing = True
        dpg.configure_item("note", show=True)
        dpg.set_value("note", "")
        self._focus_after = FOCUS_AFTER

    def _end_typing(self) -> None:
        self._typing = False
        dpg.configure_item("note", show=False)

    def _save_note(self) -> None:
        said = str(dpg.get_value("note")).strip()
        self._end_typing()
        if said:
            try:
                events.add(self.model.session.folder, "note", self.model.time_s, said)
            except RunformError as trouble:
                self._words = str(trouble)
                return
            self.model.note_here(said)
            self._page.line.draw()

    def save_clip(self) -> None:
        """Write the seconds around this frame as a film."""
        self._work = self._saving_clip()

    def _saving_clip(self) -> Iterator[str]:
        recording, now_s = self._recordings[0], self.model.time_s
        if recording.pictures is None:
            yield self._texts("review.no_pictures")
            return
        path = self.model.session.folder / f"clip-{now_s:07.2f}s.mp4"
        yield self._texts("review.saving", done=0, all="…")
        try:
            clip.write(
                path, recording.pictures, self.model.times_s, recording.landmarks, now_s - CLIP_S, now_s + CLIP_S
            )
            yield self._texts("review.saved", path=path)
        except RunformError as trouble:
            yield str(trouble)

    # -- every frame ----------------------------------------------------------------------------------------------

    def run(self, each_frame: Callable[[], None] | None = None) -> None:
        """Until the window is closed; `each_frame` is called after every frame (for tests)."""
        last_s = time.monotonic()
        while self.viewport.is_open():
            self.viewport.do_notes()
            now_s = time.monotonic()
            self.model.play_on(now_s - last_s)
            last_s = now_s
            self._work_on()
            self.show()
            dpg.render_dearpygui_frame()
            self._focus_on()
            if each_frame is not None:
                each_frame()

    def _work_on(self) -> None:
        if self._work is not None:
            words = next(self._work, None)
            if words is None:
                self._work = None
            else:
                self._words = words

    def _focus_on(self) -> None:
        if self._focus_after:
            self._focus_after -= 1
            if not self._focus_after:
                dpg.focus_item("note")

    def show(self) -> None:
        """Put the model's values into the window."""
        self._page.show("" if self._typing else self._words)
        if self.picture.missing and not self._words:
            self._words = self._texts("review.no_picture_here")

    def screenshot(self, path: Path) -> None:
        """Write what the window shows to a PNG with its next frame."""
        self.viewport.screenshot(str(path))

    def close(self) -> None:
        for recording in self._recordings:
            if recording.pictures is not None:
                recording.pictures.close()
        self.viewport.close()
