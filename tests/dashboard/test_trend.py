from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runform_live.dashboard.trend import MOST_POINTS, Trend


@given(st.integers(0, 5000))
def test_a_straight_line_stays_one_and_never_has_too_many_points(count: int) -> None:
    trend = Trend()
    for k in range(count):
        trend.add(float(k), 2.0 * k + 1.0)
    times_s, values = trend.points()
    assert len(times_s) == len(values) < MOST_POINTS
    assert values == pytest.approx([2.0 * at + 1.0 for at in times_s])
    if count:
        assert count - times_s[-1] <= 2 * (1 + count // (MOST_POINTS // 2)), "the newest is there but for one point"
