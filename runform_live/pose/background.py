"""How the background of one picture lies in another one.

Corners of the background (Shi and Tomasi 1994, CVPR) are found again in the other picture (pyramidal Lucas-Kanade, Bouguet 2000). The
similarity that most of them agree on is what the camera did. People, belts, screens and shadows move otherwise and are outvoted.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.body import trunk_px
from runform_live.handover import WrittenArray

Grey = npt.NDArray[np.uint8]
Matrix = npt.NDArray[np.float64]  # (2, 3)
Box = npt.NDArray[np.float64]  # left, top, right, bottom

LEAST_CORNERS = 12  # that are held on to, and that must agree on a motion


class BackgroundViewState(msgspec.Struct, frozen=True):
    """A grey picture (height, width), corners (n, 2; px) of its background, and where the camera was then (2, 3)."""

    grey: WrittenArray
    corners: WrittenArray
    since_first: WrittenArray


WINDOW_PX, PYRAMID_LEVELS = (15, 15), 3  # of the optical flow
AGREES_PX = 0.8  # distance from the common motion, at most
LEAST_SHARE = 0.5  # of the corners in the picture must agree
LEAST_SPREAD = 0.12  # of the picture's height: corners that lie close together tell no turn


@dataclass(frozen=True, slots=True)
class BackgroundView:
    """A grey picture with corners (n, 2) of its background, and where the camera was then, against the first picture of all."""

    grey: Grey
    corners: npt.NDArray[np.float32]
    since_first: Matrix

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.grey.shape[1], self.grey.shape[0]

    @classmethod
    def restored(cls, state: BackgroundViewState | None) -> BackgroundView | None:
        return None if state is None else cls(state.grey.array(), state.corners.array(), state.since_first.array())

    def state(self) -> BackgroundViewState:
        return BackgroundViewState(
            WrittenArray.of(self.grey), WrittenArray.of(self.corners), WrittenArray.of(self.since_first)
        )

    def found_in(
        self, grey: Grey, person: Box | None, guess: Matrix, levels: int = PYRAMID_LEVELS
    ) -> tuple[Matrix, int] | None:
        """How the background lies in another picture, and how many corners say so; None where too few agree.

        person: where the runner is there. guess: the motion that is expected. levels: halvings of the pictures, for corners that are far
        from there; with 0 it takes a third of the time, and a corner is found within half of the window.
        """
        guessed = (self.corners @ guess[:, :2].T + guess[:, 2]).astype(np.float32)
        found, known, _ = cv2.calcOpticalFlowPyrLK(
            self.grey, _as_bright(grey, self.grey), self.corners, guessed.copy(), winSize=WINDOW_PX,
            maxLevel=levels, flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
        )  # fmt: skip
        inside = ((guessed >= 0) & (guessed < self.size)).all(axis=1) & _outside(guessed, person)
        usable = inside & (known.ravel() == 1) & _outside(found, person)
        if usable.sum() < LEAST_CORNERS:
            return None
        cv2.setRNGSeed(1)  # the same pictures give the same motion, whatever ran before
        motion, agreed = cv2.estimateAffinePartial2D(
            self.corners[usable], found[usable], method=cv2.RANSAC, ransacReprojThreshold=AGREES_PX
        )
        if motion is None:
            return None
        agree = self.corners[usable][agreed.ravel() == 1]
        if len(agree) < max(LEAST_CORNERS, LEAST_SHARE * inside.sum()):
            return None
        if np.hypot(*agree.std(axis=0)) < LEAST_SPREAD * self.size[1]:
            return None
        return np.asarray(motion), len(agree)


MOST_CORNERS, CORNER_QUALITY, CORNERS_APART_PX = 400, 0.01, 7.0
CELLS, EACH_CELL = 5, 4  # corners are kept in 5 x 5 cells, so that a poster does not outvote the room


def view_of(grey: Grey, person: Box | None, since_first: Matrix) -> BackgroundView | None:
    """The background of a picture; None where there are too few corners outside of the runner's box."""
    mask = np.full(grey.shape, 255, np.uint8)
    if person is not None:
        left, top, right, bottom = np.clip(person, 0, None).astype(int)
        mask[top:bottom, left:right] = 0
    found = cv2.goodFeaturesToTrack(grey, MOST_CORNERS, CORNER_QUALITY, CORNERS_APART_PX, mask=mask)
    if found is None:
        return None
    corners = found.reshape(-1, 2)  # the best first
    cells = (corners * CELLS / (grey.shape[1], grey.shape[0])).astype(int) @ (CELLS, 1)
    kept = np.concatenate([np.flatnonzero(cells == cell)[:EACH_CELL] for cell in np.unique(cells)])
    return None if len(kept) < LEAST_CORNERS else BackgroundView(grey, np.ascontiguousarray(corners[kept]), since_first)


ABOVE_TRUNKS, BESIDE_TRUNKS, BELOW_TRUNKS = 0.8, 0.5, 0.3  # beyond the landmarks: head, arms and the shadow at the feet


def box_around(landmarks: npt.NDArray[np.float64], scale: float) -> Box | None:
    """Where the runner hides the background, in a picture of that scale; None where nobody is known to be."""
    trunk = trunk_px(landmarks)
    if not np.isfinite(trunk):
        return None
    low, high = np.nanmin(landmarks[:, :2], axis=0), np.nanmax(landmarks[:, :2], axis=0)
    above_left, below_right = np.array([BESIDE_TRUNKS, ABOVE_TRUNKS]), np.array([BESIDE_TRUNKS, BELOW_TRUNKS])
    return np.concatenate([low - above_left * trunk, high + below_right * trunk]) * scale


def _as_bright(grey: Grey, wanted: Grey) -> Grey:
    """The picture with the other's mean and contrast: cameras change their exposure all the time."""
    (mean,), (spread,) = (part.ravel() for part in cv2.meanStdDev(grey))
    (wanted_mean,), (wanted_spread,) = (part.ravel() for part in cv2.meanStdDev(wanted))
    gain = wanted_spread / max(spread, 1.0)
    return np.asarray(cv2.convertScaleAbs(grey, alpha=gain, beta=wanted_mean - gain * mean), dtype=np.uint8)


def _outside(points: npt.NDArray[np.float32], person: Box | None) -> npt.NDArray[np.bool_]:
    """Which points lie outside of the runner's box."""
    if person is None:
        return np.ones(len(points), bool)
    return np.asarray((points < person[:2]).any(axis=1) | (points > person[2:]).any(axis=1))
