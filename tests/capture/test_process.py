"""The capture stage: pace of a file, slow stages, a camera that comes and goes, restarts. The bus is a list here."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from runform_live import config, controls
from runform_live.capture import file_playback, reader, silence
from runform_live.capture import process as module
from runform_live.capture.process import CaptureStage
from runform_live.capture.video import Video
from runform_live.controls import Control
from runform_live.errors import BadInput
from runform_live.messages import End, Frame, FrameAgain, Message, Recorder, SourceState
from runform_live.runtime.bus import Received
from runform_live.runtime.stage import StageSetup
from tests.capture.fake_source import FakeSource, SourcesInTurn
from tests.capture.films import corners, seen_corners, write
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


@pytest.fixture
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Losses are noticed and mended at once."""
    monkeypatch.setattr(reader, "REOPEN_S", 0.01)
    monkeypatch.setattr(reader, "UNREADABLE_S", 0.01)
    monkeypatch.setattr(silence, "SILENT_S", 0.1)
    monkeypatch.setattr(silence, "OPENING_S", 0.1)


def stage_for(
    source: str,
    sent: list[Message],
    opens: module.OpenSource = module.open_source,
    start: bool = True,
    **changes: object,
) -> CaptureStage:
    setup = StageSetup(stage="capture", endpoints={}, config=config.load(), source=source, **changes)  # type: ignore[arg-type]
    stage = CaptureStage(setup, lambda message, *_: sent.append(message), opens)
    if start:
        stage.control(controls.Start())
    return stage


def turns_until(stage: CaptureStage, holds: Callable[[], object]) -> None:
    """Turn the loop until something holds."""
    until_s = time.perf_counter() + 20
    while time.perf_counter() < until_s:
        if holds():
            return
        if stage.idle() > 0:
            threading.Event().wait(0.001)
    raise AssertionError("it did not come to that")


def frames(sent: list[Message]) -> list[Frame]:
    return [m for m in sent if type(m) is Frame]


def states(sent: list[Message]) -> list[str]:
    return [m.state for m in sent if isinstance(m, SourceState)]


def ends(sent: list[Message]) -> int:
    return sum(isinstance(m, End) for m in sent)


def answer(stage: CaptureStage, frame: int) -> None:
    stage.handle(Received(pose(frame, 0.0), [], 0))


def recorder_says(stage: CaptureStage, frame: int, **more: object) -> None:
    message = Recorder(frame=frame, recorded=frame, not_taken=0, folder="", **more)  # type: ignore[arg-type]
    stage.handle(Received(message, [], 0))


# -- files --------------------------------------------------------------------------------------------------------


def test_a_file_plays_at_its_own_pace(tmp_path: Path, clock: Clock) -> None:
    path = video(tmp_path / "clip.mp4", [flat(value=20 * i) for i in range(6)])
    sent: list[Message] = []
    stage = stage_for(str(path), sent)
    turns_until(stage, lambda: len(frames(sent)) == 1)
    for frame in range(1, 6):
        answer(stage, frame)
        for _ in range(3):
            stage.idle()
        assert len(frames(sent)) == frame, "no time has passed: no other frame is due"
        clock.now += 1 / 30
        turns_until(stage, lambda wanted=frame + 1: len(frames(sent)) == wanted)
    assert [round(f.time_s * 30) for f in frames(sent)] == [0, 1, 2, 3, 4, 5]


def test_a_file_waits_for_slow_stages_and_loses_no_frame(tmp_path: Path, clock: Clock) -> None:
    path = video(tmp_path / "clip.mp4", [flat() for _ in range(40)])
    sent: list[Message] = []
    stage = stage_for(str(path), sent)
    turns_until(stage, lambda: states(sent) == ["open"])
    for _ in range(100):
        clock.now += 0.01
        stage.idle()
    assert 1 < len(frames(sent)) <= file_playback.MOST_AHEAD, "pose has not answered yet"

    def turn() -> bool:
        clock.now += 0.01
        answer(stage, len(frames(sent)))
        return ends(sent) == 1

    turns_until(stage, turn)
    assert [f.frame for f in frames(sent)] == list(range(1, 41))
    assert isinstance(sent[-1], End)


