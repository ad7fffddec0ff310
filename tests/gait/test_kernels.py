"""Each kernel against its slow twin, on awkward input too: NaN, gaps, constants, tiny values, ring wrap-around."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runform_live.gait import channels, contact, frames, geometry, linear, rhythm, smoothing, steps, vertex
from runform_live.messages import INDEX, LANDMARKS
from tests.gait import naive
from tests.makers import standing, swapped

value = st.one_of(st.floats(-1e4, 1e4), st.just(math.nan), st.just(0.0), st.just(1e-9))
series = st.lists(value, min_size=1, max_size=40)
angle = st.floats(-30, 30)


def ring_of(values: list[float], step_s: float, start: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray, int, int]:
    """Values in a small ring buffer that begins at frame `start`; also the plain times."""
    ring = 64
    times, rows = np.full(ring, np.nan), np.full((ring, 1), np.nan)
    plain = np.array([step_s * (start + i) for i in range(len(values))])
    for i, v in enumerate(values):
        times[(start + i) % ring] = plain[i]
        rows[(start + i) % ring, 0] = v
    return times, rows, plain, start, start + len(values)


@given(series, st.sampled_from([1 / 24, 1 / 30, 1 / 60, 1 / 240]), st.integers(0, 100), st.integers(0, 39))
def test_local_quadratic_equals_the_textbook(values: list[float], step_s: float, start: int, centre: int) -> None:
    times, rows, plain, first, end = ring_of(values, step_s, start)
    centre_s = plain[min(centre, len(plain) - 1)]
    got, slope = np.empty(1), np.empty(1)
    smoothing.local_quadratic(times, rows, first, end - 1, centre_s, 0.09, got, slope)
    want, want_slope = naive.local_quadratic(plain, np.array(values), centre_s, 0.09)
    scale = 1.0 + np.nanmax(np.abs(np.array([0.0, *values])))
    assert got[0] == pytest.approx(want, rel=1e-5, abs=1e-5 * scale, nan_ok=True)
    assert slope[0] == pytest.approx(want_slope, rel=1e-4, abs=1e-3 * scale, nan_ok=True)


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=2), st.lists(st.floats(-900, 900), min_size=2, max_size=2),
       st.floats(0.0, 1.0), st.sampled_from([1 / 24, 1 / 60]), st.integers(0, 100))  # fmt: skip
def test_between_two_frames_lies_the_cubic_of_their_values_and_slopes(
    values: list[float], slopes: list[float], share: float, step_s: float, start: int
) -> None:
    times, rows, plain, first, end = ring_of(values, step_s, start)
    slope = ring_of(slopes, step_s, start)[1]
    at_s, got = float(plain[0] + share * (plain[1] - plain[0])), np.empty(1)
    frames.smoothed_at(times, rows, slope, first, end, at_s, got)
    want = naive.between_frames(plain - plain[0], np.array(values), np.array(slopes), at_s - plain[0])
    assert got[0] == pytest.approx(want, rel=1e-6, abs=1e-4)


@pytest.mark.parametrize(
    ("values", "step_s", "at_s"),
    [([1.0, math.nan], 0.04, 0.02), ([1.0, 2.0], 0.3, 0.1), ([1.0, 2.0], 0.04, 0.05), ([1.0, 2.0], 0.04, -0.01)],
    ids=["beside an unknown frame", "across a hole", "after the last", "before the first"],
)
def test_what_lies_outside_the_known_frames_is_unknown(values: list[float], step_s: float, at_s: float) -> None:
    times, rows, _, first, end = ring_of(values, step_s)
    got = np.empty(1)
    frames.smoothed_at(times, rows, np.zeros_like(rows), first, end, at_s, got)
    assert math.isnan(got[0])


@given(st.floats(-50, 50), st.floats(-500, 500), st.floats(-3000, 3000))
def test_local_quadratic_returns_a_parabola_exactly(a: float, b: float, c: float) -> None:
    curve = [a + b * t + c * t * t for t in (i / 30 for i in range(12))]
    times, rows, plain, first, end = ring_of(curve, 1 / 30)
    got, slope = np.empty(1), np.empty(1)
    smoothing.local_quadratic(times, rows, first, end - 1, plain[6], 0.09, got, slope)
    assert got[0] == pytest.approx(curve[6], abs=1e-6)
    assert slope[0] == pytest.approx(b + 2 * c * plain[6], abs=1e-5)


@given(series, st.floats(0, 1), st.floats(0, 1))
def test_reductions_over_a_span_equal_their_twins(values: list[float], from_s: float, length_s: float) -> None:
    times, rows, plain, first, end = ring_of(values, 1 / 30, 50)
    data, start, stop = np.array(values), plain[0] + from_s, plain[0] + from_s + length_s
    scale = 1.0 + np.nanmax(np.abs(np.array([0.0, *values])))
    mean = frames.mean_between(times, rows, first, end, 0, start, stop)
    assert mean == pytest.approx(naive.mean_between(plain, data, start, stop), abs=1e-9 * scale, nan_ok=True)
    share = frames.known_share(times, rows, first, end, 0, start, stop)
    assert share == pytest.approx(naive.known_share(plain, data, start, stop))
    trend = frames.trend_between(times, rows, first, end, 0, start, stop)
    assert trend == pytest.approx(
        naive.trend_between(plain, data, start, stop), rel=1e-4, abs=1e-3 * scale, nan_ok=True
    )


@given(st.floats(0.2, 0.8), st.floats(40, 4000), st.floats(-4, 4), st.sampled_from([1 / 24, 1 / 30, 1 / 60, 1 / 240]))
def test_the_turn_of_a_lopsided_curve_is_found_between_frames(
    at_s: float, bend: float, skew: float, step_s: float
) -> None:
    # Falls faster than it rises or the other way round, with its maximum at at_s.
    heights = [100 - bend * (t * t + skew * t**3) for t in (i * step_s - at_s for i in range(int(1 / step_s)))][-60:]
    times, rows, _, first, end = ring_of(heights, step_s)
    offset = (int(1 / step_s) - (end - first)) * step_s
    want = at_s - offset
    half_width_s = max(0.07, 2.1 * step_s)
    if want < half_width_s + step_s or want > times[(end - 1) % 64] - half_width_s - step_s:
        return  # too near the edge of the ring to be surrounded
    got = vertex.vertex_near(times, rows, first, end, 0, want + 0.01, 0.06, half_width_s)
    assert got == pytest.approx(want, abs=1e-4)


def test_no_vertex_where_a_frame_is_unknown_or_the_curve_bends_up() -> None:
    times, rows, _, first, end = ring_of([0.0, 1.0, 4.0, math.nan, 9.0, 4.0, 1.0], 1 / 30)
    assert math.isnan(vertex.vertex_near(times, rows, first, end, 0, 0.13, 0.06, 0.07))
    times, rows, _, first, end = ring_of([9.0, 4.0, 1.0, 0.0, 1.0, 4.0, 9.0], 1 / 30)
    assert math.isnan(vertex.vertex_near(times, rows, first, end, 0, 0.1, 0.06, 0.07))


def waves(times: np.ndarray, amplitudes: list[float], phases: list[float], step_s: float) -> np.ndarray:
    """A curve made of the rhythm's own harmonics."""
    each = zip(amplitudes, phases, rhythm.HARMONICS, strict=True)
    return np.sum([a * np.cos(2 * np.pi * k * times / step_s + p) for a, p, k in each], axis=0)


