"""Draws the runner's skeleton and pelvis line into a picture: on the live screen, in reports."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from runform_live.messages import INDEX, Picture

LIMBS = (("hip", "knee"), ("knee", "ankle"), ("ankle", "toe"), ("ankle", "heel"), ("shoulder", "hip"))
PELVIS_BGR = (255, 255, 255)
# Blue and orange differ for every kind of colour vision (Okabe and Ito 2008, Color Universal Design).
LEFT_RGB, RIGHT_RGB = (86, 180, 233), (230, 159, 0)


def small_copy(picture: Picture, width_px: int, height_px: int) -> tuple[Picture, float]:
    """The picture fitted into width x height with its shape kept (black beside it), and the scale."""
    scale = min(width_px / picture.shape[1], height_px / picture.shape[0])
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale > 0.4 else cv2.INTER_LINEAR)
    out = np.zeros((height_px, width_px, 3), np.uint8)
    out[: size[1], : size[0]] = small
    return out, scale


def lower_copy(picture: Picture, height_px: int) -> tuple[Picture, float]:
    """The picture at a smaller height with its shape kept, and the scale.

    It is halved as often as that goes, then interpolated: 0.5 ms from 720 to 470 lines, where the mean over areas takes 6 ms.
    """
    full_h, full_w = picture.shape[:2]
    scale = height_px / full_h
    width_px, small = max(1, round(full_w * scale)), picture
    while small.shape[0] >= 2 * height_px and small.shape[1] >= 2 * width_px:
        size = (small.shape[1] // 2, small.shape[0] // 2)
        small = np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_AREA), np.uint8)
    small = np.asarray(cv2.resize(small, (width_px, height_px), interpolation=cv2.INTER_LINEAR), np.uint8)
    return small, scale


def upright_copy(
    picture: Picture, width_px: int, height_px: int, centre_x_px: float | None
) -> tuple[Picture, float, float]:
    """The part about centre_x_px (None: the middle) that fills width x height; the scale; where it begins (px of the picture)."""
    full_h, full_w = picture.shape[:2]
    wide = min(full_w, round(full_h * width_px / height_px))
    centre = full_w / 2 if centre_x_px is None else centre_x_px
    left = round(min(max(centre - wide / 2, 0), full_w - wide))
    out, scale = small_copy(picture[:, left : left + wide], width_px, height_px)
    return out, scale, float(left)


def draw(picture: Picture, landmarks: npt.NDArray[np.float64], scale: float) -> None:
    """Draw into `picture` (BGR); `landmarks` (landmarks, 3) are in px of the full picture; unknown points are left out.

    Left and right are the runner's own (body.own_sides).
    """
    for side, colour in (("left", LEFT_RGB[::-1]), ("right", RIGHT_RGB[::-1])):
        for start, end in LIMBS:
            _line(picture, landmarks, f"{side}_{start}", f"{side}_{end}", scale, colour, 2)
    _line(picture, landmarks, "left_hip", "right_hip", scale, PELVIS_BGR, 4)


def _line(
    picture: Picture,
    landmarks: npt.NDArray[np.float64],
    start: str,
    end: str,
    scale: float,
    colour: tuple[int, ...],
    thick: int,
) -> None:
    a, b = landmarks[INDEX[start], :2] * scale, landmarks[INDEX[end], :2] * scale
    if np.isfinite(a).all() and np.isfinite(b).all():
        cv2.line(picture, (int(a[0]), int(a[1])), (int(b[0]), int(b[1])), colour, thick, cv2.LINE_AA)
