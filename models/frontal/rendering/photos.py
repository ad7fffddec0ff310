"""Photographs of the package scikit-image, as prints on cloth and as backgrounds: pictures that no generator made."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import skimage

NAMES = ("astronaut", "brick", "camera", "cell", "chelsea", "coffee", "coins", "color", "grass", "gravel",
         "hubble_deep_field", "motorcycle_left", "page", "rocket", "text")  # fmt: skip


@cache
def _all() -> list[npt.NDArray[np.uint8]]:
    folder = Path(skimage.__file__).parent / "data"
    found = [cv2.imread(str(path), cv2.IMREAD_COLOR) for name in NAMES for path in sorted(folder.glob(f"{name}.*"))]
    return [picture for picture in found if picture is not None]


def photo(rng: np.random.Generator, size_px: int) -> npt.NDArray[np.uint8]:
    """A square (size_px, size_px, 3; BGR) cut out of a photograph, from anywhere and of any size."""
    picture = _all()[int(rng.integers(len(_all())))]
    side = int(rng.uniform(0.15, 1.0) * min(picture.shape[:2]))
    top, left = (int(rng.integers(0, extent - side + 1)) for extent in picture.shape[:2])
    square = picture[top : top + side, left : left + side]
    return np.asarray(cv2.resize(square, (size_px, size_px), interpolation=cv2.INTER_AREA), np.uint8)
