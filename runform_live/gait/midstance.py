"""When a step is at midstance: the lowest instant of the trunk, by the frames about it and by the rhythm of the run.

Where landmarks have little noise, the frames about the lowest point are right. The rhythm is some milliseconds off, because its curve is smooth, but
noise hardly adds to that. The two are averaged, weighted by the inverse of their variances. The variance of the first is that of its distance
from the second, from step to step.
"""

from __future__ import annotations

import math
from statistics import median

import numpy as np
import numpy.typing as npt

from runform_live.gait.kernels import kernel
from runform_live.gait.row import Step
from runform_live.gait.signals import STICKERS_Y, TRUNK_Y
from runform_live.gait.solving import least_squares, solve
from runform_live.gait.window import Window

Array = npt.NDArray[np.float64]

WITHIN_S = 0.06  # of the first estimate, the smoothed lowest point

# -- by the frames about it -------------------------------------------------------------------------------------------

CUBIC_HALF_WIDTH_S = 0.067  # five frames of 30 a second
CUBIC_HALF_WIDTH_FRAMES = 2.05  # at least: five frames, whatever their stamps jitter by


def by_frames_s(times_s: Array, values: Array, near_s: float, half_width_s: float) -> float:
    """Time of the highest value (px down: the lowest point) within WITHIN_S of a moment, from unsmoothed frames.

    It is the maximum of a cubic through the frames up to half_width_s away from the largest value, then through those about the maximum that
    was found. The curve falls faster than it rises: a parabola would put its turn some milliseconds too early, and the pelvis turns by half a
    degree in that time. NaN where a frame is unknown, or where there is no maximum within reach.
    """
    reached = np.abs(times_s - near_s) < 2.0 * (WITHIN_S + half_width_s)  # a few more frames than are used
    frames: list[tuple[float, float]] = list(zip(times_s[reached].tolist(), values[reached].tolist(), strict=True))
    near = [(value, at_s) for at_s, value in frames if abs(at_s - near_s) <= WITHIN_S and not math.isnan(value)]
    if not near:
        return math.nan
    _, centre_s = max(near, key=lambda frame: frame[0])
    for _ in range(2):
        used = [
            ((at_s - centre_s) / half_width_s, value) for at_s, value in frames if abs(at_s - centre_s) <= half_width_s
        ]
        centre_s += half_width_s * _cubic_maximum(used)
        if not abs(centre_s - near_s) <= WITHIN_S:
            return math.nan
    return centre_s


def _cubic_maximum(points: list[tuple[float, float]]) -> float:
    """Where the cubic through points (offset, value) has its maximum; NaN where it has none, or with an unknown value or fewer than four."""
    if len(points) < 4 or any(math.isnan(value) for _, value in points):
        return math.nan
    first, factors = points[0][1], np.empty(4)
    terms = np.array([(1.0, at, at * at, at * at * at) for at, _ in points])
    if not least_squares(terms, np.array([value - first for _, value in points]), factors):
        return math.nan
    _, slope, bend, skew = factors.tolist()
    root = bend * bend - 3.0 * skew * slope
    if bend >= 0.0 or root < 0.0:
        return math.nan
    # Of the two turns the one where the cubic bends down; written so that it holds for a parabola too.
    return float(slope / (-bend + math.sqrt(root)))


# -- by the rhythm of the run -----------------------------------------------------------------------------------------

BACK_STEPS = 3.0
AHEAD_S = 0.2  # a step is closed when its toe off is smoothed: there are no later frames yet
NEAR = 1.4  # frames count by exp(-NEAR * steps away)
HALVES = (
    2,
    1,
    3,
    4,
    6,
)  # the harmonics of the step, twice: halves of it are of the stride, where left and right differ
HARMONICS = np.array(HALVES) / 2.0
USUAL = (0.1, 0.05, 0.25, 0.05)  # amplitudes of the harmonics after the first, against that of the first
TERMS = 2 + 2 * len(HARMONICS)  # constant, drift, and a cosine and a sine of each harmonic
ROUNDS = 3  # of the fit, each with the variance of the one before
FREEDOM_SHARE = 0.7  # of the terms, that the bounded fit uses up
GRID_S = 0.0005


def by_rhythm_s(times_s: Array, values: Array, near_s: float, step_s: float) -> float:
    """The same by a periodic curve through all frames of the last steps, each of them step_s long.

    One step alone shows its lowest point in five frames or so, and a landmark that is off by some pixels in one of them moves it by tens of
    milliseconds. Running repeats itself, so that single frames hardly move this curve. NaN where there are too few frames, or where there is
    no maximum within reach.
    """
    known = ~np.isnan(values)
    return _by_rhythm_s(times_s[known], values[known], near_s, step_s)


@kernel("void(f8,f8[::1])")
def _write_terms(steps: float, terms: Array) -> None:
    """Write the curve's terms (TERMS,) at a time from its middle, in steps. All harmonics are powers of half of the first one."""
    terms[0], terms[1] = 1.0, steps
    half = complex(math.cos(math.pi * steps), math.sin(math.pi * steps))
    for at in range(len(HALVES)):
        turned = half
        for _ in range(HALVES[at] - 1):
            turned *= half
        terms[2 + 2 * at], terms[3 + 2 * at] = turned.real, turned.imag


