"""A step's own frames against the rhythm of the run."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest

from runform_live.gait.midstance import FIRST_SD_S, RHYTHM_SD_S, Midstances


def rms(off: npt.NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean(off**2)))


def errors(frames_sd_s: float, rhythm_bias_s: float, count: int = 400) -> tuple[float, float]:
    """RMS error (s) of the joined midstances, and of the frames alone, of steps that are really 0.36 s apart."""
    rng = np.random.default_rng(3)
    joined, steps = Midstances(), 0.36 * np.arange(count)
    frames = steps + frames_sd_s * rng.standard_normal(count)
    both = [joined.joined(a, b) for a, b in zip(frames, steps + rhythm_bias_s, strict=True)]
    after_first = slice(20, None)
    return rms(np.array(both)[after_first] - steps[after_first]), rms(frames[after_first] - steps[after_first])


def test_noisy_frames_follow_the_rhythm() -> None:
    both, alone = errors(0.025, -0.004)
    assert both < 0.008 < 0.02 < alone


def test_quiet_frames_are_believed_against_a_rhythm_that_is_off() -> None:
    both, _ = errors(0.002, -0.012)
    assert both < 0.003


def test_a_leg_with_a_constant_difference_is_not_taken_for_noise() -> None:
    joined = Midstances()
    got = [joined.joined(0.36 * k + (0.008 if k % 2 else -0.008), 0.36 * k) - 0.36 * k for k in range(30)]
    assert got[-1] == pytest.approx(0.008, abs=1e-6)
    assert got[-2] == pytest.approx(-0.008, abs=1e-6)


def test_before_the_scatter_is_known_a_usual_one_is_assumed() -> None:
    believed = RHYTHM_SD_S**2 / (RHYTHM_SD_S**2 + FIRST_SD_S**2)
    assert Midstances().joined(1.01, 1.0) == pytest.approx(1.0 + believed * 0.01)


def test_what_one_of_them_does_not_know_the_other_says() -> None:
    joined = Midstances()
    assert joined.joined(1.0, math.nan) == joined.joined(math.nan, 1.0) == 1.0
    assert math.isnan(joined.joined(math.nan, math.nan))
