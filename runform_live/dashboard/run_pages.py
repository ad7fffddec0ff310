"""Which page of a run the window shows: the guided set-up first, then a layer of figures; the page of targets lies in front of both."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from runform_live import controls
from runform_live.config import Config
from runform_live.dashboard import number_model
from runform_live.dashboard.detail_page import DetailPage
from runform_live.dashboard.feedback_model import Change
from runform_live.dashboard.goals_model import GoalsModel
from runform_live.dashboard.goals_page import GoalsPage
from runform_live.dashboard.guide_model import GuideModel
from runform_live.dashboard.guide_page import GuidePage
from runform_live.dashboard.model import DashboardModel
from runform_live.dashboard.page import Page
from runform_live.dashboard.requests import Requests
from runform_live.dashboard.run_page import RunPage
from runform_live.dashboard.viewport import Viewport
from runform_live.messages import Picture
from runform_live.picture_quality import sharpness
from runform_live.runtime.supervisor import Supervisor

WALKED_S = 15.0  # a way of 20 m at 1.3 m/s: longer than that from a camera to a treadmill and back
MOST_EARLIER = 5  # sessions that are offered as a target
LAYERS = (RunPage, DetailPage)


class RunPages:
    """What the keys change of it takes effect when the window builds its page anew (`is_stale`)."""

    def __init__(
        self, config: Config, model: DashboardModel, requests: Requests, viewport: Viewport, earlier_in: Path, person_id: str | None
    ) -> None:  # fmt: skip
        """earlier_in, person_id: whose earlier sessions are offered as a target; None: those that name nobody."""
        self._config, self._model, self._requests, self._viewport = config, model, requests, viewport
        self._earlier_in, self._person_id = earlier_in, person_id
        self._guide = GuideModel(model) if config.screen.guide else None
        self._guide_skipped = False
        self._goals: GoalsModel | None = None
        self._layer = 0
        # What the page that was built last says: that left and right are not sure; no figures, since the block has no feedback.
        self._unsure = self._hides = False

    def page(self) -> Page:
        """The page, new."""
        model, appearance, press = self._model, self._viewport.appearance, self._viewport.press
        self._hides = model.hides_figures
        if self._goals is not None:
            return GoalsPage(model, appearance, press, self._goals, self._config.coach, self._note_feedback)
        if self._guide is not None:
            return GuidePage(model, appearance, press, self._guide)
        return LAYERS[0 if self._hides else self._layer](model, appearance, press)

    def names(self) -> Iterable[str]:
        """The tables of keys (`keys.PAGES`) that hold."""
        if self._goals is not None:
            return ("goals",)
        if self._guide is not None:
            return ("guide",)
        return ("live", "ask") if self._model.asks_view else ("live",)

    def is_stale(self) -> bool:
        """Whether the page must be built anew, since other things are shown on it."""
        stale = self._viewport.stale
        if self._goals is not None and self._goals.metric != self._model.trained:
            self._goals, stale = self._goals_now(), True
        if self._model.view_unsure != self._unsure:
            self._unsure, stale = self._model.view_unsure, True
        # The second layer is nothing but figures: it waits until a block without feedback is over.
        return stale or (self._layer != 0 and self._hides != self._model.hides_figures)

    def next_layer(self) -> None:
        if self._guide is None:
            self._layer = (self._layer + 1) % len(LAYERS)
            self._viewport.stale = True

    # -- targets --------------------------------------------------------------------------------------------------

    def goals(self) -> None:
        """The page of targets, or back from it."""
        self._goals = self._goals_now() if self._goals is None else None
        self._viewport.stale = True

    def take_goal(self, line: int) -> None:
        """The targets of a line of the page of targets."""
        if self._goals is not None:
            self._requests.take_goal(self._goals, line)

    def move_goal(self, up: bool) -> None:
        """A limit that lies a step higher, or lower."""
        if self._goals is not None:
            self._requests.move_goal(self._goals, up)

    def _goals_now(self) -> GoalsModel:
        """What there is to choose from for the trained metric."""
        from runform_live.session.earlier import earlier_runs  # reads sessions: a run need not carry that

        model, metric = self._model, self._model.trained
        earlier = earlier_runs(
            self._earlier_in, metric, model.pelvis_line, self._person_id, MOST_EARLIER, model.target_gait
        )
        return GoalsModel(self._config.coach, metric, earlier, model.texts, number_model.worse_mean(model))

    def _note_feedback(self, change: Change) -> None:
        """Note another way of feedback, from Dear PyGui's thread."""
        self._viewport.notes.add(lambda: self._requests.feedback(change))

    # -- the guided set-up ----------------------------------------------------------------------------------------

    def skip_guide(self) -> None:
        self._guide_skipped = True

    def judge_frame(self, landmarks: npt.NDArray[np.float64], small: Picture, width_px: int, height_px: int) -> None:
        """Give a frame to the guided set-up: its landmarks, the part that is shown, and the full picture's size."""
        if self._guide is not None:
            self._guide.see(landmarks, width_px, height_px)
            self._guide.take_sharpness(sharpness(small))

    def end_guide(self, supervisor: Supervisor) -> None:
        """The set-up ends when the person runs or skips it; what was not right goes into the session."""
        if self._guide is None:
            return
        capture = self._model.health_of("capture")
        if capture is not None and capture.handled:
            self._guide.hear(capture.rate_hz)
        if self._is_off() or self._guide_skipped:
            supervisor.ask(controls.EndGuide(left_open=self._guide.left_open()))
            self.leave_guide()

    def _is_off(self) -> bool:
        """Whether the person runs, or walks on the belt: not only to the camera and back, before anybody stood still."""
        gait = self._model.gait
        if gait is None or gait.activity != "walking":
            return gait is not None and gait.activity == "running"
        return gait.calibrated or self._model.walked_s > WALKED_S

    def leave_guide(self) -> None:
        """On to the live screen."""
        self._guide, self._viewport.stale = None, True
