"""How far the pelvis has turned in the picture since the runner stood still: a second instrument beside the networks, without landmarks.

Dense optical flow (Kroeger et al. 2016, ECCV) leads from the picture of the stand to that of now. The turn is that of the similarity on which
most of the flow agrees. Flow sees cloth and skin, of which only a part moves with the trunk, so it reads less than the whole turn
(`flow_level.SEEN_SHARE`). But it reads nothing where nothing has turned, whatever is worn.
"""

from __future__ import annotations

import math

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.body import hip_width_px, middle, trunk_px
from runform_live.handover import WrittenArray
from runform_live.messages import Picture
from runform_live.pose.regions import Region, cut

SIDE_PX = 192  # of the square that is compared, one trunk length high
ABOVE_HIPS_TRUNKS = 0.1  # its centre
FROM, UNTIL = 0.30, 0.68  # of its height: from the waist to just below the hips
HIP_WIDTHS = 0.75  # to either side
STEP_PX = 4  # between the points whose flow is used
AGREES_PX = 2.0  # a point agrees with a similarity that moves it to within so much of where the flow does
# In a second pass the picture is turned back by what the first one has found, because flow sees small turns best. So the first one may be rough.
# The second one, which is fine, looks no further than this beyond the points.
MARGIN_PX = 24
WHOLE = slice(0, SIDE_PX), slice(0, SIDE_PX)
LARGEST_DEG = 20.0  # a runner's pelvis turns by less


class Reference(msgspec.Struct, frozen=True):
    """The picture of a stand: its square (SIDE_PX, SIDE_PX; grey), the points (n, 2) whose flow is used, and the length of the trunk."""

    square: WrittenArray
    points: WrittenArray
    trunk_px: float


class PelvisTurn:
    """Remembers the picture of a stand, and tells how far the pelvis has turned since."""

    __slots__ = ("_passes", "_points", "_square", "_trunk_px")

    def __init__(self, reference: Reference | None = None) -> None:
        """reference: of a predecessor, to go on from."""
        rough, fine = cv2.DISOPTICAL_FLOW_PRESET_FAST, cv2.DISOPTICAL_FLOW_PRESET_MEDIUM
        self._passes = tuple(cv2.DISOpticalFlow.create(preset) for preset in (rough, fine))
        self._square: npt.NDArray[np.uint8] | None = None
        self.forget()
        if reference is not None:
            self._square, self._points = reference.square.array(), reference.points.array()
            self._trunk_px = reference.trunk_px

    def state(self) -> Reference | None:
        """All that it knows; None without a picture of a stand."""
        if self._square is None:
            return None
        return Reference(WrittenArray.of(self._square), WrittenArray.of(self._points), self._trunk_px)

    def forget(self) -> None:
        """Forget the picture of the stand."""
        self._square = None
        self._points = np.empty((0, 2), np.int64)
        self._trunk_px = math.nan

    @property
    def has_reference(self) -> bool:
        return self._square is not None

    def remember(self, picture: Picture, landmarks: npt.NDArray[np.float64]) -> None:
        """Take this picture (BGR) of a runner who stands, with known landmarks (landmarks, 3: x_px, y_px, sigma_px), as the reference."""
        self._trunk_px = trunk_px(landmarks)
        half_px = HIP_WIDTHS * hip_width_px(landmarks) / self._trunk_px * SIDE_PX
        left, right = (int(np.clip(SIDE_PX / 2 + side * half_px, 0, SIDE_PX - 1)) for side in (-1, 1))
        rows, columns = np.mgrid[int(SIDE_PX * FROM) : int(SIDE_PX * UNTIL) : STEP_PX, left : right + 1 : STEP_PX]
        self._points = np.column_stack([columns.ravel(), rows.ravel()])
        self._square = self._square_of(picture, landmarks, 0.0)

    def turn_deg(self, picture: Picture, landmarks: npt.NDArray[np.float64]) -> float:
        """Turn of the pelvis in a picture (BGR) since the stand, clockwise positive; NaN where it cannot be told."""
        if self._square is None:
            return math.nan
        total_deg, before = 0.0, self._points.astype(np.float32)
        for dense, (rows, columns) in zip(self._passes, (WHOLE, self._near_points()), strict=True):
            square = self._square_of(picture, landmarks, math.radians(total_deg))
            stood, now = (np.ascontiguousarray(one[rows, columns]) for one in (self._square, square))
            flow = dense.calc(stood, now, None)
            after = before + flow[self._points[:, 1] - rows.start, self._points[:, 0] - columns.start]
            # With its own seed: the same pictures give the same turn, whatever ran before.
            cv2.setRNGSeed(1)
            similar, _ = cv2.estimateAffinePartial2D(before, after, method=cv2.RANSAC, ransacReprojThreshold=AGREES_PX)
            if similar is None:
                return math.nan
            total_deg += math.degrees(math.atan2(similar[1, 0], similar[0, 0]))
            if abs(total_deg) > LARGEST_DEG:
                return math.nan
        return total_deg

    def _near_points(self) -> tuple[slice, slice]:
        """The rows and columns of the square that are compared."""
        low = np.maximum(self._points.min(axis=0) - MARGIN_PX, 0)
        high = np.minimum(self._points.max(axis=0) + MARGIN_PX + 1, SIDE_PX)
        return slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0]))

    def _square_of(
        self, picture: Picture, landmarks: npt.NDArray[np.float64], turned_rad: float
    ) -> npt.NDArray[np.uint8]:
        """The square about the pelvis, in grey, turned back by an angle."""
        hips = middle(landmarks, "hip")
        up_px = ABOVE_HIPS_TRUNKS * self._trunk_px
        region = Region(
            float(hips[0]) + up_px * math.sin(turned_rad),
            float(hips[1]) - up_px * math.cos(turned_rad),
            self._trunk_px,
            turned_rad,
        )
        grey = cv2.cvtColor(cut(picture, region, (SIDE_PX, SIDE_PX)), cv2.COLOR_BGR2GRAY)
        return np.asarray(grey, dtype=np.uint8)
