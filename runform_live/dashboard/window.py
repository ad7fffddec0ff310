"""The window of a run (Dear PyGui): it takes what the stages tell, shows it, and sends what a person asks for."""

from __future__ import annotations

import time
from pathlib import Path

import dearpygui.dearpygui as dpg
import numpy as np
import numpy.typing as npt

from runform_live import controls
from runform_live.capture.previews import Previews
from runform_live.config import Config
from runform_live.controls import Control
from runform_live.dashboard import keys, number_model, theme
from runform_live.dashboard.after_run import AfterRun
from runform_live.dashboard.choose_page import ChoosePage
from runform_live.dashboard.choosing import Choosing
from runform_live.dashboard.detail_page import DetailPage
from runform_live.dashboard.feedback_model import Change
from runform_live.dashboard.goals_model import GoalsModel
from runform_live.dashboard.goals_page import GoalsPage
from runform_live.dashboard.guide_model import GuideModel
from runform_live.dashboard.guide_page import GuidePage
from runform_live.dashboard.live_picture import LivePicture
from runform_live.dashboard.model import DashboardModel
from runform_live.dashboard.monitors import fitting
from runform_live.dashboard.pace import Pace
from runform_live.dashboard.page import Page
from runform_live.dashboard.requests import Requests
from runform_live.dashboard.run_page import RunPage
from runform_live.dashboard.viewport import Viewport
from runform_live.messages import DecidedView, Person, Picture, Pose, Stance
from runform_live.model_used import model_used
from runform_live.picture_quality import sharpness
from runform_live.runtime import topology
from runform_live.runtime.supervisor import Supervisor
from runform_live.session.earlier import earlier_runs
from runform_live.session.reader import Session

MOST_EARLIER = 5  # sessions that are offered as a target
SHOW_S = 0.1  # between two renewals of the texts
LAYERS = (RunPage, DetailPage)


