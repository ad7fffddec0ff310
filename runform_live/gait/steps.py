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
# Without a frame: the steps' rhythm goes on across it. Of 30 frames a second four are lost then; a stance lasts for longer than that.
LONGEST_HOLE_S = 0.17

# State vector of `turn`.
RISING, EXTREME, EXTREME_FRAME, LAST_HIGH, TYPICAL = 0, 1, 2, 3, 4
PREVIOUS_VELOCITY, PREVIOUS_TIME, CROSSING_TIME, PREVIOUS_HEIGHT = 5, 6, 7, 8
STATE = 9


@kernel("void(f8[::1])")
def reset(state: npt.NDArray[np.float64]) -> None:
    """Forget the trunk's motion (after a loss); the typical oscillation is forgotten as well."""
    state[:] = np.nan
    state[RISING] = 0.0


@kernel("f8(f8,f8,f8)")
def turns_at(velocity_before: float, velocity_after: float, between: float) -> float:
    """Where a height turns between two frames, as a share of the time from the first to the second.

    velocity_before, velocity_after: in the frames, of opposite signs; between: the mean one, from how far the heights are apart.
    The velocity follows the parabola that has all three (the derivative of Hermite's cubic). A straight line from the first to the
    second would not know of the heights, and be far off where frames are lost.
    """
    bend = 3.0 * (velocity_before + velocity_after) - 6.0 * between
    slope = 6.0 * between - 4.0 * velocity_before - 2.0 * velocity_after
    root = math.copysign(math.sqrt(slope * slope - 4.0 * bend * velocity_before), velocity_after)
    # Two ways to write one root; of each pair of terms the one that does not cancel.
    return -2.0 * velocity_before / (slope + root) if slope * root > 0.0 else (root - slope) / (2.0 * bend)


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
    first). A NaN height resets, and so does a long time without a frame: a step with such a hole in it is no step.
    """
    if time_s - state[PREVIOUS_TIME] > LONGEST_HOLE_S:
        reset(state)
    if math.isnan(height_px) or math.isnan(trunk_px):
        reset(state)
        return 0
    if math.isnan(state[EXTREME]):
        state[EXTREME] = height_px
        state[CROSSING_TIME] = time_s
        state[PREVIOUS_VELOCITY] = velocity_px_s
        state[PREVIOUS_TIME] = time_s
        state[PREVIOUS_HEIGHT] = height_px
        return 0
    previous, before_s = state[PREVIOUS_VELOCITY], state[PREVIOUS_TIME]
    crossing = time_s
    if previous * velocity_px_s < 0.0:
        passed_s = time_s - before_s
        crossing = before_s + passed_s * turns_at(
            previous, velocity_px_s, (height_px - state[PREVIOUS_HEIGHT]) / passed_s
        )
    turned = (previous < 0.0 <= velocity_px_s) if state[RISING] == 0.0 else (previous > 0.0 >= velocity_px_s)
    state[PREVIOUS_VELOCITY] = velocity_px_s
    state[PREVIOUS_TIME] = time_s
    state[PREVIOUS_HEIGHT] = height_px

    needed = SMALLEST_RISE_TRUNKS * trunk_px
    if not math.isnan(state[TYPICAL]):
        needed = max(needed, RISE_SHARE * state[TYPICAL])
    if state[RISING] == 0.0:
        if height_px <= state[EXTREME]:
            state[EXTREME] = height_px
            state[CROSSING_TIME] = crossing if turned else time_s
        elif turned and (state[CROSSING_TIME] == before_s or height_px - state[EXTREME] < 0.5 * needed):
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
