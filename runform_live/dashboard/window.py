"""The window of a run (Dear PyGui): it takes what the stages tell, shows it, and sends what a person asks for."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import dearpygui.dearpygui as dpg
import numpy as np
import numpy.typing as npt

from runform_live.config import Config
from runform_live.controls import Control
from runform_live.dashboard import keys, theme
from runform_live.dashboard.live_picture import LivePicture
from runform_live.dashboard.model import DashboardModel
from runform_live.dashboard.monitors import fitting
from runform_live.dashboard.pace import Pace
from runform_live.dashboard.page import Page
from runform_live.dashboard.requests import Requests
from runform_live.dashboard.run_pages import RunPages
from runform_live.dashboard.viewport import Viewport
from runform_live.messages import DecidedView, Person, Picture, Pose, Stance
from runform_live.model_used import model_used
from runform_live.runtime import topology
from runform_live.runtime.supervisor import Supervisor

if TYPE_CHECKING:
    from runform_live.capture.previews import Previews
    from runform_live.dashboard.after_run import AfterRun
    from runform_live.dashboard.choose_page import ChoosePage
    from runform_live.dashboard.choosing import Choosing
    from runform_live.session.reader import Session

SHOW_S = 0.1  # between two renewals of the texts


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
        self.model = DashboardModel(config, model_used(config))
        self.model.recording = record_video
        self.requests: Requests = Requests(self.model)
        self.viewport = Viewport(fitting(size_px), config.screen, self._pressed)
        person_id = None if person is None else person.id
        self.pages: RunPages = RunPages(config, self.model, self.requests, self.viewport, earlier_in, person_id)
        self.mirrored = False  # the source mirrors its pictures: the tick where it is chosen
        self.latencies_s: list[float] = []  # frame stamp to stance on screen
        self.stance_stamps_s: list[float] = []
        self.frames_drawn = self.pictures_drawn = 0
        self.first_picture_s = self.last_picture_s = 0.0  # when it was on the screen (monotonic)
        self._unshown: list[float] = []  # stamps of stances that are not on the screen yet
        self._pace = Pace()
        self._picture = LivePicture()
        self._picture.make_texture()
        self._ended: str | None = None
        self._asks_clinician = clinician  # for the clinician's window
        self._choosing: Choosing | None = None
        self._after_run: AfterRun | None = None
        self._show_at_s = 0.0
        self._build()
        self.viewport.open("runform live", asked_to_close=lambda: self.finish("closed"))

    def _build(self) -> None:
        """Make the page that is shown anew."""
        self._page: Page = self.pages.page()
        self.viewport.fill(self._page, self._page.panels_stay)
        self._show_at_s = 0.0

    # -- what keys and clicks ask for -----------------------------------------------------------------------------

    def _pressed(self, code: int) -> None:
        does = keys.bindings(self._obeyed()).get(code)
        if does is not None:
            does()

    def _obeyed(self) -> dict[str, object]:
        """The pages whose keys hold now, each with what obeys them."""
        if self._after_run is not None:
            return {"end": self._after_run}
        if self._choosing is not None:
            return {"choose": self._choosing}
        if self.model.ending:
            return {"saving": self}
        return dict.fromkeys(self.pages.names(), self)

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

    def say_view(self, view: DecidedView) -> None:
        """The answer to where the camera is."""
        self.requests.say_view(view)

    # -- every frame ----------------------------------------------------------------------------------------------

    def __call__(self, supervisor: Supervisor) -> bool:
        """Take what came until it is time to draw, and draw one frame of the window; a new stance is drawn at once.

        Nothing but a new stance or picture is a reason to draw often.
        """
        self._take_until_drawn(supervisor)
        if not self.viewport.is_open():
            return False
        self.model.ends_in_s = supervisor.ends_in_s
        self.model.restarted = supervisor.restarted
        self.model.ending = self.model.ending or supervisor.ending
        self.viewport.do_notes()
        now_s, worked_s = time.monotonic(), time.process_time()
        self._ask(supervisor)
        if not self.model.ending:
            self.pages.end_guide(supervisor)
        if self.pages.is_stale():
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
            wait_s = self._pace.due_s(self._picture.undrawn_s) - time.monotonic()
            self._take_messages(supervisor, max(0.0, wait_s))
            if self._unshown or time.monotonic() >= self._pace.due_s(self._picture.undrawn_s):
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

    def _draw(self) -> None:
        new_picture = self._picture.undrawn_s is not None
        dpg.render_dearpygui_frame()
        self._picture.drawn()
        self.frames_drawn += 1
        drawn_s = time.monotonic()
        if new_picture:
            self.pictures_drawn += 1
            self.first_picture_s = self.first_picture_s or drawn_s
            self.last_picture_s = drawn_s
        self.latencies_s.extend(drawn_s - stamp_s for stamp_s in self._unshown)
        self._unshown.clear()

    # -- the picture ----------------------------------------------------------------------------------------------

    def _take_pose(self, pose: Pose, landmarks: npt.NDArray[np.float64]) -> None:
        self._picture.take(self._pace.sparing)
        if pose.repeated:  # the same picture: what is shown of it stays
            return
        part, source = self._picture.part_of(pose.frame), self.model.source
        if part is None:
            return
        if source is not None and source.width_px:
            self.pages.judge_frame(landmarks, part.picture, source.width_px, source.height_px or 1)
        self._picture.show_with(part, landmarks, self.model.gait.view if self.model.gait else "unknown")

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
        from runform_live.dashboard.choosing import Choosing  # it reads cameras: a run need not carry that

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
        from runform_live.dashboard.after_run import AfterRun  # it reads sessions: a run need not carry that

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
