"""The closer look at the pelvis: its landmarks at a finer scale."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from runform_live.messages import INDEX
from runform_live.pose.cards import Card
from runform_live.pose.networks import THREADS, Look, Picture, open_for
from runform_live.pose.regions import waist_to_thighs


class DetailNetwork:
    """Looks closer at the pelvis of a person who is found; each landmark has its own sigma."""

    __slots__ = ("network",)

    def __init__(self, card: Card, threads: int = THREADS) -> None:
        self.network = open_for(("detail",), card, threads)

    def refine(self, picture: Picture, landmarks: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Landmarks (landmarks, 3: x_px, y_px, sigma_px) of the picture (BGR); those that it sees are the mean of both networks'.

        Each sees what the other does not, the whole runner or the pelvis from near: they err by as much, but not alike
        (models/frontal/README.md).
        """
        region = waist_to_thighs(landmarks)
        if not math.isfinite(region.side_px):
            return landmarks
        described = self.network.card.network
        refined = landmarks.copy()
        rows = [INDEX[name] for name in described.landmarks]
        looks = [self._landmarks(look) for look in self.network.looks(picture, region)]
        refined[rows] = (landmarks[rows] + np.mean(looks, axis=0)) / 2
        return refined

    def _landmarks(self, look: Look) -> npt.NDArray[np.float64]:
        """What was seen in a look (as many landmarks as it has, 3: x_px, y_px, sigma_px of the picture)."""
        described = self.network.card.network
        points = look.outputs["landmarks"][0, list(described.landmarks.values())].astype(np.float64)
        in_picture = look.region.to_picture(points[:, :2], described.input.size_px)
        return np.column_stack([in_picture, points[:, 2] * look.region.side_px / described.input.height_px])