def test_a_file_that_stands_for_a_camera_keeps_its_time_and_waits_for_nobody(tmp_path: Path, clock: Clock) -> None:
    path = video(tmp_path / "clip.mp4", [flat() for _ in range(40)])
    sent: list[Message] = []
    stage = stage_for(str(path), sent, paced=False)
    turns_until(stage, lambda: len(frames(sent)) == 1)
    began_s = clock.now
    for number in range(1, 40):
        clock.now = began_s + number / 30 + 0.0001
        turns_until(stage, lambda wanted=number + 1: len(frames(sent)) == wanted)
        stage.idle()
        assert len(frames(sent)) == number + 1
    turns_until(stage, lambda: ends(sent) == 1)


def test_a_stage_that_died_does_not_hold_up_a_file_for_ever(tmp_path: Path, clock: Clock) -> None:
    path = video(tmp_path / "clip.mp4", [flat() for _ in range(40)])
    sent: list[Message] = []
    stage = stage_for(str(path), sent)

    def turn() -> bool:
        clock.now += 0.05
        return ends(sent) == 1

    turns_until(stage, turn)
    assert len(frames(sent)) == 40


def test_a_file_that_cannot_be_opened_is_reported_once_and_can_still_be_ended() -> None:
    sent: list[Message] = []
    stage = stage_for("/nowhere.mp4", sent)
    turns_until(stage, lambda: states(sent) == ["failed"])
    for _ in range(5):
        stage.idle()
    assert states(sent) == ["failed"] and ends(sent) == 0
    stage.control(controls.Stop())
    assert states(sent) == ["failed", "ended"] and ends(sent) == 1


def test_a_restarted_stage_repeats_a_files_frames_with_their_numbers_and_times(tmp_path: Path, clock: Clock) -> None:
    path = video(tmp_path / "clip.mp4", [flat() for _ in range(30)])
    sent: list[Message] = []
    stage = stage_for(str(path), sent)

    def turn_of(stage: CaptureStage) -> None:
        clock.now += 0.01
        answer(stage, frames(sent)[-1].frame if frames(sent) else 0)

    turns_until(stage, lambda: turn_of(stage) or len(frames(sent)) == 8)
    state = stage.state_bytes()
    turns_until(stage, lambda: turn_of(stage) or len(frames(sent)) == 14)
    stage.finish()
    before = list(frames(sent))
    sent.clear()
    successor = stage_for(str(path), sent, start=False, restarted=True, state=state)
    turns_until(successor, lambda: turn_of(successor) or ends(sent) == 1)
    assert [f.frame for f in frames(sent)] == list(range(9, 31))
    times_s = [t for t, _ in Video(str(path))]
    assert [f.time_s for f in frames(sent)] == times_s[8:]
    assert [(f.frame, f.time_s) for f in before] == list(zip(range(1, 15), times_s, strict=False))


def test_a_restarted_file_does_not_wait_for_answers_to_frames_that_everybody_has(clock: Clock) -> None:
    film, again = FakeSource(1080, 1920), FakeSource(1080, 1920)  # so large that only five may be ahead
    film.gives(1, 0.0)
    stage = stage_for("film.mp4", [], SourcesInTurn(film))
    turns_until(stage, lambda: stage.handled == 1)
    sent: list[Message] = []
    successor = stage_for(
        "film.mp4", sent, SourcesInTurn(again), start=False, restarted=True, state=stage.state_bytes()
    )
    again.gives(9, 0.001, 0.001)
    turns_until(successor, lambda: states(sent) == ["open"])
    clock.now += 0.1
    turns_until(successor, lambda: len(frames(sent)) == 9)  # no time passes: waiting would never end
    for each in (stage, successor):
        each.finish()


