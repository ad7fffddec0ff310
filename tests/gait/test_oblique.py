"""How far the camera stands to the side, joined from the strides, and what that withholds."""

from __future__ import annotations

import math

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
from runform_live.gait.uncertainty.camera_angle import OBLIQUE_DEG
from runform_live.messages import Gait


def stride(angle_deg: float, gait: Gait = "run", doubt: float = 0.0, knees: bool = True) -> StrideSigns:
    """A stride whose ankles and knees tell the same."""
    sine = Sine(math.sin(math.radians(angle_deg)), doubt)
    return StrideSigns(gait, sine, sine if knees else Sine())


def after(strides: list[StrideSigns], view: ObliqueView | None = None, from_s: float = 0.0) -> ObliqueView:
    view = view or ObliqueView()
    for number, each in enumerate(strides):
        view.add_stride(each, from_s + 0.36 * number)
    return view


@pytest.mark.parametrize("angle_deg", [0.0, 4.0, 15.0, 30.0, 45.0, -30.0])
def test_the_angle_lies_in_its_interval_whichever_side_the_camera_is_on(angle_deg: float) -> None:
    camera = after([stride(angle_deg)] * 4).camera
    assert camera.angle_deg == pytest.approx(abs(angle_deg))
    assert camera.low_deg <= camera.angle_deg < camera.high_deg
    assert 0.0 < camera.sd_deg < 6.0


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
    sure, unsure = after([stride(15.0)] * 8).camera, after([stride(15.0, doubt=0.3)] * 8).camera
    assert not sure.too_oblique and sure.high_deg < TOO_OBLIQUE_DEG
    assert unsure.too_oblique and unsure.high_deg > TOO_OBLIQUE_DEG


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
    uncertain = after([stride(9.0, doubt=0.06)] * 9).camera
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
    assert ObliqueView(state).state() == view.state()
    assert ObliqueView(state).camera == view.camera