def steps_of(amplitudes: list[float], phases: list[float], step_s: float, rate_hz: float, drift: float) -> list[float]:
    """1.4 s of it from frame 0 on, for a runner who drifts."""
    times = np.arange(round(1.4 * rate_hz)) / rate_hz
    return list(300.0 + drift * times + waves(times, amplitudes, phases, step_s))


size = st.floats(0, 0.15)
phase = st.floats(-math.pi, math.pi)


@given(st.tuples(size, size, size, size), st.tuples(phase, phase, phase, phase, phase), st.floats(0.3, 0.4),
       st.sampled_from([24.0, 30.0, 40.0]), st.integers(0, 100), st.integers(0, 10**6), st.floats(0, 4))  # fmt: skip
def test_the_rhythm_equals_the_textbook(
    sizes: tuple[float, ...],
    phases: tuple[float, ...],
    step_s: float,
    rate_hz: float,
    start: int,
    seed: int,
    noise: float,
) -> None:
    values = np.array(steps_of([15.0, *(15 * s for s in sizes)], list(phases), step_s, rate_hz, 4.0))
    rng = np.random.default_rng(seed)
    values += noise * rng.standard_normal(len(values))
    values[rng.uniform(size=len(values)) < 0.1] = np.nan
    times, rows, plain, first, end = ring_of(list(values), 1 / rate_hz, start)
    centre_s = plain[0] + 1.15
    curve = np.empty(rhythm.TERMS)
    assert rhythm.fit_rhythm(times, rows, first, end, 0, centre_s, step_s, curve)
    near = (plain >= centre_s - rhythm.BACK_STEPS * step_s) & (plain - centre_s <= rhythm.AHEAD_S)
    want = naive.rhythm(plain[near], values[near], centre_s, step_s, rhythm.HARMONICS, rhythm.USUAL, rhythm.NEAR)
    np.testing.assert_allclose(curve, want, rtol=1e-4, atol=1e-4)


