"""Clips as a camera that does not stand still would have filmed them: a known motion, put into each picture."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal, get_args

import cv2
import numpy as np

from runform_live.messages import Picture

Camera = Literal["pushed", "hand", "floor"]
CAMERAS: tuple[Camera, ...] = get_args(Camera)

# When, and by what: deg, clockwise; shares of the picture's height, right and down.
PUSHED_S, PUSHED = 5.0, (1.5, 0.02, -0.0125)
# Of a phone in a hand: SD of turn (deg) and of both shifts (share of the height); rates (Hz) that are in no simple ratio to a runner's.
HAND_DEG, HAND_SHIFT = 0.7, 0.008
HAND_HZ = (0.22, 0.48, 0.78, 1.26)
# Of a stand on the treadmill's own floor: the steps shake it.
FLOOR_DEG, FLOOR_SHIFT, STRIDE_HZ = 0.15, 0.003, 1.4


def _sway(time_s: float, start: float) -> float:
    """A slow wander with an SD of one."""
    waves = [math.sin(2 * math.pi * rate * time_s + start * (n + 1)) for n, rate in enumerate(HAND_HZ)]
    return math.sqrt(2 / len(waves)) * math.fsum(waves)


def motion(camera: Camera, time_s: float) -> tuple[float, float, float]:
    """Turn of the picture (deg, clockwise) and its shift to the right and down (share of its height)."""
    if camera == "pushed":
        return PUSHED if time_s > PUSHED_S else (0.0, 0.0, 0.0)
    if camera == "hand":
        return HAND_DEG * _sway(time_s, 0.3), HAND_SHIFT * _sway(time_s, 1.1), HAND_SHIFT * _sway(time_s, 2.3)
    swing = 2 * math.pi * STRIDE_HZ * time_s
    return FLOOR_DEG * math.sin(swing), 0.0, FLOOR_SHIFT * math.sin(2 * swing + 1.0)


def filmed_by(camera: Camera) -> Callable[[float, Picture], Picture]:
    """What such a camera makes of a frame at a time (s); the edges are drawn out."""

    def filmed(time_s: float, picture: Picture) -> Picture:
        turn_deg, right, down = motion(camera, time_s)
        height, width = picture.shape[:2]
        lens = cv2.getRotationMatrix2D((width / 2, height / 2), -turn_deg, 1.0)
        lens[:, 2] += (right * height, down * height)
        moved = cv2.warpAffine(picture, lens, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(moved, dtype=np.uint8)

    return filmed
