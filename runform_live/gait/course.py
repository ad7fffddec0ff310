"""The course of a run: before it, running, paused; found from the steps alone, without a key."""

from __future__ import annotations

import math

from runform_live.messages import RunPhase

PAUSE_S = 3.0  # without a step: a stumble or a lost view is shorter


class Course:
    """Push one time a frame with whether one runs at that time."""

    __slots__ = ("_before_s", "_last_s", "phase", "since_s")

    def __init__(self, ran_s: float = 0.0) -> None:
        """ran_s: what was run before a restart."""
        self.phase: RunPhase = "paused" if ran_s else "before"
        self.since_s = math.nan  # when this phase began
        self._before_s = ran_s  # run before the present bout
        self._last_s = math.nan  # when one ran last

    def push(self, time_s: float, running: bool) -> None:
        """Times (s) must not go back."""
        if math.isnan(self.since_s):
            self.since_s = time_s
        if running:
            if self.phase != "running":
                self.phase, self.since_s = "running", time_s
            self._last_s = time_s
        elif self.phase == "running" and time_s - self._last_s > PAUSE_S:
            self._before_s = self.ran_s
            self.phase, self.since_s = "paused", self._last_s

    @property
    def ran_s(self) -> float:
        """Seconds of running up to now, without the pauses."""
        return self._before_s + (self._last_s - self.since_s if self.phase == "running" else 0.0)