@given(
    st.tuples(*[st.floats(0, 0.06)] * 4), st.tuples(*[phase] * 4), st.floats(0.3, 0.4), st.sampled_from([30.0, 40.0])
)
def test_the_rhythm_finds_the_maximum_of_its_own_curve(
    sizes: tuple[float, ...], phases: tuple[float, ...], step_s: float, rate_hz: float
) -> None:
    amplitudes, lags = [15.0, *(15 * s for s in sizes)], [0.0, *phases]
    values = steps_of(amplitudes, lags, step_s, rate_hz, 0.0)
    times, rows, _, first, end = ring_of(values, 1 / rate_hz)
    near_s = step_s * math.floor(1.2 / step_s)
    fine = near_s + np.arange(-0.07, 0.07, 0.0002)
    want = fine[waves(fine, amplitudes, lags, step_s).argmax()]
    got = rhythm.rhythm_near(times, rows, first, end, 0, near_s, 0.06, step_s)
    assert got == pytest.approx(want, abs=0.002)


def test_noise_moves_the_rhythm_far_less_than_the_vertex() -> None:
    step_s = 0.36
    values = np.array(steps_of([15.0, 0.0, 0.0, 1.5, 0.0], [0.0] * 5, step_s, 30.0, 0.0))
    rng, found = np.random.default_rng(5), []
    for _ in range(60):
        times, rows, _, first, end = ring_of(list(values + 1.5 * rng.standard_normal(len(values))), 1 / 30)
        by_frames = vertex.vertex_near(times, rows, first, end, 0, 3 * step_s, 0.06, 0.07)
        found.append((by_frames, rhythm.rhythm_near(times, rows, first, end, 0, 3 * step_s, 0.06, step_s)))
    vertex_sd, rhythm_sd = np.nanstd(found, axis=0)
    assert rhythm_sd < 0.6 * vertex_sd, (rhythm_sd, vertex_sd)


def test_no_rhythm_of_too_few_frames_or_of_none_that_moves() -> None:
    times, rows, _, first, end = ring_of([1.0, 3.0, 9.0, 3.0] * 3, 1 / 30)
    assert math.isnan(rhythm.rhythm_near(times, rows, first, end, 0, 0.2, 0.06, 0.13))
    times, rows, _, first, end = ring_of([5.0] * 40, 1 / 30)
    assert math.isnan(rhythm.rhythm_near(times, rows, first, end, 0, 1.1, 0.06, 0.36))


