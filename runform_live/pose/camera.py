"""Has the camera moved, and how: the motion of the background since the first picture.

A camera that stands still gives exactly no motion. One that slips, is pushed or held in a hand gives its motion. One that suddenly looks
from elsewhere gives a new place. Where the background shows nothing to hold on to, the camera counts as standing.
"""

from __future__ import annotations

import math

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.camera_motion import STILL, CameraMotion
from runform_live.messages import Picture
from runform_live.pose.background import (
    BackgroundView,
    BackgroundViewState,
    Box,
    Grey,
    Matrix,
    box_around,
    view_of,
)
from runform_live.pose.timing import Timer, reached, within


class CameraTrackerState(msgspec.Struct, frozen=True):
    """All that `CameraTracker` knows.

    The motion told last; height and width of the pictures, None before the first; the time since a look was due; the background that is
    held, its age, its age when it was found last, and since when it is lost (None: it is not); a newer background that may replace it,
    and its age; the time since the camera was seen to move (inf: never).
    """

    motion: CameraMotion
    shape: tuple[int, int] | None
    waited_s: float
    view: BackgroundViewState | None
    age_s: float
    held_s: float
    lost_s: float | None
    newer: BackgroundViewState | None
    newer_age_s: float
    still_s: float


class CameraTracker:
    """Follows what does not move in the room. Its state is described by `CameraTrackerState`."""

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

    def __init__(self, state: CameraTrackerState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        self._motion, self._looking = STILL, Timer()
        self._shape: tuple[int, int] | None = None
        self._lost_s: float | None = None
        self._newer: BackgroundView | None = None
        self._hold(None)
        if state is not None:
            self._restore(state)

    def _restore(self, state: CameraTrackerState) -> None:
        self._motion, self._shape, self._looking = state.motion, state.shape, Timer(state.waited_s)
        self._view = BackgroundView.restored(state.view)
        self._age_s, self._held_s, self._lost_s = state.age_s, state.held_s, state.lost_s
        self._newer, self._newer_age_s = BackgroundView.restored(state.newer), state.newer_age_s
        self._still_s = state.still_s

    def state(self) -> CameraTrackerState:
        return CameraTrackerState(
            motion=self._motion,
            shape=self._shape,
            waited_s=self._looking.waited_s,
            view=None if self._view is None else self._view.state(),
            age_s=self._age_s,
            held_s=self._held_s,
            lost_s=self._lost_s,
            newer=None if self._newer is None else self._newer.state(),
            newer_age_s=self._newer_age_s,
            still_s=self._still_s,
        )

    def _hold(self, view: BackgroundView | None) -> None:
        """Hold on to another background from now on."""
        self._view = view
        self._age_s = self._held_s = 0.0
        self._lost_s, self._newer, self._newer_age_s = None, None, 0.0
        self._still_s = math.inf

    @property
    def motion(self) -> CameraMotion:
        """As it was told last."""
        return self._motion

    HEIGHT_PX = 360  # of the small pictures that are compared
    # Between two looks while the camera stands; after a motion, every frame is looked at for so long.
    EVERY_S, WATCHED_S = 4 / 30, 20 / 30

    def follow(self, picture: Picture, landmarks: npt.NDArray[np.float64], elapsed_s: float) -> CameraMotion:
        """The camera's motion in a frame (BGR) that stands for this time. Pictures of another size are of a new place.

        landmarks (landmarks, 3: x_px, y_px, sigma_px) say where the runner is; NaN: nobody.
        """
        height_px, width_px = picture.shape[:2]
        if self._shape is not None and self._shape != (height_px, width_px):
            self._motion = CameraMotion(place=self._motion.place + 1)
            self._looking = Timer()
            self._hold(None)
        self._shape = height_px, width_px
        self._add(elapsed_s)
        if self._looking.tick(elapsed_s, self.EVERY_S) or within(self._still_s, self.WATCHED_S):
            scale = self.HEIGHT_PX / height_px
            whole = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
            size = (round(width_px * scale), self.HEIGHT_PX)
            grey = np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
            self._look(grey, box_around(landmarks, scale), scale)
        return self._motion

    def _add(self, elapsed_s: float) -> None:
        """Count a frame in all times."""
        self._still_s += elapsed_s
        self._age_s += elapsed_s
        self._newer_age_s += elapsed_s
        if self._lost_s is not None:
            self._lost_s += elapsed_s

    RENEWED_AT = 0.6  # of the corners that are held: with fewer, the view has moved on, or things have

    def _look(self, grey: Grey, person: Box | None, scale: float) -> None:
        """Find the background that is held in a small picture of that scale."""
        if self._view is None:
            self._hold(view_of(grey, person, self._small(scale)))
            return
        since_view = _joined(cv2.invertAffineTransform(self._view.since_first), self._small(scale))
        found = self._still(grey, person, since_view, scale) or self._view.found_in(grey, person, since_view)
        if found is None:
            self._lose(grey, person)
            return
        self._held_s = self._age_s
        self._lost_s, self._newer = None, None
        motion, corners = found
        since_first = _joined(self._view.since_first, motion)
        self._tell(since_first, self._view.size, scale)
        if corners < self.RENEWED_AT * len(self._view.corners):
            self._view = view_of(grey, person, since_first) or self._view

    def _still(self, grey: Grey, person: Box | None, since_view: Matrix, scale: float) -> tuple[Matrix, int] | None:
        """The background where it was seen last, by a quick look; None where a camera that stands does not explain the picture."""
        if self._view is None or within(self._still_s, self.WATCHED_S):
            return None
        found = self._view.found_in(grey, person, since_view, levels=0)
        if found is None:
            return None
        motion, corners = found
        apart_px = _apart_px(_joined(self._view.since_first, motion), self._small(scale), self._view.size)
        is_sure = apart_px <= self.NOISE_PX and corners >= self.RENEWED_AT * len(self._view.corners)
        return found if is_sure else None

    def _small(self, scale: float) -> Matrix:
        """The motion told last, in pixels of the small picture."""
        return self._motion.matrix * (1.0, 1.0, scale)

    NOISE_PX = 0.4  # at the corners of the small picture: 0.06 deg, or 0.1% of a picture's height

    def _tell(self, since_first: Matrix, size: tuple[int, int], scale: float) -> None:
        """Take over a motion that is more than noise; while the camera moves, every one."""
        if _apart_px(since_first, self._small(scale), size) > self.NOISE_PX:
            self._still_s = 0.0
        elif not within(self._still_s, self.WATCHED_S):
            return
        (along, _, x), (aside, _, y) = since_first
        self._motion = CameraMotion(float(along), float(aside), float(x / scale), float(y / scale), self._motion.place)

    # A new place is believed where a background that was held for HELD_S was not found for LOST_S, and a new one held for the last AGREED_S.
    HELD_S, LOST_S, AGREED_S = 16 / 15, 28 / 15, 16 / 15

    def _lose(self, grey: Grey, person: Box | None) -> None:
        """The background was not found: by chance, because something is before it, or because the camera looks from elsewhere."""
        if self._lost_s is None:
            self._lost_s = 0.0
        self._still_s = math.inf
        still = STILL.matrix
        again = None if self._newer is None else self._newer.found_in(grey, person, still)
        if again is None or _apart_px(again[0], still, grey.shape[::-1]) > self.NOISE_PX:
            self._newer, self._newer_age_s = view_of(grey, person, still), 0.0
        elif reached(self._lost_s, self.LOST_S) and reached(self._newer_age_s, self.AGREED_S):
            if reached(self._held_s, self.HELD_S):
                self._motion = CameraMotion(place=self._motion.place + 1)
            self._hold(self._newer)


def _joined(first: Matrix, then: Matrix) -> Matrix:
    """Two motions, one after the other, as one."""
    return np.column_stack([then[:, :2] @ first[:, :2], then[:, :2] @ first[:, 2] + then[:, 2]])


def _apart_px(one: Matrix, other: Matrix, size: tuple[int, int]) -> float:
    """The largest distance between the two motions at the corners of a picture of that width and height."""
    width, height = size
    corners = np.array([[0, 0, 1], [width, 0, 1], [0, height, 1], [width, height, 1]], float)
    return float(np.linalg.norm(corners @ (one - other).T, axis=1).max())