# -- a camera -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("_soon")
def test_an_unplugged_camera_is_a_state_and_the_session_goes_on_when_it_returns() -> None:
    first, second = FakeSource(rate_hz=30.0), FakeSource(48, 64, rate_hz=60.0)
    sent: list[Message] = []
    stage = stage_for("0", sent, SourcesInTurn(first, "no camera", second), paced=False)
    began_s = time.monotonic()
    first.gives(3, began_s)
    turns_until(stage, lambda: len(frames(sent)) == 3)
    for _ in range(40):
        first.is_unplugged()
    turns_until(stage, lambda: states(sent) == ["open", "lost", "open"])
    second.gives(2, began_s + 20.0)
    turns_until(stage, lambda: len(frames(sent)) == 5)
    opened = [m for m in sent if isinstance(m, SourceState)][-1]
    assert (opened.height_px, opened.width_px, opened.frame_rate_hz) == (48, 64, 60.0)
    lost = next(m for m in sent if isinstance(m, SourceState) and m.state == "lost")
    assert lost.text == "the camera does not answer; plug it in again" and lost.frames == 3
    assert [f.time_s for f in frames(sent)] == pytest.approx([0, 1 / 30, 2 / 30, 20, 20 + 1 / 30], abs=1e-6)
    assert [f.frame for f in frames(sent)] == [1, 2, 3, 4, 5]
    stage.finish()


@pytest.mark.usefixtures("_soon")
def test_a_camera_that_stalls_is_lost_and_goes_on_with_its_next_picture() -> None:
    camera = FakeSource()
    sent: list[Message] = []
    stage = stage_for("0", sent, SourcesInTurn(camera), paced=False)
    camera.gives()
    turns_until(stage, lambda: states(sent) == ["open", "lost"])
    assert "gives no pictures; check its cable" in [m.text for m in sent if isinstance(m, SourceState)][-1]
    camera.gives()
    turns_until(stage, lambda: len(frames(sent)) == 2)
    assert states(sent) == ["open", "lost", "open"]
    stage.finish()


@pytest.mark.usefixtures("_soon")
def test_a_stalled_stream_is_lost_in_words_of_its_own() -> None:
    stream = FakeSource()
    sent: list[Message] = []
    stage = stage_for("rtsp://camera/live", sent, SourcesInTurn(stream), paced=False)
    stream.gives()
    turns_until(stage, lambda: states(sent) == ["open", "lost"])
    assert "over the network" in [m.text for m in sent if isinstance(m, SourceState)][-1]
    stage.finish()


def test_a_stage_that_stood_still_itself_does_not_blame_the_camera(clock: Clock) -> None:
    camera = FakeSource()
    sent: list[Message] = []
    stage = stage_for("0", sent, SourcesInTurn(camera), paced=False)
    camera.gives()
    turns_until(stage, lambda: len(frames(sent)) == 1)
    clock.now += 12.0
    for _ in range(3):
        stage.idle()
    assert states(sent) == ["open"]
    for _ in range(5):
        clock.now += 0.5
        stage.idle()
    assert states(sent) == ["open", "lost"]
    stage.finish()


def test_a_camera_whose_driver_never_returns_is_opened_anew_beside_it(clock: Clock) -> None:
    stuck, back = FakeSource(), FakeSource()
    sent: list[Message] = []
    stage = stage_for("0", sent, SourcesInTurn(stuck, back), paced=False)
    stuck.gives()
    turns_until(stage, lambda: len(frames(sent)) == 1)

    def turn() -> bool:
        clock.now += 0.9
        return states(sent) == ["open", "lost", "open"]

    turns_until(stage, turn)
    stuck.gives()
    back.gives(first_s=clock.now)
    turns_until(stage, lambda: len(frames(sent)) == 2)
    assert frames(sent)[1].time_s > 30, "the picture of the old opening is not wanted any more"
    stage.finish()


def test_a_picture_of_another_size_is_announced_before_it_comes() -> None:
    camera = FakeSource()
    sent: list[Message] = []
    stage = stage_for("0", sent, SourcesInTurn(camera), paced=False)
    camera.gives()
    turns_until(stage, lambda: len(frames(sent)) == 1)
    camera.size = 240, 320
    camera.gives()
    turns_until(stage, lambda: len(frames(sent)) == 2)
    told, frame = sent[-2:]
    assert isinstance(told, SourceState) and isinstance(frame, Frame)
    assert (
        (told.state, told.height_px, told.width_px) == ("open", 240, 320) == ("open", frame.height_px, frame.width_px)
    )
    stage.finish()