@given(st.integers(1, 5), st.integers(0, 10**6))
def test_linear_equations_are_solved_or_refused(size: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    matrix, right = rng.normal(0, 1, (size, size)), rng.normal(0, 1, size)
    system = np.ascontiguousarray(np.column_stack([matrix, right]))
    if np.linalg.cond(matrix) < 1e6:
        assert linear.solve_in_place(system)
        np.testing.assert_allclose(system[:, -1], np.linalg.solve(matrix, right), rtol=1e-6, atol=1e-8)
    assert not linear.solve_in_place(np.zeros((size, size + 1)))


@given(st.integers(3, 40), st.floats(-0.1, 1.5))
def test_first_frame_from_is_the_first_that_is_late_enough(count: int, from_s: float) -> None:
    times, _, plain, first, end = ring_of([0.0] * count, 1 / 30, 17)
    want = next((first + i for i, t in enumerate(plain) if t >= plain[0] + from_s), end)
    assert frames.first_frame_from(times, first, end, plain[0] + from_s) == want


@given(st.lists(st.floats(-100, 100), min_size=4, max_size=60))
def test_lowest_points_are_those_of_the_whole_curve(heights: list[float]) -> None:
    times = np.arange(len(heights)) / 30
    curve = np.array(heights)
    state, low = np.empty(steps.STATE), np.empty(2)
    steps.reset(state)
    velocities = np.gradient(curve, times)
    state[steps.EXTREME] = curve[0]
    state[steps.PREVIOUS_VELOCITY] = velocities[0]
    state[steps.PREVIOUS_TIME] = state[steps.CROSSING_TIME] = times[0]
    found = 0
    for t, h, v in zip(times[1:], curve[1:], velocities[1:], strict=True):
        state[steps.TYPICAL] = math.nan  # the twin has no memory of the usual oscillation
        found += steps.turn(state, t, h, v, 20.0 / steps.SMALLEST_RISE_TRUNKS, low)
    assert found == len(naive.lowest_points(times, curve, 20.0))


def test_a_hole_in_the_trunk_forgets_the_step() -> None:
    state, low = np.empty(steps.STATE), np.empty(2)
    steps.reset(state)
    for i, h in enumerate([30.0, 10.0, 0.0, 3.0]):
        assert steps.turn(state, i / 30, h, 0.0, 100.0, low) == 0
    assert steps.turn(state, 5 / 30, math.nan, 0.0, 100.0, low) == 0
    assert steps.turn(state, 6 / 30, 40.0, 0.0, 100.0, low) == 0
    assert steps.turn(state, 7 / 30, 50.0, 0.0, 100.0, low) == 1
    assert math.isnan(low[1]), "nothing is known of the fall before the hole"


@given(angle, angle)
def test_tilt_is_the_angle_that_a_line_was_drawn_with(tilt: float, level: float) -> None:
    x, y = math.cos(math.radians(tilt)), math.sin(math.radians(tilt))
    assert geometry.tilt_deg(-x, -y, x, y) == pytest.approx(tilt)
    assert geometry.contralateral_drop_deg(tilt, level, 0) == pytest.approx(tilt - level)
    assert geometry.contralateral_drop_deg(tilt, level, 1) == pytest.approx(level - tilt)


@given(angle, angle, st.sampled_from([0, 1]))
def test_hip_adduction_has_the_size_of_the_naive_angle_and_its_sign(tilt: float, adducted: float, leg: int) -> None:
    inward = 1.0 if leg == 0 else -1.0
    across = inward * np.array([math.cos(math.radians(tilt)), math.sin(math.radians(tilt))])
    down = np.array([-across[1], across[0]]) * inward
    thigh = math.cos(math.radians(adducted)) * down + math.sin(math.radians(adducted)) * across
    got = geometry.hip_adduction_deg(0.0, 0.0, *(140 * thigh), tilt, leg)
    assert got == pytest.approx(adducted, abs=1e-9)
    assert abs(got) == pytest.approx(naive.angle_between(thigh, down), abs=1e-5)


@given(st.floats(-25, 25), st.floats(-20, 20), st.sampled_from([0, 1]))
def test_knee_valgus_is_180_minus_the_knee_angle_signed_to_the_midline(bend: float, lean: float, leg: int) -> None:
    inward = 1.0 if leg == 0 else -1.0
    first, second = math.radians(lean + bend / 2 * inward), math.radians(lean - bend / 2 * inward)
    hip = np.zeros(2)
    knee = 140 * np.array([math.sin(first), math.cos(first)])
    ankle = knee + 140 * np.array([math.sin(second), math.cos(second)])
    got = geometry.knee_valgus_deg(*hip, *knee, *ankle, leg)
    assert got == pytest.approx(bend, abs=1e-9)
    assert abs(got) == pytest.approx(180 - naive.angle_between(hip - knee, ankle - knee), abs=1e-5)


@pytest.mark.parametrize(("leg", "sign"), [(0, -1), (1, 1)])
def test_trunk_lean_is_positive_towards_the_stance_side_with_the_roll_removed(leg: int, sign: int) -> None:
    lean, roll = 6.0, 2.0
    turn = math.radians(lean + roll)
    got = geometry.trunk_lean_deg(0.0, 0.0, 150 * math.sin(turn), -150 * math.cos(turn), roll, leg)
    assert got == pytest.approx(sign * lean)


def test_unknown_points_give_unknown_angles() -> None:
    nan = math.nan
    assert math.isnan(geometry.tilt_deg(nan, 0, 1, 0))
    assert math.isnan(geometry.hip_adduction_deg(0, 0, nan, 140, 0, 0))
    assert math.isnan(geometry.knee_valgus_deg(0, 0, 0, 140, 0, nan, 1))
    assert math.isnan(geometry.trunk_lean_deg(0, 0, nan, -150, 0, 0))


def test_a_row_is_ordered_by_picture_side_whatever_the_network_calls_the_legs() -> None:
    points = standing()
    right, wrong = np.empty(channels.CHANNELS), np.empty(channels.CHANNELS)
    channels.fill_row(points, False, right)
    channels.fill_row(swapped(points), False, wrong)
    assert right[channels.ORDER] == 1 and wrong[channels.ORDER] == -1
    same = [i for i in range(channels.CHANNELS) if i != channels.ORDER]
    np.testing.assert_allclose(right[same], wrong[same])
    assert right[channels.HIP_X] == points[INDEX["left_hip"], 0]
    assert right[channels.LEG + channels.KNEE_Y] == points[INDEX["right_knee"], 1]
    assert right[channels.TRUNK_LENGTH] == pytest.approx(150)
    assert right[channels.FRONTALITY] == pytest.approx(110 / 150)


def test_a_frame_without_a_person_is_a_row_of_unknowns() -> None:
    row = np.zeros(channels.CHANNELS)
    channels.fill_row(np.full((len(LANDMARKS), 3), np.nan), False, row)
    assert np.isnan(row).all()


@given(st.floats(0.25, 0.48), st.floats(0, 60), st.floats(50, 400))
def test_contact_time_is_between_half_a_step_and_a_step(step_s: float, oscillation_px: float, trunk_px: float) -> None:
    found = contact.contact_time_s(step_s, oscillation_px, trunk_px)
    assert 0.5 * step_s <= found <= 0.95 * step_s


def test_contact_time_of_a_runner_who_bounces_more_is_shorter() -> None:
    low, high = contact.contact_time_s(0.36, 15.0, 150.0), contact.contact_time_s(0.36, 35.0, 150.0)
    assert high < low
    assert contact.contact_time_s(0.36, math.nan, 150.0) == pytest.approx(0.36 * 2 * contact.DUTY_FACTOR)


@settings(max_examples=30)
@given(st.floats(0.5, 30.0), st.floats(0.15, 0.35))
def test_contact_surrounds_midstance(midstance_s: float, contact_s: float) -> None:
    initial_contact_s, toe_off_s = contact.contact_events(midstance_s, contact_s)
    assert initial_contact_s < midstance_s < toe_off_s
    assert toe_off_s - initial_contact_s == pytest.approx(contact_s)
