"""Fixed-lag smoothing: a local quadratic (one pass of Cleveland's loess) about a frame that lies a little in the past.

It needs no even frame rate, bridges single lost frames, keeps peaks better than a moving mean does, and gives a slope with each value. Live and
offline have the same frames on both sides of that frame, so they get the same numbers.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from runform_live.gait.kernels import kernel
from runform_live.gait.oscillation import LONGEST_HOLE_S

Array = npt.NDArray[np.float64]

HALF_WIDTH_S = 0.09  # five frames of 30 a second
LAG_S = 0.067  # two frames of 30 a second: as many after the frame as before it
FEWEST = 4  # values: a parabola goes through any three of them, noise included
WIDEST_HOLE = 1.0  # half widths, between the values on both sides of the centre: one lost frame of 24 a second, not two


@kernel("void(f8[::1],f8[:,::1],f8,f8,f8[::1],f8[::1])")
def local_quadratic(
    times_s: Array,
    values: Array,
    centre_s: float,
    half_width_s: float,
    value_out: Array,
    slope_out: Array,
) -> None:
    """Value and slope (per second) of each signal at `centre_s` by weighted least squares, with tricube weights.

    times_s (frames,), values (frames, signals); as many of the first signals are smoothed as `value_out` and `slope_out` have room for.
    NaN values carry no weight. The result is NaN with fewer than FEWEST values, with none on one side of the centre, or with a hole of more
    than WIDEST_HOLE about it.
    """
    for signal in range(value_out.shape[0]):
        s0 = s1 = s2 = s3 = s4 = 0.0
        b0 = b1 = b2 = 0.0
        count = 0
        before = after = np.inf  # distance of the nearest values from the centre
        for frame in range(times_s.shape[0]):
            value = values[frame, signal]
            offset = (times_s[frame] - centre_s) / half_width_s
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
        value_out[signal] = np.nan
        slope_out[signal] = np.nan
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
        value_out[signal] = (c00 * b0 + c01 * b1 + c02 * b2) / determinant
        slope_out[signal] = (c01 * b0 + c11 * b1 + c12 * b2) / determinant / half_width_s


WIDER = 1.35  # times, beside lost frames: the fit then reaches over two lost frames of 30 a second
EARLY_S = 1e-3  # stamps of frames jitter by less


def neighbours_of(
    at: int, times_s: Array, heights_px: Array, half_width_s: float, more_come: bool
) -> tuple[slice, float] | None:
    """The frames that smooth one of them, and the half width (s) that they lie in; None where some of them have not come yet.

    times_s (frames,), heights_px (frames,) of the trunk. Beside lost frames the fit is wider, so that the rhythm of the steps goes on across
    them. more_come: the newest frame is not the last one.
    """
    span = _within(at, times_s, half_width_s)
    if sum(_known_beside(at, heights_px, *span)) + 1 >= FEWEST:
        return slice(*span), half_width_s
    wider_s = WIDER * half_width_s
    wider = _within(at, times_s, wider_s)
    hole = _known_beside(at, heights_px, *_within(at, times_s, LONGEST_HOLE_S))
    bridges = not math.isnan(heights_px[at]) and all(hole)
    if bridges and more_come and times_s[-1] - times_s[at] < wider_s - EARLY_S:
        return None
    if bridges or all(_known_beside(at, heights_px, *wider)):
        return slice(*wider), wider_s
    return slice(*span), half_width_s


@kernel("UniTuple(i8,2)(i8,f8[::1],f8)")
def _within(at: int, times_s: Array, half_width_s: float) -> tuple[int, int]:
    """First and one past the last of the frames that are less than half_width_s away from one."""
    begin, end = at, at + 1
    while begin > 0 and times_s[begin - 1] > times_s[at] - half_width_s:
        begin -= 1
    while end < times_s.shape[0] and times_s[end] < times_s[at] + half_width_s:
        end += 1
    return begin, end


@kernel("UniTuple(i8,2)(i8,f8[:],i8,i8)")
def _known_beside(at: int, heights_px: Array, begin: int, end: int) -> tuple[int, int]:
    """How many frames before and after one show the trunk, of those between two places."""
    before = after = 0
    for frame in range(begin, end):
        if math.isnan(heights_px[frame]) or frame == at:
            continue
        if frame < at:
            before += 1
        else:
            after += 1
    return before, after
