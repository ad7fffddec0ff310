"""How far the camera stands to the side, joined from the strides, and what that withholds."""

from __future__ import annotations

import math

import msgspec
import pytest

from runform_live import handover
from runform_live.gait.oblique import (
    FEWEST_STRIDES,
    STRAIGHT_DEG,
    TOO_OBLIQUE_DEG,
    ObliqueState,
    ObliqueView,
)
from runform_live.gait.oblique_signs import Sine, StrideSigns
from runform_live.gait.uncertainty.camera_angle import OBLIQUE_DEG, USUAL_SD_DEG
from runform_live.messages import Gait

BELT_TRUNKS_S = 1.5  # how fast a belt carries a standing foot in the picture


def stride(
    angle_deg: float,
    gait: Gait = "run",
    exchanged: float = 0.0,
    knees: bool = True,
    swing: float = 1.0,
    belt_trunks_s: float = BELT_TRUNKS_S,
) -> StrideSigns:
    """A stride whose ankles and knees tell the same; swing: of the legs, over that which the signs take for granted."""
    sine = Sine(swing * math.sin(math.radians(angle_deg)), exchanged)
    return StrideSigns(gait, sine, sine if knees else Sine(), sinks_trunks_s=belt_trunks_s)


def after(strides: list[StrideSigns], view: ObliqueView | None = None, from_s: float = 0.0) -> ObliqueView:
    view = view or ObliqueView()
    for number, each in enumerate(strides):
        view.add_stride(each, from_s + 0.36 * number)
    return view


@pytest.mark.parametrize("angle_deg", [0.0, 4.0, 15.0, 30.0, 45.0, -30.0])
@pytest.mark.parametrize("swing", [0.85, 1.0, 1.15])
def test_the_interval_holds_the_true_angle_of_people_who_swing_less_or_more_than_usual(
    angle_deg: float, swing: float
) -> None:
    camera = after([stride(angle_deg, swing=swing)] * 4).camera
    assert camera.low_deg <= abs(angle_deg) <= camera.high_deg
    assert 0.0 < camera.sd_deg < 12.0


def test_without_a_belt_a_straight_reading_says_nothing_and_a_swing_across_still_tells() -> None:
    straight = after([stride(2.0, belt_trunks_s=0.1)] * 9).camera
    assert math.isnan(straight.angle_deg) and straight.sd_deg == USUAL_SD_DEG and not straight.oblique
    to_and_fro = after([stride(2.0, belt_trunks_s=each) for each in (0.8, -0.8)] * 4).camera
    assert math.isnan(to_and_fro.angle_deg), "each foot moves, but not one way"
    assert after([stride(20.0, belt_trunks_s=0.1)] * 9).camera.angle_deg == pytest.approx(20.0)


@pytest.mark.parametrize(
    "shown",
    [{"sinks_trunks_s": -BELT_TRUNKS_S}, {"nears_per_s": 0.3}, {"nears_per_s": -0.3}, {"rise_trunks": 0.06}],
    ids=["a belt from in front", "comes nearer", "goes away", "rises over the leg"],
)
def test_whatever_shows_that_the_legs_swing_makes_a_straight_reading_count(shown: dict[str, float]) -> None:
    signs = StrideSigns("walk", Sine(0.01), Sine(0.01), **shown)
    assert after([signs] * 4).camera.angle_deg == pytest.approx(0.57, abs=0.01)


def test_a_slow_walkers_swing_is_known_less_well() -> None:
    usual = StrideSigns("walk", Sine(0.3), Sine(0.3), sinks_trunks_s=1.0)
    slow = msgspec.structs.replace(usual, slow=0.45)
    assert after([slow] * 8).camera.sd_deg > 1.3 * after([usual] * 8).camera.sd_deg


def test_a_larger_angle_is_known_less_well_and_more_strides_know_better() -> None:
    assert after([stride(30.0)] * 4).camera.sd_deg > after([stride(10.0)] * 4).camera.sd_deg
    assert after([stride(10.0)] * 10).camera.sd_deg < after([stride(10.0)] * 2).camera.sd_deg


def test_ankles_and_knees_know_better_together_and_either_of_them_is_enough() -> None:
    both, ankles = after([stride(15.0)] * 4).camera, after([stride(15.0, knees=False)] * 4).camera
    assert ankles.angle_deg == pytest.approx(15.0) and ankles.sd_deg > both.sd_deg
    knees = StrideSigns("run", Sine(), Sine(0.25))
    assert after([knees] * 4).camera.angle_deg == pytest.approx(math.degrees(math.asin(0.25)))


def test_what_changes_its_side_from_stride_to_stride_is_no_angle() -> None:
    assert after([stride(6.0), stride(-6.0)] * 4).camera.angle_deg == pytest.approx(0.0, abs=1e-9)


