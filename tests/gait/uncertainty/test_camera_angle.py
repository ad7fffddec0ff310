"""What a camera that stands to the side adds to the interval of an angle."""

from __future__ import annotations

import math
from itertools import pairwise

import msgspec
import pytest

from runform_live.gait.uncertainty.camera_angle import BY_SINE_DEG, angle_error_deg
from runform_live.gait.uncertainty.errors import InstrumentErrors
from runform_live.messages import Gait, Stance
from tests.makers import stance

DROP = "pelvic_drop_mid_deg"


def seen(side: str, angle_deg: float | None, sd_deg: float | None = 3.0) -> Stance:
    return stance(side, 1.0, 5.0, camera_angle_deg=angle_deg, camera_angle_sd_deg=sd_deg)


ADDUCTION, VALGUS, LEAN = "hip_adduction_mid_deg", "knee_valgus_mid_deg", "trunk_lean_mid_deg"


def test_an_angle_that_an_earlier_version_did_not_tell_adds_nothing_and_neither_do_other_metrics() -> None:
    for metric in (DROP, ADDUCTION, VALGUS, LEAN):
        assert angle_error_deg(metric, [seen("left", None, None)] * 3) == 0.0
        assert angle_error_deg(metric, []) == 0.0
    assert angle_error_deg("contact_time_s", [seen("left", 15.0)]) == 0.0


@pytest.mark.parametrize("gait", ["run", "walk"])
@pytest.mark.parametrize("metric", [DROP, ADDUCTION, VALGUS, LEAN])
def test_the_term_grows_with_the_angle_without_a_jump_and_ends_at_the_doubt_of_a_straight_camera(
    metric: str, gait: Gait
) -> None:
    def at(angle_deg: float, sd_deg: float = 1.6) -> float:
        return angle_error_deg(metric, [msgspec.structs.replace(seen("left", angle_deg, sd_deg), gait=gait)])

    terms = [at(tenths / 10) for tenths in range(200)]
    steps = [after - before for before, after in pairwise(terms)]
    assert min(steps) >= 0.0 and max(steps) < 0.1
    assert at(0.0, 0.0) == 0.0 < at(0.0) < 1.2


def test_an_unknown_angle_counts_with_the_doubt_of_usual_places() -> None:
    for metric in (DROP, ADDUCTION, VALGUS, LEAN):
        unknown, straight = (angle_error_deg(metric, [seen("left", deg, sd)]) for deg, sd in ((None, 10.0), (0.0, 1.6)))
        assert unknown > 4.0 * straight


def test_the_doubt_of_the_angle_and_what_networks_see_less_well_are_joined() -> None:
    of_cosine = 5.0 * math.tan(math.radians(15.0)) * math.radians(3.0)
    of_network = BY_SINE_DEG["run"] * math.sin(math.radians(math.hypot(15.0, 3.0)))
    assert angle_error_deg(DROP, [seen("left", 15.0)] * 3) == pytest.approx(math.hypot(of_cosine, of_network))
    assert angle_error_deg(DROP, [seen("left", 15.0, 6.0)]) > angle_error_deg(DROP, [seen("left", 15.0)])


def test_bent_joints_add_what_is_seen_of_them_from_the_side_to_one_leg_and_take_it_from_the_other() -> None:
    left, right = [seen("left", 11.0, 3.9)] * 3, [seen("right", 11.0, 3.9)] * 3
    added = angle_error_deg(ADDUCTION, left)
    assert added == pytest.approx(0.37 * math.hypot(11.0, 3.9))
    errors = InstrumentErrors({ADDUCTION: 1.0}, difference_sd={ADDUCTION: 0.9})
    assert errors.of(ADDUCTION, left) == pytest.approx(math.hypot(1.0, added))
    assert errors.of_difference(ADDUCTION, left, right) == pytest.approx(math.hypot(0.9, 2 * added))


def test_the_interval_of_a_side_and_of_left_minus_right_hold_it() -> None:
    left, right = [seen("left", 15.0)] * 3, [seen("right", 15.0)] * 3
    added = angle_error_deg(DROP, left)
    errors = InstrumentErrors({DROP: 0.6}, difference_sd={DROP: 0.7})
    assert errors.of(DROP, left) == pytest.approx(math.hypot(0.6, added))
    assert errors.of_difference(DROP, left, right) == pytest.approx(math.hypot(0.7, 2 * added))
