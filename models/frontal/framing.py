"""What a stored picture shows and which points are labelled in it. Generator and training agree on this."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Point = npt.NDArray[np.float64]

# All labelled points, in the order of their rows in a shard. "left" and "right" are the runner's own.
LABELS = (
    *(f"{side}_{joint}" for joint in ("shoulder", "hip", "psis", "asis", "trochanter", "knee", "ankle", "heel", "toe")
      for side in ("left", "right")),
    "c7",
)  # fmt: skip

# A stored picture is larger than the region of the tracker by this factor. Training cuts its input out of the stored picture.
MARGIN = 1.25


@dataclass(frozen=True)
class Framing:
    """What part of a person a stored picture shows. Lengths are multiples of the trunk (hip centre to shoulder centre)."""

    size_px: tuple[int, int]  # width and height of a stored picture
    high_trunks: float
    below_hips_trunks: float  # how far the centre of the region lies below the hip centre

    def region(self, points: Mapping[str, Point]) -> tuple[Point, float]:
        """Centre (2; px) and height (px) of the region that the tracker would choose about these points (2; px)."""
        shoulders = (points["left_shoulder"] + points["right_shoulder"]) / 2
        hips = (points["left_hip"] + points["right_hip"]) / 2
        trunk = float(np.linalg.norm(hips - shoulders))
        return hips + np.array([0.0, self.below_hips_trunks * trunk]), self.high_trunks * trunk


FRAMINGS = {
    "body": Framing((200, 360), 3.3, 0.4),  # from the shoulders to the toes
    "pelvis": Framing((160, 160), 1.1, 0.0),  # from the waist to the thighs, finer
}
