"""How a moved camera changes the picture, and how landmarks are corrected for it."""

from __future__ import annotations

import math

import msgspec
import numpy as np
import numpy.typing as npt


class CameraMotion(msgspec.Struct, frozen=True):
    """How the background has moved in the picture since the start: turned, scaled and shifted.

    A background point that was at (x, y) is now at (along x - aside y + x_px, aside x + along y + y_px).
    """

    along: float = 1.0
    aside: float = 0.0
    x_px: float = 0.0
    y_px: float = 0.0
    place: int = 0  # counts up when the camera was moved by an unknown amount

    @property
    def turn_deg(self) -> float:
        """Clockwise in the picture."""
        return math.degrees(math.atan2(self.aside, self.along))

    @property
    def matrix(self) -> npt.NDArray[np.float64]:
        """The matrix (2, 3) from the start to now."""
        return np.array([[self.along, -self.aside, self.x_px], [self.aside, self.along, self.y_px]])

    def taken_back(self, landmarks: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Landmarks (n, 3: x_px, y_px, sigma_px) of now, where the camera at the start would have seen them."""
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
