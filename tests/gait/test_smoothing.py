"""The local quadratic against its slow twin, on awkward input too: NaN, constants, tiny values."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runform_live.gait.smoothing import HALF_WIDTH_S, WIDER, local_quadratic, neighbours_of
from tests.gait import naive

value = st.one_of(st.floats(-1e4, 1e4), st.just(math.nan), st.just(0.0), st.just(1e-9))
series = st.lists(value, min_size=1, max_size=40)


def smoothed(times_s: np.ndarray, values: list[float], centre_s: float) -> tuple[float, float]:
    """Value and slope at a moment."""
    got, slope = np.empty(1), np.empty(1)
    local_quadratic(times_s, np.array(values)[:, None], centre_s, 0.09, got, slope)
    return float(got[0]), float(slope[0])


@given(series, st.sampled_from([1 / 24, 1 / 30, 1 / 60, 1 / 240]), st.integers(0, 39))
def test_it_equals_the_textbook(values: list[float], step_s: float, centre: int) -> None:
    times_s = 3.0 + step_s * np.arange(len(values))
    centre_s = float(times_s[min(centre, len(values) - 1)])
    got, slope = smoothed(times_s, values, centre_s)
    want, want_slope = naive.local_quadratic(times_s, np.array(values), centre_s, 0.09)
    scale = 1.0 + np.nanmax(np.abs(np.array([0.0, *values])))
    assert got == pytest.approx(want, rel=1e-5, abs=1e-5 * scale, nan_ok=True)
    assert slope == pytest.approx(want_slope, rel=1e-4, abs=1e-3 * scale, nan_ok=True)


@given(st.floats(-50, 50), st.floats(-500, 500), st.floats(-3000, 3000))
def test_a_parabola_stays_as_it_is(a: float, b: float, c: float) -> None:
    times_s = np.arange(12) / 30
    curve = [a + b * t + c * t * t for t in times_s.tolist()]
    got, slope = smoothed(times_s, curve, float(times_s[6]))
    assert got == pytest.approx(curve[6], abs=1e-6)
    assert slope == pytest.approx(b + 2 * c * times_s[6], abs=1e-5)


NEAR, WIDE = HALF_WIDTH_S, WIDER * HALF_WIDTH_S


@pytest.mark.parametrize(
    ("lost", "unknown", "at", "found"),
    [
        ([], [], 10, (slice(8, 13), NEAR)),
        ([], [11], 10, (slice(8, 13), NEAR)),
        ([11, 12], [], 10, (slice(7, 12), WIDE)),
        ([11, 12, 13, 14, 15], [], 10, (slice(8, 11), NEAR)),
        ([], [10], 10, (slice(8, 13), NEAR)),
        ([], [9, 10, 11], 10, (slice(7, 14), WIDE)),
    ],
    ids=[
        "frames on both sides",
        "one frame unknown",
        "beside two lost frames it reaches across them",
        "not across five",
        "an unknown frame among known ones",
        "amid unknown frames it reaches further",
    ],
)
def test_which_frames_smooth_one(lost: list[int], unknown: list[int], at: int, found: tuple[slice, float]) -> None:
    frames = [number for number in range(21) if number not in lost]
    times_s = np.array(frames) / 30
    heights_px = np.array([math.nan if number in unknown else 100.0 for number in frames])
    assert neighbours_of(frames.index(at), times_s, heights_px, HALF_WIDTH_S, more_come=False) == found


@pytest.mark.parametrize(("frames_after", "ready"), [(1, False), (2, True)])
def test_beside_a_hole_a_frame_waits_for_those_on_its_far_side(frames_after: int, ready: bool) -> None:
    times_s = np.array([*range(11), *range(13, 13 + frames_after)]) / 30
    heights_px = np.full(len(times_s), 100.0)
    assert (neighbours_of(10, times_s, heights_px, HALF_WIDTH_S, more_come=True) is not None) == ready
    assert neighbours_of(10, times_s, heights_px, HALF_WIDTH_S, more_come=False) is not None, "no more will come"
