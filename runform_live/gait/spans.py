"""What rows of signals say between two times: where those frames are, the mean of a signal, and its trend."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from runform_live.gait.kernels import kernel

Array = npt.NDArray[np.float64]


@kernel("UniTuple(i8,2)(f8[::1],i8,i8,f8,f8)")
def places(times_s: Array, first: int, end: int, from_s: float, until_s: float) -> tuple[int, int]:
    """Of times (frames,) that increase, from `first` to before `end`: the first place from from_s on, and the first one after until_s.

    A time that is unknown (NaN) lies after all.
    """
    begin, last = first, end
    while begin < last:
        middle = (begin + last) // 2
        if times_s[middle] >= from_s:
            last = middle
        else:
            begin = middle + 1
    stop, last = first, end
    while stop < last:
        middle = (stop + last) // 2
        if times_s[middle] > until_s:
            last = middle
        else:
            stop = middle + 1
    return begin, stop


@kernel("f8(f8[::1],f8[:,::1],i8,i8,i8,f8,f8)")
def mean(times_s: Array, rows: Array, signal: int, first: int, end: int, from_s: float, until_s: float) -> float:
    """Mean of the known values of a signal in rows (frames, signals) between two times; NaN where none is known."""
    begin, stop = places(times_s, first, end, from_s, until_s)
    total, count = 0.0, 0
    for frame in range(begin, stop):
        if not math.isnan(rows[frame, signal]):
            total += rows[frame, signal]
            count += 1
    return total / count if count else math.nan


@kernel("f8(f8[::1],f8[:,::1],i8,i8,i8,f8,f8)")
def trend(times_s: Array, rows: Array, signal: int, first: int, end: int, from_s: float, until_s: float) -> float:
    """Slope (per second) of the line through those values by least squares; NaN with under 3 of them."""
    begin, stop = places(times_s, first, end, from_s, until_s)
    time_s, value, count = 0.0, 0.0, 0
    for frame in range(begin, stop):
        if not math.isnan(rows[frame, signal]):
            time_s += times_s[frame]
            value += rows[frame, signal]
            count += 1
    if count < 3:
        return math.nan
    time_s /= count
    value /= count
    along = square = 0.0
    for frame in range(begin, stop):
        if not math.isnan(rows[frame, signal]):
            away_s = times_s[frame] - time_s
            along += away_s * (rows[frame, signal] - value)
            square += away_s * away_s
    return along / square
