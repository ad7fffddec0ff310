"""What a camera that moves does to a picture, and how it is taken back: for the room that sees it move and the one that measures."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import numpy.typing as npt


class CameraMotion(msgspec.Struct, frozen=True):
    """How the standing background lies in the picture now, against where it lay at first.

    A point (x, y) of then is at (along x - aside y + x_px, aside x + along y + y_px) now: turned, scaled, shifted.
    """

    along: float = 1.0
    aside: float = 0.0
    x_px: float = 0.0
    y_px: float = 0.0
    place: int = 0  # counts up when the camera looks from elsewhere, nobody knows by how much

    @property
    def turn_deg(self) -> float:
        """Clockwise in the picture."""
        return math.degrees(math.atan2(self.aside, self.along))

    @property
    def matrix(self) -> npt.NDArray[np.float64]:
        """From then to now (2, 3)."""
        return np.array([[self.along, -self.aside, self.x_px], [self.aside, self.along, self.y_px]])

    def taken_back(self, landmarks: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Landmarks (n, 3: x_px, y_px, sigma_px) of now as the camera would have seen them then."""
        if (self.along, self.aside, self.x_px, self.y_px) == (1.0, 0.0, 0.0, 0.0):
            return landmarks
        x, y = landmarks[:, 0] - self.x_px, landmarks[:, 1] - self.y_px
        size = self.along**2 + self.aside**2
        return np.column_stack(
            [
                (self.along * x + self.aside * y) / size,
                (self.along * y - self.aside * x) / size,
                landmarks[:, 2] / math.sqrt(size),
            ]
        )


STILL = CameraMotion()
