"""How far the picture of the pelvis has turned since the runner stood still: a second instrument, which knows no landmarks.

Dense optical flow (Kroeger et al. 2016, ECCV) from the picture of standing to that of now, and the rotation of the similarity
that most of it agrees on. It sees cloth and skin, of which some moves with the trunk, so it reads less than the whole turn (`standing.GAIN`); but it
reads nothing where nothing has turned, whatever is worn.
"""

from __future__ import annotations

import math

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.body import hip_width_px, middle, trunk_px
from runform_live.handover import Array
from runform_live.messages import Picture
from runform_live.pose.regions import Region, cut

SIDE_PX = 192  # of the square that is compared, one trunk length high
ABOVE_HIPS_TRUNKS = 0.1  # its centre
FROM, UNTIL = 0.30, 0.68  # of its height: from the waist to just below the hips
HIP_WIDTHS = 0.75  # each way
STEP_PX = 4
AGREES_PX = 2.0
LOOKS = 2  # the second one after turning back by what the first has found: flow sees small turns best
LARGEST_DEG = 20.0


class TurningState(msgspec.Struct, frozen=True):
    """The picture of standing: its square (SIDE_PX, SIDE_PX), the points (n, 2) that are followed, and the trunk's length then."""

    still: Array
    grid: Array
    trunk_px: float


class Turning:
    """Keeps the picture of standing."""

    __slots__ = ("_flow", "_grid", "_still", "_trunk_px")

    def __init__(self, state: TurningState | None = None) -> None:
        self._flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
        self._still: npt.NDArray[np.uint8] | None = None
        self.forget()
        if state is not None:
            self._still, self._grid, self._trunk_px = state.still.array(), state.grid.array(), state.trunk_px

    def state(self) -> TurningState | None:
        """All that it knows; None without a picture of standing."""
        if self._still is None:
            return None
        return TurningState(Array.of(self._still), Array.of(self._grid), self._trunk_px)

    def forget(self) -> None:
        self._still = None
        self._grid = np.empty((0, 2), np.int64)
        self._trunk_px = math.nan

    @property
    def knows_standing(self) -> bool:
        return self._still is not None

    def remember(self, picture: Picture, landmarks: npt.NDArray[np.float64]) -> None:
        """Take this picture (BGR) of the runner, landmarks (landmarks, 3: x_px, y_px, sigma_px) known, as that of standing."""
        self._trunk_px = trunk_px(landmarks)
        half_px = HIP_WIDTHS * hip_width_px(landmarks) / self._trunk_px * SIDE_PX
        left, right = (int(np.clip(SIDE_PX / 2 + side * half_px, 0, SIDE_PX - 1)) for side in (-1, 1))
        rows, columns = np.mgrid[int(SIDE_PX * FROM) : int(SIDE_PX * UNTIL) : STEP_PX, left : right + 1 : STEP_PX]
        self._grid = np.column_stack([columns.ravel(), rows.ravel()])
        self._still = self._square(picture, landmarks, 0.0)

    def turn_deg(self, picture: Picture, landmarks: npt.NDArray[np.float64]) -> float:
        """Turn of the pelvis in the picture (BGR) since standing, clockwise positive; NaN where it cannot be told."""
        if self._still is None:
            return math.nan
        total, before = 0.0, self._grid.astype(np.float32)
        for _ in range(LOOKS):
            square = self._square(picture, landmarks, math.radians(total))
            flow = self._flow.calc(self._still, square, None)
            after = before + flow[self._grid[:, 1], self._grid[:, 0]]
            # With its own seed: the same pictures give the same turn, whatever ran before.
            cv2.setRNGSeed(1)
            similar, _ = cv2.estimateAffinePartial2D(before, after, method=cv2.RANSAC, ransacReprojThreshold=AGREES_PX)
            if similar is None:
                return math.nan
            total += math.degrees(math.atan2(similar[1, 0], similar[0, 0]))
            if abs(total) > LARGEST_DEG:
                return math.nan
        return total

    def _square(self, picture: Picture, landmarks: npt.NDArray[np.float64], turn_rad: float) -> npt.NDArray[np.uint8]:
        hips = middle(landmarks, "hip")
        up_px = ABOVE_HIPS_TRUNKS * self._trunk_px
        region = Region(
            float(hips[0]) + up_px * math.sin(turn_rad), float(hips[1]) - up_px * math.cos(turn_rad), self._trunk_px, turn_rad
        )  # fmt: skip
        grey = cv2.cvtColor(cut(picture, region, (SIDE_PX, SIDE_PX)), cv2.COLOR_BGR2GRAY)
        return np.asarray(grey, dtype=np.uint8)
