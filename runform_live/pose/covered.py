"""Whether something has come before the runner's pelvis: somebody who walks through, a hand, a towel, a rail.

A network goes on to put the hips somewhere when it does not see them. Two things tell of it, each against what is usual for this runner:

- The network's own sigma of the pelvis line. It differs from runner to runner, but hardly from frame to frame: over seven rendered runners
  the ratio to its median was 0.9 to 1.1 in nine frames of ten and never over 1.2. Before a pelvis that is covered it was 1.2 to 2.4.
- The picture of the pelvis, in cells that keep their places on the body. A cell is strange where its colour is far from its own mean,
  by its own scatter: sleeves that swing by and a background that moves scatter much and say little. What the light changes, told by
  the background, is taken off first.

Somebody who stands is seen otherwise than somebody who runs, so what is usual is learnt for both apart. What lasts is no passer-by: after
some seconds it is learnt anew.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.body import pair, tilt_sigma_deg
from runform_live.handover import Array
from runform_live.pose import light
from runform_live.pose.regions import cut, waist_to_thighs
from runform_live.pose.timing import reached

CELLS_PX = (20, 20)
ROWS, COLUMNS = slice(2, 17), slice(2, 18)  # of the cells: the pelvis, and what is close to it
STRANGE_SDS = 3.0
CELL_FLOOR, CELL_FIRST = 10.0, 20.0  # scatter of a cell's colour (grey levels): at least, and until it is known
STRANGE_SHARE, STRANGE_TIMES = 0.12, 4.0  # of the cells: at least, and against the usual share
SIGMA_LOG, SIGMA_DEVIATIONS = 0.2, 5.0  # log of the sigma over its mean: at least, and against its usual deviation
FIRST_DEVIATION = 0.05
UNEVEN = 0.3  # of a change of light: so differently it may fall on the runner (one standard deviation)
LET_GO = 0.6  # of these, for what is covered to be seen again
LEARN_S, SIGMA_LEARN_S = 1.5, 1.0  # means are over about so long
KNOWN_S = 0.7  # of a runner, before anything is called covered
LASTS_S = 3.0  # then it is no passer-by
PELVIS = [row for joint in ("hip", "psis", "asis", "trochanter") for row in pair(joint)]


class UsualState(msgspec.Struct, frozen=True):
    """Mean and variance of the cells' colours (15, 16, 3), the usual share of strange ones; mean and mean deviation of the sigma's log.

    `background`: as usual in the same light as the cells. `known_s`: how long this was learnt; `covered_s`: how long the pelvis has been covered.
    """

    mean: Array | None
    variance: Array | None
    background: light.BackgroundState
    share: float
    sigma_log: float
    deviation: float
    known_s: float
    covered_s: float


class Usual:
    """How the pelvis is usually seen while the runner does one thing."""

    __slots__ = ("_background", "_covered_s", "_deviation", "_known_s", "_mean", "_share", "_sigma_log", "_variance")

    def __init__(self, state: UsualState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        self._mean: npt.NDArray[np.float32] | None
        self._variance: npt.NDArray[np.float32] | None
        if state is None:
            self.forget()
            return
        self._mean = None if state.mean is None else state.mean.array()
        self._variance = None if state.variance is None else state.variance.array()
        self._background = light.Background(state.background)
        self._share, self._sigma_log, self._deviation = state.share, state.sigma_log, state.deviation
        self._known_s, self._covered_s = state.known_s, state.covered_s

    def state(self) -> UsualState:
        """All of it, for a successor."""
        mean = None if self._mean is None else Array.of(self._mean)
        variance = None if self._variance is None else Array.of(self._variance)
        return UsualState(
            mean, variance, self._background.state(), self._share, self._sigma_log, self._deviation, self._known_s,
            self._covered_s,
        )  # fmt: skip

    def forget(self) -> None:
        """Learn it anew."""
        self._mean = self._variance = None
        self._background = light.Background()
        self._share, self._sigma_log, self._deviation = 0.0, math.nan, FIRST_DEVIATION
        self._known_s = self._covered_s = 0.0

    def interrupt(self) -> None:
        """The runner does something else. What was learnt of a moment only is forgotten: it was the change from one to the other."""
        self._covered_s = 0.0
        if not reached(self._known_s, KNOWN_S):
            self.forget()

    def covers(
        self,
        cells: npt.NDArray[np.float32],
        around: light.Points,
        behind: npt.NDArray[np.bool_],
        sigma_log: float,
        elapsed_s: float,
    ) -> bool:
        """Whether the pelvis is covered in a frame with these colours (15, 16, 3) and log of the sigma (NaN: not known).

        around, behind: points of the whole picture, and which of them are outside of the runner's box; see light.py.
        """
        if self._mean is None or self._variance is None:
            self._mean, self._variance = cells, np.full(cells.shape, CELL_FIRST**2, np.float32)
            self._background.learn(around, behind, np.float32(1.0))
            self._sigma_log = sigma_log
            self._known_s = elapsed_s
            return False
        off, variance = cells - self._mean, self._variance + CELL_FLOOR**2
        change = self._background.change(around, behind)
        if change is not None:
            by_light = (change.gain - 1.0) * self._mean + change.step
            off = off - by_light
            variance = variance + np.square(UNEVEN * by_light)
        share = float((np.abs(off) > STRANGE_SDS * np.sqrt(variance)).any(axis=2).mean())
        rise = sigma_log - self._sigma_log
        kept = LET_GO if self._covered_s > 0.0 else 1.0
        covered = reached(self._known_s, KNOWN_S) and (
            share > kept * (STRANGE_SHARE + STRANGE_TIMES * self._share)
            or rise > kept * max(SIGMA_LOG, SIGMA_DEVIATIONS * self._deviation)
        )
        if covered:
            self._covered_s += elapsed_s
            if reached(self._covered_s, LASTS_S):
                self.forget()
                return False
            return True
        self._covered_s = 0.0
        weight = self._learn(cells, off, share, sigma_log, elapsed_s)
        self._background.learn(around, behind, weight)
        return False

    def _learn(
        self,
        cells: npt.NDArray[np.float32],
        off: npt.NDArray[np.float32],
        share: float,
        sigma_log: float,
        elapsed_s: float,
    ) -> np.float32:
        """Take a frame in which the pelvis is seen; the first ones count for more. off: from the mean, without the light.

        Returns its weight in the means.
        """
        assert self._mean is not None and self._variance is not None
        self._known_s += elapsed_s
        weight = np.float32(min(elapsed_s / min(LEARN_S, self._known_s), 1.0))
        self._mean = self._mean + weight * (cells - self._mean)
        self._variance = self._variance + weight * (off * off - self._variance)
        self._share += float(weight) * (share - self._share)
        rise = sigma_log - self._sigma_log
        if math.isnan(self._sigma_log):
            self._sigma_log = sigma_log
        elif math.isfinite(rise):
            quick = min(elapsed_s / min(SIGMA_LEARN_S, self._known_s), 1.0)
            self._sigma_log += quick * rise
            self._deviation += quick * (abs(rise) - self._deviation)
        return weight


class CoveredState(msgspec.Struct, frozen=True):
    """What is usual of somebody who stands, and of somebody who moves."""

    standing: UsualState
    moving: UsualState


class Covered:
    """Push one frame after the other in which the runner is followed."""

    __slots__ = ("_moving", "_standing")

    def __init__(self, state: CoveredState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        self._standing = Usual(state.standing if state else None)
        self._moving = Usual(state.moving if state else None)

    def state(self) -> CoveredState:
        """All of it, for a successor."""
        return CoveredState(self._standing.state(), self._moving.state())

    def forget(self) -> None:
        """Somebody else may be followed next, or from elsewhere."""
        self._standing.forget()
        self._moving.forget()

    def push(
        self,
        picture: npt.NDArray[np.uint8],
        landmarks: npt.NDArray[np.float64],
        elapsed_s: float,
        stands: bool,
        reports_sigma: bool,
    ) -> bool:
        """Whether the pelvis is covered in a picture (BGR) with these landmarks (landmarks, 3: x_px, y_px, sigma_px).

        elapsed_s: what the frame stands for. stands: the runner stood still until now. reports_sigma: the sigmas are the network's own.
        """
        region = waist_to_thighs(landmarks)
        if not (math.isfinite(region.side_px) and math.isfinite(region.x_px)):
            return False
        usual, other = (self._standing, self._moving) if stands else (self._moving, self._standing)
        other.interrupt()
        cells = cut(picture, region, CELLS_PX)[ROWS, COLUMNS].astype(np.float32)
        around, behind = light.points(picture), light.outside(picture.shape, landmarks)
        return usual.covers(cells, around, behind, _sigma_log(landmarks) if reports_sigma else math.nan, elapsed_s)


def _sigma_log(landmarks: npt.NDArray[np.float64]) -> float:
    """Log of the sigma of the hip line's tilt (deg); NaN where it has none."""
    sigma_deg = tilt_sigma_deg(landmarks)
    return math.log(sigma_deg) if sigma_deg > 0.0 else math.nan


def without_pelvis(landmarks: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The landmarks (landmarks, 3) with those of the pelvis unknown."""
    out = landmarks.copy()
    out[PELVIS] = np.nan
    return out
