"""The live window (Dear PyGui): large numbers to be read from the treadmill, the picture, the last two minutes, the health."""

from __future__ import annotations

import subprocess
import time
import webbrowser
from collections.abc import Callable
from functools import partial
from pathlib import Path

import dearpygui.dearpygui as dpg
import numpy as np
import numpy.typing as npt

from runform_live import controls, isolated
from runform_live.capture.previews import MOST_CAMERAS, Previews
from runform_live.config import Config
from runform_live.controls import Control
from runform_live.dashboard import end_model, end_picture, feedback_model, keys, surface, theme
from runform_live.dashboard.choose_page import ChoosePage
from runform_live.dashboard.detail_page import DetailPage
from runform_live.dashboard.end_page import EndPage
from runform_live.dashboard.end_picture import EndPicture
from runform_live.dashboard.feedback_model import Change
from runform_live.dashboard.goals_model import GoalsModel
from runform_live.dashboard.goals_page import GoalsPage
from runform_live.dashboard.guide_model import GuideModel
from runform_live.dashboard.guide_page import GuidePage
from runform_live.dashboard.live_picture import PICTURE_H, PICTURE_W, LivePicture
from runform_live.dashboard.model import DashboardModel
from runform_live.dashboard.notes import Notes
from runform_live.dashboard.pace import Pace
from runform_live.dashboard.run_page import RunPage
from runform_live.dashboard.screen import fitting
from runform_live.dashboard.wishes import Wishes
from runform_live.errors import RunformError
from runform_live.messages import DecidedView, Person, Pose, Stance
from runform_live.picture_quality import sharpness
from runform_live.runtime import topology
from runform_live.runtime.supervisor import Supervisor
from runform_live.session import pain
from runform_live.session.earlier import earlier_runs
from runform_live.session.origin import model_used
from runform_live.session.reader import Session

MOST_EARLIER = 5
LOOK_AGAIN_S = 2.0  # for cameras
SHOW_S = 0.1  # between two looks of the texts at the model
VIEWS: tuple[DecidedView, DecidedView] = ("posterior", "anterior")  # in the order of the answers
LAYERS = (RunPage, DetailPage)


