"""The angles against vectors that were drawn with them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runform_live.body import Leg
from runform_live.gait import geometry
from runform_live.gait.geometry import Reference

angle = st.floats(-30, 30)
leg = st.sampled_from([0, 1])
ORIGIN = np.zeros(2)


def degrees_between(a: np.ndarray, b: np.ndarray) -> float:
    """Unsigned angle of two vectors."""
    cosine = np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b))
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def test_the_pelvis_drops_on_the_swing_side_of_either_leg() -> None:
    tilts = np.array([5.0, -3.0])
    assert geometry.contralateral_drop_deg(tilts, 1.0, 0) == pytest.approx([4.0, -4.0])
    assert geometry.contralateral_drop_deg(tilts, 1.0, 1) == pytest.approx([-4.0, 4.0])


@given(angle, angle, leg)
def test_hip_adduction_has_the_size_of_the_angle_and_its_sign(tilt: float, adducted: float, leg: Leg) -> None:
    across = geometry.inward(leg) * np.array([math.cos(math.radians(tilt)), math.sin(math.radians(tilt))])
    down = np.array([-across[1], across[0]]) * geometry.inward(leg)
    thigh = math.cos(math.radians(adducted)) * down + math.sin(math.radians(adducted)) * across
    got = geometry.hip_adduction_deg(ORIGIN, 140 * thigh, np.array(tilt), leg)
    assert got == pytest.approx(adducted, abs=1e-9)
    assert abs(got) == pytest.approx(degrees_between(thigh, down), abs=1e-5)


@given(st.floats(-25, 25), st.floats(-20, 20), leg)
def test_knee_valgus_is_180_minus_the_knee_angle_signed_to_the_midline(bend: float, lean: float, leg: Leg) -> None:
    inward = geometry.inward(leg)
    first, second = math.radians(lean + bend / 2 * inward), math.radians(lean - bend / 2 * inward)
    knee = 140 * np.array([math.sin(first), math.cos(first)])
    ankle = knee + 140 * np.array([math.sin(second), math.cos(second)])
    got = geometry.knee_valgus_deg(ORIGIN, knee, ankle, leg)
    assert got == pytest.approx(bend, abs=1e-9)
    assert abs(got) == pytest.approx(180 - degrees_between(-knee, ankle - knee), abs=1e-5)


@pytest.mark.parametrize(("leg", "sign"), [(0, -1), (1, 1)])
def test_trunk_lean_is_positive_towards_the_stance_side_with_the_roll_removed(leg: Leg, sign: int) -> None:
    lean, roll = 6.0, 2.0
    turn = math.radians(lean + roll)
    shoulders = np.array([150 * math.sin(turn), -150 * math.cos(turn)])
    assert geometry.trunk_lean_deg(ORIGIN, shoulders, roll, leg) == pytest.approx(sign * lean)


def test_unknown_points_give_unknown_angles() -> None:
    unknown, down, far = np.array([math.nan, 140.0]), np.array([0.0, 140.0]), np.array([0.0, 280.0])
    assert math.isnan(geometry.hip_adduction_deg(ORIGIN, unknown, np.array(0.0), 0))
    assert math.isnan(geometry.knee_valgus_deg(unknown, down, far, 1))
    assert math.isnan(geometry.trunk_lean_deg(ORIGIN, unknown, 0.0, 0))


@given(angle, angle, angle, leg)
def test_without_a_reference_nothing_was_taken_from_an_angle(
    level: float, offset: float, roll: float, leg: Leg
) -> None:
    parts = geometry.level_parts_deg(Reference(level, offset, roll), 1.0, leg)
    inward = geometry.inward(leg)
    assert parts == pytest.approx((inward * level, inward * offset, -inward * roll))
    assert all(math.isnan(part) for part in geometry.level_parts_deg(Reference(), 1.0, leg))
