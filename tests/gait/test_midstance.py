"""Midstance by the frames about it, by the rhythm of the run, and by both."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runform_live.gait.midstance import FIRST_SD_S, HARMONICS, RHYTHM_SD_S, by_frames_s, by_rhythm_s, joined_s
from tests.gait import naive

# -- by the frames ----------------------------------------------------------------------------------------------------


@given(st.floats(0.3, 0.7), st.floats(40, 4000), st.floats(-4, 4), st.sampled_from([1 / 24, 1 / 30, 1 / 60, 1 / 240]))
def test_the_turn_of_a_lopsided_curve_is_found_between_frames(
    turn_s: float, bend: float, skew: float, step_s: float
) -> None:
    """It falls faster than it rises, or the other way round."""
    times_s = np.arange(round(1 / step_s)) * step_s
    away_s = times_s - turn_s
    heights = 100 - bend * (away_s**2 + skew * away_s**3)
    got = by_frames_s(times_s, heights, turn_s + 0.01, max(0.07, 2.1 * step_s))
    assert got == pytest.approx(turn_s, abs=1e-4)


def test_there_is_no_turn_where_a_frame_is_unknown_or_the_curve_bends_up() -> None:
    times_s = np.arange(7) / 30
    assert math.isnan(by_frames_s(times_s, np.array([0.0, 1.0, 4.0, math.nan, 9.0, 4.0, 1.0]), 0.13, 0.07))
    assert math.isnan(by_frames_s(times_s, np.array([9.0, 4.0, 1.0, 0.0, 1.0, 4.0, 9.0]), 0.1, 0.07))
    assert math.isnan(by_frames_s(times_s, np.full(7, math.nan), 0.1, 0.07))


# -- by the rhythm ----------------------------------------------------------------------------------------------------

phase = st.floats(-math.pi, math.pi)


def waves(times_s: np.ndarray, amplitudes: list[float], phases: list[float], step_s: float) -> np.ndarray:
    """A curve made of the rhythm's own harmonics."""
    each = zip(amplitudes, phases, HARMONICS, strict=True)
    return np.asarray(np.sum([a * np.cos(2 * np.pi * k * times_s / step_s + p) for a, p, k in each], axis=0))


def run(amplitudes: list[float], phases: list[float], step_s: float, rate_hz: float) -> tuple[np.ndarray, np.ndarray]:
    """1.4 s of it: times and heights."""
    times_s = np.arange(round(1.4 * rate_hz)) / rate_hz
    return times_s, 300.0 + waves(times_s, amplitudes, phases, step_s)


@given(
    st.tuples(*[st.floats(0, 0.06)] * 4), st.tuples(*[phase] * 4), st.floats(0.3, 0.4), st.sampled_from([30.0, 40.0])
)
def test_the_rhythm_finds_the_maximum_of_its_own_curve(
    sizes: tuple[float, ...], phases: tuple[float, ...], step_s: float, rate_hz: float
) -> None:
    amplitudes, lags = [15.0, *(15 * s for s in sizes)], [0.0, *phases]
    near_s = step_s * math.floor(1.2 / step_s)
    fine_s = near_s + np.arange(-0.07, 0.07, 0.0002)
    want_s = fine_s[waves(fine_s, amplitudes, lags, step_s).argmax()]
    assert by_rhythm_s(*run(amplitudes, lags, step_s, rate_hz), near_s, step_s) == pytest.approx(want_s, abs=0.002)


def test_noise_moves_the_rhythm_far_less_than_the_frames() -> None:
    step_s = 0.36
    times_s, heights = run([15.0, 0.0, 0.0, 1.5, 0.0], [0.0] * 5, step_s, 30.0)
    rng, found = np.random.default_rng(5), []
    for _ in range(60):
        noisy = heights + 1.5 * rng.standard_normal(len(heights))
        found.append((by_frames_s(times_s, noisy, 3 * step_s, 0.07), by_rhythm_s(times_s, noisy, 3 * step_s, step_s)))
    frames_sd, rhythm_sd = np.nanstd(found, axis=0)
    assert rhythm_sd < 0.6 * frames_sd, (rhythm_sd, frames_sd)


