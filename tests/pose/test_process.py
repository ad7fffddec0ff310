"""The pose stage: which frames are looked at in a hurry."""

from __future__ import annotations

import math

import numpy as np
import pytest
import zmq

from runform_live import config
from runform_live.messages import LANDMARKS, Frame, Message, Pose
from runform_live.pose import process
from runform_live.pose.process import HURRY_FRAMES, PoseStage
from runform_live.pose.tracker import Sighting
from runform_live.runtime.bus import Buffer, Received
from runform_live.runtime.stage import StageSetup


class Seer:
    """Stands in for the tracker and its networks."""

    def __init__(self) -> None:
        self.hurried: list[bool] = []

    def see(self, picture: np.ndarray, hurried: bool) -> Sighting:
        assert picture.shape == (4, 6, 3)
        self.hurried.append(hurried)
        return Sighting(np.zeros((len(LANDMARKS), 3)), True, False, 0.5, False, False, True, 1.5)


def test_a_frame_that_was_overtaken_makes_the_next_ones_hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    seer, sent = Seer(), []
    monkeypatch.setattr(process, "open_tracker", lambda _: seer)

    def send(message: Message, *buffers: Buffer) -> None:
        sent.append((message, buffers))

    stage = PoseStage(StageSetup("pose", {}, config.load(), "demo", paced=False), send)
    assert stage.newest_frame_wins
    numbers = [1, 2, 3, 5, 6, *range(7, 5 + HURRY_FRAMES + 2)]
    for number in numbers:
        frame = Frame(frame=number, time_s=number / 60, stamp_s=0.0, height_px=4, width_px=6)
        stage.handle(Received(frame, [zmq.Frame(bytes(4 * 6 * 3))], 0))
    assert seer.hurried == [False] * 3 + [True] * HURRY_FRAMES + [False] * 2
    assert isinstance(sent[0][0], Pose) and math.isclose(sent[0][0].level_shift_deg, 1.5)
