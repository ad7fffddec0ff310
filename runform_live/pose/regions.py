"""The region around a person that a network looks at: where it is, how it is cut out, how points come back from it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from runform_live.body import middle, pair, trunk_px
from runform_live.messages import Picture

Size = tuple[int, int]  # of a network's input: width, height (px)


@dataclass(frozen=True, slots=True)
class Region:
    """A place in the picture: centre, height (px; as wide as the input for which it is cut) and rotation (rad, clockwise)."""

    x_px: float
    y_px: float
    side_px: float
    turn_rad: float = 0.0

    def to_input(self, size_px: Size) -> npt.NDArray[np.float64]:
        """Affine map (2, 3) from picture pixels to an input of that width and height; both count from the outer edge."""
        cos, sin, x, y = self.turn_and_shift(size_px)
        return np.array([[cos, sin, x], [-sin, cos, y]])

    def turn_and_shift(self, size_px: Size) -> tuple[float, float, float, float]:
        """The numbers of `to_input`: [[cos, sin, x], [-sin, cos, y]], cosine and sine times the scale."""
        scale = size_px[1] / self.side_px
        cos, sin = scale * math.cos(self.turn_rad), scale * math.sin(self.turn_rad)
        return (
            cos,
            sin,
            size_px[0] / 2 - cos * self.x_px - sin * self.y_px,
            size_px[1] / 2 + sin * self.x_px - cos * self.y_px,
        )

    def to_picture(self, points: npt.NDArray[np.floating], size_px: Size) -> npt.NDArray[np.float64]:
        """Points (..., 2) of an input of that size back to picture pixels, in the precision that they have."""
        scale = self.side_px / size_px[1]
        cos, sin = scale * math.cos(self.turn_rad), scale * math.sin(self.turn_rad)
        x = points[..., 0] - size_px[0] / 2
        y = points[..., 1] - size_px[1] / 2
        places = np.empty((*points.shape[:-1], 2), x.dtype)
        places[..., 0] = self.x_px + cos * x - sin * y
        places[..., 1] = self.y_px + sin * x + cos * y
        return places

    def overlap(self, other: Region) -> float:
        """Intersection over union of the two as squares, rotation left out; 0..1."""
        width = min(self.x_px + self.side_px / 2, other.x_px + other.side_px / 2) - max(
            self.x_px - self.side_px / 2, other.x_px - other.side_px / 2
        )
        height = min(self.y_px + self.side_px / 2, other.y_px + other.side_px / 2) - max(
            self.y_px - self.side_px / 2, other.y_px - other.side_px / 2
        )
        if width <= 0 or height <= 0:
            return 0.0
        shared = width * height
        return shared / (self.side_px**2 + other.side_px**2 - shared)

    # From one frame to the next: shares of the region's side. Between frames of a slow camera (24 Hz) a runner moves by less.
    LARGEST_JUMP, LARGEST_GROWTH = 0.35, 1.35

    def continues(self, before: Region) -> bool:
        """Whether it follows from the frame before: nobody jumps or grows faster."""
        jump = max(abs(self.x_px - before.x_px), abs(self.y_px - before.y_px)) / before.side_px
        growth = max(self.side_px / before.side_px, before.side_px / self.side_px)
        return jump <= self.LARGEST_JUMP and growth <= self.LARGEST_GROWTH


BLAZEPOSE_EXPAND = 1.25  # as MediaPipe's pose_landmark graph enlarges its regions


def from_centre_and_reach(centre_px: npt.NDArray[np.floating], reach_px: npt.NDArray[np.floating]) -> Region:
    """Region of BlazePose: a circle about the hip centre through a point above the head, upright along the two."""
    across, up = float(reach_px[0] - centre_px[0]), float(centre_px[1] - reach_px[1])
    side_px = 2.0 * math.hypot(across, up) * BLAZEPOSE_EXPAND
    return Region(float(centre_px[0]), float(centre_px[1]), max(side_px, 1.0), math.atan2(across, up))


SAMPLED_UP_TO = 1.1  # source pixels for one of the input; beyond, the source is averaged first
BORDER_PX = 3  # beyond a region, so that its edge is averaged like the rest


def cut(picture: Picture, region: Region, size_px: Size) -> Picture:
    """The region as (height, width, 3) of `size_px` in the picture's colours; what lies outside the picture is black.

    A region larger than the input is averaged, not point-sampled, so that fine texture and noise do not alias.
    """
    found = cut_with_fourth(picture, region, size_px)
    return found if found.shape[2] == 3 else np.asarray(cv2.cvtColor(found, cv2.COLOR_BGRA2BGR), dtype=np.uint8)


def cut_with_fourth(picture: Picture, region: Region, size_px: Size) -> Picture:
    """As `cut`, with three channels or with a fourth one that says nothing: whatever takes less time."""
    shrink = region.side_px / size_px[1]
    if shrink <= SAMPLED_UP_TO:
        return _sampled(picture, region, size_px)
    # A bilinear tap spans one source pixel; halving first keeps every pixel's weight.
    factor = 1 << int(math.log2(shrink))
    cos, sin = abs(math.cos(region.turn_rad)), abs(math.sin(region.turn_rad))
    reach_x_px = 0.5 * shrink * (cos * size_px[0] + sin * size_px[1]) + BORDER_PX * factor
    reach_y_px = 0.5 * shrink * (sin * size_px[0] + cos * size_px[1]) + BORDER_PX * factor
    left, right = _from_to(region.x_px, reach_x_px)
    top, bottom = _from_to(region.y_px, reach_y_px)
    part = picture[top:bottom, left:right]
    rows, columns = part.shape[0] // factor, part.shape[1] // factor
    if rows < 1 or columns < 1:
        return _sampled(picture, region, size_px)
    if factor > 1:
        part = part[: rows * factor, : columns * factor]
        part = cv2.resize(part, (columns, rows), interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    part = averaged(part, shrink / factor)
    # OpenCV samples four channels in less than half the time of three, with the same result.
    four = np.asarray(cv2.cvtColor(part, cv2.COLOR_BGR2BGRA), dtype=np.uint8)
    return _sampled(four, region, size_px, left, top, factor)


def _sampled(part: Picture, region: Region, size_px: Size, left: int = 0, top: int = 0, factor: int = 1) -> Picture:
    """The region at the pixels of an input, between four pixels each.

    part: of the picture, from that pixel on; each of its pixels is the mean of `factor` by `factor`.
    """
    # Plain numbers: arrays so small take ten times as long.
    cos, sin, x, y = region.turn_and_shift(size_px)
    x += cos * left + sin * top
    y += -sin * left + cos * top
    cos, sin = cos * factor, sin * factor
    # Ours counts from the edge of the first pixel, OpenCV from its centre.
    x += cos * 0.5 + sin * 0.5 - 0.5
    y += -sin * 0.5 + cos * 0.5 - 0.5
    from_centres = np.array([[cos, sin, x], [-sin, cos, y]])
    return np.asarray(cv2.warpAffine(part, from_centres, size_px, flags=cv2.INTER_LINEAR), dtype=np.uint8)


def _from_to(centre_px: float, reach_px: float) -> tuple[int, int]:
    """First and one past the last pixel within reach."""
    return max(int(centre_px - reach_px), 0), max(int(centre_px + reach_px), 0)


def averaged(part: Picture, shrink: float) -> Picture:
    """A picture as it is to be sampled every `shrink` pixels (1 to 2): a mean over so many has a variance of (shrink^2 - 1) / 12 more
    than one over a single pixel."""
    if shrink <= SAMPLED_UP_TO:
        return part
    beside = (shrink * shrink - 1.0) / 24.0
    taps = np.array([beside, 1.0 - 2.0 * beside, beside], np.float32)
    return np.asarray(cv2.sepFilter2D(part, -1, taps, taps), dtype=np.uint8)


def in_blocks(picture: Picture, size_px: Size) -> Picture:
    """The means of equal blocks of whole pixels, about as many as this width and height. Blocks of any size take five times as long.

    Rows and columns that are left over, less than one block, are left out.
    """
    height_px, width_px = picture.shape[:2]
    across, down = (max(round(side / wanted), 1) for side, wanted in zip((width_px, height_px), size_px, strict=True))
    columns, rows = width_px // across, height_px // down
    whole = picture[: rows * down, : columns * across]
    return np.asarray(cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA), dtype=np.uint8)


BLAZEPOSE_REACH = 1.75  # trunk lengths, from the hips to just above the head


def whole_body(landmarks: npt.NDArray[np.float64]) -> Region:
    """The region of BlazePose around a person whose trunk is known."""
    hips, shoulders = middle(landmarks, "hip"), middle(landmarks, "shoulder")
    return from_centre_and_reach(hips, hips + BLAZEPOSE_REACH * (shoulders - hips))


def shoulders_to_toes(landmarks: npt.NDArray[np.float64], times: float = 1.0) -> Region:
    """The upright region from the shoulders to the toes, for which the frontal network was trained.

    times: for a body that is so many times as large, from the same shoulders down.
    """
    shoulders, hips = middle(landmarks, "shoulder"), middle(landmarks, "hip")
    length_px = times * trunk_px(landmarks)
    hips_y_px = float(shoulders[1]) + times * float(hips[1] - shoulders[1])
    return Region(float(hips[0]), hips_y_px + 0.4 * length_px, max(3.3 * length_px, 1.0))


# Where the hips are on the way down from the shoulders to the lower ankle: by the heights of shoulder, hip and ankle of Drillis and Contini
# 1966 (in Winter, Biomechanics and Motor Control), a little more for bent knees; and by how much bodies and phases of gait differ.
HIPS_SHARE, HIPS_WITHIN = 0.375, 0.02


def waist_to_thighs(landmarks: npt.NDArray[np.float64]) -> Region:
    """The upright region around the hips, for which the detail network was trained.

    Under long clothes a network places the hips too far down the trousers. Shoulders and ankles, which are seen, limit where they may be.
    """
    shoulders, hips = middle(landmarks, "shoulder"), middle(landmarks, "hip")
    down_px = float(landmarks[pair("ankle"), 1].max() - shoulders[1])
    if down_px > 0:
        expected_y_px = float(shoulders[1]) + HIPS_SHARE * down_px
        hips[1] = np.clip(hips[1], expected_y_px - HIPS_WITHIN * down_px, expected_y_px + HIPS_WITHIN * down_px)
    length_px = float(np.linalg.norm(hips - shoulders))
    return Region(float(hips[0]), float(hips[1]), max(1.1 * length_px, 1.0))