class Window:
    """Owns the Dear PyGui context. Call the object once a frame with the supervisor.

    It returns False once a person has ended the run. Call it on until the session is saved: it says so meanwhile.
    """

    def __init__(
        self,
        config: Config,
        record_video: bool,
        size_px: tuple[int, int] = theme.DESIGN_PX,
        earlier_in: Path = Path(),
        clinician: bool = False,
        person: Person | None = None,
    ) -> None:
        """size_px: no larger than the screen. earlier_in: the folder of earlier sessions, which a run may be measured against.

        clinician: the clinician's window is opened with the run. person: who runs, and whose earlier sessions are offered; None: those
        that name nobody.
        """
        self._config, self._earlier_in = config, earlier_in
        self._person_id = None if person is None else person.id
        self.model = DashboardModel(config, model_used(config))
        self.model.recording = record_video
        self.latencies_s: list[float] = []  # frame stamp to stance on screen
        self.stance_stamps_s: list[float] = []
        self._unshown: list[float] = []
        self._notes = Notes()
        self._wishes = Wishes(self.model, config.coach.volume)
        self._ended: str | None = None
        self._asks_clinician = clinician  # for the clinician's window
        self._unsure = False  # what is drawn says that left and right are not sure
        self._guide_done = self._over = False
        self._show_at_s = 0.0
        self._pace = Pace()
        self._picture = LivePicture()
        self.frames_drawn = 0
        self._large_text, self._light = config.screen.large_text, config.screen.light
        self._guide = GuideModel(self.model) if config.screen.guide else None
        self._goals: GoalsModel | None = None
        self._choosing: ChoosePage | None = None
        self._chosen: str | None = None
        self.mirrored = False  # the source mirrors its pictures: the tick where it is chosen
        self._end_picture: EndPicture | None = None
        self._score: int | None = None  # a pain score that was clicked, until it is kept
        self._pain: int | None = None  # the one that was kept
        self._layer, self._stale, self._size_px = 0, False, fitting(size_px)
        self._hides = False  # the page that was built last tells no figures: the block has no feedback
        self._open()

    # -- building -------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        dpg.create_context()
        self._picture.make_texture()
        dpg.add_window(tag="main", no_scrollbar=True, no_scroll_with_mouse=True)
        self._keys()
        self._build()
        dpg.create_viewport(
            title="runform live", x_pos=0, y_pos=0, width=self._size_px[0], height=self._size_px[1], vsync=True,
            disable_close=True,
        )  # fmt: skip
        dpg.setup_dearpygui()
        dpg.set_viewport_resize_callback(lambda *_: self._notes.add(self._resized))
        # A window that is asked to close stays until the session is saved, and says so.
        dpg.set_exit_callback(lambda *_: self._notes.add(partial(self._finish, "closed")))
        dpg.show_viewport()
        dpg.set_primary_window("main", True)

    def _build(self) -> None:
        """Make the chosen layer anew: for another layer, text size, palette or window size."""
        appearance = surface.appearance_for(self._size_px, self._large_text, self._light)
        goals, guide, press = self._goals, self._guide, self._press
        if goals is not None:
            self._page: GuidePage | GoalsPage | RunPage | DetailPage = GoalsPage(
                self.model, appearance, press, goals, self._config.coach, self._asked_feedback
            )
        elif guide is not None:
            self._page = GuidePage(self.model, appearance, press, guide)
        else:
            self._hides = self.model.hides_figures
            self._page = LAYERS[0 if self._hides else self._layer](self.model, appearance, press)
        surface.fill(appearance, self._page)
        self._show_at_s, self._stale = 0.0, False

    # -- keys -----------------------------------------------------------------------------------------------------

    def _keys(self) -> None:
        """One handler for every key; what it does depends on what is shown."""
        with dpg.handler_registry():
            dpg.add_key_press_handler(callback=lambda _sender, key: self._press(key))

    def _press(self, key: int) -> None:
        """Note a key, from Dear PyGui's thread. What it means depends on the keys before it."""
        self._notes.add(partial(self._pressed, key))

    def _pressed(self, key: int) -> None:
        wish = self._bindings().get(key)
        if wish is not None:
            wish()

    def _bindings(self) -> dict[int, Callable[[], object]]:
        both: dict[int, Callable[[], object]] = {dpg.mvKey_T: self.other_text, dpg.mvKey_L: self.other_light}
        escape: dict[int, Callable[[], object]] = {dpg.mvKey_Escape: lambda: self._finish("end")}
        if self._over:
            return (
                both
                | escape
                | {
                    dpg.mvKey_Return: lambda: self._finish("report"),
                    dpg.mvKey_V: lambda: self._finish("review"),
                }
            )
        if self._choosing is not None:
            page = self._choosing
            numbers = {dpg.mvKey_1 + slot: partial(page.take, slot) for slot in range(MOST_CAMERAS)}
            return numbers | escape | {
                dpg.mvKey_F: page.ask_for_file, dpg.mvKey_D: lambda: self._choose("demo"), dpg.mvKey_M: self.other_mirrored,
            }  # fmt: skip
        if self.model.ending:
            return both
        wishes, goals = self._wishes, self._goals
        if goals is not None:
            numbers = {dpg.mvKey_1 + line: partial(wishes.take_goal, goals, line) for line in range(GoalsPage.ROWS)}
            return both | numbers | {
                dpg.mvKey_Up: lambda: wishes.move_goal(goals, True), dpg.mvKey_Down: lambda: wishes.move_goal(goals, False),
                dpg.mvKey_Left: lambda: wishes.train(-1), dpg.mvKey_Right: lambda: wishes.train(1),
                dpg.mvKey_B: lambda: wishes.feedback(feedback_model.next_mode),
                dpg.mvKey_N: lambda: wishes.feedback(feedback_model.other_tones),
                dpg.mvKey_K: lambda: wishes.feedback(feedback_model.next_metronome),
                dpg.mvKey_G: self.goals, dpg.mvKey_Escape: self.goals,
            }  # fmt: skip
        ask: dict[int, Callable[[], object]] = {}
        if self.model.asks_view and self._guide is None:
            for digits, view in zip(keys.DIGITS, VIEWS, strict=True):
                ask |= dict.fromkeys(digits, partial(wishes.say_view, view))
        return both | escape | ask | {
            dpg.mvKey_R: wishes.record, dpg.mvKey_P: wishes.pause, dpg.mvKey_M: wishes.mute, dpg.mvKey_C: wishes.calibrate,
            dpg.mvKey_F: dpg.toggle_viewport_fullscreen, dpg.mvKey_Tab: self.next_layer, dpg.mvKey_Spacebar: self.skip_guide,
            dpg.mvKey_G: self.goals, dpg.mvKey_S: wishes.test_sound, dpg.mvKey_W: self.ask_for_clinician,
            dpg.mvKey_Plus: lambda: wishes.louder(1), dpg.mvKey_Add: lambda: wishes.louder(1),
            dpg.mvKey_Minus: lambda: wishes.louder(-1), dpg.mvKey_Subtract: lambda: wishes.louder(-1),
        }  # fmt: skip

    def _chose(self, source: str) -> None:
        """Note a source, from Dear PyGui's thread."""
        self._notes.add(partial(self._choose, source))

    def _choose(self, source: str) -> None:
        self._chosen = source

    def other_mirrored(self) -> None:
        """Set the tick for mirrored pictures, or take it away."""
        self.mirrored = not self.mirrored
        if self._choosing is not None:
            self._choosing.tick_mirrored(self.mirrored)

    def ask_for_clinician(self) -> None:
        """The clinician's window, where it is not open already."""
        self._asks_clinician = True

    def skip_guide(self) -> None:
        self._guide_done = True

    def goals(self) -> None:
        """The page of targets, or back from it."""
        self._goals = self._goals_now() if self._goals is None else None
        self._stale = True

    def _goals_now(self) -> GoalsModel:
        """What there is to choose from for the trained metric."""
        metric = self.model.trained
        earlier = earlier_runs(self._earlier_in, metric, self.model.pelvis_line, self._person_id, MOST_EARLIER)
        return GoalsModel(self._config.coach, metric, earlier, self.model.texts, self.model.worse_mean())

    def _asked_feedback(self, change: Change) -> None:
        """Note another way of feedback, from Dear PyGui's thread."""
        self._notes.add(partial(self._wishes.feedback, change))

    def next_layer(self) -> None:
        if self._guide is not None:
            return
        self._layer = (self._layer + 1) % len(LAYERS)
        self._stale = True

    def other_text(self) -> None:
        self._large_text, self._stale = not self._large_text, True

    def other_light(self) -> None:
        self._light, self._stale = not self._light, True

    def _finish(self, wish: str) -> None:
        """A key of the last screen. Escape also ends the run, and so does closing the window."""
        self._ended = wish
        self.model.ending = not self._over and self._choosing is None

    def _do_notes(self) -> None:
        """What keys, clicks and the window itself have asked for since the last frame, in their order."""
        for note in self._notes.take():
            note()

    def _resized(self) -> None:
        self._size_px, self._stale = (dpg.get_viewport_client_width(), dpg.get_viewport_client_height()), True

    # -- every frame ----------------------------------------------------------------------------------------------

    def __call__(self, supervisor: Supervisor) -> bool:
        """Take what came until it is time to draw, and draw one frame of the window; a new stance is drawn at once."""
        self._picture.connect(supervisor.endpoints[topology.PREVIEWS], supervisor.keys)
        self._picture.take(self._pace.sparing)
        while True:
            self._take_messages(supervisor, max(0.0, self._pace.next_s - time.monotonic()))
            if self._unshown or time.monotonic() >= self._pace.next_s:
                break
        if not dpg.is_dearpygui_running():
            return False
        self.model.ends_in_s = supervisor.ends_in_s
        self.model.restarted = supervisor.restarted
        self.model.ending = self.model.ending or supervisor.ending
        self._do_notes()
        now_s = time.monotonic()
        worked_s = time.process_time()
        for wish in self._wishes.take():
            supervisor.ask(wish)
        if self._asks_clinician:
            self._asks_clinician = False
            x, y = dpg.get_viewport_pos()
            supervisor.clinician.open((int(x), int(y), *self._size_px))
        if self._guide is not None and not self.model.ending:
            self._guide_on(supervisor)
        if self._goals is not None and self._goals.metric != self.model.trained:
            self._goals, self._stale = self._goals_now(), True
        if self.model.view_unsure != self._unsure:
            self._unsure, self._stale = self.model.view_unsure, True
        if self._layer and self._hides != self.model.hides_figures:
            self._stale = True  # the second layer is nothing but figures: it waits until the block is over
        if self._stale:
            self._build()
        if now_s >= self._show_at_s or self._unshown or self.model.ending:
            self._show_at_s = now_s + SHOW_S
            self._page.show(now_s)
        dpg.render_dearpygui_frame()
        self._picture.drawn()
        self.frames_drawn += 1
        pose = self.model.health_of("pose")
        self._pace.drawn(now_s, time.process_time() - worked_s, pose.dropped if pose is not None else 0)
        drawn_s = time.monotonic()
        self.latencies_s.extend(drawn_s - stamp_s for stamp_s in self._unshown)
        self._unshown.clear()
        return bool(dpg.is_dearpygui_running()) and self._ended is None

    def _take_messages(self, supervisor: Supervisor, wait_s: float) -> None:
        for message, buffers in supervisor.messages_with_buffers(wait_s):
            if isinstance(message, Control):  # asked for in the clinician's window
                self.model.asked(message)
            if not self.model.is_new(message):
                continue
            self.model.take(message, time.monotonic())
            if isinstance(message, Stance) and message.stamp_s > 0:
                self._unshown.append(message.stamp_s)
                self.stance_stamps_s.append(message.stamp_s)
            elif isinstance(message, Pose) and buffers:
                self._take_pose(message, message.landmarks(buffers[0].buffer))

    def choose(self, previews: Previews) -> str | None:
        """Ask for a camera, a file or the demo before anything runs; None where the window was closed."""
        page = self.show_choice()
        look_again_s = time.monotonic() + LOOK_AGAIN_S
        while dpg.is_dearpygui_running() and self._chosen is None and self._ended is None:
            if time.monotonic() > look_again_s:
                previews.look_again()
                look_again_s = time.monotonic() + LOOK_AGAIN_S
            self._do_notes()
            if self._stale and not page.asks_for_file:
                page = self.show_choice()
            page.show(previews.newest())
            dpg.render_dearpygui_frame()
        self.leave_choice()
        return self._chosen

    def show_choice(self) -> ChoosePage:
        """Put the page of cameras into the window."""
        appearance = surface.appearance_for(self._size_px, self._large_text, self._light)
        if self._choosing is not None:
            self._choosing.close()
        page = self._choosing = ChoosePage(appearance, self.model.texts, self._chose, self._press, self.mirrored)
        surface.fill(appearance, page)
        self._stale = False
        return page

    def leave_choice(self) -> None:
        if self._choosing is not None:
            self._choosing.close()
        self._choosing = None
        self._build()

    def _guide_on(self, supervisor: Supervisor) -> None:
        """The set-up ends when the person runs or skips it; what was not right goes into the session."""
        assert self._guide is not None
        capture = self.model.health_of("capture")
        if capture is not None and capture.handled:
            self._guide.hear(capture.rate_hz)
        runs = self.model.gait is not None and self.model.gait.activity == "running"
        if runs or self._guide_done:
            supervisor.ask(controls.EndGuide(left_open=self._guide.left_open()))
            self.leave_guide()

    def leave_guide(self) -> None:
        """On to the live screen."""
        self._guide, self._stale = None, True

    def _take_pose(self, pose: Pose, landmarks: npt.NDArray[np.float64]) -> None:
        self._picture.take(self._pace.sparing)
        if pose.repeated:  # the same picture: what is shown of it stays
            return
        part, source = self._picture.part_of(pose.frame), self.model.source
        if part is None:
            return
        if source is not None and source.width_px:
            self.judge_frame(landmarks, part.picture, source.width_px, source.height_px or 1)
        self._picture.show_with(part, landmarks, self.model.gait.view if self.model.gait else "unknown")

    def judge_frame(
        self, landmarks: npt.NDArray[np.float64], small: npt.NDArray[np.uint8], width_px: int, height_px: int
    ) -> None:
        """Give a frame to the guided set-up: its landmarks, the part that is shown, and the full picture's size."""
        if self._guide is not None:
            self._guide.see(landmarks, width_px, height_px)
            self._guide.take_sharpness(sharpness(small))

    def show_picture(self, picture: npt.NDArray[np.uint8]) -> None:
        """Put a picture (PICTURE_H, PICTURE_W, 3; BGR) into its place."""
        self._picture.show(picture)

    @property
    def closed(self) -> bool:
        """Whether the person closed the window itself: then nothing more is shown once the session is saved."""
        return self._ended == "closed" or not dpg.is_dearpygui_running()

    def state_words(self) -> str:
        """Which layer is drawn, and how."""
        drawn = [
            type(self._page).__name__,
            "light" if self._light else "dark",
            *(["large"] if self._large_text else []),
        ]
        return " ".join(drawn)

    def redraw(self) -> None:
        """Make the layer anew and show the model's values at once."""
        self._build()
        self._page.show(time.monotonic())

    def end(self, session: Session, report: Path, stays_s: float | None) -> None:
        """The screen after the run: until a key ends it, or for stays_s seconds (None: as long as one likes)."""
        self._ended, self._over, self.model.ending = None, True, False
        page = self.show_end(session)
        until_s = None if stays_s is None else time.monotonic() + stays_s
        while dpg.is_dearpygui_running() and (until_s is None or time.monotonic() < until_s):
            self._do_notes()
            if self._stale:
                page = self.show_end(session)
            if self._score is not None:
                self._keep_pain(session, page)
                until_s = None  # somebody is there
            if self._ended is not None:
                wish, self._ended, until_s = self._ended, None, None
                if wish == "report":
                    webbrowser.open(report.resolve().as_uri())
                elif wish == "review":
                    subprocess.Popen(
                        isolated.command("runform_live.cli.main", "main", "review", str(session.folder)),
                        env=isolated.environment(),
                    )
                else:
                    return
            page.show_end(None if until_s is None else until_s - time.monotonic())
            dpg.render_dearpygui_frame()

    def show_end(self, session: Session) -> EndPage:
        """Put the last screen in the place of the layers."""
        if self._end_picture is None:
            self._end_picture = end_picture.of(session, (PICTURE_W, PICTURE_H), self.model.texts)
            if self._end_picture.picture is not None:
                self._picture.show(self._end_picture.picture)
        appearance = surface.appearance_for(self._size_px, self._large_text, self._light)
        page = EndPage(
            self.model,
            appearance,
            self._press,
            end_model.words(session, self.model.texts),
            self._end_picture,
            self._scored,
        )
        surface.fill(appearance, page)
        page.show_pain(self._pain if self._pain is not None else session.pain.after)
        self._stale = False
        return page

    def _scored(self, score: int) -> None:
        """Note a pain score, from Dear PyGui's thread."""
        self._notes.add(partial(setattr, self, "_score", score))

    def _keep_pain(self, session: Session, page: EndPage) -> None:
        """Keep the pain score that was clicked; where that cannot be, the screen says so."""
        score, self._score = self._score, None
        assert score is not None
        try:
            pain.set_after(session.folder, score)
        except RunformError as trouble:
            page.show_pain(self._pain, str(trouble))
            return
        self._pain = score
        page.show_pain(score)

    def screenshot(self, path: str) -> None:
        """Write what the window shows to a PNG with its next frame."""
        dpg.output_frame_buffer(path)
        dpg.render_dearpygui_frame()

    def close(self) -> None:
        self._picture.close()
        dpg.destroy_context()
