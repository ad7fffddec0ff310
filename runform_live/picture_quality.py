"""What a film needs to be measured: how bright, how sharp, how fast, from where. For all rooms that judge one alike."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

DARK, BRIGHT = 0.12, 0.92  # mean brightness, 0..1
BLURRED = 15.0  # sharpness; a picture in focus has over 50
SLOW_HZ = 23.0  # a camera that says 24 may give a little less
FRONTAL_FLOOR = 0.35  # shoulder width over trunk length: below, a person is seen from the side
_JUDGED_WIDTH_PX = 640


def brightness(picture: npt.NDArray[np.uint8]) -> float:
    """Mean of a picture (height, width, 3), 0..1."""
    return float(picture[::8, ::8].mean()) / 255


def sharpness(picture: npt.NDArray[np.uint8]) -> float:
    """Variance of the Laplacian (Pech-Pacheco et al. 2000, ICPR) of a BGR picture at a width of 640 px: larger is sharper."""
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    high_px = max(1, round(grey.shape[0] * _JUDGED_WIDTH_PX / grey.shape[1]))
    small = cv2.resize(grey, (_JUDGED_WIDTH_PX, high_px), interpolation=cv2.INTER_AREA)
    return float(cv2.Laplacian(small, cv2.CV_64F).var())
