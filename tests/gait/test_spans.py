"""Frames between two times, with unknown values and unknown times."""

from __future__ import annotations

import math

import numpy as np
import pytest

from runform_live.gait import spans

TIMES_S = np.arange(60) / 30
ROWS = np.random.default_rng(2).standard_normal((60, 3))
ROWS[10:15, 1] = np.nan


@pytest.mark.parametrize("first", [0, 7])
@pytest.mark.parametrize(
    ("from_s", "until_s"),
    [
        (0.3, 0.7),
        (10 / 30, 10 / 30),
        (-1.0, 9.0),
        (0.34, 0.45),
        (1.0, 0.5),
        (math.nan, 1.0),
        (0.5, math.nan),
        (5.0, 6.0),
    ],
)
def test_means_and_trends_are_those_of_numpy(first: int, from_s: float, until_s: float) -> None:
    asked = first, 55, from_s, until_s
    begin = first + int(TIMES_S[first:55].searchsorted(from_s, "left"))
    stop = first + int(TIMES_S[first:55].searchsorted(until_s, "right"))
    assert spans.places(TIMES_S, *asked) == (begin, stop)
    for signal in range(3):
        times_s, values = TIMES_S[begin:stop], ROWS[begin:stop, signal]
        times_s, values = times_s[~np.isnan(values)], values[~np.isnan(values)]
        mean = values.mean() if len(values) else math.nan
        assert spans.mean(TIMES_S, ROWS, signal, *asked) == pytest.approx(mean, abs=1e-12, nan_ok=True)
        trend = np.polyfit(times_s, values, 1)[0] if len(values) > 2 else math.nan
        assert spans.trend(TIMES_S, ROWS, signal, *asked) == pytest.approx(trend, abs=1e-9, nan_ok=True)
