"""What a film needs to be measured: how bright, how sharp, how fast, from where. For all rooms that judge one alike."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from runform_live.messages import INDEX, Picture

DARK, BRIGHT = 0.12, 0.92  # mean brightness, 0..1
RUNNER_DARK = 0.13  # of the brighter parts of a runner: a silhouette, or all in black
BLURRED = 15.0  # sharpness; a picture in focus has over 50
SLOW_HZ = 23.0  # a camera that says 24 may give a little less
_JUDGED_WIDTH_PX = 640
_SEGMENTS = np.array(
    [
        [INDEX[f"{side}_{joint}"] for joint in joints]
        for side in ("left", "right")
        for joints in (("shoulder", "hip"), ("hip", "knee"), ("knee", "ankle"))
    ]
)
_ALONG = np.linspace(0.1, 0.9, 9)


def brightness(picture: Picture) -> float:
    """Mean of a picture (height, width, 3), 0..1."""
    return float(picture[::8, ::8].mean()) / 255


def runner_brightness(picture: Picture, landmarks: npt.NDArray[np.float64]) -> float:
    """How bright the brighter parts of trunk and legs are, 0..1; NaN where they are not in the picture.

    picture: (height, width, 3); landmarks: (landmarks, 3: x_px, y_px, sigma_px). The 80th percentile along sides, thighs and shanks:
    in good light something of a runner (skin, a stripe, a shoe's rim) is brighter than black cloth.
    """
    ends = landmarks[_SEGMENTS, :2]  # (segments, 2, 2)
    at = (ends[:, :1] + _ALONG[:, None] * (ends[:, 1:] - ends[:, :1])).reshape(-1, 2)
    within = (at >= 0) & (at < picture.shape[1::-1])  # what is not known (NaN) is not
    inside = within[:, 0] & within[:, 1]
    if not inside.any():
        return math.nan
    column, row = at[inside].astype(np.intp).T
    return _percentile(picture[row, column].sum(axis=1) / picture.shape[2], 0.8) / 255


def _percentile(values: npt.NDArray[np.float64], share: float) -> float:
    """The same as np.percentile, which takes ten times as long for so few values."""
    at = share * (len(values) - 1)
    below = math.floor(at)
    above = min(below + 1, len(values) - 1)
    ordered = np.sort(values)
    step = float(ordered[above] - ordered[below])
    part = at - below
    return float(ordered[above]) - step * (1.0 - part) if part >= 0.5 else float(ordered[below]) + step * part


def sharpness(picture: Picture) -> float:
    """Variance of the Laplacian (Pech-Pacheco et al. 2000, ICPR) of a BGR picture at a width of 640 px: larger is sharper."""
    import cv2  # the gait stage takes a limit from here, and needs no pictures

    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
    high_px = max(1, round(grey.shape[0] * _JUDGED_WIDTH_PX / grey.shape[1]))
    small = cv2.resize(grey, (_JUDGED_WIDTH_PX, high_px), interpolation=cv2.INTER_AREA)
    return float(cv2.Laplacian(small, cv2.CV_64F).var())
