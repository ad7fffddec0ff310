"""Whether the camera stands still: how the background of the runner has moved since the first picture.

Corners of the background (Shi and Tomasi 1994, CVPR) are found again in later pictures (pyramidal Lucas-Kanade, Bouguet 2000) and the
similarity that most of them agree on is what the camera did. People, belts, screens and shadows move otherwise and are outvoted.
A camera that stands still gives exactly no motion; one that slips, is pushed or held in a hand, its motion; one that suddenly
looks from elsewhere, a new place. Where the background shows nothing to hold on to, the camera counts as standing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.body import trunk_px
from runform_live.camera_motion import STILL, CameraMotion
from runform_live.handover import Array
from runform_live.pose.networks import Picture
from runform_live.pose.timing import Timer, reached, within

HIGH_PX = 360  # the picture is looked at so small
EVERY_S = 4 / 30  # of a camera that stands
STILL_PX = 0.4  # of the small picture's corners: less is noise; 0.06 deg, 0.1% of a picture's height
WATCHED_S = 20 / 30  # after a motion, in every frame
CORNERS, APART_PX, BEST_SHARE = 400, 7.0, 0.01
CELLS, EACH_CELL = 5, 4  # a poster must not outvote the room
WINDOW_PX, LEVELS = (15, 15), 3
AGREES_PX = 0.8
LEAST_CORNERS, LEAST_AGREE = 12, 0.5
LEAST_SPREAD = 0.12  # of the picture's height: corners that lie close together tell no turn
RENEWED_AT = 0.6  # of the corners that there were: the view has moved on, or things have
HELD_S = 16 / 15  # a background that was held for so long can be lost
LOST_S, AGREED_S = 28 / 15, 16 / 15  # without the old view, and the last part of it with a new one that holds
# Of the trunk, beyond the landmarks: head, arms and the shadow at the feet.
ABOVE_TRUNKS, BESIDE_TRUNKS, BELOW_TRUNKS = 0.8, 0.5, 0.3

Grey = npt.NDArray[np.uint8]
Matrix = npt.NDArray[np.float64]  # (2, 3)
Box = npt.NDArray[np.float64]  # left, top, right, bottom


def _after(first: Matrix, then: Matrix) -> Matrix:
    """Both motions, one after the other."""
    return np.column_stack([then[:, :2] @ first[:, :2], then[:, :2] @ first[:, 2] + then[:, 2]])


def _apart_px(one: Matrix, other: Matrix, size: tuple[int, int]) -> float:
    """How far the two put the picture's corners apart, at most."""
    width, height = size
    corners = np.array([[0, 0, 1], [width, 0, 1], [0, height, 1], [width, height, 1]], float)
    return float(np.linalg.norm(corners @ (one - other).T, axis=1).max())


def _outside(points: npt.NDArray[np.float32], person: Box | None) -> npt.NDArray[np.bool_]:
    if person is None:
        return np.ones(len(points), bool)
    return np.asarray((points < person[:2]).any(axis=1) | (points > person[2:]).any(axis=1))


class ViewState(msgspec.Struct, frozen=True):
    """A small picture (height, width), corners (n, 2; px) of its background, and where the camera was then (2, 3)."""

    grey: Array
    corners: Array
    since_first: Array


class BackgroundState(msgspec.Struct, frozen=True):
    """All that `Background` knows.

    The motion told last; height and width of the pictures, None before the first; the time since a look was due; the view that is
    held, how old it is, when in its life it was found last, and since when it is lost (None: it is not); a newer view that may replace
    it, and its age; the time since the camera was seen to move (inf: never).
    """

    motion: CameraMotion
    shape: tuple[int, int] | None
    waited_s: float
    view: ViewState | None
    age_s: float
    held_s: float
    lost_s: float | None
    newer: ViewState | None
    newer_age_s: float
    still_s: float


