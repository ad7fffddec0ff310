"""Somebody who stands, walks, runs and walks again, as a function of time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from ..people.body import Body
from ..people.posing import Angles
from .running import Run
from .strides import OTHER, Curve, Pulse, Stance, Strides, between
from .walking import Walk

FIRST_FLIGHT_S = 0.03  # before the first stance of running
WALKS, RUNS = 0.35, 0.35  # share of the time after standing: of the first walk, and of the run after it


class WalksAndRuns(Strides):
    """One list of stances: those of a walk, of a run, and of a walk. From one gait to the other the body takes one step."""

    def __init__(
        self,
        rng: np.random.Generator,
        body: Body,
        stand_s: float,
        end_s: float,
        pulses: Mapping[str, Pulse] | None = None,
    ) -> None:
        """pulses: see `Run`."""
        super().__init__(body, stand_s, end_s)
        self._walk = Walk(rng, body, stand_s, end_s)
        self._run = Run(rng, body, stand_s, end_s, pulses=pulses)
        self._run.still = self._walk.still
        self.step_s, self.contact_s = self._walk.step_s, self._walk.contact_s
        self.drop, self.valgus = self._run.drop, self._run.valgus
        moves_s = end_s - stand_s
        stances: list[Stance] = []
        for gait, until in ((self._walk, WALKS), (self._run, WALKS + RUNS), (self._walk, 1.0)):
            at, leg = stand_s, "l" if rng.uniform() < 0.5 else "r"
            if stances:
                last = stances[-1]
                at, leg = last.initial_contact_s + last.step_s, OTHER[last.leg]
                if gait is self._run:  # the last stance of walking ends with a flight
                    stances[-1] = replace(last, toe_off_s=at - FIRST_FLIGHT_S)
            until_s = stand_s + until * moves_s + (1.0 if until == 1.0 else 0.0)
            stances += gait.draw_stances(rng, leg, at, until_s)
        self.follow(stances)

    def follow(self, stances: list[Stance]) -> None:
        """Move in these stances."""
        super().follow(stances)
        self._walk.follow(stances)
        self._run.follow(stances)
        self._runs: tuple[Curve, Curve] = (
            np.array([s.middle_s for s in stances]),
            np.array([float(s.gait == "run") for s in stances]),
        )

    def angles(self, time_s: float) -> Angles:
        """The pose at a time."""
        running = float(np.interp(time_s, *self._runs))
        if running <= 0:
            return self._walk.angles(time_s)
        if running >= 1:
            return self._run.angles(time_s)
        return between(self._walk.angles(time_s), self._run.angles(time_s), running * running * (3 - 2 * running))
