"""Running or walking, by how far the trunk falls in a step and how long that is, and by the steps beside it."""

from __future__ import annotations

import math

import pytest

from runform_live.gait.gaits import CHANGES, TRUNK_M, acceleration_g, carried, log_odds


@pytest.mark.parametrize(
    ("fall_cm", "spm", "run"),
    [
        (8.5, 160.0, True),  # a run
        (9.5, 130.0, True),  # a slow run with a high flight
        (4.2, 165.0, True),  # jogging in place, with hardly a flight
        (5.0, 110.0, False),  # a usual walk
        (5.5, 130.0, False),  # a fast walk
        (2.5, 80.0, False),  # a stroll
    ],
)
def test_a_step_is_of_the_gait_that_its_fall_and_its_time_show(fall_cm: float, spm: float, run: bool) -> None:
    assert (log_odds(fall_cm / 100.0 / TRUNK_M, 60.0 / spm) > 0.0) == run


def test_what_is_unknown_speaks_for_neither_gait() -> None:
    assert log_odds(math.nan, 0.36) == 0.0 and log_odds(0.15, math.nan) == 0.0


@pytest.mark.parametrize("odds", [-60.0, -2.0, 0.0, 2.0, 60.0])
def test_a_step_says_less_of_its_neighbour_than_of_itself_and_never_more_than_a_gait_goes_on(odds: float) -> None:
    most = math.log((1.0 - CHANGES) / CHANGES)
    assert abs(carried(odds)) <= min(abs(odds), most) + 1e-9
    assert carried(odds) == pytest.approx(-carried(-odds), abs=1e-9)


def test_a_trunk_that_flies_for_all_but_an_instant_reaches_more_than_gravity() -> None:
    assert acceleration_g(0.10 / TRUNK_M, 0.36) > 1.0
    assert acceleration_g(0.04 / TRUNK_M, 0.55) < 0.3
