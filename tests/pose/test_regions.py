from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runform_live.pose.regions import SAMPLED_UP_TO, Region, averaged, cut, from_centre_and_reach, in_blocks

regions = st.builds(Region, st.floats(-200, 1500), st.floats(-200, 900), st.floats(20, 3000), st.floats(-3, 3))


@given(regions, st.floats(0, 256), st.floats(0, 256))
def test_a_point_goes_into_the_input_and_comes_back(region: Region, x: float, y: float) -> None:
    there = region.to_picture(np.array([x, y]), (192, 256))
    matrix = region.to_input((192, 256))
    back = matrix[:, :2] @ there + matrix[:, 2]
    assert back == pytest.approx([x, y], abs=1e-6)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_points_come_back_with_the_precision_in_which_the_network_gave_them(kind: type[np.floating]) -> None:
    assert Region(1.0, 2.0, 3.0, 0.1).to_picture(np.zeros((5, 2), kind), (192, 256)).dtype == kind


def test_upright_means_the_reach_lies_above_the_centre() -> None:
    region = from_centre_and_reach(np.array([100.0, 200.0]), np.array([100.0, 120.0]))
    assert (region.side_px, region.turn_rad) == (200.0, 0.0)
    leaning = from_centre_and_reach(np.array([0.0, 0.0]), np.array([50.0, -50.0]))
    top = leaning.to_picture(np.array([96.0, 0.0]), (192, 256))
    assert top == pytest.approx([62.5, -62.5], abs=1e-9), "a quarter more than it reaches"


@pytest.mark.parametrize("side_px", [120.0, 256.0, 700.0, 1800.0])
def test_a_spot_is_cut_out_where_the_maths_says(side_px: float) -> None:
    picture = np.zeros((1080, 1920, 3), np.uint8)
    cv2.circle(picture, (900, 500), max(3, int(side_px / 40)), (255, 255, 255), -1)
    region = Region(880.0, 520.0, side_px, 0.2)
    small = cut(picture, region, (192, 256))[..., 0].astype(float)
    rows, columns = np.mgrid[0:256, 0:192] + 0.5
    found = np.array([(small * columns).sum(), (small * rows).sum()]) / small.sum()
    matrix = region.to_input((192, 256))
    assert found == pytest.approx(matrix[:, :2] @ np.array([900.5, 500.5]) + matrix[:, 2], abs=0.3)


def test_a_fine_pattern_is_averaged_not_sampled() -> None:
    picture = np.zeros((1024, 1024, 3), np.uint8)
    picture[::2] = 255
    small = cut(picture, Region(512.0, 512.0, 1000.0), (100, 100))
    assert abs(float(small[20:80, 20:80].mean()) - 127.5) < 4
    assert float(small[20:80, 20:80].std()) < 30


@pytest.mark.parametrize("shrink", [1.0, SAMPLED_UP_TO, 1.2, 1.5, 1.99])
def test_what_is_sampled_more_coarsely_is_averaged_over_as_many_pixels(shrink: float) -> None:
    spot = np.zeros((41, 41, 3), np.uint8)
    spot[20, 20] = 250
    seen = averaged(spot, shrink)[..., 0].astype(float)
    off = np.arange(41) - 20
    spread = (seen.sum(axis=0) * off**2).sum() / seen.sum()
    assert seen.sum() == pytest.approx(250, abs=5)
    assert spread == pytest.approx((shrink**2 - 1) / 12 if shrink > SAMPLED_UP_TO else 0.0, abs=0.01)


def test_noise_does_not_reach_the_input_as_if_single_pixels_were_picked() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (400, 400, 3)).astype(np.uint8)
    coarse, fine = (cut(noise, Region(200.25, 200.25, side_px), (128, 128)).std() for side_px in (230.0, 128.0))
    assert coarse < 0.85 * fine


def test_a_region_outside_the_picture_is_black() -> None:
    assert cut(np.full((100, 100, 3), 200, np.uint8), Region(-500.0, -500.0, 100.0), (64, 64)).max() == 0


def test_overlap_of_squares() -> None:
    a = Region(0.0, 0.0, 10.0)
    assert a.overlap(a) == 1.0
    assert a.overlap(Region(20.0, 0.0, 10.0)) == 0.0
    assert a.overlap(Region(5.0, 0.0, 10.0)) == pytest.approx(1 / 3)


def test_blocks_are_whole_pixels_and_what_is_left_over_is_left_out() -> None:
    picture = np.zeros((33, 26, 3), np.uint8)
    picture[4:8, 10:15] = 200  # one block of 5 x 4 pixels
    picture[32:], picture[:, 25:] = 255, 255
    found = in_blocks(picture, (5, 9))
    wanted = np.zeros((8, 5, 3), np.uint8)
    wanted[1, 2] = 200
    assert np.array_equal(found, wanted)
