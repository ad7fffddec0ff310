"""Fixed-lag smoothing: a local quadratic (Cleveland's loess, one pass) about a frame that is a little in the past.

It needs no even frame rate, bridges single lost frames, keeps peaks better than a moving mean, and gives the slope with
the value. Live and offline see the same frames after the centre, so they get the same numbers.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from runform_live.gait.kernels import kernel

HALF_WIDTH_S = 0.09
LAG_S = 0.067
FEWEST = 4
WIDEST_HOLE = (
    1.0  # between the values on both sides of the centre, in half widths: one lost frame of 24 a second, not two
)


@kernel("void(f8[::1],f8[:,::1],i8,i8,f8,f8,f8[::1],f8[::1])")
def local_quadratic(
    times_s: npt.NDArray[np.float64],
    values: npt.NDArray[np.float64],
    first: int,
    last: int,
    centre_s: float,
    half_width_s: float,
    value_out: npt.NDArray[np.float64],
    slope_out: npt.NDArray[np.float64],
) -> None:
    """Value and slope (per second) of each channel at `centre_s` by weighted least squares.

    `times_s` (ring) and `values` (ring, channels) are ring buffers, of which the first channels, as many as `value_out`
    (and `slope_out`) has room for, are smoothed; frames first..last (inclusive, counted from the start
    of the session) are looked at, with tricube weights within half_width_s. NaN values carry no weight; fewer than four
    values, none on either side of the centre, or a hole of over half a width about it give NaN. With exactly as many values as the curve has freedom the fit
    would follow the noise, hence four.
    """
    ring = times_s.shape[0]
    for channel in range(value_out.shape[0]):
        s0 = s1 = s2 = s3 = s4 = 0.0
        b0 = b1 = b2 = 0.0
        count = 0
        before = after = np.inf  # how far the nearest values are from the centre
        for frame in range(first, last + 1):
            at = frame % ring
            value = values[at, channel]
            offset = (times_s[at] - centre_s) / half_width_s
            distance = abs(offset)
            if distance >= 1.0 or math.isnan(value):
                continue
            closeness = 1.0 - distance * distance * distance
            weight = closeness * closeness * closeness
            count += 1
            if offset <= 0.0:
                before = min(before, -offset)
            if offset >= 0.0:
                after = min(after, offset)
            square = offset * offset
            s0 += weight
            s1 += weight * offset
            s2 += weight * square
            s3 += weight * square * offset
            s4 += weight * square * square
            b0 += weight * value
            b1 += weight * value * offset
            b2 += weight * value * square
        value_out[channel] = np.nan
        slope_out[channel] = np.nan
        if count < FEWEST or not before + after <= WIDEST_HOLE:
            continue
        c00 = s2 * s4 - s3 * s3
        c01 = s2 * s3 - s1 * s4
        c02 = s1 * s3 - s2 * s2
        determinant = s0 * c00 + s1 * c01 + s2 * c02
        if abs(determinant) < 1e-12:
            continue
        c11 = s0 * s4 - s2 * s2
        c12 = s1 * s2 - s0 * s3
        value_out[channel] = (c00 * b0 + c01 * b1 + c02 * b2) / determinant
        slope_out[channel] = (c01 * b0 + c11 * b1 + c12 * b2) / determinant / half_width_s
