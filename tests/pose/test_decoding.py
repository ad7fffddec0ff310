"""The mean of several passes over one person."""

from __future__ import annotations

import numpy as np
import pytest

from runform_live.pose.decoding import Observation, mean_of
from runform_live.pose.regions import shoulders_to_toes
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
