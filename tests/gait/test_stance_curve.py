"""The angles of stances by the usual curve of a leg and what each departs from it."""

from __future__ import annotations

import numpy as np
import pytest

from runform_live.gait.stance_curve import DEGREE, RIDGE, StanceCurve, departure, fit_usual
from tests.gait import naive

STEP_S, HALF_WIDTH_STEPS = 0.36, 0.09 / 0.36
MIDDLE = np.array([0.0])
Array = np.ndarray


def usual_deg(steps: Array) -> Array:
    """A pelvis that bends by 5000 deg/s^2 at midstance and turns back on both sides of it."""
    return np.asarray(4.0 * np.cos(2 * np.pi * steps / 0.5) + 20.0 * steps)


def frame_steps(number: int, rate_hz: float) -> Array:
    """The frames about the midstance of a stance; each stance lies elsewhere between two frames."""
    between = (0.37 * number) % 1.0
    return (np.arange(-40 * rate_hz / 100, 24 * rate_hz / 100 + 1) + between - 0.5) / rate_hz / STEP_S


def measured(count: int, rate_hz: float, noise_deg: float, departs_deg: float = 0.0) -> tuple[Array, Array]:
    """Found and true value at midstance of the last stances; the first ten are left out."""
    rng, curve, out = np.random.default_rng(7), StanceCurve(1), []
    for number in range(count):
        steps, own_deg = frame_steps(number, rate_hz), departs_deg * rng.standard_normal()
        values = usual_deg(steps) + own_deg + noise_deg * rng.standard_normal(len(steps))
        found = curve.measure(steps, values[:, None], MIDDLE, max(HALF_WIDTH_STEPS, 2.7 / rate_hz / STEP_S))
        out.append((found[0, 0], 4.0 + own_deg))
    found_deg, true_deg = np.array(out[10:]).T
    return found_deg, true_deg


def smoothed_deg(number: int, rate_hz: float) -> float:
    """Of one stance alone, by the local quadratic."""
    steps = frame_steps(number, rate_hz)
    return float(departure(steps, usual_deg(steps), MIDDLE, HALF_WIDTH_STEPS, 0.0)[0])


@pytest.mark.parametrize("rate_hz", [24.0, 30.0, 60.0, 240.0])
def test_a_curve_that_bends_much_keeps_its_top(rate_hz: float) -> None:
    found_deg, true_deg = measured(30, rate_hz, 0.0)
    assert found_deg == pytest.approx(true_deg, abs=0.06)


def test_one_stance_alone_loses_the_top_that_many_keep() -> None:
    assert np.mean([smoothed_deg(number, 30.0) for number in range(10)]) < 4.0 - 0.25


def test_noise_comes_through_less_than_in_one_stance_alone() -> None:
    found_deg, true_deg = measured(150, 30.0, 1.5)
    alone = [
        float(
            departure(steps, 1.5 * np.random.default_rng(k).standard_normal(len(steps)), MIDDLE, HALF_WIDTH_STEPS, 0.0)[
                0
            ]
        )
        for k, steps in enumerate(frame_steps(k, 30.0) for k in range(150))
    ]
    assert np.std(found_deg - true_deg) < 0.85 * np.std(alone)


@pytest.mark.parametrize("noise_deg", [0.0, 1.0])
def test_what_is_true_of_one_stance_is_not_smoothed_away(noise_deg: float) -> None:
    """Stances differ from each other by 0.64 deg in real runners."""
    found_deg, true_deg = measured(400, 30.0, noise_deg, 0.64)
    slope = np.polyfit(true_deg, found_deg, 1)[0]
    assert slope == pytest.approx(1.0, abs=0.03 if noise_deg == 0.0 else 0.15)


def test_the_first_stance_is_smoothed_like_any_curve() -> None:
    steps = frame_steps(0, 60.0)
    found = StanceCurve(1).measure(steps, usual_deg(steps)[:, None], MIDDLE, HALF_WIDTH_STEPS)
    assert found[0, 0] == pytest.approx(4.0, abs=0.4)