@kernel("b1(f8[::1],f8[::1],f8[::1])")
def _fit_rhythm(steps: Array, values: Array, factors: Array) -> bool:
    """Write the factors (TERMS,) of the curve's terms; False with too few values. steps: time of each value from the middle, in steps.

    A ridge regression (Hoerl and Kennard 1970): the worse the curve fits, the smaller its harmonics stay against the first one.
    """
    count = values.shape[0]
    if count < TERMS + 2:
        return False
    terms, weights, bounds = np.empty((count, TERMS)), np.empty(count), np.zeros(TERMS)
    normal, right, used = np.zeros((TERMS, TERMS)), np.zeros(TERMS), np.empty((TERMS, TERMS))
    all_weights = 0.0
    for at in range(count):
        _write_terms(steps[at], terms[at])
        weights[at] = math.exp(-NEAR * abs(steps[at]))
        all_weights += weights[at]
        value = values[at] - values[0]
        for row in range(TERMS):
            weighted = weights[at] * terms[at, row]
            right[row] += weighted * value
            for column in range(TERMS):
                normal[row, column] += weighted * terms[at, column]
    freedom = max(count - FREEDOM_SHARE * TERMS, 2.0)
    for _ in range(ROUNDS):
        used[:] = normal
        factors[:] = right
        for row in range(TERMS):
            used[row, row] += bounds[row] + 1e-9
        if not solve(used, factors):
            return False
        first_px = math.sqrt(factors[2] * factors[2] + factors[3] * factors[3])
        if first_px == 0.0:
            return False
        squares = 0.0
        for at in range(count):
            missed = values[at] - values[0]
            for row in range(TERMS):
                missed -= terms[at, row] * factors[row]
            squares += weights[at] * missed * missed
        variance = squares / all_weights * count / freedom
        for at in range(len(USUAL)):
            bounds[4 + 2 * at] = bounds[5 + 2 * at] = variance / (USUAL[at] * first_px) ** 2
    return True


@kernel("f8(f8[::1],f8[::1],f8,f8)")
def _by_rhythm_s(times_s: Array, values: Array, near_s: float, step_s: float) -> float:
    """What `by_rhythm_s` says, of known values."""
    found_s, factors, terms = near_s, np.empty(TERMS), np.empty(TERMS)
    reach = round(WITHIN_S / GRID_S)
    steps, used = np.empty(len(times_s)), np.empty(len(times_s))
    for _ in range(2):  # about the moment, then about the maximum that was found
        count = 0
        for frame in range(len(times_s)):
            away_s = times_s[frame] - found_s
            if -BACK_STEPS * step_s <= away_s <= AHEAD_S:
                steps[count], used[count] = away_s / step_s, values[frame]
                count += 1
        if not _fit_rhythm(steps[:count], used[:count], factors):
            return math.nan
        best, best_s = -math.inf, 0.0
        for at in range(-reach, reach + 1):
            _write_terms(GRID_S * at / step_s, terms)
            height = 0.0
            for row in range(TERMS):
                height += terms[row] * factors[row]
            if height > best:
                best, best_s = height, GRID_S * at
        found_s += best_s
    return found_s if abs(found_s - near_s) < WITHIN_S else math.nan


# -- both -------------------------------------------------------------------------------------------------------------

RHYTHM_SD_S = 0.008  # its constant error: on exact landmarks of rendered runners of two programs 2 and 9 ms
FIRST_SD_S = 0.006  # of the frames, until it is known
REMEMBERED, FEWEST = 14, 5  # steps
MEDIAN_OF_DIFFERENCE = 0.954  # of two normal deviates, in their SD


def joined_s(frames_s: float, rhythm_s: float, apart_s: list[float]) -> float:
    """One midstance from what the frames and what the rhythm say; where one of them is NaN the other one.

    apart_s: how far apart the two were in the last steps of the row; this step is added.
    """
    if math.isnan(rhythm_s) or math.isnan(frames_s):
        return frames_s if math.isnan(rhythm_s) else rhythm_s
    apart_s[:] = [*apart_s, frames_s - rhythm_s][-REMEMBERED:]
    frames_weight = RHYTHM_SD_S**2 / (RHYTHM_SD_S**2 + _frames_sd_s(apart_s) ** 2)
    return rhythm_s + frames_weight * apart_s[-1]


def _frames_sd_s(apart_s: list[float]) -> float:
    """From steps of the same leg, for a leg may have its own constant difference."""
    if len(apart_s) < FEWEST:
        return FIRST_SD_S
    return median(abs(b - a) for a, b in zip(apart_s, apart_s[2:], strict=False)) / MEDIAN_OF_DIFFERENCE


def midstance_s(step: Step, window: Window) -> float:
    """Midstance of a step: the lowest instant of the stickers, or else of the trunk; the smoothed one where neither is known."""
    low_s, step_s = step.midstance_s, step.row.step_s
    half_width_s = max(CUBIC_HALF_WIDTH_S, CUBIC_HALF_WIDTH_FRAMES * window.frame_s)
    for signal in (STICKERS_Y, TRUNK_Y):
        frames = window.raw_between(signal, low_s - WITHIN_S - BACK_STEPS * step_s, low_s + WITHIN_S + AHEAD_S)
        found_s = joined_s(
            by_frames_s(*frames, low_s, half_width_s), by_rhythm_s(*frames, low_s, step_s), step.row.midstances_apart_s
        )
        if not math.isnan(found_s):
            return found_s
    return low_s
