"""Lowest points of the trunk."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runform_live.gait.oscillation import SMALLEST_RISE_TRUNKS, Low, LowestPoints, TrunkMotion
from tests.gait import naive

NEEDED_PX = 20.0
TRUNK_PX = NEEDED_PX / SMALLEST_RISE_TRUNKS


def lows_of(heights: list[float], velocities: list[float] | None = None, rate_hz: float = 30.0) -> list[Low]:
    speeds = velocities or [0.0] * len(heights)
    lowest = LowestPoints()
    found = [
        lowest.push(TrunkMotion(number / rate_hz, height, speed, TRUNK_PX))
        for number, (height, speed) in enumerate(zip(heights, speeds, strict=True))
    ]
    return [low for low in found if low is not None]


@given(st.lists(st.floats(-19, 19), min_size=4, max_size=60))
def test_lowest_points_are_those_of_the_whole_curve(heights: list[float]) -> None:
    """While no oscillation is twice as large as another, what is usual does not raise the threshold."""
    curve = np.array(heights)
    velocities = np.gradient(curve, 1 / 30)
    assert len(lows_of(heights, velocities.tolist())) == len(naive.lowest_points(curve, NEEDED_PX))


@given(st.floats(0.3, 0.45), st.sampled_from([24.0, 30.0, 60.0, 240.0]))
def test_the_turn_is_found_between_frames(step_s: float, rate_hz: float) -> None:
    times_s = np.arange(round(1.5 * rate_hz)) / rate_hz
    turns = 2 * math.pi / step_s
    lows = lows_of((60 * np.cos(turns * times_s)).tolist(), (-60 * turns * np.sin(turns * times_s)).tolist(), rate_hz)
    assert [low.time_s for low in lows] == pytest.approx([(k + 0.5) * step_s for k in range(len(lows))], abs=0.002)
    assert len(lows) >= 3 and lows[1].fall_px == pytest.approx(120.0, rel=0.15)


@pytest.mark.parametrize("hole", ["unknown", "without frames"])
def test_a_hole_begins_anew(hole: str) -> None:
    lowest = LowestPoints()
    for number, height in enumerate([80.0, 10.0, 0.0, 3.0]):
        assert lowest.push(TrunkMotion(number / 30, height, 0.0, TRUNK_PX)) is None
    later_s = 5 / 30
    if hole == "unknown":
        assert lowest.push(TrunkMotion(5 / 30, math.nan, 0.0, TRUNK_PX)) is None
    else:
        later_s = 15 / 30
    assert lowest.push(TrunkMotion(later_s + 1 / 30, 40.0, 0.0, TRUNK_PX)) is None
    low = lowest.push(TrunkMotion(later_s + 2 / 30, 65.0, 0.0, TRUNK_PX))
    assert low is not None and math.isnan(low.fall_px), "nothing is known of the fall before the hole"
