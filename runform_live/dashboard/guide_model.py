"""The guided set-up as plain values: what is looked at before a run, whether it is right, and what comes next."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from runform_live.body import is_frontal, middle, unknown_landmarks, upright_deg
from runform_live.dashboard.model import DashboardModel
from runform_live.picture_quality import BLURRED, BRIGHT, DARK, RUNNER_DARK, SLOW_HZ

State = Literal["good", "bad", "unknown"]
Phase = Literal["framing", "standing", "running"]

SMALLEST, LARGEST = 0.40, 0.88  # shoulders to ankles, of the picture's height
OFF_MIDDLE = 0.22  # of the picture's height: a level camera at hip height sees the hips in its middle
MOST_ROLL_DEG = 6.0
CHECKS = ("body", "size", "view", "height", "roll", "light", "sharp", "rate")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be right: the key of its sentences under [guide], and how it is."""

    key: str
    state: State


class GuideModel:
    """What the window saw last, judged. `see` takes a frame's landmarks, `take_sharpness` its picture's sharpness."""

    def __init__(self, model: DashboardModel) -> None:
        self._model = model
        self._points = unknown_landmarks()
        self._size_px = (0, 0)
        self._sharpness = math.nan
        self._rate_hz = math.nan

    def see(self, landmarks: npt.NDArray[np.float64], width_px: int, height_px: int) -> None:
        """Landmarks (landmarks, 3) of one frame, and the picture's size."""
        self._points, self._size_px = landmarks, (width_px, height_px)

    def take_sharpness(self, sharpness: float) -> None:
        self._sharpness = sharpness

    def hear(self, rate_hz: float) -> None:
        """The frame rate that the camera really reaches."""
        self._rate_hz = rate_hz

    def checks(self) -> list[Check]:
        """In the order in which they are put right. While the camera is lost nothing is known."""
        if self._lost():
            return [Check(key, "unknown") for key in CHECKS]
        seen = self._size_px[1] > 0 and self._model.pose is not None and self._model.pose.found
        states = (
            self._state(seen, seen and self._model.pose is not None and not self._model.pose.cut_off),
            self._state(seen, SMALLEST <= self._share() <= LARGEST),
            self._state(seen, is_frontal(self._points)),
            self._state(seen, abs(self._hips_off()) <= OFF_MIDDLE),
            self._state(seen, abs(upright_deg(self._points)) <= MOST_ROLL_DEG),
            self._light(),
            self._state(not math.isnan(self._sharpness), self._sharpness >= BLURRED),
            self._state(not math.isnan(self._rate_hz), self._rate_hz >= SLOW_HZ),
        )
        return [Check(key, state) for key, state in zip(CHECKS, states, strict=True)]

    def phase(self) -> Phase:
        """What is asked for now: put the camera right, stand still, or run."""
        gait = self._model.gait
        if gait is not None and gait.calibrated and not self._lost():
            return "running"
        return "framing" if any(check.state != "good" for check in self.checks()) else "standing"

    def left_open(self) -> str:
        """What was not right when the set-up ended, for the session; empty where nothing was."""
        open_ = [check.key for check in self.checks() if check.state != "good"]
        if self._model.gait is None or not self._model.gait.calibrated:
            open_.append("standing")
        return ", ".join(open_)

    def _lost(self) -> bool:
        return self._model.source is not None and self._model.source.state in ("lost", "failed")

    @staticmethod
    def _state(known: bool, good: bool) -> State:
        return "unknown" if not known else "good" if good else "bad"

    def _share(self) -> float:
        """From the shoulders to the ankles, of the picture's height."""
        return float(middle(self._points, "ankle")[1] - middle(self._points, "shoulder")[1]) / max(self._size_px[1], 1)

    def _hips_off(self) -> float:
        """How far the hips lie under the middle of the picture, of its height."""
        return float(middle(self._points, "hip")[1]) / max(self._size_px[1], 1) - 0.5

    def _light(self) -> State:
        pose = self._model.pose
        if pose is None:
            return "unknown"
        in_the_dark = pose.runner_brightness < RUNNER_DARK
        return "good" if DARK <= pose.brightness <= BRIGHT and not in_the_dark else "bad"
