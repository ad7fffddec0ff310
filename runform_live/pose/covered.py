"""Whether something has come before the runner's pelvis: somebody who walks through, a hand, a towel, a rail.

A network goes on to place the hips when it does not see them. Two things show it, each against what is usual for this runner:

- The network's own sigma of the pelvis line. It differs from runner to runner, and hardly from frame to frame: over seven rendered
  runners its ratio to the median was 0.9 to 1.1 in nine frames of ten, and never over 1.2. Before a covered pelvis it was 1.2 to 2.4.
- The picture of the pelvis, in cells that keep their places on the body. A cell is unusual where its colour is far from its mean,
  measured by its own scatter. Sleeves that swing by and a background that moves scatter much, so they say little. A change of the light,
  which the background shows (light.py), is taken off first.

Somebody who stands looks different from somebody who runs, so what is usual is learnt for both apart. What stays for some seconds is no
passer-by and is learnt anew.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.body import pair, tilt_sigma_deg
from runform_live.handover import WrittenArray
from runform_live.messages import Picture
from runform_live.pose import light
from runform_live.pose.regions import cut, waist_to_thighs
from runform_live.pose.timing import reached

PELVIS = [row for joint in ("hip", "psis", "asis", "trochanter") for row in pair(joint)]
CELLS_PX = (20, 20)  # to which the region from waist to thighs is averaged
ROWS, COLUMNS = slice(2, 17), slice(2, 18)  # of the cells that show the pelvis and what is close to it


@dataclass(frozen=True, slots=True)
class PelvisView:
    """The pelvis in one frame: colours of its cells (15, 16, 3), the log of the sigma of the hip line's tilt (NaN: unknown), and the light.

    around: points of the whole picture; behind: which of them are outside of the runner's box (light.py).
    """

    cells: npt.NDArray[np.float32]
    sigma_log: float
    around: light.Points
    behind: npt.NDArray[np.bool_]


class UsualState(msgspec.Struct, frozen=True):
    """Mean and variance of the cells' colours (15, 16, 3), the usual share of unusual cells; mean and mean deviation of the sigma's log.

    `background`: as usual, in the light of the cells. `known_s`: how long this was learnt; `covered_s`: how long the pelvis has been covered.
    """

    mean: WrittenArray | None
    variance: WrittenArray | None
    background: light.BackgroundState
    share: float
    sigma_log: float
    deviation: float
    known_s: float
    covered_s: float


# A cell is unusual beyond UNUSUAL_SDS of its scatter, which is at least CELL_SD (grey levels), and FIRST_CELL_SD until it is known. Light may
# fall on the runner otherwise than on the room, by UNEVEN_LIGHT of its change (1 SD).
UNUSUAL_SDS, CELL_SD, FIRST_CELL_SD, UNEVEN_LIGHT = 3.0, 10.0, 20.0, 0.3
# The pelvis is covered where more than this share of the cells is unusual: LEAST_SHARE and TIMES_SHARE of the usual share. Or where
# the log of the sigma is over its mean by more than LEAST_RISE, and by RISE_DEVIATIONS of its usual deviation. Once it is covered,
# STILL_COVERED of these is enough.
LEAST_SHARE, TIMES_SHARE = 0.12, 4.0
LEAST_RISE, RISE_DEVIATIONS, FIRST_DEVIATION = 0.2, 5.0, 0.05
STILL_COVERED = 0.6
KNOWN_S = 0.7  # a runner is learnt for so long, before anything is called covered
LASTS_S = 3.0  # what stays longer is no passer-by
LEARN_S, SIGMA_LEARN_S = 1.5, 1.0  # time constants of the means


class Usual:
    """How the pelvis usually looks while the runner does one thing. Its state is described by `UsualState`."""

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
        self._background = light.UsualBackground(state.background)
        self._share, self._sigma_log, self._deviation = state.share, state.sigma_log, state.deviation
        self._known_s, self._covered_s = state.known_s, state.covered_s

    def state(self) -> UsualState:
        """All of it, for a successor."""
        return UsualState(
            mean=None if self._mean is None else WrittenArray.of(self._mean),
            variance=None if self._variance is None else WrittenArray.of(self._variance),
            background=self._background.state(),
            share=self._share,
            sigma_log=self._sigma_log,
            deviation=self._deviation,
            known_s=self._known_s,
            covered_s=self._covered_s,
        )

    def forget(self) -> None:
        """Learn it anew."""
        self._mean = self._variance = None
        self._background = light.UsualBackground()
        self._share, self._sigma_log, self._deviation = 0.0, math.nan, FIRST_DEVIATION
        self._known_s = self._covered_s = 0.0

    def interrupt(self) -> None:
        """The runner does something else. What was learnt for a moment only was the change from one to the other: it is forgotten."""
        self._covered_s = 0.0
        if not reached(self._known_s, KNOWN_S):
            self.forget()

    def covers(self, seen: PelvisView, elapsed_s: float) -> bool:
        """Whether the pelvis is covered in a frame that stands for this time."""
        if self._mean is None or self._variance is None:
            self._begin(seen, elapsed_s)
            return False
        off, variance = self._off_usual(seen, self._mean, self._variance)
        share = float((np.abs(off) > UNUSUAL_SDS * np.sqrt(variance)).any(axis=2).mean())
        rise = seen.sigma_log - self._sigma_log
        needed = STILL_COVERED if self._covered_s > 0.0 else 1.0
        covered = reached(self._known_s, KNOWN_S) and (
            share > needed * (LEAST_SHARE + TIMES_SHARE * self._share)
            or rise > needed * max(LEAST_RISE, RISE_DEVIATIONS * self._deviation)
        )
        if not covered:
            self._covered_s = 0.0
            self._learn(seen, off, share, elapsed_s)
            return False
        self._covered_s += elapsed_s
        if reached(self._covered_s, LASTS_S):
            self.forget()
            return False
        return True

    def _begin(self, seen: PelvisView, elapsed_s: float) -> None:
        """Take the first frame."""
        self._mean, self._variance = seen.cells, np.full(seen.cells.shape, FIRST_CELL_SD**2, np.float32)
        self._background.learn(seen.around, seen.behind, np.float32(1.0))
        self._sigma_log = seen.sigma_log
        self._known_s = elapsed_s

    def _off_usual(
        self, seen: PelvisView, mean: npt.NDArray[np.float32], variance: npt.NDArray[np.float32]
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """The cells' colours off their means, without what the light has changed; and the variance to measure that by."""
        off, variance = seen.cells - mean, variance + CELL_SD**2
        change = self._background.change(seen.around, seen.behind)
        if change is not None:
            by_light = (change.gain - 1.0) * mean + change.step
            off = off - by_light
            variance = variance + np.square(UNEVEN_LIGHT * by_light)
        return off, variance

    def _learn(self, seen: PelvisView, off: npt.NDArray[np.float32], share: float, elapsed_s: float) -> None:
        """Take a frame in which the pelvis is seen; the first ones count for more. off: as of `_off_usual`; share: of unusual cells."""
        assert self._mean is not None and self._variance is not None
        self._known_s += elapsed_s
        weight = np.float32(min(elapsed_s / min(LEARN_S, self._known_s), 1.0))
        self._mean = self._mean + weight * (seen.cells - self._mean)
        self._variance = self._variance + weight * (off * off - self._variance)
        self._share += float(weight) * (share - self._share)
        rise = seen.sigma_log - self._sigma_log
        if math.isnan(self._sigma_log):
            self._sigma_log = seen.sigma_log
        elif math.isfinite(rise):
            quick = min(elapsed_s / min(SIGMA_LEARN_S, self._known_s), 1.0)
            self._sigma_log += quick * rise
            self._deviation += quick * (abs(rise) - self._deviation)
        self._background.learn(seen.around, seen.behind, weight)


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
        picture: Picture,
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
        seen = PelvisView(
            cells=cut(picture, region, CELLS_PX)[ROWS, COLUMNS].astype(np.float32),
            sigma_log=_sigma_log(landmarks) if reports_sigma else math.nan,
            around=light.points(picture),
            behind=light.outside(picture.shape, landmarks),
        )
        return usual.covers(seen, elapsed_s)


def _sigma_log(landmarks: npt.NDArray[np.float64]) -> float:
    """Log of the sigma of the hip line's tilt (deg); NaN where it has none."""
    sigma_deg = tilt_sigma_deg(landmarks)
    return math.log(sigma_deg) if sigma_deg > 0.0 else math.nan


def without_pelvis(landmarks: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The landmarks (landmarks, 3) with those of the pelvis unknown."""
    out = landmarks.copy()
    out[PELVIS] = np.nan
    return out
