"""The gait stage: landmarks in, stances and the state of the run out."""

from __future__ import annotations

import time

import msgspec

from runform_live import controls, handover
from runform_live.controls import Control
from runform_live.gait.monitor import GaitMonitor, MonitorState
from runform_live.handover import Newest
from runform_live.messages import End, Pose, Stance
from runform_live.runtime.bus import Received
from runform_live.runtime.stage import Send, Stage, StageSetup


class GaitStageState(msgspec.Struct, frozen=True):
    """The stage written down."""

    monitor: MonitorState
    last_s: float  # of the newest pose
    ended: bool


class GaitStage(Stage):
    """A monitor fed from the bus. It goes on from `setup.state`; a pose that this contains already is left out."""

    def __init__(self, setup: StageSetup, send: Send) -> None:
        super().__init__()
        self._send = send
        state = handover.decode(setup.state, GaitStageState)
        self._monitor = GaitMonitor(setup.view, state.monitor if state else None, setup.config.gait.camera_height_cm)
        self._poses = Newest(state.last_s) if state else Newest()
        self._ended = state.ended if state else False  # all was sent

    def state_bytes(self) -> bytes:
        """The monitor with all that it holds back, for a successor."""
        return handover.encode(GaitStageState(self._monitor.state(), self._poses.time_s, self._ended))

    def handle(self, received: Received) -> None:
        message = received.message
        if isinstance(message, End):
            self._end()
        elif isinstance(message, Pose) and not self._ended and self._poses.is_new(message.time_s):
            self._take(message, received)

    def _take(self, pose: Pose, received: Received) -> None:
        landmarks = pose.landmarks(received.buffers[0].buffer)
        self._report(self._monitor.push(pose, landmarks), pose.stamp_s)
        self.handled += 1
        self.lag_ms = 1e3 * (time.monotonic() - pose.stamp_s)
        state = self._monitor.state_due()
        if state is not None:
            self.state = state.activity
            self._send(state)

    def _end(self) -> None:
        """Send what was held back, and that nothing more comes; once."""
        if self._ended:
            return
        self._ended = True
        self._report(self._monitor.finish(), 0.0)
        self._send(self._monitor.gait_state())
        self._send(End(stage="gait"))

    def _report(self, stances: list[Stance], stamp_s: float) -> None:
        for stance in stances:
            self._send(msgspec.structs.replace(stance, stamp_s=stamp_s))

    def control(self, control: Control) -> None:
        match control:
            case controls.Calibrate():
                self._monitor.calibrate()
            case controls.SetView(view=view):
                self._monitor.fix_view(view)
                self._send(self._monitor.gait_state())
            case controls.Finish() if control.is_for("gait"):
                self._end()


def create(setup: StageSetup, send: Send) -> GaitStage:
    return GaitStage(setup, send)