def test_an_angle_whose_frames_are_unknown_is_unknown_and_leaves_the_others() -> None:
    steps, curve = frame_steps(0, 30.0), StanceCurve(2)
    values = np.column_stack([usual_deg(steps), np.full(len(steps), np.nan)])
    found = curve.measure(steps, values, MIDDLE, HALF_WIDTH_STEPS)
    assert not np.isnan(found[0, 0]) and np.isnan(found[0, 1])


def test_an_angle_that_is_known_in_fewer_frames_is_measured_as_if_it_were_alone() -> None:
    together, whole, part = StanceCurve(2), StanceCurve(1), StanceCurve(1)
    for number in range(4):
        steps = frame_steps(number, 60.0)
        values = usual_deg(steps)
        fewer = np.where(np.arange(len(steps)) % 5 == 2, np.nan, values)
        found = together.measure(steps, np.column_stack([values, fewer]), MIDDLE, HALF_WIDTH_STEPS)[0]
        alone = [
            curve.measure(steps, of_angle[:, None], MIDDLE, HALF_WIDTH_STEPS)[0, 0]
            for curve, of_angle in ((whole, values), (part, fewer))
        ]
        assert found == pytest.approx(alone, rel=1e-12)


def test_a_successor_goes_on_exactly() -> None:
    first, number = StanceCurve(1), 0
    for number in range(5):
        steps = frame_steps(number, 30.0)
        first.measure(steps, usual_deg(steps)[:, None], MIDDLE, HALF_WIDTH_STEPS)
    second, steps = StanceCurve(1, first.state()), frame_steps(number + 1, 30.0)
    one, other = (
        curve.measure(steps, usual_deg(steps)[:, None] + 0.1 * steps[:, None], MIDDLE, HALF_WIDTH_STEPS)
        for curve in (first, second)
    )
    assert one == other


def test_without_noise_the_departure_is_the_local_quadratic_and_with_much_of_it_a_mean() -> None:
    times = np.arange(-4, 5) / 30
    values = 1.0 + 3.0 * times + 200.0 * times**2
    assert departure(times, values, MIDDLE, 0.09, 0.0)[0] == pytest.approx(1.0, abs=1e-6)
    weights = (1 - np.minimum(np.abs(times / 0.09), 1) ** 3) ** 3
    assert departure(times, values, MIDDLE, 0.09, 1e9)[0] == pytest.approx(weights @ values / weights.sum(), abs=1e-6)


def test_far_from_every_frame_nothing_departs() -> None:
    assert departure(np.array([0.0, 0.03]), np.array([1.0, 2.0]), np.array([5.0]), 0.09, 1.0)[0] == 0.0


@pytest.mark.parametrize("frames", [4, 9, 200])
def test_the_usual_curve_and_the_departure_are_those_of_the_textbook(frames: int) -> None:
    rng = np.random.default_rng(frames)
    steps, values = np.sort(rng.uniform(-0.6, 0.6, frames)), 5.0 * rng.standard_normal(frames)
    terms = np.polynomial.legendre.legvander(steps / 0.65, DEGREE)[:, 1:]
    equations = terms.T @ terms, terms.T @ values, float(values @ values), frames - 1.0
    factors = np.empty(DEGREE)
    variance = fit_usual(*equations, RIDGE, factors)
    want, want_variance = naive.usual_curve(*equations, RIDGE)
    assert factors == pytest.approx(want, rel=1e-7, abs=1e-9) and variance == pytest.approx(want_variance)
    at = np.linspace(-0.7, 0.7, 15)
    for ridge in (0.0, 0.3, 1e9):
        want = naive.departure(steps, values, at, 0.25, ridge)
        assert departure(steps, values, at, 0.25, ridge) == pytest.approx(want, rel=1e-6, abs=1e-6)
