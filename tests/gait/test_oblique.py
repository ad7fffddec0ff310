"""How far the camera stands to the side, by the way of the standing foot."""

from __future__ import annotations

import math

import numpy as np
import pytest

from runform_live import handover
from runform_live.gait.oblique import (
    CONTACT_TRUNKS,
    FEWEST_STANCES,
    OBLIQUE_DEG,
    STRAIGHT_DEG,
    ObliqueState,
    ObliqueView,
    angle_by,
)
from tests.makers import Segmenter, pose_at, running, standing


def across(angle_deg: float) -> float:
    return CONTACT_TRUNKS * math.sin(math.radians(angle_deg))


def after(across_trunks: list[float], view: ObliqueView | None = None, from_s: float = 0.0) -> ObliqueView:
    """Stances of the left foot of the picture and of the right one in turn."""
    view = view or ObliqueView()
    for number, each in enumerate(across_trunks):
        view.add_stance(0 if number % 2 == 0 else 1, each, from_s + 0.36 * number)
    return view


@pytest.mark.parametrize("angle_deg", [10.0, 15.0, 30.0, 45.0, -30.0])
def test_the_foot_moves_across_by_the_sine_of_the_angle(angle_deg: float) -> None:
    assert after([across(angle_deg)] * 2 * FEWEST_STANCES).angle_deg == pytest.approx(abs(angle_deg))


def test_a_foot_that_moves_by_more_than_the_belt_is_seen_from_the_side() -> None:
    assert angle_by(2.0 * CONTACT_TRUNKS) == 90.0


def test_feet_that_roll_inwards_on_both_sides_say_nothing() -> None:
    assert after([0.4, -0.4] * 5).angle_deg == 0.0
    assert after([0.4, -0.4, 0.4, -0.4, 0.4, -0.4, 0.4]).angle_deg == 0.0, "one more of the one leg"
    assert after([0.4, -0.4, 0.4, math.nan, 0.4, -0.4, 0.4, -0.4]).angle_deg == 0.0, "one of them is not seen"


def test_a_small_angle_does_not_matter() -> None:
    assert after([across(OBLIQUE_DEG - 1.0)] * 9).angle_deg == 0.0


def test_few_stances_of_a_leg_and_unknown_feet_say_nothing() -> None:
    assert after([0.8] * (2 * FEWEST_STANCES - 1)).angle_deg == 0.0
    assert after([0.8, math.nan] * 9).angle_deg == 0.0
    assert after([math.nan] * 9).angle_deg == 0.0


def test_an_angle_at_the_limit_does_not_withhold_every_other_stance() -> None:
    between = across((OBLIQUE_DEG + STRAIGHT_DEG) / 2)
    assert after([between] * 10).angle_deg == 0.0, "it never was oblique"
    view = after([between] * 10, after([across(OBLIQUE_DEG + 1.0)] * 6))
    assert view.angle_deg == pytest.approx((OBLIQUE_DEG + STRAIGHT_DEG) / 2), "it was, and stays so"
    assert after([across(STRAIGHT_DEG - 1.0)] * 10, view).angle_deg == 0.0


def test_it_is_said_where_many_stances_lack_angles_and_not_where_two_do() -> None:
    view = after([across(15.0)] * 6)
    view.count()
    view.count()
    assert view.withholds_much
    after([0.0] * 10, view)
    for _ in range(10):
        view.count()
    assert not view.withholds_much


def test_a_camera_that_was_put_right_is_judged_anew_and_what_was_withheld_is_still_said() -> None:
    view = after([0.8] * 9)
    view.count()
    view.camera_elsewhere(5.0)
    assert view.angle_deg == 0.0 and view.withholds_much


def test_a_foot_that_a_moving_camera_carries_across_says_nothing() -> None:
    view = ObliqueView()
    view.camera_elsewhere(5.0)
    assert after([0.8] * 9, view, from_s=1.0).angle_deg == 0.0
    assert after([0.8] * 6, view, from_s=5.0).angle_deg > OBLIQUE_DEG


def test_a_successor_goes_on() -> None:
    view = after([0.8] * 7)
    view.count()
    state = handover.decode(handover.encode(view.state()), ObliqueState)
    assert ObliqueView(state).state() == view.state()
    assert ObliqueView(state).angle_deg == view.angle_deg > OBLIQUE_DEG


def skewed(time_s: float, angle_deg: float, roll_deg: float, stand_s: float) -> np.ndarray:
    """Somebody on a belt: seen from an angle, a foot that moves down in the picture moves across as well."""
    still = time_s < stand_s
    points, flat = (standing() if still else running(time_s - stand_s, belt_px=belt_px) for belt_px in (120.0, 0.0))
    points[:, 0] += math.tan(math.radians(angle_deg)) * (points[:, 1] - flat[:, 1])
    turn = math.radians(roll_deg)
    x, y = (points[:, :2] - (640.0, 350.0)).T
    points[:, 0] = 640.0 + x * math.cos(turn) - y * math.sin(turn)
    points[:, 1] = 350.0 + x * math.sin(turn) + y * math.cos(turn)
    return points


@pytest.mark.parametrize("stand_s", [2.5, 0.0])
@pytest.mark.parametrize("roll_deg", [-12.0, 0.0, 12.0])
def test_a_camera_that_is_rolled_is_not_oblique(roll_deg: float, stand_s: float) -> None:
    """The belt carries a foot down by 1.4 trunk lengths in the picture of this high camera: not turned back, 12 deg of roll are 12 deg of angle."""
    found = {}
    for angle_deg in (0.0, 20.0):
        segmenter = Segmenter("posterior")
        for frame in range(300):
            segmenter.push(pose_at(frame / 30), skewed(frame / 30, angle_deg, roll_deg, stand_s))
        found[angle_deg] = segmenter.camera_angle_deg, segmenter.oblique
    assert found[0.0] == (0.0, False)
    assert found[20.0][0] > OBLIQUE_DEG and found[20.0][1]
