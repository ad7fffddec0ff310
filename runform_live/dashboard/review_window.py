"""The review window (Dear PyGui): a session on its time line, frame by frame, with what was measured drawn in."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import cv2
import dearpygui.dearpygui as dpg
import numpy as np
import numpy.typing as npt

from runform_live import overlay, quantities, texts
from runform_live.capture.sources import Picture
from runform_live.config import ScreenSettings
from runform_live.dashboard import keys, surface, theme
from runform_live.dashboard.notes import Notes
from runform_live.dashboard.review_line import TimeLine
from runform_live.dashboard.review_recording import Recording
from runform_live.dashboard.review_tip import Tip
from runform_live.dashboard.screen import fitting
from runform_live.errors import RunformError
from runform_live.export import clip
from runform_live.messages import SIDES, VIEW_UNSURE, Side
from runform_live.session import events
from runform_live.session.reader import Session

VIEW_W, VIEW_H = 856, 482  # of the picture, in units of the design
CLIP_S = 1.5  # before and after the frame that is shown
MOST_AVERAGED = 20
ROWS = 6


class ReviewWindow:
    """One session, or two in step by their gait phase. `run` until it is closed."""

    def __init__(
        self, sessions: list[Session], screen: ScreenSettings, size_px: tuple[int, int] = theme.DESIGN_PX
    ) -> None:
        flags = {flag for session in sessions for flag in session.summary.flags}
        self._texts = quantities.said_of(flags, texts.load(screen.language)[0])
        self._recordings = [Recording(session) for session in sessions]
        self.model = self._recordings[0].model
        self._mode = "two" if len(sessions) > 1 else "one"
        self._words = next((why for one in self._recordings if (why := one.found.why(self._texts))), "")
        if VIEW_UNSURE in flags:
            self._words = quantities.flag_words(VIEW_UNSURE, self._texts)
        self._notes = Notes()
        self._work: Iterator[str] | None = None
        self._means: dict[Side, npt.NDArray[np.float64]] = {}
        self._counts: dict[Side, int] = {}
        self._typing = False
        self._focus_after = 0  # frames until the note, which must be drawn first, takes the keyboard
        self._screen, self._size_px = screen, fitting(size_px)
        self._appearance = surface.appearance_for(self._size_px, screen.large_text, screen.light)
        self._open()

    # -- building -------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        appearance, palette = self._appearance, self._appearance.palette
        dpg.create_context()
        surface.load_fonts(appearance)
        self._texture = np.zeros((VIEW_H, VIEW_W, 3), np.float32)
        with dpg.texture_registry():
            dpg.add_raw_texture(VIEW_W, VIEW_H, self._texture, format=dpg.mvFormat_Float_rgb, tag="view")
        with dpg.window(tag="main", no_scrollbar=True, no_scroll_with_mouse=True):
            surface.text(appearance, "head", theme.NORMAL, palette.text, pos=(12, 8))
            with dpg.group(pos=(appearance.px(8), appearance.px(44))):
                dpg.add_image("view", width=appearance.px(VIEW_W), height=appearance.px(VIEW_H))
            with surface.box(appearance, VIEW_W + 16, 44, 1280 - VIEW_W - 24, VIEW_H):
                for tag in ("time", "speed", "here"):
                    surface.text(appearance, tag, theme.NORMAL, palette.text)
                surface.text(appearance, "change", theme.SMALL, palette.text, 380)
                surface.text(appearance, "worst", theme.SMALL, palette.quiet)
                for row in range(ROWS):
                    surface.text(appearance, f"worst-{row}", theme.SMALL, palette.text)
                for row in range(ROWS):
                    surface.text(appearance, f"said-{row}", theme.SMALL, palette.quiet, 380)
            self._line = TimeLine(appearance, self.model, self._texts, x=16, y=530)
            surface.text(appearance, "legend", theme.SMALL, palette.quiet, pos=(16, 624))
            surface.text(appearance, "words", theme.NORMAL, palette.warn, 1240, pos=(16, 648))
            with dpg.group(pos=(appearance.px(16), appearance.px(644))):
                dpg.add_input_text(tag="note", hint=self._texts("review.note_hint"), on_enter=True, show=False,
                                   width=appearance.px(800), callback=lambda: self._notes.add(self._save_note))  # fmt: skip
            with dpg.group(pos=(appearance.px(12), appearance.px(684))):
                keys.line(appearance, self._texts, "review", self._press)
        self._tip = Tip(appearance)
        surface.bind_colours(palette)
        self._listen()
        dpg.create_viewport(
            title="runform review", x_pos=0, y_pos=0, width=self._size_px[0], height=self._size_px[1], vsync=True
        )
        dpg.setup_dearpygui()
        dpg.show_viewport()
        dpg.set_primary_window("main", True)
        self._line.draw()

    def _listen(self) -> None:
        model = self.model
        self._bindings: dict[int, Callable[[], None]] = {
            dpg.mvKey_Spacebar: self._play, dpg.mvKey_Left: lambda: model.step(-1), dpg.mvKey_Right: lambda: model.step(1),
            dpg.mvKey_Up: lambda: model.step_stance(-1), dpg.mvKey_Down: lambda: model.step_stance(1),
            dpg.mvKey_Minus: model.slower, dpg.mvKey_Plus: model.faster, dpg.mvKey_W: self._next_worst,
            dpg.mvKey_O: self._other_overlay, dpg.mvKey_V: lambda: self._switch("midstances"),
            dpg.mvKey_M: self._begin_mean, dpg.mvKey_N: self._begin_note, dpg.mvKey_E: self._begin_clip,
            dpg.mvKey_Escape: self._escape,
        }  # fmt: skip
        self._rank = -1
        with dpg.handler_registry():
            dpg.add_key_press_handler(callback=lambda _sender, key: self._press(key))
            dpg.add_mouse_down_handler(dpg.mvMouseButton_Left, callback=lambda *_: self._notes.add(self._scrub))

    def _press(self, key: int) -> None:
        """Note a key, from Dear PyGui's thread."""
        self._notes.add(partial(self._pressed, key))

    def _pressed(self, key: int) -> None:
        """Do what a key means; while a note is typed, only Escape means something."""
        wish = self._bindings.get(key)
        if wish is not None and (not self._typing or key == dpg.mvKey_Escape):
            wish()

    # -- wishes ---------------------------------------------------------------------------------------------------

    def _play(self) -> None:
        self.model.playing = not self.model.playing

    def _next_worst(self) -> None:
        self._rank += 1
        self.model.jump_worst(self._rank)

    def _other_overlay(self) -> None:
        self.model.overlay = not self.model.overlay
        self._means.clear()

    def _switch(self, mode: str) -> None:
        usual = "two" if len(self._recordings) > 1 else "one"
        self._mode = usual if self._mode == mode else mode

    def _scrub(self) -> None:
        at_s = None if self._typing else self._line.under_mouse_s()
        if at_s is not None:
            self.model.playing = False
            self.model.seek(at_s)

    def _escape(self) -> None:
        if self._typing:
            self._end_typing()
        else:
            dpg.stop_dearpygui()

    def _begin_note(self) -> None:
        self._typing = True
        dpg.configure_item("note", show=True)
        dpg.set_value("note", "")
        self._focus_after = 2

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
            self._line.draw()

    def _begin_clip(self) -> None:
        self._work = self._save_clip()

    def _save_clip(self) -> Iterator[str]:
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

    def _begin_mean(self) -> None:
        self._switch("mean")
        if self._mode == "mean" and not self._means:
            self._work = self._average()

    def _average(self) -> Iterator[str]:
        """The mean picture of each side at midstance; a stance at a time, so that the window lives on."""
        recording = self._recordings[0]
        half = (VIEW_W // 2, VIEW_H)
        chosen = {side: [s for s in self.model.session.stances if s.side == side][:MOST_AVERAGED] for side in SIDES}
        done, total = 0, sum(len(stances) for stances in chosen.values())
        for side, stances in chosen.items():
            mean, count = np.zeros((VIEW_H, VIEW_W // 2, 3)), 0
            for stance in stances:
                frame = self.model.frame_at(stance.midstance_s)
                picture = None if frame is None else recording.runner(frame, half)
                done += 1
                if picture is not None:
                    count += 1
                    mean += (picture - mean) / count
                    self._means[side], self._counts[side] = mean, count
                yield self._texts("review.averaging", done=done, all=total)
        yield ""

    # -- every frame ----------------------------------------------------------------------------------------------

    def run(self, each_frame: Callable[[], None] | None = None) -> None:
        """Until the window is closed; `each_frame` is called after every frame (for tests)."""
        last_s = time.monotonic()
        while dpg.is_dearpygui_running():
            for note in self._notes.take():
                note()
            now_s = time.monotonic()
            self.model.play_on(now_s - last_s)
            last_s = now_s
            if self._work is not None:
                step = next(self._work, None)
                self._work, self._words = (None, self._words) if step is None else (self._work, step)
            self.show()
            dpg.render_dearpygui_frame()
            if self._focus_after:
                self._focus_after -= 1
                if not self._focus_after:
                    dpg.focus_item("note")
            if each_frame is not None:
                each_frame()

    def show(self) -> None:
        """Put the model's values into the window."""
        model, said = self.model, self._texts
        summary, info = model.session.summary, model.session.info
        surface.set_text("head", said("review.head", started=info.began(), count=len(model.session.stances),
                                 cadence=quantities.cadence(summary.cadence_spm)))  # fmt: skip
        surface.set_text("time", said("review.time", time=model.time_s, end=model.end_s, frame=model.frame + 1))
        state = said("review.playing") if model.playing else said("review.standing_still")
        surface.set_text("speed", said("review.speed", state=state, slower=1 / model.speed))
        here = model.stance_here()
        words = said("review.no_stance") if here is None else said(
            "review.stance", leg=said(f"leg.{here.side}"), value=model.value_words(here)
        )  # fmt: skip
        surface.set_text("here", words)
        self._show_changes()
        self._show_lists()
        surface.set_text("words", "" if self._typing else self._words)
        legend = f"{quantities.name(model.metric, said)}: ▲ {said('live.left')}  ▼ {said('live.right')}"
        surface.set_text("legend", f"{legend}     {said('review.change.legend')}" if model.parts else legend)
        self._show_picture()
        self._line.point()

    def _show_changes(self) -> None:
        """What changed in the parts of the run in which one stands, and beside the mouse in those that it points at."""
        model, said = self.model, self._texts
        here, pointed = model.parts_at(model.time_s), self._line.parts_under_mouse()
        surface.set_text("change", model.parts_words(here, said))
        dpg.configure_item("change", show=bool(here))
        self._tip.show(model.parts_words(pointed, said), over="line")

    def _show_lists(self) -> None:
        model, said = self.model, self._texts
        surface.set_text("worst", said("review.worst"))
        worst = model.worst()
        for row in range(ROWS):
            words = ""
            if row < len(worst):
                s = worst[row]
                words = said("review.worst_row", rank=row + 1, time=s.midstance_s, leg=said(f"leg.{s.side}"), value=model.value_words(s))  # fmt: skip
            surface.set_text(f"worst-{row}", words)
        near = [(at_s, said("review.cue_row", time=at_s, text=words)) for at_s, words in model.cues()]
        near += [(at_s, said("review.note_row", time=at_s, text=words)) for at_s, words in model.notes]
        near = sorted(sorted(near, key=lambda one: abs(one[0] - model.time_s))[:ROWS])
        for row in range(ROWS):
            surface.set_text(f"said-{row}", near[row][1] if row < len(near) else "")

    def _show_picture(self) -> None:
        shown = np.zeros((VIEW_H, VIEW_W, 3), np.uint8)
        shown[:] = self._appearance.palette.panel[::-1]
        half = VIEW_W // 2
        if self._mode == "one":
            self._place(shown, self._recordings[0].drawn(self.model.frame), 0, VIEW_W)
        elif self._mode == "two":
            other = self._recordings[1]
            phase = self.model.phase(self.model.time_s)
            at_s = None if phase is None else other.model.time_at(phase)
            self._place(shown, self._recordings[0].drawn(self.model.frame), 0, half, self._texts("review.first"))
            frame = None if at_s is None else other.model.frame_at(at_s)
            if at_s is not None and frame is not None:
                other.model.seek(at_s)
                self._place(shown, other.drawn(frame), half, half, self._texts("review.second"))
        else:
            for side, left in (("left", 0), ("right", half)):
                self._place_side(shown, side, left)  # type: ignore[arg-type]
        np.multiply(cv2.cvtColor(shown, cv2.COLOR_BGR2RGB), np.float32(1 / 255), out=self._texture, dtype=np.float32)
        dpg.set_value("view", self._texture)

    def _place_side(self, shown: Picture, side: Side, left: int) -> None:
        if self._mode == "mean":
            if side in self._means:
                shown[:, left : left + VIEW_W // 2] = self._means[side].astype(np.uint8)
                self._caption(shown, self._texts(f"review.{side}_mean", count=self._counts[side]), left)
            return
        stance = self.model.midstance_near(side)
        if stance is not None:
            frame = self.model.frame_at(stance.midstance_s)
            picture = None if frame is None else self._recordings[0].runner(frame, (VIEW_W // 2, VIEW_H))
            words = self._texts(f"review.{side}_mid", value=self.model.value_words(stance), time=stance.midstance_s)
            self._place(shown, picture, left, VIEW_W // 2, words)

    def _place(self, shown: Picture, picture: Picture | None, left: int, width: int, words: str = "") -> None:
        if picture is None:
            self._words = self._words or self._texts("review.no_picture_here")
        elif picture.shape[:2] == (VIEW_H, width):
            shown[:, left : left + width] = picture
        else:
            small, _, _ = overlay.upright_copy(picture, width, VIEW_H, None)
            shown[:, left : left + width] = small
        self._caption(shown, words, left)

    @staticmethod
    def _caption(shown: Picture, words: str, left: int) -> None:
        """Words over the picture; OpenCV's letters know no degree sign."""
        if not words:
            return
        plain = words.replace("°", " deg").replace(quantities.UNKNOWN, "-").encode("ascii", "replace").decode()
        (wide, high), _ = cv2.getTextSize(plain, cv2.FONT_HERSHEY_SIMPLEX, 0.5, 1)
        cv2.rectangle(shown, (left, 0), (left + wide + 20, high + 18), (0, 0, 0), -1)
        cv2.putText(shown, plain, (left + 10, high + 9), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (255, 255, 255), 1, cv2.LINE_AA)

    def screenshot(self, path: Path) -> None:
        """Write what the window shows to a PNG with its next frame."""
        dpg.output_frame_buffer(str(path))
        dpg.render_dearpygui_frame()

    def close(self) -> None:
        for recording in self._recordings:
            if recording.pictures is not None:
                recording.pictures.close()
        dpg.destroy_context()
