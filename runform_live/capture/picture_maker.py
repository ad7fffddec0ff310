"""Turns a decoded frame into a picture as a player shows it: cropped, square pixels, upright, not too large, always of one size.

No other module does this. Pictures that are measured, reviewed, printed and exported therefore have the same coordinates.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

import av
import av.error
import cv2
import numpy as np
from av.video.reformatter import Colorspace, Interpolation, VideoReformatter

from runform_live.capture.orientation import UPRIGHT, Orientation, orientation_of
from runform_live.messages import Picture

# A larger picture is made smaller: the networks use no more than this.
SHORTER_PX, LONGER_PX = 1080, 3840
# A picture that would become only a little smaller is left as it is.
WORTH_RESIZING = 0.8
# A pixel ratio beyond this (or its inverse) is a mistake in the file.
LARGEST_PIXEL_RATIO = 8.0
# A pixel ratio this close to 1 is the rounding of broadcast sizes. It tilts a line by less than 0.02 deg.
SQUARE_WITHIN = 0.004


@dataclass(frozen=True, slots=True)
class Crop:
    """How many pixels at each side of the coded picture are not shown."""

    left_px: int = 0
    right_px: int = 0
    top_px: int = 0
    bottom_px: int = 0


NOT_CROPPED = Crop()


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """A frame as it comes from the codec, and how the film says that it must be shown.

    pixel_ratio: width divided by height of a pixel (sample aspect ratio). None: unknown.
    """

    frame: av.VideoFrame
    pixel_ratio: Fraction | None = None
    crop: Crop = NOT_CROPPED

    @property
    def stamp_s(self) -> float | None:
        """The time on the film's own clock. None: it has none."""
        return None if self.frame.time is None else float(self.frame.time)


def pixel_width(ratio: Fraction | None) -> float:
    """Width divided by height of a pixel. Unknown and impossible ratios count as square."""
    if ratio is None or ratio <= 0:
        return 1.0
    wide = float(ratio)
    if not 1 / LARGEST_PIXEL_RATIO <= wide <= LARGEST_PIXEL_RATIO or abs(wide - 1.0) < SQUARE_WITHIN:
        return 1.0
    return wide


def shown_size(height_px: int, width_px: int, pixel_wide: float = 1.0) -> tuple[int, int]:
    """Height and width (px) of the picture of a frame: square pixels, and not larger than the networks use. Nothing is cut off.

    Pixels become square by stretching the shorter side of the pixel, so that no detail is lost.
    """
    wide, high = width_px * max(pixel_wide, 1.0), height_px / min(pixel_wide, 1.0)
    smaller = min(SHORTER_PX / min(wide, high), LONGER_PX / max(wide, high))
    if smaller > WORTH_RESIZING:
        smaller = 1.0
    return max(1, round(high * smaller)), max(1, round(wide * smaller))


def fitted(picture: Picture, height_px: int, width_px: int) -> Picture:
    """The picture in the middle of a frame of this size, as large as fits, with black bars."""
    high, wide = picture.shape[:2]
    if (high, wide) == (height_px, width_px):
        return picture
    scale = min(height_px / high, width_px / wide)
    new_high, new_wide = min(height_px, max(1, round(high * scale))), min(width_px, max(1, round(wide * scale)))
    out = np.zeros((height_px, width_px, 3), np.uint8)
    top, left = (height_px - new_high) // 2, (width_px - new_wide) // 2
    out[top : top + new_high, left : left + new_wide] = cv2.resize(
        picture, (new_wide, new_high), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    )
    return out


