"""Frames at a uniform rate: those that are uniform stay as they are, and nothing is made up."""

from __future__ import annotations

import numpy as np
import pytest

from runform_live.errors import BadInput
from runform_live.export.uniform import rate_of, uniform

PERIOD_S = 1 / 30


def ramp(times_s: np.ndarray) -> np.ndarray:
    """A value that is ten times the time, (frames, 1)."""
    return 10.0 * np.asarray(times_s)[:, None]


@pytest.mark.parametrize("rate_hz", [24.0, 30000 / 1001, 60.0, 240.0])
def test_frames_of_a_film_with_rounded_times_stay_as_they_are(rate_hz: float) -> None:
    times_s = np.round(np.arange(2000) / rate_hz, 3)
    assert rate_of(times_s, rate_hz) == rate_hz
    found = uniform(times_s, ramp(times_s), rate_hz)
    np.testing.assert_array_equal(found.values, ramp(times_s))
    np.testing.assert_allclose(found.times_s, times_s, atol=6e-4)
    assert (found.first, found.between) == (0, 0)


@pytest.mark.parametrize("rate_hz", [24000 / 1001, 30000 / 1001, 29.9712345])
@pytest.mark.parametrize("nominal", [None, 30.0])
def test_frames_of_half_an_hour_stay_as_they_are_where_only_their_times_tell_the_rate(
    rate_hz: float, nominal: float | None
) -> None:
    times_s = np.arange(round(1800 * rate_hz)) / rate_hz
    found = uniform(times_s, ramp(times_s), rate_of(times_s, nominal))
    np.testing.assert_array_equal(found.values, ramp(times_s))
    assert found.between == 0


def test_a_piece_has_the_samples_of_the_whole_also_of_an_unsteady_camera() -> None:
    times_s = np.cumsum(PERIOD_S + np.where(np.arange(90) % 3, 0.004, -0.006))
    rate_hz = rate_of(times_s)
    whole = uniform(times_s, ramp(times_s), rate_hz)
    piece = uniform(times_s, ramp(times_s), rate_hz, times_s[40:60])
    np.testing.assert_array_equal(piece.values, whole.values[piece.first - whole.first :][: len(piece.values)])
    assert (piece.times_s[0] >= times_s[40] - 0.001, piece.times_s[-1] <= times_s[59] + 0.001) == (True, True)
    assert len(piece.values) > 15


def test_a_rate_is_told_from_the_times_where_the_nominal_one_is_wrong() -> None:
    times_s = np.arange(300) / 25.0
    assert rate_of(times_s, 30.0) == rate_of(times_s) == 25.0


def test_lost_frames_do_not_lower_the_rate() -> None:
    times_s = np.delete(np.arange(300) / 30.0, [20, 21, 50, 120, 200])
    assert rate_of(times_s) == 30.0


def test_a_lost_frame_is_unknown_and_its_neighbours_are_not() -> None:
    times_s = np.delete(np.arange(10) * PERIOD_S, 4)
    found = uniform(times_s, ramp(times_s), 30.0)
    assert np.flatnonzero(np.isnan(found.values[:, 0])).tolist() == [4]
    assert found.between == 0


def test_an_unsteady_camera_is_read_between_its_frames() -> None:
    times_s = np.arange(60) * PERIOD_S + np.where(np.arange(60) % 2, 0.012, 0.002)
    found = uniform(times_s, ramp(times_s), 30.0)
    np.testing.assert_allclose(found.values, ramp(found.times_s), atol=1e-9)
    assert (found.first, found.between) == (1, 59)


def test_beside_an_unknown_value_nothing_is_made_up() -> None:
    times_s = np.arange(10) * PERIOD_S + 0.010
    values = ramp(times_s)
    values[4] = np.nan
    found = uniform(times_s, values, 30.0)
    assert np.flatnonzero(np.isnan(found.values[:, 0])).tolist() == [3, 4], "samples 4 and 5 of the session"


def test_nothing_lies_before_the_first_frame_or_after_the_last() -> None:
    times_s = np.arange(5) * PERIOD_S + 0.5
    found = uniform(times_s, ramp(times_s), 30.0)
    assert (found.first, len(found.values)) == (15, 5)
    assert not np.isnan(found.values).any()


def test_one_frame_has_no_rate() -> None:
    with pytest.raises(BadInput, match="fewer than two frames"):
        rate_of(np.array([1.0]))


def test_a_session_of_days_is_refused_before_it_fills_the_memory() -> None:
    times_s = np.array([0.0, PERIOD_S, 1e6])
    with pytest.raises(BadInput, match="too many for one file; choose a shorter piece"):
        uniform(times_s, ramp(times_s), 30.0)
