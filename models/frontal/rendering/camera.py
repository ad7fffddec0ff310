"""A pinhole camera: where it stands and where a point of the world falls in its picture.

World: metres, x to the left of a person who faces +z, y up. Picture: pixels, x right, y down.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Camera:
    """A pinhole camera."""

    turn: npt.NDArray[np.float64]  # (3, 3) world to camera: x right, y down, z forward
    eye: npt.NDArray[np.float64]  # (3; m)
    focal_px: float
    centre_px: npt.NDArray[np.float64]  # (2) where its axis meets the picture

    def project(self, points: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        """Pixels (..., 2) of points of the world (..., 3; m)."""
        seen = (points - self.eye) @ self.turn.T
        return seen[..., :2] / seen[..., 2:] * self.focal_px + self.centre_px

    def to_clip(self, size_px: tuple[int, int]) -> npt.NDArray[np.float64]:
        """World to clip space (4, 4), as a graphics card wants it, for a picture of this width and height."""
        near, far = 0.2, 30.0
        wide, high = 2.0 / size_px[0], 2.0 / size_px[1]
        camera = np.eye(4)
        camera[:3, :3] = self.turn
        camera[:3, 3] = -self.turn @ self.eye
        lens = np.array(
            [
                [wide * self.focal_px, 0, wide * self.centre_px[0] - 1, 0],
                [0, -high * self.focal_px, 1 - high * self.centre_px[1], 0],
                [0, 0, (far + near) / (far - near), -2 * far * near / (far - near)],
                [0, 0, 1, 0],
            ]
        )
        return lens @ camera


def looking_at(eye: npt.NDArray[np.float64], target: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The turn (3, 3; world to camera) of a camera without roll at `eye` (3; m) that points at `target` (3; m)."""
    forward = target - eye
    forward /= np.linalg.norm(forward)
    right = np.cross(forward, np.array([0.0, 1.0, 0.0]))
    right /= np.linalg.norm(right)
    return np.stack([right, np.cross(forward, right), forward])


def rolled(turn: npt.NDArray[np.float64], roll_deg: float) -> npt.NDArray[np.float64]:
    """The turn (3, 3) of a camera that is rolled about its axis."""
    cos, sin = np.cos(np.radians(roll_deg)), np.sin(np.radians(roll_deg))
    return np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]]) @ turn


def draw_camera(rng: np.random.Generator, middle: npt.NDArray[np.float64], anterior: bool) -> Camera:
    """A camera behind or in front of somebody, pointed roughly at the middle (3; m). Its focal length is set by the framing later."""
    distance = float(np.exp(rng.uniform(np.log(1.6), np.log(6.0))))
    around = np.radians(rng.normal(0, 7) if rng.uniform() < 0.8 else rng.uniform(-20, 20))
    back = 1.0 if anterior else -1.0
    eye = np.array([np.sin(around) * distance, rng.uniform(0.4, 1.8), back * np.cos(around) * distance])
    level = looking_at(eye, middle + np.array([rng.normal(0, 0.1), rng.normal(0, 0.15), 0]))
    roll_deg = float(np.clip(rng.normal(0, 2.5), -7, 7) if rng.uniform() < 0.85 else rng.uniform(-8, 8))
    return Camera(rolled(level, roll_deg), eye, 1000.0, np.zeros(2))