@pytest.mark.usefixtures("_soon")
def test_a_camera_that_was_never_there_fails_and_one_that_was_there_is_lost() -> None:
    sent: list[Message] = []
    stage = stage_for("0", sent, SourcesInTurn("camera 0 does not answer"), paced=False)
    turns_until(stage, lambda: states(sent) == ["failed"])
    stage.finish()
    camera = FakeSource()
    stage = stage_for("0", [], SourcesInTurn(camera), paced=False)
    camera.gives()
    turns_until(stage, lambda: stage.handled == 1)
    sent.clear()
    successor = stage_for(
        "0", sent, SourcesInTurn("busy"), start=False, paced=False, restarted=True, state=stage.state_bytes()
    )
    turns_until(successor, lambda: states(sent) == ["lost"])
    stage.finish()
    successor.finish()


@pytest.mark.usefixtures("_soon")
def test_a_camera_that_takes_long_to_start_is_said_to_and_then_runs() -> None:
    camera, opens = FakeSource(), threading.Event()

    def open_slowly(*_: object) -> FakeSource:
        opens.wait()
        return camera

    sent: list[Message] = []
    stage = stage_for("0", sent, open_slowly, paced=False)
    turns_until(stage, lambda: states(sent) == ["lost"])
    opens.set()
    camera.gives()
    turns_until(stage, lambda: len(frames(sent)) == 1)
    assert states(sent) == ["lost", "open"]
    stage.finish()


def test_what_breaks_in_the_reading_thread_ends_the_stage_with_its_reason() -> None:
    def broken(*_: object) -> FakeSource:
        raise MemoryError("no memory for a picture")

    stage = stage_for("0", [], broken, paced=False)
    with pytest.raises(MemoryError):
        turns_until(stage, lambda: False)


# -- the end ------------------------------------------------------------------------------------------------------


def waiting_to_start(sent: list[Message]) -> CaptureStage:
    return stage_for("0", sent, SourcesInTurn(FakeSource()), start=False, paced=False)


def opening(sent: list[Message]) -> CaptureStage:
    stage = stage_for("0", sent, lambda *_: threading.Event().wait() and None, paced=False)  # type: ignore[arg-type,return-value]
    stage.idle()
    return stage


def running(sent: list[Message]) -> CaptureStage:
    camera = FakeSource()
    stage = stage_for("0", sent, SourcesInTurn(camera), paced=False)
    camera.gives(3)
    turns_until(stage, lambda: len(frames(sent)) == 3)  # and from now on reading blocks
    return stage


def lost(sent: list[Message]) -> CaptureStage:
    stage = running(sent)
    turns_until(stage, lambda: states(sent)[-1] == "lost")
    return stage


def file_that_waits(sent: list[Message]) -> CaptureStage:
    film = FakeSource()
    film.gives(10, 0.0, 0.0)
    stage = stage_for("film.mp4", sent, SourcesInTurn(film))
    turns_until(stage, lambda: frames(sent))
    return stage


@pytest.mark.usefixtures("_soon")
@pytest.mark.parametrize("control", [controls.Stop(), controls.Finish()])
@pytest.mark.parametrize("situation", [waiting_to_start, opening, running, lost, file_that_waits])
def test_asked_to_end_it_ends_at_once_and_once(
    situation: Callable[[list[Message]], CaptureStage], control: Control
) -> None:
    sent: list[Message] = []
    stage = situation(sent)
    before = len(frames(sent))
    stage.control(control)
    assert isinstance(sent[-2], SourceState) and (sent[-2].state, sent[-2].text) == ("ended", "stopped")
    assert isinstance(sent[-1], End)
    stage.control(controls.Stop())
    stage.control(controls.Start())
    for _ in range(3):
        stage.idle()
    assert ends(sent) == 1 and len(frames(sent)) == before
    stage.finish()


