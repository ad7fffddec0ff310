"""Steps from the vertical motion of the trunk: one lowest point a step, found while it happens.

The trunk is the steadiest thing that a pose network sees in a runner, so steps are counted on it and the feet only say
whose step it was.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from runform_live.gait.kernels import kernel

SMALLEST_RISE_TRUNKS = 0.035  # about 1.7 cm on an adult: less is breathing, jitter or walking on the spot
RISE_SHARE = 0.2  # of the recent oscillation: a turn counts once the trunk has moved this far back; who limps goes little further every other step

# State vector of `turn`.
RISING, EXTREME, EXTREME_FRAME, LAST_HIGH, TYPICAL = 0, 1, 2, 3, 4
PREVIOUS_VELOCITY, PREVIOUS_TIME, CROSSING_TIME = 5, 6, 7
STATE = 8


@kernel("void(f8[::1])")
def reset(state: npt.NDArray[np.float64]) -> None:
    """Forget the trunk's motion (after a loss); the typical oscillation is forgotten as well."""
    state[:] = np.nan
    state[RISING] = 0.0


@kernel("i8(f8[::1],f8,f8,f8,f8,f8[::1])")
def turn(
    state: npt.NDArray[np.float64],
    time_s: float,
    height_px: float,
    velocity_px_s: float,
    trunk_px: float,
    low_out: npt.NDArray[np.float64],
) -> int:
    """Follow the trunk's height (px, up positive); 1 when a lowest point has just become certain, else 0.

    `low_out` then holds its time (s, interpolated where the velocity crosses zero) and the fall before it (px; NaN for the
    first). A NaN height resets: a step with a hole in it is no step.
    """
    if math.isnan(height_px) or math.isnan(trunk_px):
        reset(state)
        return 0
    if math.isnan(state[EXTREME]):
        state[EXTREME] = height_px
        state[CROSSING_TIME] = time_s
        state[PREVIOUS_VELOCITY] = velocity_px_s
        state[PREVIOUS_TIME] = time_s
        return 0
    previous = state[PREVIOUS_VELOCITY]
    crossing = time_s
    if previous * velocity_px_s < 0.0:
        share = previous / (previous - velocity_px_s)
        crossing = state[PREVIOUS_TIME] + share * (time_s - state[PREVIOUS_TIME])
    turned = (previous < 0.0 <= velocity_px_s) if state[RISING] == 0.0 else (previous > 0.0 >= velocity_px_s)
    state[PREVIOUS_VELOCITY] = velocity_px_s
    state[PREVIOUS_TIME] = time_s

    needed = SMALLEST_RISE_TRUNKS * trunk_px
    if not math.isnan(state[TYPICAL]):
        needed = max(needed, RISE_SHARE * state[TYPICAL])
    if state[RISING] == 0.0:
        if height_px <= state[EXTREME]:
            state[EXTREME] = height_px
            state[CROSSING_TIME] = crossing if turned else time_s
        elif turned and height_px - state[EXTREME] < 0.5 * needed:
            state[CROSSING_TIME] = crossing
        if height_px - state[EXTREME] > needed:
            low_out[0] = state[CROSSING_TIME]
            low_out[1] = state[LAST_HIGH] - state[EXTREME]
            if not math.isnan(low_out[1]):
                typical = state[TYPICAL]
                state[TYPICAL] = low_out[1] if math.isnan(typical) else 0.7 * typical + 0.3 * low_out[1]
            state[RISING] = 1.0
            state[EXTREME] = height_px
            return 1
    else:
        if height_px >= state[EXTREME]:
            state[EXTREME] = height_px
        if state[EXTREME] - height_px > needed:
            state[LAST_HIGH] = state[EXTREME]
            state[RISING] = 0.0
            state[EXTREME] = height_px
            state[CROSSING_TIME] = time_s
    return 0
