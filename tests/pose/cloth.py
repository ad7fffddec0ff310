"""A picture with something to see everywhere, and the same turned about the hips of the standing figure of tests.makers."""

from __future__ import annotations

import functools

import cv2
import numpy as np

from runform_live.messages import Picture

CENTRE = (640.0, 350.0)  # of the figure's hips


@functools.cache
def cloth() -> Picture:
    """A picture (720, 1280, 3) with something to see everywhere."""
    coarse = np.random.default_rng(4).integers(0, 255, (36, 64, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(coarse, (1280, 720), interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def turned(picture: Picture, by_deg: float) -> Picture:
    """Turned about the figure's hips, clockwise positive."""
    turn = cv2.getRotationMatrix2D(CENTRE, -by_deg, 1.0)
    return np.asarray(cv2.warpAffine(picture, turn, (1280, 720), borderMode=cv2.BORDER_REFLECT), dtype=np.uint8)
