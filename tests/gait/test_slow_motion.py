"""Films that were slowed."""

from __future__ import annotations

import math

import pytest

from runform_live.gait.slow_motion import SLOW_STEPS, SlowMotion


def sure(steps: list[tuple[float, float]]) -> bool:
    film = SlowMotion()
    for passed_s, fall_trunks in steps:
        film.push(passed_s, fall_trunks)
    return film.sure


def test_feet_that_take_two_steps_from_one_low_to_the_next_walk() -> None:
    film = SlowMotion()
    for _ in range(20):
        film.push(1.2, 0.09, feet_step_s=0.6)
    assert not film.sure


@pytest.mark.parametrize(
    ("steps", "slowed"),
    [
        ([(1.4, 0.15)] * SLOW_STEPS, True),
        ([(1.4, 0.15)] * (SLOW_STEPS - 1), False),
        ([(0.36, 0.15)] * 20, False),  # a run
        ([(1.4, 0.03)] * 20, False),  # a stroll: hardly up and down
        ([(1.0, 0.15), (1.5, 0.15)] * 10, False),  # squats: not even
        ([(1.4, math.nan)] * 20, False),
        ([(math.inf, 0.15)] + [(1.4, 0.15)] * SLOW_STEPS, True),
        ([(1.4, 0.15)] * SLOW_STEPS + [(0.36, 0.15)], True),  # once it is sure it stays so
    ],
)
def test_slow_even_steps_that_rise_and_fall_are_a_slowed_run(steps: list[tuple[float, float]], slowed: bool) -> None:
    assert sure(steps) == slowed
