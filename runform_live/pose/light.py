"""How the light has changed, as the background of the runner shows it: a lamp, a blind, a camera that changes its exposure.

What changes all of the background at once is light. Somebody who walks through changes a part of it. So each figure here is a median:
somebody who hides less than half of the background hides nothing of the light.
"""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.body import known_box
from runform_live.handover import WrittenArray
from runform_live.messages import Picture

Points = npt.NDArray[np.float32]  # (points, 3): colours (BGR)

ROWS = 24  # of the grid of points


def points(picture: Picture) -> Points:
    """A coarse grid of a picture's points."""
    every = max(picture.shape[0] // ROWS, 1)
    return picture[every // 2 :: every, every // 2 :: every].reshape(-1, 3).astype(np.float32)


MARGIN = 0.12  # of the box beyond the landmarks, in its height


def outside(shape: tuple[int, ...], landmarks: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Which points of the grid, (points,), of a picture (height, width, ...) lie outside of the box of these landmarks."""
    every = max(shape[0] // ROWS, 1)
    rows, columns = (np.arange(every // 2, side, every) for side in shape[:2])
    box = known_box(landmarks)
    if box is None:
        return np.ones(len(rows) * len(columns), bool)
    left, top, right, bottom = box
    margin = MARGIN * (bottom - top)
    beside = (columns < left - margin) | (columns > right + margin)
    above = (rows < top - margin) | (rows > bottom + margin)
    return np.asarray(above[:, None] | beside[None, :], dtype=bool).reshape(-1)


class Change(msgspec.Struct, frozen=True):
    """What the light makes of the usual colours: gain * colour + step, each (3,) for blue, green, red."""

    gain: npt.NDArray[np.float32]
    step: npt.NDArray[np.float32]


class BackgroundState(msgspec.Struct, frozen=True):
    """The usual colours of the grid's points (points, 3)."""

    mean: WrittenArray | None


FEWEST_POINTS = 60  # outside of the runner's box; fewer say nothing
LEAST_CHANGE = 2.0  # grey levels on average; less is no change of light
LEVER = 25.0  # grey levels between the darker and the brighter third of the points: with less, a gain looks like a step
LEAST_GAIN, MOST_GAIN = 0.4, 2.5
# A point follows the light where it is off by less than FITS grey levels and FITS_SHARE of the change. Where fewer than LEAST_FITTING of the
# points follow it, it is no change of light but another view.
FITS, FITS_SHARE, LEAST_FITTING = 8.0, 0.25, 0.5


class UsualBackground:
    """The usual colours of the background."""

    __slots__ = ("_mean",)

    def __init__(self, state: BackgroundState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        self._mean: Points | None = state.mean.array() if state and state.mean else None

    def state(self) -> BackgroundState:
        """All of it, for a successor."""
        return BackgroundState(None if self._mean is None else WrittenArray.of(self._mean))

    def change(self, now: Points, behind: npt.NDArray[np.bool_]) -> Change | None:
        """How the light makes these points from the usual ones. behind: which points are outside of the runner's box.

        None: it is as usual, or not known.
        """
        count = int(np.count_nonzero(behind))
        if self._mean is None or self._mean.shape != now.shape or count < FEWEST_POINTS:
            return None
        off = now - self._mean
        if float((np.abs(off).sum(axis=1) @ behind) / (3 * count)) < LEAST_CHANGE:
            return None
        usual, off = self._mean[behind], off[behind]
        found = _fitted(usual, off)
        change = (found.gain - 1.0) * usual + found.step
        follows = (np.abs(off - change) < FITS + FITS_SHARE * np.abs(change)).all(axis=1)
        return found if follows.mean() >= LEAST_FITTING else None

    def learn(self, now: Points, behind: npt.NDArray[np.bool_], weight: np.float32) -> None:
        """Take these points. weight: of them in the mean, 1 in the first ones."""
        if self._mean is None or self._mean.shape != now.shape:
            self._mean = now
            return
        self._mean = self._mean + (weight * behind)[:, None] * (now - self._mean)


def _fitted(usual: Points, off: Points) -> Change:
    """The line through the median changes of the darkest and of the brightest third of the points, for each colour."""
    darkest_first = np.argsort(usual[:, 1])
    third = len(darkest_first) // 3
    dark, bright = darkest_first[:third], darkest_first[-third:]
    low, high = np.median(usual[dark], axis=0), np.median(usual[bright], axis=0)
    low_off, high_off = np.median(off[dark], axis=0), np.median(off[bright], axis=0)
    across = high - low
    told = across >= LEVER
    slope = np.where(told, (high_off - low_off) / np.where(told, across, 1.0), 0.0)
    gain = np.clip(1.0 + slope, LEAST_GAIN, MOST_GAIN)
    step = np.where(told, low_off - (gain - 1.0) * low, np.median(off, axis=0))
    return Change(gain.astype(np.float32), step.astype(np.float32))
