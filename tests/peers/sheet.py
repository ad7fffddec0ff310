"""Pictures to be looked at: a person with the landmarks on it, and many of them on one sheet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from runform_live import overlay
from runform_live.body import middle
from runform_live.messages import Picture

SMALL_PX = 360, 480
COLUMNS = 6


def drawn(picture: Picture, landmarks: npt.NDArray[np.float64]) -> Picture:
    """The person, small, with the landmarks on it; the middle of the picture where nobody was found."""
    across_px = float(middle(landmarks, "hip")[0])
    small, scale, left_px = overlay.upright_copy(picture, *SMALL_PX, None if np.isnan(across_px) else across_px)
    overlay.draw(small, landmarks - (left_px, 0, 0), scale)
    return small


def write(path: Path, pictures: Sequence[Picture]) -> None:
    """Small pictures of one size in rows of COLUMNS, as one PNG file."""
    rows = [[*pictures[at : at + COLUMNS]] for at in range(0, len(pictures), COLUMNS)]
    for row in rows:
        row += [np.zeros_like(pictures[0])] * (COLUMNS - len(row))
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.vstack([np.hstack(row) for row in rows]))
