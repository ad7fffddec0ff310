"""Frames that a new recorder gets a second time."""

from __future__ import annotations

from runform_live.capture.recorder_repeats import NOTHING_TO_DO_S, REPEATS_PER_STEP, STEP_S, RecorderRepeats
from runform_live.messages import Frame, Recorder
from tests.makers import flat


def recorder(kept_until_s: float, asks_again: bool = True) -> Recorder:
    return Recorder(frame=0, recorded=0, not_taken=0, folder="", kept_until_s=kept_until_s, asks_again=asks_again)


def five_frames() -> RecorderRepeats:
    repeats, picture = RecorderRepeats(), flat()
    for number in range(1, 6):
        repeats.add(Frame.of(picture, number, number / 10), picture)
    return repeats


def numbers(repeats: RecorderRepeats, now_s: float) -> list[int]:
    return [again.frame for again, _ in repeats.due(now_s)]


def test_the_frames_that_are_not_in_the_file_come_a_few_at_a_time() -> None:
    repeats = five_frames()
    repeats.hear(recorder(0.2))
    assert REPEATS_PER_STEP == 2 and repeats.wait_s == STEP_S
    assert numbers(repeats, 50.0) == [3, 4]
    assert numbers(repeats, 50.0 + 0.5 * STEP_S) == [], "it is not time yet"
    assert numbers(repeats, 50.0 + 1.5 * STEP_S) == [5]
    assert numbers(repeats, 51.0) == [] and repeats.wait_s == NOTHING_TO_DO_S


def test_a_recorder_that_does_not_ask_gets_nothing() -> None:
    repeats = five_frames()
    repeats.hear(recorder(0.2, asks_again=False))
    assert numbers(repeats, 50.0) == []


def test_a_frame_in_the_file_is_forgotten() -> None:
    repeats = five_frames()
    repeats.hear(recorder(0.4, asks_again=False))
    repeats.hear(recorder(0.0))
    assert numbers(repeats, 50.0) == [5]
