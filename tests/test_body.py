"""The body in the picture, on a stick figure whose lengths and angles are known; and the compiled twins of the gait stage."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runform_live import body
from runform_live.gait import geometry, signals
from runform_live.messages import INDEX, LANDMARKS, SIDES
from tests.makers import Landmarks, running, standing, swapped

NOBODY = np.full((len(LANDMARKS), 3), np.nan)
roll = st.floats(-30, 30)


def narrowed(share: float) -> Landmarks:
    """The standing figure as wide as that share of itself."""
    out = standing()
    out[:, 0] = 640 + share * (out[:, 0] - 640)
    return out


def test_lengths_of_the_standing_figure() -> None:
    assert np.array_equal(body.middle(standing(), "hip"), [640.0, 350.0])
    assert np.array_equal(body.trunk(standing()), [0.0, 150.0])
    assert body.trunk_px(standing()) == 150.0
    assert body.hip_width_px(standing()) == 70.0
    assert body.frontality(standing()) == pytest.approx(110 / 150)


def test_a_row_of_frames_has_a_trunk_each() -> None:
    assert np.array_equal(
        body.trunk(np.stack([standing(), NOBODY, 2 * standing()])), [[0, 150], [np.nan] * 2, [0, 300]], True
    )


@given(roll)
def test_a_camera_that_is_rolled_turns_hip_line_and_upright_alike_and_clockwise_is_positive(roll_deg: float) -> None:
    for points in (standing(roll_deg), swapped(standing(roll_deg))):
        assert body.tilt_deg(points) == pytest.approx(roll_deg)
        assert body.upright_deg(points) == pytest.approx(roll_deg)
        assert body.trunk_px(points) == pytest.approx(150.0)


def test_a_hip_line_with_its_left_end_higher_has_a_positive_tilt() -> None:
    points = standing()
    points[INDEX["left_hip"], 1] -= 10.0
    left, right = body.hip_line(points)
    assert left[1] < right[1]
    assert body.tilt_deg(points) == pytest.approx(math.degrees(math.atan(10 / 70)))


def test_the_sigma_of_the_tilt_joins_both_ends() -> None:
    points = standing()
    assert body.tilt_sigma_deg(points) == pytest.approx(math.degrees(math.atan(math.hypot(2, 2) / 70)))
    points[INDEX["left_hip"]] = points[INDEX["right_hip"]]
    assert math.isnan(body.tilt_sigma_deg(points)), "no line"


@pytest.mark.parametrize(("share", "frontal"), [(1.0, True), (0.6, True), (0.4, False), (0.0, False)])
def test_who_turns_aside_is_not_seen_frontally(share: float, frontal: bool) -> None:
    assert body.is_frontal(narrowed(share)) == frontal


def test_of_nobody_all_is_unknown() -> None:
    lengths = (body.trunk_px(NOBODY), body.hip_width_px(NOBODY), body.frontality(NOBODY))
    assert np.isnan([*lengths, body.tilt_deg(NOBODY), body.tilt_sigma_deg(NOBODY), body.upright_deg(NOBODY)]).all()
    assert not body.is_frontal(NOBODY)
    assert not body.is_frontal(np.zeros((len(LANDMARKS), 3))), "all in one point"


def test_from_behind_the_legs_of_the_picture_are_the_runners_own_and_from_in_front_the_other_ones() -> None:
    assert [body.side_of(leg, "posterior") for leg in body.LEGS] == ["left", "right"]
    assert [body.side_of(leg, "anterior") for leg in body.LEGS] == ["right", "left"]
    for side in SIDES:
        for view in ("posterior", "anterior"):
            assert body.side_of(body.leg_of(side, view), view) == side
            assert body.view_of(side, body.leg_of(side, view)) == view


def test_of_two_values_the_first_is_that_of_a_view_from_behind() -> None:
    assert body.by_view((1.0, 0.76), "posterior") == body.by_view((1.0, 0.76), "unknown") == 1.0
    assert body.by_view((1.0, 0.76), "anterior") == 0.76


def test_landmarks_are_turned_to_the_runners_own_sides() -> None:
    for anterior, view in ((False, "posterior"), (True, "anterior")):
        right = running(0.4, anterior=anterior)
        assert np.array_equal(body.own_sides(right, view), right, equal_nan=True)
        assert np.array_equal(body.own_sides(swapped(right), view), right, equal_nan=True)
        assert np.array_equal(body.own_sides(swapped(right), "unknown"), swapped(right), equal_nan=True)
    assert np.array_equal(body.exchanged_sides(standing()), swapped(standing()), equal_nan=True)
    assert np.isnan(body.own_sides(NOBODY, "anterior")).all()


@pytest.mark.parametrize("order", [lambda points: points, swapped], ids=["named right", "named the wrong way round"])
@given(time_s=st.floats(0, 10), roll_deg=roll)
def test_the_compiled_row_of_a_frame_has_the_same_body(order, time_s: float, roll_deg: float) -> None:  # type: ignore[no-untyped-def]
    points = order(running(time_s, roll_deg=roll_deg))
    row = np.empty(signals.SIGNALS)
    signals.write_signals(points, False, row)
    assert row[signals.TRUNK_LENGTH] == pytest.approx(body.trunk_px(points))
    assert row[signals.FRONTALITY] == pytest.approx(body.frontality(points))
    assert row[signals.HIP_WIDTH] == pytest.approx(body.hip_width_px(points))
    assert row[signals.TILT] == pytest.approx(body.tilt_deg(points))
    assert row[signals.TILT_SIGMA] == pytest.approx(body.tilt_sigma_deg(points))
    assert row[[signals.HIPS_X, signals.HIPS_Y]] == pytest.approx(body.middle(points, "hip"))
    ankles, shoulders = body.middle(points, "ankle"), body.middle(points, "shoulder")
    assert geometry.upright_deg(ankles, shoulders) == pytest.approx(body.upright_deg(points))


def test_the_compiled_row_has_the_tilt_of_the_stickers_where_they_are_marked() -> None:
    points, row = standing(), np.empty(signals.SIGNALS)
    points[body.pair("psis")] = [(620.0, 340.0, 1.0), (660.0, 344.0, 1.0)]
    signals.write_signals(points, True, row)
    assert row[signals.TILT] == pytest.approx(body.tilt_deg(points, "psis"))
    assert row[signals.TILT_SIGMA] == pytest.approx(body.tilt_sigma_deg(points, "psis"))


def test_the_box_holds_what_is_known() -> None:
    landmarks = body.unknown_landmarks()
    assert body.known_box(landmarks) is None
    landmarks[2], landmarks[5] = (30.0, 8.0, 1.0), (20.0, 9.5, math.nan)
    landmarks[7, 0] = 1000.0  # how high it is, nobody knows
    assert body.known_box(landmarks) == (20.0, 8.0, 30.0, 9.5)
