"""Spans of time, counted by frames of any rate."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runform_live.pose.timing import LONGEST_S, USUAL_S, Timer, elapsed_s, reached, within


def test_a_frame_stands_for_the_time_since_the_one_before_it() -> None:
    assert elapsed_s(2.0, 2.04) == pytest.approx(0.04)
    assert elapsed_s(math.nan, 2.0) == USUAL_S, "there was none"
    assert elapsed_s(2.0, 42.0) == LONGEST_S, "a camera that was gone tells nothing of the time between"
    assert elapsed_s(2.0, 1.0) == 0.0


@pytest.mark.parametrize("digits", [3, 6, 15])
def test_twelve_frames_at_thirty_a_second_are_twelve_however_their_times_are_rounded(digits: int) -> None:
    for start in range(40):
        times_s = [round((start + k) / 30, digits) for k in range(13)]
        lasted_s = [sum(elapsed_s(times_s[i], times_s[i + 1]) for i in range(k)) for k in range(13)]
        assert [reached(span_s, 12 / 30) for span_s in lasted_s] == [False] * 12 + [True]
        assert [within(span_s, 11 / 30) for span_s in lasted_s] == [True] * 12 + [False]


def test_work_is_done_in_every_fourth_frame_at_thirty_a_second() -> None:
    timer = Timer()
    assert [timer.tick(1 / 30, 4 / 30) for _ in range(12)] == [True, False, False, False] * 3


@given(st.sampled_from([24.0, 25.0, 29.97, 30.0, 50.0, 59.94, 60.0, 120.0, 239.76, 240.0]), st.floats(0.1, 1.0))
def test_work_is_done_as_often_at_any_frame_rate(rate_hz: float, every_s: float) -> None:
    timer = Timer()
    done = sum(timer.tick(1 / rate_hz, every_s) for _ in range(round(20 * rate_hz)))
    assert done == pytest.approx(20 / every_s, abs=1.5)


def test_after_a_long_wait_it_is_not_done_twice() -> None:
    timer = Timer(0.0)
    assert timer.tick(5.0, 1.0)
    assert not timer.tick(0.1, 1.0)
