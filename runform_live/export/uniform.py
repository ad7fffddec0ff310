"""Frames at a uniform rate: C3D, TRC and MOT count frames and know no times of their own.

Where the frames of a session come at a uniform rate, as those of most films do, they are taken as they are. Else each sample lies on the
straight line between the frame before and the frame after it. Nothing is made up: a sample is unknown before the first frame, after the
last one, beside an unknown value, and where two frames are further apart than `LONGEST_GAP`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from runform_live.errors import BadInput

ROUNDED_S = 0.001  # of the times in a film: a frame that is no further from a sample is that sample
LONGEST_GAP = 1.5  # periods
RATE_DIGITS = 8
MOST_SAMPLES = 1_000_000  # over four hours at 60 a second

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Samples:
    """Values at a uniform rate; sample k of the session is at k / rate_hz."""

    rate_hz: float
    first: int  # number of the first sample
    values: Array  # (samples, ...), NaN is unknown
    between: int  # how many samples lie between two frames, and are no frame

    @property
    def times_s(self) -> Array:
        """Session time of each sample (samples,)."""
        return (self.first + np.arange(len(self.values))) / self.rate_hz


def rate_of(times_s: Array, nominal_hz: float | None = None) -> float:
    """Frames a second, of times (frames,) that grow. Lost frames do not lower it.

    nominal_hz is taken where the times are those of that rate, but for their rounding. Else the mean is: with so many digits that it does
    not part from the frames in hours. Raises BadInput with fewer than two frames.
    """
    if len(times_s) < 2:
        raise BadInput("the session has fewer than two frames, so that their rate is not known; film the runner longer")
    gaps_s = np.diff(times_s)
    near_s = gaps_s[gaps_s < LONGEST_GAP * float(np.median(gaps_s))]
    period_s = float(near_s.mean())
    if nominal_hz and abs(period_s * nominal_hz - 1.0) * len(near_s) * period_s <= ROUNDED_S:
        return nominal_hz
    return round(1.0 / period_s, RATE_DIGITS)


def grid(times_s: Array, rate_hz: float) -> tuple[int, int]:
    """Number of the first sample that times (frames,) reach, and how many there are. Raises BadInput where they would be endless."""
    within_s = _within_s(rate_hz)
    first, last = math.ceil((times_s[0] - within_s) * rate_hz), math.floor((times_s[-1] + within_s) * rate_hz)
    if last - first >= MOST_SAMPLES:
        raise BadInput(f"{last - first + 1} frames are too many for one file; choose a shorter piece (--from, --until)")
    return first, last - first + 1


def _within_s(rate_hz: float) -> float:
    """How far a frame may be from a sample that it is."""
    return min(ROUNDED_S, 0.25 / rate_hz)


def uniform(times_s: Array, values: Array, rate_hz: float, piece_s: Array | None = None) -> Samples:
    """Values (frames, ...) at times (frames,) that grow, at a uniform rate.

    piece_s: the times (frames,) of the piece that is wished for, some of times_s; its samples are those of the whole. None: all.
    Raises BadInput where the file would be endless.
    """
    first, count = grid(times_s if piece_s is None else piece_s, rate_hz)
    at_s = (first + np.arange(count)) / rate_hz
    after = np.clip(np.searchsorted(times_s, at_s), 1, len(times_s) - 1)
    before = after - 1
    gap_s = times_s[after] - times_s[before]
    share = (at_s - times_s[before]) / gap_s
    inside = (share >= 0.0) & (share <= 1.0) & (gap_s <= LONGEST_GAP / rate_hz)
    weight = np.where(inside, share, np.nan).reshape(-1, *[1] * (values.ndim - 1))
    out = (1.0 - weight) * values[before] + weight * values[after]
    nearest = np.where(share < 0.5, before, after)
    exact = np.abs(times_s[nearest] - at_s) <= _within_s(rate_hz)
    out[exact] = values[nearest[exact]]
    return Samples(rate_hz, first, out, int((inside & ~exact).sum()))
