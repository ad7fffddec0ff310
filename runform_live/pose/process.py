"""The pose stage: frames in, landmarks of the runner out."""

from __future__ import annotations

import time

import msgspec

from runform_live import controls, handover
from runform_live.backoff import Backoff, BackoffState
from runform_live.controls import Control
from runform_live.handover import Newest
from runform_live.messages import End, Frame
from runform_live.pose.estimator import EstimatorState
from runform_live.pose.open import open_estimator
from runform_live.runtime.bus import Received
from runform_live.runtime.stage import Send, Stage, StageSetup

LATE_S = 0.02  # a frame that has waited for longer is late
# How long the stage hurries after a late frame. It is more each time on a machine that is always too slow, up to MOST_HURRY_S, because each
# try without the hurry loses some frames.
HURRY_S, MOST_HURRY_S = 4.0, 128.0


class PoseState(msgspec.Struct, frozen=True):
    """All that a pose stage hands to its successor: its core, for how long it hurries, and the last frame's time (-inf: none)."""

    estimator: EstimatorState
    hurry: BackoffState
    time_s: float


class PoseStage(Stage):
    """The estimator fed from the bus. Where the source cannot wait, late frames make it hurry, and some are skipped."""

    def __init__(self, setup: StageSetup, send: Send) -> None:
        super().__init__()
        self._send = send
        self._estimator = open_estimator(setup.config.pose, warm=True)
        self.skips_frames = not setup.paced
        state = handover.decode(setup.state, PoseState)
        self._hurry = Backoff(HURRY_S, MOST_HURRY_S, None if state is None else state.hurry)
        self._frames = Newest() if state is None else Newest(state.time_s)
        self._ended = False
        if state is not None:
            self._estimator.restore(state.estimator)

    def handle(self, received: Received) -> None:
        message = received.message
        if isinstance(message, End):
            self._end()
        if not isinstance(message, Frame) or self._ended or not self._frames.is_new(message.time_s):
            return
        picture = message.picture(received.buffers[0].buffer)
        if self.skips_frames and time.monotonic() - message.stamp_s > LATE_S:
            self._hurry.too_much(message.time_s)
        pose, landmarks = self._estimator.see(picture, message, hurried=self._hurry.is_on(message.time_s))
        self.handled += 1
        self.lag_ms = 1e3 * (time.monotonic() - message.stamp_s)
        self.state = "following" if pose.found else "searching"
        self._send(pose, landmarks.tobytes())

    def control(self, control: Control) -> None:
        if isinstance(control, controls.Finish) and control.is_for("pose"):
            self._end()
        elif isinstance(control, controls.Calibrate):
            self._estimator.calibrate()

    def state_bytes(self) -> bytes:
        return handover.encode(PoseState(self._estimator.state(), self._hurry.state(), self._frames.time_s))

    def _end(self) -> None:
        """Say once that no more poses follow."""
        if not self._ended:
            self._ended = True
            self._send(End(stage="pose"))


def create(setup: StageSetup, send: Send) -> PoseStage:
    """The stage, which goes on from `setup.state` where there is one."""
    return PoseStage(setup, send)
