"""What a person asks of the stages while they run; the window sends it on."""

from __future__ import annotations

from collections.abc import Callable

from runform_live import controls, quantities
from runform_live.controls import Control
from runform_live.dashboard.goals_model import GoalsModel
from runform_live.dashboard.model import DashboardModel
from runform_live.messages import CoachState, DecidedView
from runform_live.metrics import TRAINABLE
from runform_live.texts import Texts

VOLUME_STEP = 0.1


class Wishes:
    """Each key's wish, told to the model at once and kept until it is sent."""

    def __init__(self, model: DashboardModel, volume: float) -> None:
        self._model, self._volume = model, volume
        self._muted = False
        self._waiting: list[Control] = []

    def take(self) -> list[Control]:
        """What has been asked for since the last call."""
        waiting, self._waiting = self._waiting, []
        return waiting

    def _ask(self, control: Control) -> None:
        self._waiting.append(control)
        self._model.asked(control)

    def record(self) -> None:
        self._ask(controls.SetRecording(recording=not self._model.recording))

    def pause(self) -> None:
        self._ask(controls.SetPaused(paused=not self._model.paused))

    def mute(self) -> None:
        self._muted = not self._muted
        self._ask(controls.SetMuted(muted=self._muted))

    def calibrate(self) -> None:
        self._ask(controls.Calibrate())

    def say_view(self, view: DecidedView) -> None:
        """The answer to where the camera is."""
        self._ask(controls.SetView(view=view))

    def test_sound(self) -> None:
        self._ask(controls.PlayTestSound())

    def louder(self, steps: int) -> None:
        self._volume = min(max(round(self._volume + VOLUME_STEP * steps, 2), 0.0), 1.0)
        self._ask(controls.SetVolume(volume=self._volume))

    def take_goal(self, goals: GoalsModel, line: int) -> None:
        """The targets of a line of the page of goals, where it has such a line."""
        wish = goals.choose(line)
        if wish is not None:
            self._ask(wish)

    def move_goal(self, goals: GoalsModel, up: bool) -> None:
        now = self._model.coach.targets if self._model.coach is not None else {}
        self._ask(goals.move(now, up))

    def train(self, steps: int) -> None:
        """Another angle: so many further in the list of those that can be trained."""
        metrics, now = list(TRAINABLE), self._model.trained
        metric = metrics[(metrics.index(now) + steps) % len(metrics)] if now in TRAINABLE else metrics[0]
        self._ask(controls.Train(metric=metric, words=quantities.name(metric, self._model.texts)))

    def feedback(self, change: Callable[[CoachState, Texts], Control]) -> None:
        """Another way to be told, made from the present one."""
        if self._model.coach is not None:
            self._ask(change(self._model.coach, self._model.texts))