def test_legs_that_a_network_exchanges_widen_the_interval_and_the_drop_is_withheld() -> None:
    sure, unsure = after([stride(15.0)] * 8).camera, after([stride(15.0, exchanged=0.3)] * 8).camera
    assert not sure.too_oblique and sure.high_deg < TOO_OBLIQUE_DEG
    assert unsure.too_oblique and unsure.high_deg > TOO_OBLIQUE_DEG


def test_an_angle_that_reads_small_but_may_be_large_has_the_standard_deviation_of_its_upper_end() -> None:
    """It may be none, so nothing is withheld; the intervals of drop and adduction are as wide as the doubt."""
    camera = after([stride(5.0, exchanged=0.5)] * 8).camera
    assert camera.angle_deg < OBLIQUE_DEG and camera.high_deg > 40.0 and not camera.oblique
    assert camera.sd_deg == pytest.approx((camera.high_deg - 5.0) / 1.96, abs=0.01)
    assert camera.sd_deg > 20.0


def test_one_stride_and_strides_that_tell_nothing_leave_the_angle_unknown() -> None:
    for strides in ([stride(30.0)], [StrideSigns()] * 9):
        camera = after(strides).camera
        assert math.isnan(camera.angle_deg) and not camera.oblique and camera.cosine == 1.0


def test_the_first_stances_wait_for_the_strides_that_tell_their_angle_but_not_for_ever() -> None:
    assert ObliqueView().waits and after([stride(0.0)]).waits
    assert not after([stride(0.0)] * FEWEST_STRIDES).waits
    assert not after([StrideSigns()] * 9).waits


def test_a_small_angle_withholds_nothing_and_is_not_taken_back() -> None:
    camera = after([stride(OBLIQUE_DEG - 1.0)] * 9).camera
    assert not camera.oblique and not camera.too_oblique and camera.cosine == 1.0


def test_an_angle_is_taken_back_up_to_the_limit_of_the_upper_end() -> None:
    camera = after([stride(14.0)] * 9).camera
    assert camera.oblique and not camera.too_oblique
    assert camera.cosine == pytest.approx(math.cos(math.radians(14.0)))
    camera = after([stride(20.0)] * 9).camera
    assert camera.angle_deg < TOO_OBLIQUE_DEG < camera.high_deg and camera.too_oblique


def test_an_angle_that_may_be_none_is_not_called_oblique() -> None:
    uncertain = after([stride(9.0, exchanged=0.06)] * 9).camera
    assert uncertain.angle_deg > OBLIQUE_DEG and uncertain.low_deg < 5.0 and not uncertain.oblique


def test_an_angle_at_the_limit_does_not_withhold_every_other_stance() -> None:
    between = [stride((OBLIQUE_DEG + STRAIGHT_DEG) / 2)] * 10
    assert not after(between).camera.oblique, "it never was oblique"
    view = after(between, after([stride(OBLIQUE_DEG + 3.0)] * 10))
    assert view.camera.oblique, "it was, and stays so"
    assert not after([stride(STRAIGHT_DEG - 1.0)] * 10, view).camera.oblique


def test_the_angle_of_another_gait_holds_until_this_one_tells_its_own() -> None:
    view = after([stride(0.0, "walk")], after([stride(30.0)] * 8))
    assert view.camera.angle_deg == pytest.approx(30.0) and view.camera.too_oblique
    after([stride(0.0, "walk")], view)
    assert view.camera.angle_deg == pytest.approx(0.0)


def test_it_is_said_where_many_stances_lack_angles_and_not_where_two_do() -> None:
    view = after([stride(15.0)] * 6)
    view.count()
    view.count()
    assert view.withholds_much
    after([stride(0.0)] * 10, view)
    for _ in range(10):
        view.count()
    assert not view.withholds_much


def test_a_camera_that_was_put_right_is_judged_anew_and_what_was_withheld_is_still_said() -> None:
    view = after([stride(20.0)] * 9)
    view.count()
    view.camera_elsewhere(5.0)
    assert math.isnan(view.camera.angle_deg) and not view.camera.oblique and view.withholds_much
    after([stride(20.0)] * 9, view, from_s=1.0)
    assert math.isnan(view.camera.angle_deg), "strides that began before say nothing"
    assert after([stride(20.0)] * 4, view, from_s=5.0).camera.oblique


def test_a_successor_goes_on() -> None:
    view = after([stride(20.0)] * 7)
    view.count()
    state = handover.decode(handover.encode(view.state()), ObliqueState)
    assert handover.encode(ObliqueView(state).state()) == handover.encode(view.state())
    assert ObliqueView(state).camera == view.camera
