"""A camera's sensor, fast: noise from a few large fields, and grey levels from a table."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from ..people.base_mesh import Array

Levels = npt.NDArray[np.int16]
BRIGHTNESS_STEPS = 4095  # steps of brightness before toning
SUBS = 16  # parts of a grey level, in sums with noise
NOISE_SD = 256  # of a field


class Noise:
    """A sensor's noise: fields that are larger than the picture, each time seen from another place."""

    ROOM_PX = 192  # by how much they are larger

    def __init__(self, rng: np.random.Generator, width: int, height: int, fields: int = 4) -> None:
        shape = (height + self.ROOM_PX, width + self.ROOM_PX, 3)
        self._size = width, height
        self._fields = [(NOISE_SD * rng.standard_normal(shape, np.float32)).astype(np.int16) for _ in range(fields)]

    def field(self, rng: np.random.Generator) -> Levels:
        """Noise (height, width, 3) with an SD of NOISE_SD."""
        which, x, y = rng.integers(len(self._fields)), *rng.integers(0, self.ROOM_PX, 2)
        return self._fields[int(which)][y : y + self._size[1], x : x + self._size[0]]


class Toner:
    """Turns light into grey levels, and says how much noise is there."""

    def __init__(self, tint: npt.NDArray[np.float64], gamma: float, noise: float) -> None:
        shades = np.linspace(0, 1, BRIGHTNESS_STEPS + 1) ** gamma
        self._shades = np.round(shades * 255 * SUBS).astype(np.int16)
        self._noises = np.round(noise * (0.4 + np.sqrt(shades)) * 255 * SUBS).astype(np.int16)
        self._tint = tint

    def __call__(self, light: Array, gain: float) -> tuple[Levels, Levels]:
        """Grey levels and SD of the noise, both (height, width, 3) in SUBS-ths of a grey level. light: (height, width, 3), 0..1."""
        scale = (*(float(tint) * gain * BRIGHTNESS_STEPS for tint in self._tint), 0.0)
        index = np.minimum(cv2.multiply(light, scale, dtype=cv2.CV_16U), BRIGHTNESS_STEPS)
        return np.take(self._shades, index), np.take(self._noises, index)


def with_noise(grey: Levels, noise: Levels, field: Levels) -> npt.NDArray[np.uint8]:
    """The picture (height, width, 3; 0..255) of these grey levels, with noise of this SD and this field."""
    speckle = cv2.multiply(noise, field, scale=1 / NOISE_SD, dtype=cv2.CV_16S)
    return np.asarray(cv2.addWeighted(grey, 1 / SUBS, speckle, 1 / SUBS, -0.5, dtype=cv2.CV_8U), np.uint8)