class Window:
    """Call the object once a frame with the supervisor.

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
        self.requests: Requests = Requests(self.model)
        self.viewport = Viewport(fitting(size_px), config.screen, self._pressed)
        self.mirrored = False  # the source mirrors its pictures: the tick where it is chosen
        self.latencies_s: list[float] = []  # frame stamp to stance on screen
        self.stance_stamps_s: list[float] = []
        self.frames_drawn = 0
        self._unshown: list[float] = []  # stamps of stances that are not on the screen yet
        self._pace = Pace()
        self._picture = LivePicture()
        self._picture.make_texture()
        self._ended: str | None = None
        self._asks_clinician = clinician  # for the clinician's window
        self._guide_done = False
        self._guide = GuideModel(self.model) if config.screen.guide else None
        self._goals: GoalsModel | None = None
        self._choosing: Choosing | None = None
        self._after_run: AfterRun | None = None
        self._layer = 0
        # What the page that was built last says: that left and right are not sure; no figures, since the block has no feedback.
        self._unsure = self._hides = False
        self._show_at_s = 0.0
        self._build()
        self.viewport.open("runform live", asked_to_close=lambda: self.finish("closed"))

    def _build(self) -> None:
        """Make the page that is shown anew."""
        appearance, press = self.viewport.appearance, self.viewport.press
        if self._goals is not None:
            self._page: Page = GoalsPage(
                self.model, appearance, press, self._goals, self._config.coach, self._asked_feedback
            )
        elif self._guide is not None:
            self._page = GuidePage(self.model, appearance, press, self._guide)
        else:
            self._hides = self.model.hides_figures
            self._page = LAYERS[0 if self._hides else self._layer](self.model, appearance, press)
        self.viewport.fill(self._page)
        self._show_at_s = 0.0

    # -- what keys and clicks ask for -----------------------------------------------------------------------------

    def _pressed(self, code: int) -> None:
        does = keys.bindings(self._pages()).get(code)
        if does is not None:
            does()

    def _pages(self) -> dict[str, object]:
        """The pages whose keys hold now, each with what obeys them."""
        if self._after_run is not None:
            return {"end": self._after_run}
        if self._choosing is not None:
            return {"choose": self._choosing}
        if self.model.ending:
            return {"saving": self}
        if self._goals is not None:
            return {"goals": self}
        if self._guide is not None:
            return {"guide": self}
        return {"live": self, "ask": self} if self.model.asks_view else {"live": self}

    def finish(self, how: str) -> None:
        """End the run, or the screen before or after it. how: "closed" where the window itself was asked to close."""
        self._ended = how
        if self._after_run is not None:
            self._after_run.leave()
        elif self._choosing is not None:
            self._choosing.leave()
        else:
            self.model.ending = True

    def ask_for_clinician(self) -> None:
        """The clinician's window, where it is not open already."""
        self._asks_clinician = True

    def skip_guide(self) -> None:
        self._guide_done = True

    def next_layer(self) -> None:
        if self._guide is None:
            self._layer = (self._layer + 1) % len(LAYERS)
            self.viewport.stale = True

    def say_view(self, view: DecidedView) -> None:
        """The answer to where the camera is."""
        self.requests.say_view(view)

    def goals(self) -> None:
        """The page of targets, or back from it."""
        self._goals = self._goals_now() if self._goals is None else None
        self.viewport.stale = True

    def take_goal(self, line: int) -> None:
        """The targets of a line of the page of targets."""
        if self._goals is not None:
            self.requests.take_goal(self._goals, line)

    def move_goal(self, up: bool) -> None:
        """A limit that lies a step higher, or lower."""
        if self._goals is not None:
            self.requests.move_goal(self._goals, up)

    def _goals_now(self) -> GoalsModel:
        """What there is to choose from for the trained metric."""
        metric = self.model.trained
        earlier = earlier_runs(self._earlier_in, metric, self.model.pelvis_line, self._person_id, MOST_EARLIER)
        return GoalsModel(self._config.coach, metric, earlier, self.model.texts, number_model.worse_mean(self.model))

    def _asked_feedback(self, change: Change) -> None:
        """Note another way of feedback, from Dear PyGui's thread."""
        self.viewport.notes.add(lambda: self.requests.feedback(change))

    # -- every frame ----------------------------------------------------------------------------------------------

    def __call__(self, supervisor: Supervisor) -> bool:
        """Take what came until it is time to draw, and draw one frame of the window; a new stance is drawn at once."""
        self._take_until_drawn(supervisor)
        if not self.viewport.is_open():
            return False
        self.model.ends_in_s = supervisor.ends_in_s
        self.model.restarted = supervisor.restarted
        self.model.ending = self.model.ending or supervisor.ending
        self.viewport.do_notes()
        now_s, worked_s = time.monotonic(), time.process_time()
        self._ask(supervisor)
        if self._guide is not None and not self.model.ending:
            self._guide_on(supervisor)
        if self._is_stale():
            self._build()
        if now_s >= self._show_at_s or self._unshown or self.model.ending:
            self._show_at_s = now_s + SHOW_S
            self._page.show(now_s)
        self._draw()
        pose = self.model.health_of("pose")
        self._pace.drawn(now_s, time.process_time() - worked_s, pose.dropped if pose is not None else 0)
        return self.viewport.is_open() and self._ended is None

    def _take_until_drawn(self, supervisor: Supervisor) -> None:
        self._picture.connect(supervisor.endpoints[topology.PREVIEWS], supervisor.keys)
        self._picture.take(self._pace.sparing)
        while True:
            self._take_messages(supervisor, max(0.0, self._pace.next_s - time.monotonic()))
            if self._unshown or time.monotonic() >= self._pace.next_s:
                return

    def _take_messages(self, supervisor: Supervisor, wait_s: float) -> None:
        for message, buffers in supervisor.messages_with_buffers(wait_s):
            if isinstance(message, Control):  # asked for in the clinician's window
                self.model.asked(message)
            if not self.model.take(message, time.monotonic()):
                continue
            if isinstance(message, Stance) and message.stamp_s > 0:
                self._unshown.append(message.stamp_s)
                self.stance_stamps_s.append(message.stamp_s)
            elif isinstance(message, Pose) and buffers:
                self._take_pose(message, message.landmarks(buffers[0].buffer))

    def _ask(self, supervisor: Supervisor) -> None:
        """Send what was asked for."""
        for request in self.requests.take():
            supervisor.ask(request)
        if self._asks_clinician:
            self._asks_clinician = False
            x, y = dpg.get_viewport_pos()
            supervisor.clinician.open((int(x), int(y), *self.viewport.size_px))

    def _is_stale(self) -> bool:
        """Whether the page must be built anew, since other things are shown on it."""
        stale = self.viewport.stale
        if self._goals is not None and self._goals.metric != self.model.trained:
            self._goals, stale = self._goals_now(), True
        if self.model.view_unsure != self._unsure:
            self._unsure, stale = self.model.view_unsure, True
        # The second layer is nothing but figures: it waits until a block without feedback is over.
        return stale or (self._layer != 0 and self._hides != self.model.hides_figures)

    def _draw(self) -> None:
        dpg.render_dearpygui_frame()
        self._picture.drawn()
        self.frames_drawn += 1
        drawn_s = time.monotonic()
        self.latencies_s.extend(drawn_s - stamp_s for stamp_s in self._unshown)
        self._unshown.clear()

    # -- the guided set-up and the picture ------------------------------------------------------------------------

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
        self._guide, self.viewport.stale = None, True

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

    def judge_frame(self, landmarks: npt.NDArray[np.float64], small: Picture, width_px: int, height_px: int) -> None:
        """Give a frame to the guided set-up: its landmarks, the part that is shown, and the full picture's size."""
        if self._guide is not None:
            self._guide.see(landmarks, width_px, height_px)
            self._guide.take_sharpness(sharpness(small))

    def show_picture(self, picture: Picture) -> None:
        """Put a picture (PICTURE_H, PICTURE_W, 3; BGR) into its place."""
        self._picture.show(picture)

    # -- before and after the run ---------------------------------------------------------------------------------

    def choose(self, previews: Previews) -> str | None:
        """Ask for a camera, a file or the demo before anything runs; None where the person left."""
        self.show_choice()
        assert self._choosing is not None
        chosen, self.mirrored = self._choosing.run(previews), self._choosing.mirrored
        self.leave_choice()
        return chosen

    def show_choice(self) -> ChoosePage:
        """Put the page of cameras into the window."""
        self._choosing = Choosing(self.viewport, self.model.texts, self.mirrored)
        return self._choosing.show()

    def leave_choice(self) -> None:
        if self._choosing is not None:
            self._choosing.close()
        self._choosing = None
        self._build()

    def end(self, session: Session, report: Path, stays_s: float | None) -> None:
        """The screen after the run: until a key ends it, or for stays_s seconds (None: as long as one likes)."""
        self.show_end(session, report).run(stays_s)

    def show_end(self, session: Session, report: Path) -> AfterRun:
        """Put the screen after the run into the window."""
        self.model.ending = False
        self._after_run = AfterRun(self.viewport, self.model, self._picture, session, report)
        return self._after_run

    # -- the window itself ----------------------------------------------------------------------------------------

    @property
    def closed(self) -> bool:
        """Whether the person closed the window itself: then nothing more is shown once the session is saved."""
        return self._ended == "closed" or not self.viewport.is_open()

    def state_words(self) -> str:
        """Which page is drawn, and how."""
        return f"{type(self._page).__name__} {self.viewport.words()}"

    def redraw(self) -> None:
        """Make the page anew and show the model's values at once."""
        self._build()
        self._page.show(time.monotonic())

    def close(self) -> None:
        self._picture.close()
        self.viewport.close()
