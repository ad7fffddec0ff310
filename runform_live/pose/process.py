"""The pose stage: frames in, landmarks of the runner out."""

from __future__ import annotations

import time

from runform_live.messages import End, Frame
from runform_live.pose.open import open_tracker
from runform_live.relief import Relief
from runform_live.runtime.bus import Received
from runform_live.runtime.stage import Send, Stage, StageSetup

LATE_S = 0.02  # that a frame has waited
# Frames after a late one; up to the most on a machine that is always too slow, where each try to do without the hurry loses some.
HURRY_FRAMES, MOST_HURRY_FRAMES = 120, 3840


class PoseStage(Stage):
    """A tracker fed from the bus. Where the source cannot wait, frames that are late make it hurry, and some are skipped."""

    def __init__(self, setup: StageSetup, send: Send) -> None:
        super().__init__()
        self._send = send
        self._tracker = open_tracker(setup.config.pose)
        self.skips_frames = not setup.paced
        self._hurry = Relief(HURRY_FRAMES, MOST_HURRY_FRAMES)

    def handle(self, received: Received) -> None:
        message = received.message
        if isinstance(message, End):
            self._send(End(stage="pose"))
        if not isinstance(message, Frame):
            return
        picture = message.picture(received.buffers[0].buffer)
        if self.skips_frames and time.monotonic() - message.stamp_s > LATE_S:
            self._hurry.need(message.frame)
        seen = self._tracker.see(picture, hurried=self._hurry.holds(message.frame))
        self.handled += 1
        self.lag_ms = 1e3 * (time.monotonic() - message.stamp_s)
        self.state = "following" if seen.found else "searching"
        self._send(seen.message(message.frame, message.time_s, message.stamp_s), seen.landmarks.tobytes())


def create(setup: StageSetup, send: Send) -> PoseStage:
    return PoseStage(setup, send)
