"""Where level is: in standing, over strides, and for a runner in motion."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from runform_live.gait.geometry import Reference
from runform_live.gait.level import LARGEST_SHIFT_DEG, STRIDES_OFFSET_SHARE, Level, Strides, StrideStep
from runform_live.messages import LevelInMotion

STOOD = Level(tilt_deg=2.0, sd_deg=0.5, from_s=0.0, until_s=2.0, source="standing")


def test_level_in_motion_lies_between_standing_and_what_the_picture_says_by_how_far_that_is_trusted() -> None:
    assert STOOD.in_motion_deg(None) == 2.0
    for trust in (0.0, 0.25, 1.0):
        assert STOOD.in_motion_deg(LevelInMotion(6.0, trust)) == pytest.approx(2.0 + 4.0 * trust)


@pytest.mark.parametrize("tilt_deg", [-40.0, 40.0])
def test_a_picture_that_says_nonsense_is_trusted_so_far_and_no_further(tilt_deg: float) -> None:
    moved_deg = STOOD.in_motion_deg(LevelInMotion(tilt_deg, 1.0)) - STOOD.tilt_deg
    assert abs(moved_deg) == LARGEST_SHIFT_DEG and moved_deg * tilt_deg > 0


def test_the_mean_over_strides_is_of_a_runner_in_motion_already() -> None:
    assert replace(STOOD, source="strides").in_motion_deg(LevelInMotion(6.0, 1.0)) == 2.0


def test_the_upright_of_a_stand_shows_the_whole_tilt_offset_and_that_of_strides_a_share_of_it() -> None:
    leaning = replace(STOOD, upright_deg=-1.0)
    assert leaning.reference(None) == Reference(2.0, 3.0, -1.0)
    assert replace(leaning, source="strides").reference(None) == Reference(2.0, STRIDES_OFFSET_SHARE * 3.0, -1.0)
    assert STOOD.reference(None) == Reference(2.0, 0.0, 2.0), "where the feet are not seen, the hips show the roll"


def test_a_longer_stand_knows_its_level_better() -> None:
    short, long = Level(1.0, 0.6, 0.0, 2.0, "standing"), Level(1.0, 0.6, 0.0, 8.0, "standing")
    assert short.error_deg == pytest.approx(0.6 / math.sqrt(4))
    assert long.error_deg == pytest.approx(short.error_deg / 2)


def steps(tilts_deg: list[float], from_s: float = 0.0) -> list[StrideStep]:
    return [StrideStep(from_s + 0.36 * number, tilt_deg, math.nan) for number, tilt_deg in enumerate(tilts_deg)]


def test_strides_make_a_level_line_of_whole_strides_only() -> None:
    strides = Strides()
    for step in steps([6.0, -2.0] * 5):
        assert strides.level() is None
        strides.add(step)
    level = strides.level()
    assert level is not None and not level.calibrated
    assert (level.tilt_deg, level.sd_deg, level.upright_deg) == (2.0, 0.0, None)
    strides.add(steps([6.0], 4.0)[0])
    assert strides.level() is not None and strides.level().tilt_deg == 2.0, "one leg more does not tilt it"  # type: ignore[union-attr]


def test_strides_before_an_interruption_still_count_and_half_ones_do_not() -> None:
    strides = Strides()
    for step in [*steps([9.0, 6.0, -2.0]), *steps([math.nan], 2.0), *steps([-2.0, 6.0] * 4, 3.0)]:
        strides.add(step)
    level = strides.level()
    assert level is not None and level.tilt_deg == 2.0 and level.from_s == pytest.approx(0.36)
