"""The tilt of a waistband in a picture: the straight line across a person along which the colours change most.

It knows nothing of any network but where the middle of the hips is. So it is a second opinion of how far the pelvis turns. It is no truth:
the edge of a vest moves on the skin, and what is above the pelvis bends against it.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from runform_live.messages import Picture

Array = npt.NDArray[np.float64]

ACROSS = 0.8  # of the hip width, on each side of the middle: the edge is looked for there
ABOVE, BELOW = 0.55, 0.15  # of the trunk: how far from the hips it is looked for
STEEPEST_DEG, STEP_DEG, STEP_PX = 20.0, 0.25, 0.5
SOFT_PX = 1.5  # SD of the blur before the change of colour is taken


def edge_tilt_deg(picture: Picture, hips_px: tuple[float, float], hip_width_px: float, trunk_px: float) -> float:
    """Tilt of the clearest edge across the hips, positive clockwise in the picture; NaN where it is at the end of the range.

    The line is the one along which the mean change of colour, from above to below, is greatest (a Radon transform of the gradient).
    """
    x, y = hips_px
    left, right = round(x - ACROSS * hip_width_px), round(x + ACROSS * hip_width_px)
    top, bottom = round(y - ABOVE * trunk_px), round(y + BELOW * trunk_px)
    if left < 0 or top < 0 or right >= picture.shape[1] or bottom >= picture.shape[0] or right - left < 8:
        return math.nan
    colours = cv2.cvtColor(picture[top:bottom, left:right], cv2.COLOR_BGR2LAB).astype(np.float32)
    soft = cv2.GaussianBlur(colours, (0, 0), SOFT_PX)
    change = np.linalg.norm(cv2.Sobel(soft, cv2.CV_32F, 0, 1), axis=2)
    tilts_deg = np.arange(-STEEPEST_DEG, STEEPEST_DEG + STEP_DEG, STEP_DEG)
    best = np.array([_strongest(change, tilt_deg) for tilt_deg in tilts_deg])
    at = int(np.argmax(best))
    if at in (0, len(tilts_deg) - 1):
        return math.nan
    before, here, after = best[at - 1 : at + 2]
    return float(tilts_deg[at] + 0.5 * STEP_DEG * (before - after) / (before - 2 * here + after))


def _strongest(change: npt.NDArray[np.floating], tilt_deg: float) -> float:
    """The greatest mean change of colour along a line of this tilt, over all heights."""
    high, wide = change.shape
    rises = np.tan(np.radians(tilt_deg)) * (np.arange(wide) - (wide - 1) / 2)
    margin = int(np.ceil(np.abs(rises).max()))
    heights = np.arange(margin, high - 1 - margin, STEP_PX)
    if not len(heights):
        return 0.0
    rows = heights[:, None] + rises[None, :]
    lower = np.floor(rows).astype(int)
    share = rows - lower
    columns = np.arange(wide)[None, :]
    along = (1 - share) * change[lower, columns] + share * change[lower + 1, columns]
    return float(along.mean(axis=1).max())
