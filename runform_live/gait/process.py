"""The gait stage: landmarks in, stances and the state of the run out."""

from __future__ import annotations

import time

import msgspec

from runform_live.gait.levelling import Level
from runform_live.gait.monitor import GaitMonitor
from runform_live.messages import Control, End, Pose, Stance
from runform_live.runtime.bus import Received
from runform_live.runtime.stage import Send, Stage, StageSetup

STATE_S = 0.1  # of the session, between two reports of the state


class GaitStage(Stage):
    """A monitor fed from the bus."""

    def __init__(self, setup: StageSetup, send: Send) -> None:
        super().__init__()
        self._send = send
        known = setup.level
        level = Level(known.tilt_deg, known.sd_deg, 0.0, 0.0, True, known.upright_deg) if known else None
        self._monitor = GaitMonitor(setup.view, level, setup.ran_s)
        self._state_at_s = float("-inf")

    def handle(self, received: Received) -> None:
        message = received.message
        if isinstance(message, End):
            self._report(self._monitor.finish(), 0.0)
            self._send(self._monitor.state())
            self._send(End(stage="gait"))
        if not isinstance(message, Pose):
            return
        landmarks = message.landmarks(received.buffers[0].buffer)
        self._report(self._monitor.push(message, landmarks), message.stamp_s)
        self.handled += 1
        self.lag_ms = 1e3 * (time.monotonic() - message.stamp_s)
        if message.time_s >= self._state_at_s:
            self._state_at_s = message.time_s + STATE_S
            state = self._monitor.state()
            self.state = state.activity
            self._send(state)

    def _report(self, stances: list[Stance], stamp_s: float) -> None:
        for stance in stances:
            self._send(msgspec.structs.replace(stance, stamp_s=stamp_s))

    def control(self, control: Control) -> None:
        if control.action == "calibrate":
            self._monitor.calibrate()


def create(setup: StageSetup, send: Send) -> GaitStage:
    return GaitStage(setup, send)
