"""The gait stage: what it sends, and what a successor sends."""

from __future__ import annotations

import msgspec
import pytest
import zmq

from runform_live import config, controls
from runform_live.gait.process import GaitStage, create
from runform_live.messages import VIEW_UNSURE, End, GaitState, Instrument, Message, Naming, Pose, Stance
from runform_live.runtime.bus import Buffer, Received
from runform_live.runtime.stage import StageSetup
from tests.makers import Landmarks, Watch, pose, running, standing

FRAMES = 300


def gait_stage(sent: list[Message], state: bytes = b"") -> GaitStage:
    def send(message: Message, *_: Buffer) -> None:
        sent.append(message)

    return create(StageSetup("gait", {}, config.load(), "demo", state=state, restarted=bool(state)), send)


def received(one: Pose, landmarks: Landmarks) -> Received:
    return Received(one, [zmq.Frame(landmarks.tobytes())], 0)


def frames(first: int = 0, last: int = FRAMES) -> list[Received]:
    """Two seconds of standing, then a run, at 30 frames/s."""
    watch, out = Watch(), []
    for number in range(last):
        landmarks = standing() if number < 60 else running(number / 30 - 2)
        out.append(received(watch(pose(number + 1, number / 30), landmarks), landmarks))
    return out[first:]


END = Received(End(stage="pose"), [], 0)


def undisturbed() -> list[Message]:
    sent: list[Message] = []
    stage = gait_stage(sent)
    for message in (*frames(), END):
        stage.handle(message)
    return sent


def test_it_sends_stances_as_they_end_its_state_ten_times_a_second_and_one_end() -> None:
    sent = undisturbed()
    assert sum(isinstance(message, Stance) for message in sent) > 18
    times_s = [message.time_s for message in sent if isinstance(message, GaitState)]
    assert len(times_s) == pytest.approx(FRAMES / 3, rel=0.3)
    assert [message for message in sent if isinstance(message, End)] == [End(stage="gait")] == sent[-1:]


@pytest.mark.parametrize("killed", [30, 75, 200, FRAMES - 1])
@pytest.mark.parametrize("again", [0, 20], ids=["what came since", "and what the state contains already"])
def test_a_successor_sends_what_was_still_to_come(killed: int, again: int) -> None:
    sent: list[Message] = []
    stage = gait_stage(sent)
    for message in frames(last=killed):
        stage.handle(message)
    successor = gait_stage(sent, stage.state_bytes())
    for message in (*frames(first=killed - again), END):
        successor.handle(message)
    assert sent == undisturbed()


def test_poses_that_came_after_the_state_give_the_same_stances_again() -> None:
    sent: list[Message] = []
    stage = gait_stage(sent)
    for message in frames(last=150):
        stage.handle(message)
    written = stage.state_bytes()
    for message in frames(first=150, last=200):
        stage.handle(message)
    successor = gait_stage(sent, written)
    for message in (*frames(first=150), END):
        successor.handle(message)
    expected = [message for message in undisturbed() if isinstance(message, Stance)]
    stances = [message for message in sent if isinstance(message, Stance)]
    assert len(stances) > len(expected), "some were sent twice"
    assert [stance for place, stance in enumerate(stances) if stance not in stances[:place]] == expected


@pytest.mark.parametrize("text", ["", "gait"])
def test_asked_to_finish_it_sends_what_it_holds_and_its_end_once(text: str) -> None:
    sent: list[Message] = []
    stage = gait_stage(sent)
    for message in frames():
        stage.handle(message)
    stage.control(controls.Finish(stage=text))
    assert sent == undisturbed()
    stage.handle(END)
    stage.control(controls.Finish())
    stage.handle(frames(FRAMES, FRAMES + 1)[0])
    successor = gait_stage(sent, stage.state_bytes())
    successor.handle(END)
    assert sent == undisturbed(), "nothing more, of a successor neither"


def test_finish_of_another_stage_is_not_its_own() -> None:
    sent: list[Message] = []
    gait_stage(sent).control(controls.Finish(stage="pose"))
    assert sent == []


def calibrated(sent: list[Message]) -> bool:
    return [message for message in sent if isinstance(message, GaitState)][-1].calibrated


def test_a_calibration_that_was_asked_for_is_asked_for_after_a_restart_too() -> None:
    sent: list[Message] = []
    stage = gait_stage(sent)
    for message in frames(last=200):
        stage.handle(message)
    assert calibrated(sent)
    stage.control(controls.Calibrate())
    successor = gait_stage(sent, stage.state_bytes())
    for message in frames(first=200):
        successor.handle(message)
    assert not calibrated(sent), "nobody has stood since"


def flags(sent: list[Message]) -> tuple[str, ...]:
    return [message for message in sent if isinstance(message, GaitState)][-1].flags


def doubted(first: int = 0, last: int = FRAMES) -> list[Received]:
    """A run on a belt that is seen from behind, and a network that is sure to see a face."""
    return [
        Received(
            msgspec.structs.replace(one.message, instrument=Instrument(names_sides=False), behind=0.02), one.buffers, 0
        )
        for one in frames(first, last)
    ]


@pytest.mark.parametrize("restarted", ["never", "before the answer", "after the answer"])
def test_the_answer_to_where_the_camera_is_reaches_the_core_and_survives_a_restart(restarted: str) -> None:
    answer = controls.SetView(view="anterior")
    sent: list[Message] = []
    stage = gait_stage(sent)
    for message in doubted(last=200):
        stage.handle(message)
    assert flags(sent) == (VIEW_UNSURE,)
    written = stage.state_bytes()
    stage.control(answer)
    assert flags(sent) == (), "it says so at once"
    if restarted == "before the answer":  # the supervisor tells it what it has missed
        stage = gait_stage(sent, written)
        stage.control(answer)
    elif restarted == "after the answer":
        stage = gait_stage(sent, stage.state_bytes())
    for message in (*doubted(first=200), END):
        stage.handle(message)
    assert flags(sent) == ()
    named = [message.naming for message in sent if isinstance(message, Stance)]
    first = named[0]
    assert first is not None and (first.view, first.unsure) == ("posterior", True)
    assert named[-1] == Naming("anterior", number=1)
