"""Frames kept for a recorder that is started anew."""

from __future__ import annotations

import numpy as np
import pytest

from runform_live.capture import recent_frames as module
from runform_live.capture.recent_frames import RecentFrames
from runform_live.messages import Frame
from tests.makers import flat


def frame(number: int, rate_hz: float = 30.0) -> Frame:
    return Frame(frame=number, time_s=number / rate_hz, stamp_s=1000 + number / rate_hz, height_px=96, width_px=128)


def numbers(recent: RecentFrames, after_s: float = -1.0) -> list[int]:
    return [again.frame for again, _ in recent.repeats_after(after_s)]


def test_what_the_recorder_has_is_forgotten_and_the_rest_comes_again_in_order() -> None:
    recent, pictures = RecentFrames(), [flat(value=value) for value in range(10)]
    for number in range(10):
        recent.add(frame(number), pictures[number])
    assert numbers(recent, 6 / 30) == [7, 8, 9]
    recent.forget_until(3 / 30)
    assert numbers(recent) == [4, 5, 6, 7, 8, 9]
    again, picture = recent.repeats_after(8 / 30)[0]
    assert picture is pictures[9], "no copy"
    assert (again.time_s, again.stamp_s, again.height_px, again.width_px) == (9 / 30, 1000 + 9 / 30, 96, 128)


def test_no_more_than_four_seconds_are_kept() -> None:
    recent = RecentFrames()
    for number in range(600):
        recent.add(frame(number, 64.0), flat())
    assert numbers(recent) == list(range(600 - 4 * 64, 600))


def test_no_more_memory_is_taken_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 5 * flat().nbytes)
    recent = RecentFrames()
    for number in range(20):
        recent.add(frame(number), flat())
    assert numbers(recent) == list(range(15, 20))
    recent.forget_until(17 / 30)
    recent.add(frame(20), np.concatenate([flat()] * 3))
    assert numbers(recent) == [18, 19, 20], "the sum is that of what is left"