class PictureMaker:
    """Makes the pictures of one film. All have the size of the first one; others are fitted into it."""

    def __init__(self, mirrored: bool = False, size_px: tuple[int, int] | None = None) -> None:
        """mirrored: the pixels are mirrored, and the film does not say so.

        size_px: the height and width in which an earlier version measured the film. Pictures are stretched to it.
        """
        self._mirrored, self._stretched_px = mirrored, size_px
        self._size_px: tuple[int, int] | None = None
        # Rotation, height and width of the frame whose orientation is known
        self._held: tuple[int, int, int] | None = None
        self._orientation = UPRIGHT
        self._scaler = VideoReformatter()
        self.resized = 0  # how many pictures had another size than the first

    def __call__(self, decoded: Decoded) -> Picture:
        """The picture of a frame."""
        picture = self._orientation_of(decoded.frame).applied(_square(decoded, self._scaler))
        if self._mirrored:
            picture = cv2.flip(picture, 1)
        if self._size_px is None:
            self._size_px = picture.shape[0], picture.shape[1]
        elif picture.shape[:2] != self._size_px:
            self.resized += 1
            picture = fitted(picture, *self._size_px)
        if self._stretched_px is not None and picture.shape[:2] != self._stretched_px:
            picture = cv2.resize(picture, self._stretched_px[::-1], interpolation=cv2.INTER_LINEAR)
        return np.ascontiguousarray(picture, dtype=np.uint8)

    def _orientation_of(self, frame: av.VideoFrame) -> Orientation:
        # Reading the side data of a frame makes PyAV keep the frame (25 MB at 4K) until the next garbage collection. The matrix is
        # therefore read only where the rotation or the size has changed.
        held = int(frame.rotation), frame.height, frame.width
        if held != self._held:
            self._held, self._orientation = held, orientation_of(frame)
        return self._orientation


def _square(decoded: Decoded, scaler: VideoReformatter) -> Picture:
    """The visible part of a frame with square pixels, in one pass of FFmpeg's scaler."""
    frame, crop = decoded.frame, decoded.crop
    high, wide = frame.height - crop.top_px - crop.bottom_px, frame.width - crop.left_px - crop.right_px
    if min(high, wide) < 1:  # impossible, or meant for frames of another size
        crop, high, wide = NOT_CROPPED, frame.height, frame.width
    height_px, width_px = shown_size(high, wide, pixel_width(decoded.pixel_ratio))
    scale_y, scale_x = height_px / high, width_px / wide
    whole = _scaled(scaler, frame, round(frame.height * scale_y), round(frame.width * scale_x))
    top, left = round(crop.top_px * scale_y), round(crop.left_px * scale_x)
    return whole[top : top + height_px, left : left + width_px]


def _scaled(scaler: VideoReformatter, frame: av.VideoFrame, height_px: int, width_px: int) -> Picture:
    smaller = height_px * width_px < frame.height * frame.width
    changed = (height_px, width_px) != (frame.height, frame.width)
    how = Interpolation.AREA if smaller else Interpolation.BICUBIC if changed else None
    # In this thread: the scaler would start one for each core, for each picture anew.
    try:
        return _packed(scaler.reformat(frame, width_px, height_px, "bgr24", interpolation=how, threads=1))
    except (av.error.FFmpegError, OSError, ValueError):
        # The scaler does not know the colour space. The usual one of films is good enough to see the runner.
        return _packed(
            scaler.reformat(frame, width_px, height_px, "bgr24", Colorspace.ITU709, Colorspace.ITU709, how, threads=1)
        )


def _packed(frame: av.VideoFrame) -> Picture:
    plane = frame.planes[0]
    rows = np.frombuffer(plane, np.uint8).reshape(frame.height, plane.line_size)  # type: ignore[call-overload]  # a plane is a buffer, but no stub says so
    return rows[:, : 3 * frame.width].reshape(frame.height, frame.width, 3)  # type: ignore[no-any-return]  # by the line before


def finite_rate(rate: Fraction | None, most_hz: float = 1000.0) -> float | None:
    """The frame rate; None where the film gives none, or an impossible one."""
    if rate is None or not rate:
        return None
    value = float(rate)
    return value if math.isfinite(value) and 0.0 < value <= most_hz else None
