"""Who is the runner: the first choice among the people in view, and the same one again after a loss."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.body import pair
from runform_live.handover import Array
from runform_live.pose.regions import Region

HUES, SATURATIONS, VALUES = 12, 4, 4
LEARNING_S = 50 / 30  # the mean of the colours is over about so long
STRANGER = 0.55  # Bhattacharyya distance; the same clothes in changing light stay under 0.35


def colours(picture: npt.NDArray[np.uint8], landmarks: npt.NDArray[np.float64]) -> npt.NDArray[np.float32] | None:
    """Colour histogram of the trunk, its sum 1; None where the trunk is not in the picture."""
    corners = landmarks[[*pair("shoulder"), *pair("hip")], :2]
    if np.isnan(corners).any():
        return None
    height_px, width_px = picture.shape[:2]
    left, top = np.maximum(corners.min(axis=0).astype(int), 0)
    right, bottom = np.minimum(corners.max(axis=0).astype(int) + 1, (width_px, height_px))
    if right - left < 4 or bottom - top < 8:
        return None
    patch = cv2.resize(picture[top:bottom, left:right], (24, 32), interpolation=cv2.INTER_AREA)
    hsv = cv2.cvtColor(patch, cv2.COLOR_BGR2HSV)
    histogram = cv2.calcHist([hsv], [0, 1, 2], None, [HUES, SATURATIONS, VALUES], [0, 180, 0, 256, 0, 256])
    return np.asarray(histogram / max(float(histogram.sum()), 1.0), dtype=np.float32).ravel()


def difference(first: npt.NDArray[np.float32], second: npt.NDArray[np.float32]) -> float:
    """Bhattacharyya distance of two histograms: 0 the same, 1 nothing in common."""
    return math.sqrt(max(0.0, 1.0 - float(np.sqrt(first * second).sum())))


def prominence(region: Region, height_px: int, width_px: int) -> float:
    """How much a person looks like the one who is filmed: large and near the middle; larger is more."""
    off_middle = math.hypot((region.x_px - width_px / 2) / width_px, (region.y_px - height_px / 2) / height_px)
    return region.side_px / height_px - off_middle


class MemoryState(msgspec.Struct, frozen=True):
    """What `Memory` remembers."""

    region: Region | None
    trunk: Array | None


@dataclass(slots=True)
class Memory:
    """What is remembered of the runner: the last place and the colours of the trunk."""

    region: Region | None = None
    trunk: npt.NDArray[np.float32] | None = None

    @classmethod
    def of(cls, state: MemoryState) -> Memory:
        """The memory that was written down."""
        return cls(state.region, None if state.trunk is None else state.trunk.array())

    def state(self) -> MemoryState:
        return MemoryState(self.region, None if self.trunk is None else Array.of(self.trunk))

    @property
    def empty(self) -> bool:
        return self.region is None and self.trunk is None

    def learn(self, region: Region, trunk: npt.NDArray[np.float32] | None, elapsed_s: float) -> None:
        """Take a sighting of the runner, in a frame that stands for so long (s)."""
        self.region = region
        if trunk is None:
            return
        share = min(elapsed_s / LEARNING_S, 1.0)
        self.trunk = trunk if self.trunk is None else (1 - share) * self.trunk + share * trunk

    def strangeness(self, trunk: npt.NDArray[np.float32] | None) -> float:
        """0..1: how unlike the runner's the colours are; 0 where there is nothing to compare."""
        if trunk is None or self.trunk is None:
            return 0.0
        return difference(trunk, self.trunk)

    def likeness(self, region: Region, trunk: npt.NDArray[np.float32] | None, height_px: int) -> float:
        """How well a person fits the memory: colours, place and size; larger is better."""
        fit = 1.0 - 2.0 * self.strangeness(trunk)
        if self.region is not None:
            away = math.hypot(region.x_px - self.region.x_px, region.y_px - self.region.y_px) / height_px
            fit -= away + 0.5 * abs(math.log(region.side_px / self.region.side_px))
        return fit
