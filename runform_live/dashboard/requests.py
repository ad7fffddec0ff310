"""What the keys of the runner's window ask of the stages."""

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


class Requests:
    """Turns each key into a request. The model takes it at once; `take` gives what is to be sent to the stages."""

    def __init__(self, model: DashboardModel) -> None:
        self._model = model
        self._waiting: list[Control] = []

    def take(self) -> list[Control]:
        """The requests since the last call."""
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
        self._ask(controls.SetMuted(muted=not self._model.muted))

    def calibrate(self) -> None:
        self._ask(controls.Calibrate())

    def say_view(self, view: DecidedView) -> None:
        """The answer to where the camera is."""
        self._ask(controls.SetView(view=view))

    def test_sound(self) -> None:
        self._ask(controls.PlayTestSound())

    def louder(self, steps: int) -> None:
        volume = min(max(round(self._model.volume + VOLUME_STEP * steps, 2), 0.0), 1.0)
        self._ask(controls.SetVolume(volume=volume))

    def take_goal(self, goals: GoalsModel, line: int) -> None:
        """Take the targets of a line of the page of goals, if it has that line."""
        request = goals.choose(line)
        if request is not None:
            self._ask(request)

    def move_goal(self, goals: GoalsModel, up: bool) -> None:
        now = self._model.coach.targets if self._model.coach is not None else {}
        self._ask(goals.move(now, up))

    def train(self, steps: int) -> None:
        """Train another angle, so many places further in the list."""
        metrics, now = list(TRAINABLE), self._model.trained
        metric = metrics[(metrics.index(now) + steps) % len(metrics)] if now in TRAINABLE else metrics[0]
        self._ask(controls.Train(metric=metric, words=quantities.name(metric, self._model.texts)))

    def feedback(self, change: Callable[[CoachState, Texts], Control]) -> None:
        """Give feedback in another way, which `change` makes from the present one."""
        if self._model.coach is not None:
            self._ask(change(self._model.coach, self._model.texts))
