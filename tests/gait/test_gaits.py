"""Running or walking, by how far the trunk falls in a step and how long that is."""

from __future__ import annotations

import math

import pytest

from runform_live.gait.gaits import TRUNK_M, acceleration_g, is_run


@pytest.mark.parametrize(
    ("fall_cm", "spm", "run"),
    [
        (8.5, 160.0, True),  # a run
        (9.5, 130.0, True),  # a slow run with a high flight
        (4.2, 165.0, True),  # jogging in place, with hardly a flight
        (5.0, 110.0, False),  # a usual walk
        (5.5, 130.0, False),  # a fast walk
        (2.5, 80.0, False),  # a stroll
        (math.nan, 160.0, True),  # nothing speaks against it
    ],
)
def test_a_step_is_of_the_gait_that_its_fall_and_its_time_show(fall_cm: float, spm: float, run: bool) -> None:
    assert is_run(fall_cm / 100.0 / TRUNK_M, 60.0 / spm, runs=False) == run


def test_a_trunk_that_flies_for_all_but_an_instant_reaches_more_than_gravity() -> None:
    assert acceleration_g(0.10 / TRUNK_M, 0.36) > 1.0
    assert acceleration_g(0.04 / TRUNK_M, 0.55) < 0.3