def test_frames_that_are_lost_leave_the_rhythm() -> None:
    times_s, heights = run([15.0, 0.0, 0.0, 1.5, 0.0], [0.0] * 5, 0.36, 30.0)
    heights[[5, 12, 13, 31]] = math.nan
    assert by_rhythm_s(times_s, heights, 1.1, 0.36) == pytest.approx(1.08, abs=0.003)


def test_there_is_no_rhythm_of_too_few_frames_or_of_none_that_moves() -> None:
    times_s = np.arange(40) / 30
    assert math.isnan(by_rhythm_s(times_s[:12], np.array([1.0, 3.0, 9.0, 3.0] * 3), 0.2, 0.13))
    assert math.isnan(by_rhythm_s(times_s, np.full(40, 5.0), 1.1, 0.36))


# -- by both ----------------------------------------------------------------------------------------------------------


def rms(off: np.ndarray) -> float:
    return float(np.sqrt(np.mean(off**2)))


def errors(frames_sd_s: float, rhythm_bias_s: float, count: int = 400) -> tuple[float, float]:
    """RMS error (s) of the joined midstances, and of the frames alone, of steps that are really 0.36 s apart."""
    rng, apart_s = np.random.default_rng(3), list[float]()
    steps = 0.36 * np.arange(count)
    frames = steps + frames_sd_s * rng.standard_normal(count)
    both = [joined_s(a, b, apart_s) for a, b in zip(frames.tolist(), (steps + rhythm_bias_s).tolist(), strict=True)]
    after_first = slice(20, None)
    return rms(np.array(both)[after_first] - steps[after_first]), rms(frames[after_first] - steps[after_first])


def test_noisy_frames_follow_the_rhythm() -> None:
    both, alone = errors(0.025, -0.004)
    assert both < 0.008 < 0.02 < alone


def test_quiet_frames_are_trusted_against_a_rhythm_that_is_off() -> None:
    both, _ = errors(0.002, -0.012)
    assert both < 0.003


def test_a_leg_with_a_constant_difference_is_not_taken_for_noise() -> None:
    apart_s = list[float]()
    got = [joined_s(0.36 * k + (0.008 if k % 2 else -0.008), 0.36 * k, apart_s) - 0.36 * k for k in range(30)]
    assert got[-1] == pytest.approx(0.008, abs=1e-6)
    assert got[-2] == pytest.approx(-0.008, abs=1e-6)


def test_before_the_scatter_is_known_a_usual_one_is_assumed() -> None:
    weight = RHYTHM_SD_S**2 / (RHYTHM_SD_S**2 + FIRST_SD_S**2)
    assert joined_s(1.01, 1.0, []) == pytest.approx(1.0 + weight * 0.01)


def test_what_one_of_them_does_not_know_the_other_says() -> None:
    apart_s = list[float]()
    assert joined_s(1.0, math.nan, apart_s) == joined_s(math.nan, 1.0, apart_s) == 1.0
    assert math.isnan(joined_s(math.nan, math.nan, apart_s)) and apart_s == []


@pytest.mark.parametrize("lost", [0, 4, 20, 36])
@pytest.mark.parametrize("noise_px", [0.0, 1.0, 20.0])
def test_the_rhythm_is_that_of_the_textbook(lost: int, noise_px: float) -> None:
    rng = np.random.default_rng(lost)
    times_s, heights = run([15.0, 1.0, 0.5, 2.0, 0.3], [0.0, 0.4, 1.0, -2.0, 0.7], 0.36, 30.0)
    heights = heights + noise_px * rng.standard_normal(len(times_s))
    heights[rng.choice(len(heights), lost, replace=False)] = math.nan
    want_s = naive.rhythm(times_s, heights, 1.09, 0.36)
    assert by_rhythm_s(times_s, heights, 1.09, 0.36) == pytest.approx(want_s, abs=1e-12, nan_ok=True)
