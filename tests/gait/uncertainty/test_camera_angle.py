"""What a camera that stands to the side adds to the interval of a drop."""

from __future__ import annotations

import math

import pytest

from runform_live.gait.uncertainty.camera_angle import BY_SINE_DEG, angle_error_deg
from runform_live.gait.uncertainty.errors import InstrumentErrors
from runform_live.messages import Stance
from tests.makers import stance

DROP = "pelvic_drop_mid_deg"


def seen(side: str, angle_deg: float | None, sd_deg: float | None = 3.0) -> Stance:
    return stance(side, 1.0, 5.0, camera_angle_deg=angle_deg, camera_angle_sd_deg=sd_deg)


def test_a_straight_camera_and_an_unknown_angle_add_nothing() -> None:
    for angle_deg in (None, 0.0, 5.0):
        assert angle_error_deg(DROP, [seen("left", angle_deg)] * 3) == 0.0
    assert angle_error_deg("trunk_lean_mid_deg", [seen("left", 15.0)]) == 0.0
    assert angle_error_deg(DROP, []) == 0.0


def test_the_doubt_of_the_angle_and_what_networks_see_less_well_are_joined() -> None:
    of_cosine = 5.0 * math.tan(math.radians(15.0)) * math.radians(3.0)
    of_network = BY_SINE_DEG["run"] * math.sin(math.radians(15.0))
    assert angle_error_deg(DROP, [seen("left", 15.0)] * 3) == pytest.approx(math.hypot(of_cosine, of_network))
    assert angle_error_deg(DROP, [seen("left", 15.0, 6.0)]) > angle_error_deg(DROP, [seen("left", 15.0)])


def test_the_interval_of_a_side_and_of_left_minus_right_hold_it() -> None:
    left, right = [seen("left", 15.0)] * 3, [seen("right", 15.0)] * 3
    added = angle_error_deg(DROP, left)
    errors = InstrumentErrors({DROP: 0.6}, difference_sd={DROP: 0.7})
    assert errors.of(DROP, left) == pytest.approx(math.hypot(0.6, added))
    assert errors.of_difference(DROP, left, right) == pytest.approx(math.hypot(0.7, 2 * added))
