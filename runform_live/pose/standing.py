"""When the runner stands still: then the detail network gets its references."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from runform_live.messages import INDEX
from runform_live.pose.detail import Cut, DetailNetwork
from runform_live.pose.networks import Picture
from runform_live.pose.regions import FRONTAL_FLOOR

FIRST_FRAMES = 12  # without a movement; no phase of running is that long
AGAIN_FRAMES = 60  # until another stand renews the references: as deliberate as a calibration
EVERY_FRAMES = 2  # a cut is kept
CUTS = 6
SWAY_TRUNKS = 0.08  # hips sideways, shoulders up and down, ankles in both directions
_PAIRS = {joint: [INDEX[f"left_{joint}"], INDEX[f"right_{joint}"]] for joint in ("shoulder", "hip", "ankle")}


class StandingWatch:
    """Watches one runner from frame to frame."""

    __slots__ = ("_cuts", "_detail", "_frames", "_highest", "_lowest")

    def __init__(self, detail: DetailNetwork) -> None:
        self._detail = detail
        self._begin()

    def _begin(self) -> None:
        self._frames = 0
        self._cuts: list[Cut] = []
        self._lowest, self._highest = np.full(6, np.inf), np.full(6, -np.inf)

    def forget(self) -> None:
        """Somebody else may be next."""
        self._begin()
        self._detail.forget()

    def watch(self, picture: Picture, landmarks: npt.NDArray[np.float64]) -> None:
        """One frame: the picture (BGR) and the refined landmarks (landmarks, 3: x_px, y_px, sigma_px) in it."""
        shoulders, hips, ankles = (landmarks[pair, :2] for pair in _PAIRS.values())
        trunk_px = hips.mean(axis=0)[1] - shoulders.mean(axis=0)[1]
        places = np.array([hips[:, 0].mean(), shoulders[:, 1].mean(), *ankles.ravel()])
        lowest, highest = np.minimum(self._lowest, places), np.maximum(self._highest, places)
        frontal = abs(shoulders[1, 0] - shoulders[0, 0]) > FRONTAL_FLOOR * trunk_px
        if not (frontal and (highest - lowest <= SWAY_TRUNKS * trunk_px).all()):  # NaN is no standing either
            self._begin()
            return
        self._lowest, self._highest = lowest, highest
        self._frames += 1
        if self._frames % EVERY_FRAMES == 0:
            cut = self._detail.cut(picture, landmarks, self._frames)
            self._cuts = [*self._cuts[1 - CUTS :], cut] if cut is not None else self._cuts
        if self._frames == (AGAIN_FRAMES if self._detail.has_reference else FIRST_FRAMES) and self._cuts:
            self._detail.take_references(self._cuts)
