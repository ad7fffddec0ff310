"""Which parts of a runner the picture shows, from landmarks whose place in the picture is known."""

from __future__ import annotations

import numpy as np
import pytest

from runform_live import handover
from runform_live.body import middle, pair, trunk_px
from runform_live.messages import INDEX
from runform_live.pose.in_picture import InPicture, InPictureState, Landmarks
from tests.makers import standing

FRAME_S = 1 / 30


def person(**sigma_trunks: float) -> Landmarks:
    """Somebody who stands, and the sigma of some joints in trunk lengths; the others are sharp."""
    points = standing()
    points[INDEX["c7"], :2] = middle(points, "shoulder")
    for joint in ("psis", "asis", "trochanter"):
        points[pair(joint)] = points[pair("hip")]
    points[:, 2] = 0.02 * trunk_px(points)
    for joint, sigma in sigma_trunks.items():
        points[pair(joint), 2] = sigma * trunk_px(points)
    return points


def height_of(joint: str, below_trunks: float = 0.0) -> int:
    points = standing()
    return int(middle(points, joint)[1] + below_trunks * trunk_px(points))


def after(
    points: Landmarks, height_px: int = 1000, width_px: int = 1280, seconds: float = 1.0, reports_sigma: bool = True
) -> tuple[InPicture, Landmarks]:
    """What is known after some seconds of these landmarks, and what is left of them."""
    seen, shown = InPicture(), points
    for _ in range(round(seconds / FRAME_S)):
        shown = seen.push(points, (height_px, width_px, 3), FRAME_S, reports_sigma)
    return seen, shown


def unknown(landmarks: Landmarks) -> set[str]:
    return {name for name, row in INDEX.items() if np.isnan(landmarks[row]).any()}


def lowered(points: Landmarks, down_trunks: float) -> Landmarks:
    out = points.copy()
    out[:, 1] += down_trunks * trunk_px(points)
    return out


def test_a_whole_person_stays_as_it_is() -> None:
    seen, shown = after(person())
    assert seen.out == () and np.array_equal(shown, person())


def test_a_blurred_foot_far_from_the_edge_is_a_dark_shoe() -> None:
    seen, shown = after(person(ankle=0.15, heel=0.15, toe=0.15))
    assert seen.out == () and unknown(shown) == set()


def test_feet_under_the_lower_edge_are_unknown_and_the_rest_is_not() -> None:
    seen, shown = after(person(), height_of("ankle", -0.1))
    assert seen.out == ("feet",)
    assert unknown(shown) == {f"{side}_{joint}" for side in ("left", "right") for joint in ("ankle", "heel", "toe")}


def test_blurred_feet_just_above_the_lower_edge_were_moved_there_by_the_network() -> None:
    seen, _ = after(person(ankle=0.15), height_of("ankle", 0.3))
    assert seen.out == ("feet",)
    seen, _ = after(person(ankle=0.15), height_of("ankle", 0.3), reports_sigma=False)
    assert seen.out == (), "a network that reports one sigma for all says nothing"


def test_a_foot_that_swings_out_of_the_picture_for_a_moment_is_unknown_only_then() -> None:
    seen, _ = after(person())
    away = person()
    away[pair("ankle")[0], 0] = -5.0
    shown = seen.push(away, (1000, 1280, 3), FRAME_S, reports_sigma=True)
    assert seen.out == () and unknown(shown) == {"left_ankle"}


def test_without_a_knee_the_hips_are_unknown_however_sharp_they_are() -> None:
    seen, shown = after(person(), height_of("knee", -0.2))
    assert seen.out == ("knees", "feet")
    assert {"left_hip", "right_hip", "left_psis"} <= unknown(shown)
    assert not {"left_shoulder", "right_shoulder"} & unknown(shown)


def test_shoulders_at_the_upper_edge_are_unknown() -> None:
    points = person()
    seen, shown = after(lowered(points, 0.05 - middle(points, "shoulder")[1] / trunk_px(points)))
    assert seen.out == ("shoulders",)
    assert {"left_shoulder", "right_shoulder", "c7"} == unknown(shown)


def test_shoulders_that_are_blurred_everywhere_are_guessed_from_the_legs() -> None:
    seen, _ = after(person(shoulder=0.12))
    assert seen.out == ("shoulders",)


def test_half_a_person_says_nothing() -> None:
    seen, shown = after(person(), width_px=int(middle(standing(), "hip")[0]))
    assert "side" in seen.out and np.isnan(shown).all()


def test_what_is_no_body_at_all_says_nothing() -> None:
    points = person()
    points[:, 2] = 0.25 * trunk_px(points)
    assert np.isnan(after(points)[1]).all()


@pytest.mark.parametrize("rate_hz", [24.0, 30.0, 60.0, 240.0])
def test_a_part_goes_out_and_comes_back_within_a_stride_or_two(rate_hz: float) -> None:
    seen, low = InPicture(), height_of("ankle", -0.1)
    times_s = []
    for height_px, is_out in ((1000, False), (low, True), (1000, False)):
        for frame in range(round(4 * rate_hz)):
            seen.push(person(), (height_px, 1280, 3), 1 / rate_hz, reports_sigma=True)
            if (seen.out == ("feet",)) == is_out:
                times_s.append((frame + 1) / rate_hz)
                break
    assert times_s[1] == pytest.approx(0.2, abs=0.05) and times_s[2] == pytest.approx(0.7, abs=0.1)


def test_a_successor_goes_on_exactly() -> None:
    seen, _ = after(person(), height_of("knee", -0.2), seconds=0.2)
    written = handover.decode(handover.encode(seen.state()), InPictureState)
    assert written is not None
    successor = InPicture(written)
    for _ in range(20):
        shown = [one.push(person(), (1000, 1280, 3), FRAME_S, reports_sigma=True) for one in (seen, successor)]
        assert np.array_equal(*shown, equal_nan=True) and seen.state() == successor.state()


def test_somebody_else_is_judged_anew() -> None:
    seen, _ = after(person(), height_of("ankle", -0.1))
    seen.forget()
    assert seen.out == () and np.array_equal(
        seen.push(person(), (1000, 1280, 3), FRAME_S, reports_sigma=True), person()
    )
