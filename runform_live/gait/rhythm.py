"""When a runner is lowest by the rhythm of the last steps: a periodic curve through them all.

One step alone tells its lowest point from five frames or so, and a landmark that is off by a few pixels in one of them moves it by
tens of milliseconds. Running repeats itself: harmonics of the step, and of the stride where left and right differ, follow some
steps before the moment and what has come since, and single frames hardly move them. How large a harmonic may be against the
step's own is bounded by how badly the curve fits (ridge regression, Hoerl and Kennard 1970).
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from runform_live.gait.frames import first_frame_from
from runform_live.gait.kernels import kernel
from runform_live.gait.linear import solve_in_place

BACK_STEPS = 3.0
AHEAD_S = 0.2  # a step is closed when its toe off has passed the smoother: more is not there yet
NEAR = 1.4  # frames count by exp(-NEAR * steps away)
HARMONICS = np.array([1.0, 0.5, 1.5, 2.0, 3.0])  # of the step; halves are of the stride
USUAL = np.array([np.inf, 0.1, 0.05, 0.25, 0.05])  # their amplitudes against the first one's
TERMS = 2 + 2 * len(HARMONICS)  # and where the runner is and drifts to
ROUNDS = 3
GRID_S = 0.0005


@kernel("void(f8,f8,f8[::1])")
def terms_at(offset_s: float, step_s: float, terms: npt.NDArray[np.float64]) -> None:
    """The curve's terms (TERMS,) at a time from its centre."""
    steps = offset_s / step_s
    terms[0], terms[1] = 1.0, steps
    for k in range(HARMONICS.shape[0]):
        angle = 2.0 * math.pi * HARMONICS[k] * steps
        terms[2 + 2 * k], terms[3 + 2 * k] = math.cos(angle), math.sin(angle)


@kernel("b1(f8[::1],f8[:,::1],i8,i8,i8,f8,f8,f8[::1])")
def fit_rhythm(
    times_s: npt.NDArray[np.float64],
    rows: npt.NDArray[np.float64],
    oldest: int,
    end: int,
    channel: int,
    centre_s: float,
    step_s: float,
    curve: npt.NDArray[np.float64],
) -> bool:
    """Write the factors (TERMS,) of the terms of the curve about centre_s; False where there are too few frames for them."""
    ring = times_s.shape[0]
    begin = first_frame_from(times_s, oldest, end, centre_s - BACK_STEPS * step_s)
    terms, values, weights = np.empty((end - begin, TERMS)), np.empty(end - begin), np.empty(end - begin)
    count = 0
    for frame in range(begin, end):
        offset_s, value = times_s[frame % ring] - centre_s, rows[frame % ring, channel]
        if offset_s > AHEAD_S or math.isnan(value):
            continue
        terms_at(offset_s, step_s, terms[count])
        values[count], weights[count] = value, math.exp(-NEAR * abs(offset_s) / step_s)
        count += 1
    if count < TERMS + 2:
        return False
    normal = np.zeros((TERMS, TERMS + 1))
    values -= values[0]
    for k in range(count):
        for i in range(TERMS):
            for j in range(TERMS):
                normal[i, j] += weights[k] * terms[k, i] * terms[k, j]
            normal[i, TERMS] += weights[k] * terms[k, i] * values[k]
    variance, first = 0.0, 1.0
    for _ in range(ROUNDS):
        system = normal.copy()
        for i in range(TERMS):
            system[i, i] += 1e-9
            if i >= 2:
                system[i, i] += variance / (USUAL[(i - 2) // 2] * first) ** 2
        if not solve_in_place(system):
            return False
        curve[:] = system[:, TERMS]
        first = math.sqrt(curve[2] ** 2 + curve[3] ** 2)
        if first == 0.0:
            return False
        variance = 0.0
        for k in range(count):
            missed = values[k]
            for i in range(TERMS):
                missed -= curve[i] * terms[k, i]
            variance += weights[k] * missed * missed
        variance *= count / weights[:count].sum() / max(count - 0.7 * TERMS, 2.0)
    return True


@kernel("f8(f8[::1],f8[:,::1],i8,i8,i8,f8,f8,f8)")
def rhythm_near(
    times_s: npt.NDArray[np.float64],
    rows: npt.NDArray[np.float64],
    oldest: int,
    end: int,
    channel: int,
    near_s: float,
    within_s: float,
    step_s: float,
) -> float:
    """Time of the highest value (px down: the lowest point) near a moment, by the rhythm of steps of step_s.

    NaN where there are too few frames, or where there is no maximum within reach.
    """
    curve, terms = np.empty(TERMS), np.empty(TERMS)
    found_s = near_s
    for _ in range(2):  # about the moment, then about the maximum that was found
        centre_s = found_s
        if not fit_rhythm(times_s, rows, oldest, end, channel, centre_s, step_s, curve):
            return np.nan
        top = -np.inf
        for i in range(-round(within_s / GRID_S), round(within_s / GRID_S) + 1):
            terms_at(i * GRID_S, step_s, terms)
            value = 0.0
            for k in range(TERMS):
                value += curve[k] * terms[k]
            if value > top:
                top, found_s = value, centre_s + i * GRID_S
    return found_s if abs(found_s - near_s) < within_s else np.nan
