"""The session stage: what it keeps, how it goes on after it was killed, how it ends."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from runform_live import config, controls
from runform_live.messages import Band, CoachState, Cue, End, Frame, FrameAgain, Message, Recorder, SourceState
from runform_live.runtime.bus import Received
from runform_live.runtime.stage import StageSetup
from runform_live.session.figures import Summary
from runform_live.session.process import SessionStage, create
from runform_live.session.reader import Session, read
from runform_live.session.video import readable
from tests.makers import flat, pose, standing
from tests.makers import stances as run_of
from tests.session.test_reader import gait

DROP = "pelvic_drop_mid_deg"


class Buffer:
    """What the bus hands over beside a message."""

    def __init__(self, content: Any) -> None:
        self.buffer = memoryview(content)


class Bench:
    """A session stage without sockets; `sent` is what it said."""

    def __init__(self, folder: Path, record_video: bool = True, state: bytes = b"", restarted: bool = False) -> None:
        self.sent: list[tuple[Message, Sequence[Any]]] = []
        setup = StageSetup(
            stage="session", endpoints={}, config=config.load(), source="0", folder=str(folder),
            record_video=record_video, state=state, restarted=restarted,
        )  # fmt: skip
        self.stage: SessionStage = create(setup, lambda message, *buffers: self.sent.append((message, buffers)))

    def tell(self, message: Message, content: Any = None) -> None:
        buffers = [] if content is None else [Buffer(content)]
        self.stage.handle(Received(message, buffers, 0))  # type: ignore[arg-type]

    def frame(self, number: int, again: bool = False, height_px: int = 96) -> None:
        kind = FrameAgain if again else Frame
        picture = flat(height_px)
        self.tell(
            kind(frame=number, time_s=number / 30, stamp_s=0.0, height_px=height_px, width_px=128),
            picture.reshape(-1),
        )

    def pose(self, number: int) -> None:
        self.tell(pose(number, number / 30), np.ascontiguousarray(standing()).reshape(-1).view(np.uint8))

    def frames(self, numbers: range) -> None:
        for number in numbers:
            self.frame(number)
            self.pose(number)

    def killed(self) -> None:
        """As kill -9 does: what is in memory is gone, and the lock is free."""
        self.stage.record.abandon()

    def hears_ends(self, *stages: str) -> None:
        for stage in stages or ("capture", "pose", "gait", "coach"):
            self.tell(End(stage=stage))

    def ends(self) -> None:
        """All others have ended, and what may still come is waited for."""
        self.hears_ends()
        self.waits()

    def waits(self) -> None:
        until = time.monotonic() + 10.0
        while not self.said(End) and time.monotonic() < until:
            self.stage.idle()
            time.sleep(0.01)

    def said(self, kind: type[Message]) -> list[Any]:
        return [message for message, _ in self.sent if isinstance(message, kind)]


def ran(bench: Bench, until: int = 300) -> None:
    """A run of 10 s with all that the other stages say."""
    bench.tell(SourceState(state="open", text="0", frame_rate_hz=30.0, height_px=96, width_px=128))
    bench.tell(CoachState(muted=False, sound="", targets={DROP: Band(high=4.5)}, target_from="chosen"))
    waiting = run_of(20)
    for number in range(1, until + 1):
        bench.frame(number)
        bench.pose(number)
        while waiting and waiting[0].toe_off_s < number / 30:
            bench.tell(waiting.pop(0))
        if number % 10 == 0:
            bench.tell(gait(time_s=number / 30, phase="running", phase_since_s=1.0))
    bench.tell(Cue(time_s=9.0, text="t", reason="r", metric=DROP, side="left", audible=True, latency_s=0.1))


def numbers(session: Session) -> tuple[Any, ...]:
    info = session.info
    kept = (info.view, info.frames, info.frames_recorded, info.frames_not_recorded, info.ended, info.targets)
    return (*kept, session.summary, session.stances, session.poses().num_rows)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, ...]:
    folder = tmp_path_factory.mktemp("undisturbed")
    bench = Bench(folder)
    ran(bench)
    bench.ends()
    return numbers(read(folder))


def test_the_end_of_all_stages_closes_the_session_and_tells_its_summary(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    ran(bench)
    bench.hears_ends("capture", "pose", "gait")
    assert not bench.said(End)
    bench.hears_ends("coach")
    bench.hears_ends("coach")
    bench.stage.finish()
    ends = [(message, buffers) for message, buffers in bench.sent if isinstance(message, End)]
    assert [message.stage for message, _ in ends] == ["session"], "once"
    told = msgspec.json.decode(ends[0][1][0], type=Summary)
    assert told == read(tmp_path).summary
    assert told.sides["left"][DROP].n == 10


def test_it_says_that_it_closes_before_it_falls_silent(tmp_path: Path) -> None:
    """The supervisor must not take a session of hours, whose last files take a while, for one that hangs."""
    bench = Bench(tmp_path)
    ran(bench)
    bench.ends()
    kinds = ["closing" if getattr(m, "closing", False) else type(m).__name__ for m, _ in bench.sent]
    assert kinds.index("closing") < kinds.index("End")


def test_a_successor_waits_for_frames_that_are_sent_once_more_before_it_closes(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.tell(SourceState(state="open", text="0", frame_rate_hz=30.0, height_px=96, width_px=128))
    bench.frames(range(1, 61))
    state = bench.stage.state_bytes()
    bench.killed()
    successor = Bench(tmp_path, state=state, restarted=True)
    successor.stage.idle()
    (asked,) = [one for one in successor.said(Recorder) if one.asks_again]
    successor.hears_ends()
    assert not successor.said(End), "capture has been asked, and still holds the last frames"
    kept = round(asked.kept_until_s * 30)
    for number in range(kept + 1, 91):
        successor.frame(number, again=True)
    while not successor.said(End):
        successor.stage.idle()
    assert read(tmp_path).info.frames_recorded == 90


def test_finish_closes_with_what_there_is(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    ran(bench, 100)
    bench.stage.control(controls.Finish(stage="session"))
    session = read(tmp_path)
    assert session.info.ended == "end of the source"
    assert session.info.frames == session.info.frames_recorded == 100
    assert len(bench.said(End)) == 1


def test_a_stage_killed_after_the_sources_end_gives_the_same_summary(
    tmp_path: Path, undisturbed: tuple[Any, ...]
) -> None:
    first = Bench(tmp_path)
    ran(first)
    first.hears_ends("capture", "pose", "gait")
    state = first.stage.state_bytes()
    first.stage.record.stop_recording()
    first.killed()
    second = Bench(tmp_path, state=state, restarted=True)
    second.stage.idle()
    for number in range(285, 301):
        second.pose(number)  # told once more: the batch that was in memory is gone
    second.hears_ends("gait", "coach")
    second.waits()
    session = read(tmp_path)
    assert numbers(session) == undisturbed
    assert session.summary.view == "posterior"
    assert session.summary.calibrated
    assert "nobody_seen" not in session.summary.flags


@pytest.mark.parametrize("killed_at", [1, 5, 40, 150, 299])
def test_a_stage_killed_in_a_run_loses_nothing_that_is_told_once_more(
    tmp_path: Path, undisturbed: tuple[Any, ...], killed_at: int
) -> None:
    first = Bench(tmp_path)
    ran(first, killed_at)
    state = first.stage.state_bytes()
    first.stage.record.event("pause", "no state knows of this yet")
    first.killed()
    second = Bench(tmp_path, state=state, restarted=True)
    second.stage.idle()
    asked = second.said(Recorder)[-1]
    assert asked.asks_again
    assert asked.kept_until_s <= killed_at / 30
    for number in range(max(1, killed_at - 60), 301):  # all that the others remember
        if number <= killed_at + 3:
            second.frame(number, again=True)
        else:
            second.frame(number)
        second.pose(number)
    for one in run_of(20):
        second.tell(one)
    for number in range(10, 301, 10):
        second.tell(gait(time_s=number / 30, phase="running", phase_since_s=1.0))
    second.tell(SourceState(state="open", text="0", frame_rate_hz=30.0, height_px=96, width_px=128))
    second.tell(CoachState(muted=False, sound="", targets={DROP: Band(high=4.5)}, target_from="chosen"))
    for _ in range(2):
        second.tell(Cue(time_s=9.0, text="t", reason="r", metric=DROP, side="left", audible=True, latency_s=0.1))
    second.stage.control(controls.SetPaused(paused=True))
    second.stage.control(controls.StageRestarted(stage="session", reason="it had died"))
    second.ends()
    session = read(tmp_path)
    assert numbers(session) == undisturbed
    kinds = [event["kind"] for event in session.events]
    assert kinds.count("cue") == kinds.count("restart") == kinds.count("pause") - 1 == 1
    assert sum(found.frames for part in session.info.videos if (found := readable(tmp_path / part.file))) == 300


def test_frames_that_nobody_has_any_more_are_counted(tmp_path: Path) -> None:
    first = Bench(tmp_path)
    first.frames(range(1, 91))
    state = first.stage.state_bytes()
    first.killed()
    second = Bench(tmp_path, state=state, restarted=True)
    second.stage.idle()
    second.frame(120, again=True)
    second.frames(range(121, 151))
    second.stage.control(controls.Finish())
    info = read(tmp_path).info
    assert info.frames == 150
    assert info.frames_recorded + info.frames_not_recorded == 150
    assert info.frames_recorded == sum(part.frames or 0 for part in info.videos)
    assert 30 <= info.frames_not_recorded <= 40


def test_repeats_are_written_before_the_frames_that_came_meanwhile(tmp_path: Path) -> None:
    first = Bench(tmp_path)
    first.frames(range(1, 61))
    state = first.stage.state_bytes()
    first.killed()
    second = Bench(tmp_path, state=state, restarted=True)
    second.stage.idle()
    for number in (66, 67):
        second.frame(number)
    assert second.stage.record.pictures.recorded < 61, "they wait"
    for number in range(50, 68):
        second.frame(number, again=True)
    second.frame(68)
    second.stage.control(controls.Finish())
    info = read(tmp_path).info
    assert (info.frames_recorded, info.frames_not_recorded) == (68, 0)
    assert len(info.videos) == 2


def test_what_a_person_chose_survives_a_restart(tmp_path: Path) -> None:
    first = Bench(tmp_path)
    first.frames(range(1, 31))
    first.stage.control(controls.SetPaused(paused=True))
    first.stage.control(controls.SetRecording(recording=False))
    state = first.stage.state_bytes()
    first.killed()
    second = Bench(tmp_path, state=state, restarted=True)
    second.stage.idle()
    assert not second.said(Recorder), "nothing is recorded, so nothing is asked for"
    second.tell(run_of(1)[0])
    second.frames(range(31, 61))
    second.stage.control(controls.Finish())
    session = read(tmp_path)
    assert session.stances == [], "it is paused"
    assert session.info.frames_recorded == 30


def test_a_second_recording_is_listed_and_counted(tmp_path: Path) -> None:
    bench = Bench(tmp_path, record_video=False)
    bench.frames(range(1, 31))
    for recording, numbers_ in ((True, range(31, 61)), (False, range(61, 91)), (True, range(91, 101))):
        bench.stage.control(controls.SetRecording(recording=recording))
        bench.frames(numbers_)
    bench.ends()
    info = read(tmp_path).info
    assert [(part.file, part.frames) for part in info.videos] == [("video.mkv", 30), ("video-2.mkv", 10)]
    assert info.videos[1].start_s == pytest.approx(91 / 30)
    assert (info.frames_recorded, info.frames_not_recorded) == (40, 0)


def test_frames_that_did_not_arrive_are_counted_and_repeated_ones_are_not(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    for number in (1, 2, 5, 5, 3, 6):
        bench.frame(number)
    bench.ends()
    info = read(tmp_path).info
    assert (info.frames_recorded, info.frames_not_recorded) == (4, 2)


def test_a_camera_that_comes_back_with_another_size_begins_a_new_part(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.frames(range(1, 11))
    bench.tell(SourceState(state="lost", text="unplugged"))
    bench.tell(SourceState(state="open", text="0", frame_rate_hz=30.0, height_px=64, width_px=128))
    for number in range(40, 50):
        bench.frame(number, height_px=64)
    bench.ends()
    session = read(tmp_path)
    assert [part.frames for part in session.info.videos] == [10, 10]
    assert [event["kind"] for event in session.events] == ["camera_lost"]


def test_the_recorder_answers_every_second_frame_and_says_what_is_safe(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    for number in range(1, 62, 2):  # only odd numbers arrive
        bench.frame(number)
    answers = bench.said(Recorder)
    assert len(answers) == 15
    assert [one.recorded for one in answers] == list(range(2, 31, 2))
    safe_s = [one.kept_until_s for one in answers]
    assert safe_s == sorted(safe_s)
    assert answers[-1].frame / 30 - 0.5 < safe_s[-1] < answers[-1].frame / 30
    bench.stage.finish()


def test_a_successor_of_one_that_had_closed_only_says_so_again(tmp_path: Path) -> None:
    first = Bench(tmp_path)
    ran(first)
    state = first.stage.state_bytes()
    first.ends()
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    second = Bench(tmp_path, state=state, restarted=True)
    second.stage.idle()
    second.stage.idle()
    second.ends()
    assert len(second.said(End)) == 1
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_trouble_with_the_disk_is_said_once_and_never_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno
    import os

    bench = Bench(tmp_path, record_video=False)

    def full(*_args: object, **_more: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    for name in ("write", "replace"):
        monkeypatch.setattr(os, name, full)
    ran(bench, 200)
    for _ in range(5):
        bench.stage.idle()
    troubles = [one.trouble for one in bench.said(Recorder)]
    assert troubles == ["the disk is full; the figures are kept in memory and tried again; free some space"]
    state = bench.stage.state_bytes()
    bench.ends()
    told = msgspec.json.decode(bench.sent[-1][1][0], type=Summary)
    assert told.sides["left"][DROP].n == 8
    monkeypatch.undo()
    bench.killed()
    after = Bench(tmp_path, state=state, restarted=True)
    after.stage.idle()
    after.ends()
    assert len(read(tmp_path).stances) == 16, "a successor has what the disk did not take"


def test_a_note_is_kept_at_the_time_that_it_is_about(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "s", record_video=False)
    ran(bench, 90)
    now_s = bench.stage.record.time_s
    notes = (("seen then", 1.25), ("seen now", None), ("of a time still to come", now_s + 60), ("two\nlines", 1.5))
    for text, at_s in notes:
        bench.stage.control(controls.AddNote(text=text, at_s=at_s))
    bench.stage.control(controls.Finish())
    kept = [(event["text"], event["time_s"]) for event in read(tmp_path / "s").events if event["kind"] == "note"]
    now_s = round(now_s, 4)
    assert kept[:3] == [("seen then", 1.25), ("seen now", now_s), ("of a time still to come", now_s)]
    assert kept[3][1] == 1.5 and "\n" not in kept[3][0]