def test_the_reason_of_a_stop_is_passed_on() -> None:
    sent: list[Message] = []
    stage_for("0", sent, SourcesInTurn(FakeSource())).control(controls.Stop(reason="stopped: nobody ran any more"))
    assert sent[0] == SourceState(state="ended", text="stopped: nobody ran any more")


def test_finish_for_another_stage_is_not_meant() -> None:
    sent: list[Message] = []
    stage_for("0", sent, SourcesInTurn(FakeSource())).control(controls.Finish(stage="pose"))
    assert sent == []


def test_a_stage_that_had_ended_is_not_started_again_and_says_the_end_once_more() -> None:
    sent: list[Message] = []
    stage = running(sent)
    stage.control(controls.Stop())
    plug = SourcesInTurn(FakeSource())
    sent.clear()
    successor = stage_for("0", sent, plug, start=False, restarted=True, state=stage.state_bytes())
    successor.control(controls.Start())
    successor.idle()
    successor.control(controls.Stop())
    assert states(sent) == ["ended"] and ends(sent) == 1 and plug.opened == 0


# -- restarts -----------------------------------------------------------------------------------------------------


def test_a_restarted_camera_goes_on_in_time_and_repeats_no_number() -> None:
    camera, again = FakeSource(), FakeSource()
    sent: list[Message] = []
    stage = stage_for("0", sent, SourcesInTurn(camera), paced=False)
    began_s = time.monotonic()
    camera.gives(1, began_s)
    turns_until(stage, lambda: len(frames(sent)) == 1)
    state = stage.state_bytes()
    for number in range(1, 10):  # the last 0.3 s were not written down
        camera.gives(1, began_s + number / 30)
        turns_until(stage, lambda wanted=number + 1: len(frames(sent)) == wanted)
    successor = stage_for("0", sent, SourcesInTurn(again), start=False, restarted=True, state=state, paced=False)
    again.gives(2, began_s + 0.9)
    turns_until(successor, lambda: len(frames(sent)) == 12)
    numbers = [f.frame for f in frames(sent)]
    assert numbers == sorted(set(numbers))
    assert frames(sent)[10].time_s == pytest.approx(0.9)
    for each in (stage, successor):
        each.finish()


def test_a_camera_opens_before_the_start_and_its_pictures_of_that_time_are_forgotten() -> None:
    camera = FakeSource()
    plug = SourcesInTurn(camera)
    sent: list[Message] = []
    stage = stage_for("0", sent, plug, start=False, paced=False)
    camera.gives(2)
    turns_until(stage, lambda: camera.asked == 3)  # both have come, and it waits for another
    assert not sent
    stage.control(controls.Start())
    camera.gives(1, 50.0)
    turns_until(stage, lambda: frames(sent))
    assert plug.opened == 1 and stage.dropped == 0
    assert [frame.stamp_s for frame in frames(sent)] == [50.0]
    stage.finish()


@pytest.mark.usefixtures("_soon")
@pytest.mark.parametrize("opened_since", [True, False])
def test_a_camera_that_failed_before_the_start_does_not_end_the_run(opened_since: bool) -> None:
    camera = FakeSource()
    plug = SourcesInTurn("another program has it", camera)
    if not opened_since:
        plug.left.insert(0, "another program has it")
    sent: list[Message] = []
    stage = stage_for("0", sent, plug, start=False, paced=False)
    if opened_since:
        turns_until(stage, lambda: camera.asked)
    else:
        plug.left[:] = [camera]
    stage.control(controls.Start())
    camera.gives(1)
    turns_until(stage, lambda: frames(sent))
    assert "failed" not in states(sent)
    stage.finish()


def test_of_a_file_that_opens_before_the_start_no_picture_is_forgotten() -> None:
    film = FakeSource()
    film.gives(3, 0.0, 0.0)
    sent: list[Message] = []
    stage = stage_for("film.mp4", sent, SourcesInTurn(film), start=False, paced=False)
    turns_until(stage, lambda: film.asked == 3)
    assert not sent
    stage.control(controls.Start())
    turns_until(stage, lambda: len(frames(sent)) == 3)
    stage.finish()


