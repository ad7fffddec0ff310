"""The pose stage: which frames are looked at in a hurry."""

from __future__ import annotations

import time

import numpy as np
import pytest
import zmq

from runform_live import config
from runform_live.messages import LANDMARKS, Frame, LevelInMotion, Message, Pose
from runform_live.pose import process
from runform_live.pose.process import HURRY_FRAMES, LATE_S, PoseStage
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
        return Sighting(np.zeros((len(LANDMARKS), 3)), True, False, 0.5, False, False, True, LevelInMotion(1.5, 0.5))


def stage_with(seer: Seer, sent: list[Message], monkeypatch: pytest.MonkeyPatch, paced: bool) -> PoseStage:
    monkeypatch.setattr(process, "open_tracker", lambda _: seer)

    def send(message: Message, *_: Buffer) -> None:
        sent.append(message)

    return PoseStage(StageSetup("pose", {}, config.load(), "demo", paced=paced), send)


def show(stage: PoseStage, number: int, late_s: float) -> None:
    """A frame that was stamped that long ago."""
    stamp_s = time.monotonic() - late_s
    frame = Frame(frame=number, time_s=number / 60, stamp_s=stamp_s, height_px=4, width_px=6)
    stage.handle(Received(frame, [zmq.Frame(bytes(4 * 6 * 3))], 0))


def test_a_frame_that_is_late_makes_the_next_ones_hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    seer, sent = Seer(), []
    stage = stage_with(seer, sent, monkeypatch, paced=False)
    assert stage.skips_frames
    for number in range(1, HURRY_FRAMES + 6):
        show(stage, number, 2 * LATE_S if number == 4 else 0.0)
    assert seer.hurried == [False] * 3 + [True] * HURRY_FRAMES + [False] * 2
    assert isinstance(sent[0], Pose) and sent[0].level == LevelInMotion(1.5, 0.5)


def test_where_the_source_waits_no_frame_is_hurried_or_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    seer: Seer = Seer()
    stage = stage_with(seer, [], monkeypatch, paced=True)
    assert not stage.skips_frames
    for number in range(1, 4):
        show(stage, number, 100 * LATE_S)
    assert seer.hurried == [False] * 3
