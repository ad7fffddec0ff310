"""The pose stage: which frames are looked at in a hurry, how it ends, how another one goes on."""

from __future__ import annotations

import itertools
from types import SimpleNamespace

import msgspec
import numpy as np
import pytest
import zmq

from runform_live import config, controls
from runform_live.capture.source_name import DEMO
from runform_live.capture.video import Video
from runform_live.controls import Control
from runform_live.messages import LANDMARKS, End, FlowLevel, Frame, Instrument, Message, Picture, Pose, Standing
from runform_live.pose import process
from runform_live.pose.process import HURRY_S, LATE_S, PoseStage
from runform_live.runtime.bus import Buffer, Received
from runform_live.runtime.stage import Stage, StageSetup
from runform_live.validate.unsteady import PUSHED, filmed_by

RATE_HZ = 60
NOW_S = 1000.0  # of the machine, while frames are shown


class Seer:
    """Stands in for the estimator and its networks."""

    def __init__(self) -> None:
        self.hurried: list[bool] = []
        self.times_s: list[float] = []
        self.calibrations = 0

    def calibrate(self) -> None:
        self.calibrations += 1

    def see(self, picture: np.ndarray, frame: Frame, hurried: bool) -> tuple[Pose, np.ndarray]:
        assert picture.shape == (4, 6, 3)
        self.times_s.append(frame.time_s)
        self.hurried.append(hurried)
        pose = Pose(
            frame=frame.frame, time_s=frame.time_s, stamp_s=frame.stamp_s, found=True, detected=False, brightness=0.5,
            cut_off=False, instrument=Instrument(names_sides=False), standing=Standing(0.0, 1.5), flow_level=FlowLevel(1.5, 0.5),
        )  # fmt: skip
        return pose, np.zeros((len(LANDMARKS), 3))


def stage_with(seer: Seer, sent: list[Message], monkeypatch: pytest.MonkeyPatch, paced: bool) -> PoseStage:
    monkeypatch.setattr(process, "open_estimator", lambda *_, **__: seer)
    monkeypatch.setattr(process, "time", SimpleNamespace(monotonic=lambda: NOW_S))

    def send(message: Message, *_: Buffer) -> None:
        sent.append(message)

    return PoseStage(StageSetup("pose", {}, config.load(), "demo", paced=paced), send)


def show(stage: PoseStage, number: int, late_s: float) -> None:
    """A frame that was stamped that long ago."""
    frame = Frame(frame=number, time_s=number / RATE_HZ, stamp_s=NOW_S - late_s, height_px=4, width_px=6)
    stage.handle(Received(frame, [zmq.Frame(bytes(4 * 6 * 3))], 0))


def test_a_frame_that_is_late_makes_the_next_ones_hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    seer, sent = Seer(), []
    stage = stage_with(seer, sent, monkeypatch, paced=False)
    assert stage.skips_frames
    last = 4 + round(HURRY_S * RATE_HZ)
    for number in range(1, last + 3):
        show(stage, number, 2 * LATE_S if number == 4 else 0.0)
    assert seer.hurried[: last - 1] == [False] * 3 + [True] * (last - 4), "for some seconds, not for some frames"
    assert seer.hurried[last:] == [False] * 2
    assert isinstance(sent[0], Pose)
    assert sent[0].standing == Standing(0.0, 1.5) and sent[0].flow_level == FlowLevel(1.5, 0.5)


def test_a_person_who_asks_for_a_stand_reaches_the_estimator(monkeypatch: pytest.MonkeyPatch) -> None:
    seer = Seer()
    stage_with(seer, [], monkeypatch, paced=True).control(controls.Calibrate())
    assert seer.calibrations == 1


def test_where_the_source_waits_no_frame_is_hurried_or_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    seer: Seer = Seer()
    stage = stage_with(seer, [], monkeypatch, paced=True)
    assert not stage.skips_frames
    for number in range(1, 4):
        show(stage, number, 100 * LATE_S)
    assert seer.hurried == [False] * 3


def test_a_frame_that_comes_again_is_not_seen_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is opened again, because the capture stage was restarted."""
    seer, sent = Seer(), []
    stage = stage_with(seer, sent, monkeypatch, paced=True)
    for number in (1, 2, 3, 2, 3, 4):
        show(stage, number, 0.0)
    assert seer.times_s == [number / RATE_HZ for number in (1, 2, 3, 4)]
    assert [pose.frame for pose in sent if isinstance(pose, Pose)] == [1, 2, 3, 4]


@pytest.mark.parametrize("told", [controls.Finish(), controls.Finish(stage="pose"), End(stage="capture")])
def test_the_end_is_said_once(told: Control | End, monkeypatch: pytest.MonkeyPatch) -> None:
    seer, sent = Seer(), []
    stage = stage_with(seer, sent, monkeypatch, paced=True)
    show(stage, 1, 0.0)
    stage.control(controls.Finish(stage="gait"))
    stage.control(controls.Stop())
    assert End(stage="pose") not in sent
    for _ in range(2):
        if isinstance(told, Control):
            stage.control(told)
        else:
            stage.handle(Received(told, [], 0))
    show(stage, 2, 0.0)
    assert sent[1:] == [End(stage="pose")], "nothing follows it"


def test_a_stage_that_is_restarted_after_the_camera_was_pushed_says_what_the_first_one_would_have() -> None:
    """Else the push would be taken for a pelvis that drops on one side."""
    filmed = filmed_by("pushed")
    frames = [
        (number / 30, picture if number < 44 else filmed(6.0, picture))
        for number, (_, picture) in enumerate(itertools.islice(Video(str(DEMO)), 64))
    ]

    def stage_from(state: bytes, sent: list[tuple[Message, bytes]]) -> Stage:
        setup = StageSetup("pose", {}, config.load(), "demo", restarted=bool(state), state=state)
        return process.create(setup, lambda message, *buffers: sent.append((message, bytes(buffers[0]))))

    def show_all(stage: Stage, some: list[tuple[float, Picture]]) -> None:
        for time_s, picture in some:
            height_px, width_px = picture.shape[:2]
            number = round(30 * time_s) + 1
            frame = Frame(frame=number, time_s=time_s, stamp_s=0.0, height_px=height_px, width_px=width_px)
            stage.handle(Received(frame, [zmq.Frame(picture.tobytes())], 0))

    first: list[tuple[Message, bytes]] = []
    second: list[tuple[Message, bytes]] = []
    stage = stage_from(b"", first)
    show_all(stage, frames[:52])
    state = stage.state_bytes()
    show_all(stage, frames[52:])
    show_all(stage_from(state, second), frames[50:])  # two of them were seen before
    written = [[(msgspec.msgpack.encode(message), points) for message, points in some] for some in (first[52:], second)]
    assert written[0] == written[1]
    pose = second[-1][0]
    assert isinstance(pose, Pose) and pose.standing is not None and pose.flow_level is not None
    assert pose.camera.turn_deg == pytest.approx(PUSHED[0], abs=0.05)
