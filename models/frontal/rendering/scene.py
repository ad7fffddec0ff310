"""Where somebody is filmed: all that stays as it is from picture to picture of a film."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .camera import Camera, draw_camera
from .drawing import Light
from .faults import Faults, draw_faults
from .lighting import draw_light


@dataclass(frozen=True)
class Scene:
    """One film's camera, light and room."""

    anterior: bool
    camera: Camera
    light: Light
    faults: Faults
    room: int  # seed of the room
    rail: bool  # whether the treadmill has handrails and a console
    drape: int | None  # seed of how cloth lies; None: it lies anew in each picture


def draw_scene(rng: np.random.Generator, middle: npt.NDArray[np.float64], anterior: bool) -> Scene:
    """A scene about somebody whose hip centre is at `middle` (3; m)."""
    return Scene(
        anterior, draw_camera(rng, middle, anterior), draw_light(rng), draw_faults(rng), int(rng.integers(2**31)),
        bool(rng.uniform() < 0.6), int(rng.integers(2**31)) if rng.uniform() < 0.5 else None,
    )  # fmt: skip
