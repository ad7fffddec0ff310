"""The pose stage: frames in, landmarks of the runner out."""

from __future__ import annotations

import time

import numpy as np

from runform_live.messages import End, Frame
from runform_live.pose.open import open_tracker
from runform_live.runtime.bus import Received
from runform_live.runtime.stage import Send, Stage, StageSetup

HURRY_FRAMES = 120  # after a frame that was overtaken


class PoseStage(Stage):
    """A tracker fed from the bus. The newest frame wins where the source cannot wait."""

    def __init__(self, setup: StageSetup, send: Send) -> None:
        super().__init__()
        self._send = send
        self._tracker = open_tracker(setup.config.pose)
        self.newest_frame_wins = not setup.paced
        self._last_frame = 0
        self._hurry_until = 0

    def handle(self, received: Received) -> None:
        message = received.message
        if isinstance(message, End):
            self._send(End(stage="pose"))
        if not isinstance(message, Frame):
            return
        picture = np.frombuffer(received.buffers[0].buffer, np.uint8)
        picture = picture.reshape(message.height_px, message.width_px, 3)
        if self._last_frame and message.frame > self._last_frame + 1:
            self._hurry_until = message.frame + HURRY_FRAMES
        self._last_frame = message.frame
        seen = self._tracker.see(picture, hurried=message.frame < self._hurry_until)
        self.handled += 1
        self.lag_ms = 1e3 * (time.monotonic() - message.stamp_s)
        self.state = "following" if seen.found else "searching"
        self._send(seen.message(message.frame, message.time_s, message.stamp_s), seen.landmarks.tobytes())


def create(setup: StageSetup, send: Send) -> PoseStage:
    return PoseStage(setup, send)