def test_a_stage_that_did_not_run_yet_waits_for_the_start_after_a_restart() -> None:
    plug = SourcesInTurn(FakeSource())
    sent: list[Message] = []
    state = stage_for("0", [], plug, start=False).state_bytes()
    successor = stage_for("0", sent, plug, start=False, restarted=True, state=state)
    for _ in range(5):
        successor.idle()
    assert not sent
    successor.control(controls.Start())
    turns_until(successor, lambda: states(sent))
    successor.finish()


def test_a_camera_killed_before_it_wrote_anything_down_goes_on_after_what_the_others_saw() -> None:
    camera = FakeSource()
    sent: list[Message] = []
    stage = stage_for("0", sent, SourcesInTurn(camera), restarted=True, paced=False)
    now_s = time.monotonic()
    seen = pose(7, 0.2)
    stage.handle(
        Received(type(seen)(**{f: getattr(seen, f) for f in seen.__struct_fields__} | {"stamp_s": now_s}), [], 0)
    )
    camera.gives(1, now_s + 0.5)
    turns_until(stage, lambda: frames(sent))
    assert frames(sent)[0].frame > 7 and frames(sent)[0].time_s == pytest.approx(0.7)
    stage.finish()


# -- a recorder that was started anew -----------------------------------------------------------------------------


def repeated(sent: list[Message]) -> list[int]:
    return [m.frame for m in sent if isinstance(m, FrameAgain)]


def recording(sent: list[Message], count: int, **changes: object) -> tuple[CaptureStage, FakeSource]:
    camera = FakeSource()
    stage = stage_for("0", sent, SourcesInTurn(camera), paced=False, **changes)
    for number in range(count):
        camera.gives(1, 1000.0 + number / 30)
        turns_until(stage, lambda wanted=number + 1: len(frames(sent)) == wanted)
    return stage, camera


def test_a_new_recorder_gets_the_frames_again_that_are_not_in_its_file_while_the_live_ones_go_on() -> None:
    sent: list[Message] = []
    stage, camera = recording(sent, 12, record_video=True)
    recorder_says(stage, 3, kept_until_s=2 / 30)
    recorder_says(stage, 0, kept_until_s=4 / 30, asks_again=True)
    camera.gives(1, 1001.0)
    turns_until(stage, lambda: len(repeated(sent)) == 7 and len(frames(sent)) == 13)
    assert repeated(sent) == [6, 7, 8, 9, 10, 11, 12]
    assert [type(m) for m in sent if isinstance(m, Frame)][-1] is FrameAgain, (
        "the live frame did not wait for all of them"
    )
    again = next(m for m in sent if isinstance(m, FrameAgain))
    assert (again.time_s, again.stamp_s) == (frames(sent)[5].time_s, frames(sent)[5].stamp_s)
    for _ in range(5):
        stage.idle()
    assert len(repeated(sent)) == 7, "once"
    stage.finish()


def test_frames_that_are_surely_in_the_file_are_not_kept() -> None:
    sent: list[Message] = []
    stage, _ = recording(sent, 6, record_video=True)
    recorder_says(stage, 6, kept_until_s=5 / 30)
    recorder_says(stage, 6, asks_again=True)
    for _ in range(5):
        stage.idle()
    assert repeated(sent) == []
    stage.finish()


def test_only_what_was_to_be_recorded_is_kept() -> None:
    sent: list[Message] = []
    stage, camera = recording(sent, 3)
    stage.control(controls.SetRecording(recording=True))
    camera.gives(2, 1001.0)
    turns_until(stage, lambda: len(frames(sent)) == 5)
    stage.control(controls.SetRecording(recording=False))
    camera.gives(1, 1002.0)
    turns_until(stage, lambda: len(frames(sent)) == 6)
    recorder_says(stage, 0, asks_again=True)
    turns_until(stage, lambda: len(repeated(sent)) == 2)
    for _ in range(5):
        stage.idle()
    assert repeated(sent) == [4, 5]
    stage.finish()