@dataclass(frozen=True, slots=True)
class _View:
    """A small picture with corners (n, 2) of its background, and where the camera was then."""

    grey: Grey
    corners: npt.NDArray[np.float32]
    since_first: Matrix

    @property
    def size(self) -> tuple[int, int]:
        return self.grey.shape[1], self.grey.shape[0]

    def state(self) -> ViewState:
        return ViewState(Array.of(self.grey), Array.of(self.corners), Array.of(self.since_first))

    def found_in(self, grey: Grey, person: Box | None, guess: Matrix) -> tuple[Matrix, int] | None:
        """How the background lies in another picture, and how many corners say so; None where too few agree."""
        guessed = (self.corners @ guess[:, :2].T + guess[:, 2]).astype(np.float32)
        found, known, _ = cv2.calcOpticalFlowPyrLK(
            self.grey, _as_bright(grey, self.grey), self.corners, guessed.copy(), winSize=WINDOW_PX, maxLevel=LEVELS,
            flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
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
        if len(agree) < max(LEAST_CORNERS, LEAST_AGREE * inside.sum()):
            return None
        if np.hypot(*agree.std(axis=0)) < LEAST_SPREAD * self.size[1]:
            return None
        return np.asarray(motion), len(agree)


def _as_bright(grey: Grey, wanted: Grey) -> Grey:
    """The picture with the other's mean and contrast: cameras set their exposure anew all the time."""
    (mean,), (spread,) = (part.ravel() for part in cv2.meanStdDev(grey))
    (wanted_mean,), (wanted_spread,) = (part.ravel() for part in cv2.meanStdDev(wanted))
    gain = wanted_spread / max(spread, 1.0)
    return np.asarray(cv2.convertScaleAbs(grey, alpha=gain, beta=wanted_mean - gain * mean), dtype=np.uint8)


def _view_of(grey: Grey, person: Box | None, since_first: Matrix) -> _View | None:
    """A view to hold on to; None where there are too few corners."""
    mask = np.full(grey.shape, 255, np.uint8)
    if person is not None:
        left, top, right, bottom = np.clip(person, 0, None).astype(int)
        mask[top:bottom, left:right] = 0
    found = cv2.goodFeaturesToTrack(grey, CORNERS, BEST_SHARE, APART_PX, mask=mask)
    if found is None:
        return None
    corners = found.reshape(-1, 2)  # the best first
    cells = (corners * CELLS / (grey.shape[1], grey.shape[0])).astype(int) @ (CELLS, 1)
    kept = np.concatenate([np.flatnonzero(cells == cell)[:EACH_CELL] for cell in np.unique(cells)])
    return None if len(kept) < LEAST_CORNERS else _View(grey, np.ascontiguousarray(corners[kept]), since_first)


def _box(landmarks: npt.NDArray[np.float64], scale: float) -> Box | None:
    """Where the runner hides the background."""
    trunk = trunk_px(landmarks)
    if not np.isfinite(trunk):
        return None
    low, high = np.nanmin(landmarks[:, :2], axis=0), np.nanmax(landmarks[:, :2], axis=0)
    around = np.array([BESIDE_TRUNKS, ABOVE_TRUNKS]) * trunk, np.array([BESIDE_TRUNKS, BELOW_TRUNKS]) * trunk
    return np.concatenate([low - around[0], high + around[1]]) * scale


def _view_from(state: ViewState | None) -> _View | None:
    return None if state is None else _View(state.grey.array(), state.corners.array(), state.since_first.array())


class Background:
    """Follows what does not move."""

    __slots__ = (
        "_age_s",
        "_held_s",
        "_looking",
        "_lost_s",
        "_motion",
        "_newer",
        "_newer_age_s",
        "_shape",
        "_still_s",
        "_view",
    )

    def __init__(self, state: BackgroundState | None = None) -> None:
        self._motion, self._looking = STILL, Timer()
        self._shape: tuple[int, int] | None = None  # of the pictures: height, width
        self._lost_s: float | None = None
        self._newer: _View | None = None
        self._begin(None)
        if state is not None:
            self._restore(state)

    def _restore(self, state: BackgroundState) -> None:
        self._motion, self._shape, self._looking = state.motion, state.shape, Timer(state.waited_s)
        self._view = _view_from(state.view)
        self._age_s, self._held_s, self._lost_s = state.age_s, state.held_s, state.lost_s
        self._newer, self._newer_age_s, self._still_s = _view_from(state.newer), state.newer_age_s, state.still_s

    def state(self) -> BackgroundState:
        view, newer = (None if kept is None else kept.state() for kept in (self._view, self._newer))
        return BackgroundState(
            self._motion, self._shape, self._looking.waited_s, view, self._age_s, self._held_s, self._lost_s, newer,
            self._newer_age_s, self._still_s,
        )  # fmt: skip

    def _begin(self, view: _View | None) -> None:
        self._view = view
        self._age_s = self._held_s = 0.0
        self._lost_s, self._newer, self._newer_age_s = None, None, 0.0
        self._still_s = math.inf

    @property
    def motion(self) -> CameraMotion:
        """As it was told last."""
        return self._motion

    def follow(self, picture: Picture, landmarks: npt.NDArray[np.float64], elapsed_s: float) -> CameraMotion:
        """Take a frame (BGR) and where the runner is in it (landmarks, 3: x_px, y_px, sigma_px; NaN: nobody).

        elapsed_s: what the frame stands for. Pictures of another size are of a new place.
        """
        height_px, width_px = picture.shape[:2]
        if self._shape is not None and self._shape != (height_px, width_px):
            self._motion = CameraMotion(place=self._motion.place + 1)
            self._looking = Timer()
            self._begin(None)
        self._shape = height_px, width_px
        self._wait(elapsed_s)
        if self._looking.tick(elapsed_s, EVERY_S) or within(self._still_s, WATCHED_S):
            scale = HIGH_PX / height_px
            whole = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
            size = (round(width_px * scale), HIGH_PX)
            grey = np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
            self._look(grey, _box(landmarks, scale), scale)
        return self._motion

    def _wait(self, elapsed_s: float) -> None:
        self._still_s += elapsed_s
        self._age_s += elapsed_s
        self._newer_age_s += elapsed_s
        if self._lost_s is not None:
            self._lost_s += elapsed_s

    def _look(self, grey: Grey, person: Box | None, scale: float) -> None:
        if self._view is None:
            self._begin(_view_of(grey, person, self._small(scale)))
            return
        before = _after(cv2.invertAffineTransform(self._view.since_first), self._small(scale))
        seen = self._view.found_in(grey, person, before)
        if seen is None:
            self._lose(grey, person)
            return
        self._held_s = self._age_s
        self._lost_s, self._newer = None, None
        now = _after(self._view.since_first, seen[0])
        self._take(now, self._view.size, scale)
        if seen[1] < RENEWED_AT * len(self._view.corners):
            self._view = _view_of(grey, person, now) or self._view

    def _small(self, scale: float) -> Matrix:
        """The motion told last, of the small picture."""
        return self._motion.matrix * (1.0, 1.0, scale)

    def _take(self, now: Matrix, size: tuple[int, int], scale: float) -> None:
        """Tell a motion that is more than noise; a moving camera's in every frame."""
        if _apart_px(now, self._small(scale), size) > STILL_PX:
            self._still_s = 0.0
        elif not within(self._still_s, WATCHED_S):
            return
        (along, _, x), (aside, _, y) = now
        self._motion = CameraMotion(float(along), float(aside), float(x / scale), float(y / scale), self._motion.place)

    def _lose(self, grey: Grey, person: Box | None) -> None:
        """The background was not found: by chance, because something is before it, or because the camera looks from elsewhere."""
        if self._lost_s is None:
            self._lost_s = 0.0
        self._still_s = math.inf
        still = STILL.matrix
        again = None if self._newer is None else self._newer.found_in(grey, person, still)
        if again is None or _apart_px(again[0], still, grey.shape[::-1]) > STILL_PX:
            self._newer, self._newer_age_s = _view_of(grey, person, still), 0.0
        elif reached(self._lost_s, LOST_S) and reached(self._newer_age_s, AGREED_S):
            if reached(self._held_s, HELD_S):
                self._motion = CameraMotion(place=self._motion.place + 1)
            self._begin(self._newer)
