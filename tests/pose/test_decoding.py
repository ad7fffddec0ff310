"""The mean of several passes over one person, and which view BlazePose's named shoulders show."""

from __future__ import annotations

import math

import numpy as np
import pytest

from runform_live.pose import cards
from runform_live.pose.decoding import DECODERS, Observation, mean_of
from runform_live.pose.regions import Region, shoulders_to_toes
from tests.makers import standing


def test_passes_count_alike_and_the_next_region_follows_from_their_mean() -> None:
    here, there = standing(), standing() + [2.0, 4.0, 2.0]
    passes = [
        Observation(points, 0.5, shoulders_to_toes(points), behind) for points, behind in ((here, 0.8), (there, 1.0))
    ]
    seen = mean_of(passes)
    np.testing.assert_allclose(seen.landmarks, standing() + [1.0, 2.0, 1.0])
    assert (seen.confidence, seen.behind) == (0.5, pytest.approx(0.9))
    assert seen.next_region == shoulders_to_toes(seen.landmarks)


@pytest.mark.parametrize(
    ("apart_px", "behind"),
    [(60.0, (0.98, 1.0)), (-60.0, (0.0, 0.02)), (5.0, (0.5, 0.7)), (0.0, (0.5, 0.5)), (1e6, (0.99, 1.0))],
)
def test_the_order_of_the_named_shoulders_says_whether_blazepose_sees_a_back(
    apart_px: float, behind: tuple[float, float]
) -> None:
    """Left on the left is a back. A trunk of 100 px, shoulders so far apart."""
    points = np.zeros((39, 5), np.float32)
    points[11], points[12] = (128 - apart_px / 2, 80, 0, 5, 5), (128 + apart_px / 2, 80, 0, 5, 5)
    points[23], points[24] = (128, 180, 0, 5, 5), (128, 180, 0, 5, 5)
    outputs = {"landmarks": points.reshape(1, 195), "pose_flag": np.array([[0.9]], np.float32)}
    seen = DECODERS["blazepose_39"](outputs, Region(128, 128, 256), cards.find("blazepose-full", "landmarks"))
    assert behind[0] <= seen.behind <= behind[1]


def test_a_trunk_without_length_says_nothing_of_the_view() -> None:
    outputs = {"landmarks": np.zeros((1, 195), np.float32), "pose_flag": np.array([[0.9]], np.float32)}
    seen = DECODERS["blazepose_39"](outputs, Region(128, 128, 256), cards.find("blazepose-full", "landmarks"))
    assert math.isnan(seen.behind)