def test_a_recorder_that_is_started_anew_after_the_end_still_gets_its_frames() -> None:
    sent: list[Message] = []
    stage, _ = recording(sent, 5, record_video=True)
    stage.control(controls.Stop())
    recorder_says(stage, 0, asks_again=True)
    turns_until(stage, lambda: len(repeated(sent)) == 5)
    stage.finish()


def test_nothing_is_kept_for_a_recorder_that_cannot_write() -> None:
    sent: list[Message] = []
    stage, camera = recording(sent, 3, record_video=True)
    recorder_says(stage, 3, trouble="the disk is full", trouble_kind="disk_full")
    camera.gives(1, 1001.0)
    turns_until(stage, lambda: len(frames(sent)) == 4)
    recorder_says(stage, 0, asks_again=True)
    for _ in range(5):
        stage.idle()
    assert repeated(sent) == []
    stage.finish()


@pytest.mark.parametrize(("system", "opened"), [("darwin", ["MainThread"]), ("linux", [])])
def test_macos_is_asked_for_the_camera_in_the_main_thread(
    monkeypatch: pytest.MonkeyPatch, system: str, opened: list[str]
) -> None:
    threads: list[str] = []

    def refused(*_: object) -> module.Source:
        threads.append(threading.current_thread().name)
        raise BadInput("no camera here")

    monkeypatch.setattr(module, "open_source", refused)
    monkeypatch.setattr(module, "sys", SimpleNamespace(platform=system))
    module.create(StageSetup(stage="capture", endpoints={}, config=config.load(), source="0"), lambda *_: None)
    assert threads == opened


def test_what_was_wrong_with_a_film_is_told_at_its_end(tmp_path: Path) -> None:
    film = tmp_path / "joined.ts"
    film.write_bytes(write(tmp_path / "a.ts", [corners()] * 30, options={"bf": "0"}).read_bytes() * 3)
    sent: list[Message] = []
    stage = stage_for(str(film), sent, paced=False)
    turns_until(stage, lambda: any(isinstance(one, End) for one in sent))
    ended = next(one for one in sent if isinstance(one, SourceState) and one.state == "ended")
    assert ended.flags == ("clock_repaired",) and ended.repaired == {"restarts": 2, "guessed": 0, "left_out": 0}
    assert len({(one.height_px, one.width_px) for one in sent if isinstance(one, Frame)}) == 1


def test_what_was_wrong_with_a_film_is_told_when_a_person_ends_it_and_by_a_successor(tmp_path: Path) -> None:
    film = tmp_path / "joined.ts"
    film.write_bytes(write(tmp_path / "a.ts", [corners()] * 30, options={"bf": "0"}).read_bytes() * 2)
    sent: list[Message] = []
    stage = stage_for(str(film), sent, paced=False)

    def second_half() -> bool:
        if seen := frames(sent):
            answer(stage, seen[-1].frame)
        return bool(seen) and seen[-1].time_s > 1.2

    turns_until(stage, second_half)
    stage.control(controls.Stop(reason="that was enough"))
    again = stage_for(str(film), sent, start=False, state=stage.state_bytes(), restarted=True)
    again.idle()
    told = [one for one in sent if isinstance(one, SourceState) and one.state == "ended"]
    assert [(one.text, one.flags, one.repaired) for one in told] == [
        ("that was enough", ("clock_repaired",), {"restarts": 1, "guessed": 0, "left_out": 0})
    ] * 2
    stage.finish()


def test_the_stage_plays_a_film_as_it_is_told(tmp_path: Path) -> None:
    film = write(tmp_path / "raw.h264", [corners()] * 5, container_format="h264")
    setup = StageSetup(
        stage="capture", endpoints={}, config=config.load(), source=str(film), frame_rate_hz=60.0, mirrored=True
    )
    source = module.open_source(setup, 2 / 60)
    read = source.read()
    assert read is not None and read[0] == pytest.approx(3 / 60)
    assert seen_corners(read[1]) == ("green", "red", "white", "blue")
    source.close()
