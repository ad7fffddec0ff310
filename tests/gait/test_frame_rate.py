"""A camera is judged by most of its pictures, whatever pauses a film has."""

from __future__ import annotations

import pytest

from runform_live import handover
from runform_live.gait.frame_rate import FrameRate


def judged(*steps_s: float) -> FrameRate:
    rate = FrameRate()
    for step_s in steps_s:
        rate.push(step_s, 1)
    return rate


@pytest.mark.parametrize(
    ("steps_s", "slow"),
    [
        ([1 / 30] * 150 + [25.0] + [1 / 30] * 150, False),
        ([25.0] + [1 / 30] * 90, False),
        ([1 / 30] * 300 + [0.9] * 25, False),  # a recorder of a still screen
        ([1 / 30] * 300 + [5.0] * 20, False),
        ([1 / 15] * 150 + [25.0] + [1 / 15] * 150, True),
        ([1 / 15] * 200 + [1 / 60] * 120, True),  # 200 pictures came slowly, 120 quickly
        ([2.0] * 10, True),
        ([25.0], False),  # nothing is known yet
    ],
)
def test_pauses_say_nothing_of_the_camera(steps_s: list[float], slow: bool) -> None:
    assert judged(*steps_s).slow == slow


def test_what_was_handed_over_judges_the_same() -> None:
    first = judged(*[1 / 15] * 40)
    second = handover.decode(handover.encode(first), FrameRate)
    assert second is not None and second == first
    for rate in (first, second):
        for _ in range(20):
            rate.push(1 / 15, 1)
    assert first == second
