"""Where level is: in standing, and for a runner in motion."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runform_live.gait.levelling import LARGEST_DEG, Level
from runform_live.messages import LevelInMotion

STOOD = Level(tilt_deg=2.0, sd_deg=0.5, from_s=0.0, until_s=2.0, calibrated=True)


def test_level_in_motion_lies_between_standing_and_what_the_picture_told_by_how_that_is_believed() -> None:
    assert STOOD.in_motion_deg(None) == 2.0
    for trust in (0.0, 0.25, 1.0):
        assert STOOD.in_motion_deg(LevelInMotion(6.0, trust)) == pytest.approx(2.0 + 4.0 * trust)


@pytest.mark.parametrize("tilt_deg", [-40.0, 40.0])
def test_a_picture_that_tells_nonsense_is_believed_so_far_and_no_further(tilt_deg: float) -> None:
    moved_deg = STOOD.in_motion_deg(LevelInMotion(tilt_deg, 1.0)) - STOOD.tilt_deg
    assert abs(moved_deg) == LARGEST_DEG and moved_deg * tilt_deg > 0


def test_the_mean_over_strides_is_of_a_runner_in_motion_already() -> None:
    assert replace(STOOD, calibrated=False).in_motion_deg(LevelInMotion(6.0, 1.0)) == 2.0
