"""The capture stage: pacing, waiting for readers, a camera that comes and goes. The bus is a list here."""

from __future__ import annotations

from pathlib import Path

import pytest

from runform_live import config
from runform_live.capture import process as module
from runform_live.capture.process import CaptureStage
from runform_live.capture.sources import Video
from runform_live.messages import Control, End, Frame, Message, Pose, SourceState
from runform_live.runtime.bus import Received
from runform_live.runtime.stage import Resume, StageSetup
from tests.makers import flat, pose, video


class Clock:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(module.time, "monotonic", clock.monotonic)
    return clock


def stage_for(source: str, sent: list[Message], **changes: object) -> CaptureStage:
    setup = StageSetup(stage="capture", endpoints={}, config=config.load(), source=source, **changes)  # type: ignore[arg-type]
    stage = CaptureStage(setup, lambda message, *_: sent.append(message))
    stage.control(Control(action="start"))
    return stage


def frames(sent: list[Message]) -> list[Frame]:
    return [m for m in sent if isinstance(m, Frame)]


def answer(stage: CaptureStage, frame: int) -> None:
    message: Pose = pose(frame, 0.0)
    stage.handle(Received(message, [], 0))


def test_a_file_plays_at_its_own_pace(tmp_path: Path, clock: Clock) -> None:
    path = video(tmp_path / "clip.mp4", [flat(value=20 * i) for i in range(6)])
    sent: list[Message] = []
    stage = stage_for(str(path), sent)
    for _ in range(5):
        stage.idle()
    assert len(frames(sent)) == 1, "no time has passed: only the first frame is due"
    for frame in range(1, 6):
        clock.now += 1 / 30
        answer(stage, frame)
        for _ in range(3):
            stage.idle()
        assert len(frames(sent)) == frame + 1
    assert [round(f.time_s * 30) for f in frames(sent)] == [0, 1, 2, 3, 4, 5]


def test_a_file_waits_for_slow_readers_and_loses_no_frame(tmp_path: Path, clock: Clock) -> None:
    path = video(tmp_path / "clip.mp4", [flat() for _ in range(40)])
    sent: list[Message] = []
    stage = stage_for(str(path), sent)
    for _ in range(200):
        clock.now += 0.01
        stage.idle()
    ahead = len(frames(sent))
    assert ahead <= module.MOST_AHEAD, "pose has not answered yet"
    for _ in range(400):
        clock.now += 0.01
        answer(stage, len(frames(sent)))
        stage.idle()
    assert [f.frame for f in frames(sent)] == list(range(1, 41))
    assert isinstance(sent[-1], End)


def test_a_file_that_stands_for_a_camera_keeps_its_time_and_waits_for_nobody(tmp_path: Path, clock: Clock) -> None:
    path = video(tmp_path / "clip.mp4", [flat() for _ in range(40)])
    sent: list[Message] = []
    stage = stage_for(str(path), sent, paced=False)
    stage.idle()
    began_s = clock.now
    while not isinstance(sent[-1], End):
        stage.idle()
        assert len(frames(sent)) <= 1 + 30 * (clock.now - began_s) + 1
        clock.now += 0.01
    assert len(frames(sent)) == 40
    assert clock.now - began_s == pytest.approx(39 / 30, abs=0.05)


def test_a_dead_reader_does_not_stop_the_show_for_ever(tmp_path: Path, clock: Clock) -> None:
    path = video(tmp_path / "clip.mp4", [flat() for _ in range(40)])
    sent: list[Message] = []
    stage = stage_for(str(path), sent)
    for _ in range(3000):
        clock.now += 0.01
        stage.idle()
    assert len(frames(sent)) == 40


def test_an_unplugged_camera_is_a_state_and_the_session_goes_on_when_it_returns(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    class Flaky:
        described = module.Video  # never read

        def __init__(self, index: int, wished: object) -> None:
            from runform_live.capture.sources import Described

            self.described = Described(96, 128, 30.0, None)
            self.left = 3

        def read(self) -> tuple[float, object] | None:
            self.left -= 1
            return (clock.now, flat()) if self.left >= 0 else None

        def close(self) -> None:
            pass

    monkeypatch.setattr(module, "Camera", Flaky)
    sent: list[Message] = []
    stage = stage_for("0", sent, paced=False)
    for _ in range(60):
        clock.now += 0.1
        stage.idle()
    states = [m.state for m in sent if isinstance(m, SourceState)]
    assert states[:3] == ["open", "lost", "open"]
    times = [f.time_s for f in frames(sent)]
    assert times == sorted(times), "the clock goes on through the loss"
    assert times[3] - times[2] >= 1.0
    assert [f.frame for f in frames(sent)] == list(range(1, len(times) + 1))


def test_a_source_that_cannot_be_opened_is_reported_once(clock: Clock) -> None:
    sent: list[Message] = []
    stage = stage_for("/nowhere.mp4", sent)
    for _ in range(50):
        clock.now += 0.1
        stage.idle()
    assert [m.state for m in sent if isinstance(m, SourceState)] == ["failed"]


def test_a_restarted_stage_goes_on_where_the_file_was(tmp_path: Path, clock: Clock) -> None:
    path = video(tmp_path / "clip.mp4", [flat() for _ in range(20)])
    sent: list[Message] = []
    eighth_s = [t for t, _ in Video(str(path))][7]
    stage = stage_for(str(path), sent, restarted=True, resume=Resume(8, eighth_s, 0.0))
    for _ in range(300):
        clock.now += 0.01
        answer(stage, 8 + len(frames(sent)))
        stage.idle()
    assert [f.frame for f in frames(sent)] == list(range(9, 21))
    assert frames(sent)[0].time_s == pytest.approx(8 / 30, abs=1e-3)


def test_stop_ends_the_source_in_order(tmp_path: Path, clock: Clock) -> None:
    path = video(tmp_path / "clip.mp4", [flat() for _ in range(20)])
    sent: list[Message] = []
    stage = stage_for(str(path), sent)
    stage.idle()
    stage.idle()
    stage.control(Control(action="stop"))
    assert isinstance(sent[-2], SourceState)
    assert sent[-2].state == "ended"
    assert isinstance(sent[-1], End)
    stage.control(Control(action="stop"))
    assert sum(isinstance(m, End) for m in sent) == 1
