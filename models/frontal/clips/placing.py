"""Where the camera of a clip stands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..rendering.camera import Camera, looking_at, rolled

WIDTH, HEIGHT = 1280, 720


@dataclass(frozen=True)
class Placed:
    """A camera behind or in front of somebody."""

    camera: Camera
    level: Camera  # without its roll
    roll_deg: float
    angle_deg: float  # off the heading, towards the runner's left
    height_m: float
    distance_m: float

    def described(self) -> dict[str, float]:
        """For the JSON of a clip."""
        return {
            "roll_deg": round(self.roll_deg, 2), "camera_angle_deg": round(self.angle_deg, 2),
            "camera_height_m": round(self.height_m, 3), "camera_distance_m": round(self.distance_m, 3),
        }  # fmt: skip


def place_camera(
    rng: np.random.Generator,
    body_height_m: float,
    anterior: bool,
    angle_deg: float | None = None,
    height_m: float | None = None,
) -> Placed:
    """A camera at random, or at this angle off the heading and at this height."""
    distance, high = rng.uniform(2.0, 3.8), rng.uniform(0.6, 1.4)
    around, back = np.radians(rng.normal(0, 4)), 1.0 if anterior else -1.0
    if angle_deg is not None:
        around = np.radians(angle_deg)
    if height_m is not None:
        high = height_m
    eye = np.array([np.sin(around) * distance, high, back * np.cos(around) * distance])
    level = looking_at(eye, np.array([rng.normal(0, 0.05), 0.5 * body_height_m + rng.normal(0, 0.03), 0.0]))
    roll = float(np.clip(rng.normal(0, 2.0), -5, 5))
    focal = rng.uniform(0.62, 0.82) * HEIGHT * distance / body_height_m
    centre = np.array([WIDTH / 2, HEIGHT / 2])
    return Placed(
        Camera(rolled(level, roll), eye, focal, centre), Camera(level, eye, focal, centre),
        roll, float(np.degrees(around)), float(high), float(distance),
    )  # fmt: skip
