"""How far the camera stands to the side, by the way of the standing foot."""

from __future__ import annotations

import math

import pytest

from runform_live import handover
from runform_live.gait.oblique import CONTACT_TRUNKS, FEWEST_STANCES, OBLIQUE_DEG, ObliqueState, ObliqueView, angle_by


def after(across_trunks: list[float]) -> ObliqueView:
    view = ObliqueView()
    for number, each in enumerate(across_trunks):
        view.add_stance(each, 0.35 * number)
    return view


@pytest.mark.parametrize("angle_deg", [10.0, 15.0, 30.0, 45.0, -30.0])
def test_the_foot_moves_across_by_the_sine_of_the_angle(angle_deg: float) -> None:
    across = CONTACT_TRUNKS * math.sin(math.radians(angle_deg))
    assert after([across] * FEWEST_STANCES).angle_deg == pytest.approx(abs(angle_deg))


def test_a_foot_that_moves_by_more_than_the_belt_is_seen_from_the_side() -> None:
    assert angle_by(2.0 * CONTACT_TRUNKS) == 90.0


def test_feet_that_roll_inwards_on_both_sides_say_nothing() -> None:
    assert after([0.4, -0.4] * 5).angle_deg == 0.0
    assert after([0.4, -0.4, 0.4, -0.4, 0.4]).angle_deg == 0.0, "one more of the one leg"


def test_a_small_angle_does_not_matter() -> None:
    small = CONTACT_TRUNKS * math.sin(math.radians(OBLIQUE_DEG - 1.0))
    assert after([small] * 9).angle_deg == 0.0


def test_few_stances_and_unknown_feet_say_nothing() -> None:
    assert after([0.8] * (FEWEST_STANCES - 1)).angle_deg == 0.0
    assert after([math.nan] * 9).angle_deg == 0.0


def test_a_camera_that_was_put_right_is_judged_anew() -> None:
    view = after([0.8] * 9)
    view.camera_elsewhere(3.0)
    assert view.angle_deg == 0.0


def test_a_contact_in_which_the_camera_moved_says_nothing_of_the_new_place() -> None:
    view = after([0.0] * 9)
    view.camera_elsewhere(3.0)
    view.add_stance(-0.9, 2.9)
    view.add_stance(-0.03, 3.2)
    view.add_stance(-0.03, 3.55)
    assert view.angle_deg == 0.0


def test_a_successor_goes_on() -> None:
    view = after([0.8] * 5)
    state = handover.decode(handover.encode(view.state()), ObliqueState)
    assert ObliqueView(state).angle_deg == view.angle_deg > OBLIQUE_DEG
