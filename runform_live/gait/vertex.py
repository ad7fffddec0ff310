"""When a curve turns, to a few milliseconds: the maximum of a cubic through the unsmoothed frames about it."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from runform_live.gait.frames import first_frame_from
from runform_live.gait.kernels import kernel
from runform_live.gait.linear import solve_in_place


@kernel("f8(f8[::1],f8[:,::1],i8,i8,i8,f8,f8)")
def cubic_maximum(
    times_s: npt.NDArray[np.float64],
    rows: npt.NDArray[np.float64],
    oldest: int,
    end: int,
    channel: int,
    centre_s: float,
    half_width_s: float,
) -> float:
    """Where, in seconds from centre_s, the cubic through the frames up to half_width_s away has its maximum.

    NaN where a frame is unknown, where there are fewer than four, or where the cubic has no maximum.
    """
    ring = times_s.shape[0]
    system = np.zeros((4, 5))  # normal equations in (t - centre) / half width
    count, first = 0, 0.0
    frame = first_frame_from(times_s, oldest, end, centre_s - half_width_s)
    while frame < end and times_s[frame % ring] <= centre_s + half_width_s:
        t = (times_s[frame % ring] - centre_s) / half_width_s
        value = rows[frame % ring, channel]
        if math.isnan(value):
            return np.nan
        first = value if count == 0 else first
        count += 1
        left = 1.0
        for i in range(4):
            right = left
            for j in range(4):
                system[i, j] += right
                right *= t
            system[i, 4] += left * (value - first)
            left *= t
        frame += 1
    if count < 4 or not solve_in_place(system):
        return np.nan
    slope, bend, skew = system[1, 4], system[2, 4], system[3, 4]
    root = bend * bend - 3.0 * skew * slope
    if bend >= 0.0 or root < 0.0:
        return np.nan
    # Of the two turns the one where the cubic bends down; written so that it holds for a parabola too.
    return float(half_width_s * slope / (-bend + math.sqrt(root)))


@kernel("f8(f8[::1],f8[:,::1],i8,i8,i8,f8,f8,f8)")
def vertex_near(
    times_s: npt.NDArray[np.float64],
    rows: npt.NDArray[np.float64],
    oldest: int,
    end: int,
    channel: int,
    near_s: float,
    within_s: float,
    half_width_s: float,
) -> float:
    """Time of the highest value (px down: the lowest point) near a moment, from the unsmoothed frames.

    The largest value within `within_s` of `near_s` is where it begins; the maximum of a cubic through the frames up to
    half_width_s away is the answer. The curve falls faster than it rises: a parabola, like any smoother, would put its turn some
    milliseconds too early, and the pelvis turns by half a degree in that time. NaN where a frame is unknown, or where there
    is no maximum within reach.
    """
    ring = times_s.shape[0]
    best, top = -1, -np.inf
    frame = first_frame_from(times_s, oldest, end, near_s - within_s)
    while frame < end and times_s[frame % ring] <= near_s + within_s:
        value = rows[frame % ring, channel]
        if value > top:
            best, top = frame, value
        frame += 1
    if best < 0:
        return np.nan
    centre_s = times_s[best % ring]
    for _ in range(2):  # about the highest frame, then about the maximum that was found
        vertex_s = centre_s + cubic_maximum(times_s, rows, oldest, end, channel, centre_s, half_width_s)
        centre_s = vertex_s
        if not abs(vertex_s - near_s) <= within_s:
            return np.nan
    return float(vertex_s)
