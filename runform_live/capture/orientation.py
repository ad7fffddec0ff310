"""How the camera was held, as a film says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.sidedata.sidedata import Type

from runform_live.messages import Picture


@dataclass(frozen=True, slots=True)
class Orientation:
    """One of the eight ways to hold a camera. Transposed first, then mirrored."""

    transposed: bool = False
    mirrored_x: bool = False
    mirrored_y: bool = False

    @classmethod
    def of_matrix(cls, matrix: npt.NDArray[np.int32]) -> Orientation:
        """The nearest of the eight to a display matrix (9,), row by row as FFmpeg and QuickTime keep it.

        A pixel (x, y) is shown at (a x + c y, b x + d y), y down. A matrix of zeros says nothing.
        """
        a, b, c, d = (int(matrix[place]) for place in (0, 1, 3, 4))
        if abs(b) + abs(c) > abs(a) + abs(d):
            return cls(True, c < 0, b < 0)
        return cls(False, a < 0, d < 0)

    def applied(self, picture: Picture) -> Picture:
        if self.transposed:
            picture = np.ascontiguousarray(picture.transpose(1, 0, 2))
        if self.mirrored_x or self.mirrored_y:
            both = self.mirrored_x and self.mirrored_y
            picture = cv2.flip(picture, -1 if both else 1 if self.mirrored_x else 0)
        return picture


UPRIGHT = Orientation()


def orientation_of(frame: av.VideoFrame) -> Orientation:
    """What the frame's own display matrix says; of a film it is that of the container, of a JPEG its EXIF orientation."""
    try:
        said: Any = frame.side_data  # a mapping, which PyAV's type stubs do not say
    except ValueError:
        _know_newer_side_data()
        said = frame.side_data
    try:
        matrix = np.frombuffer(bytes(said["DISPLAYMATRIX"]), np.int32)
    except KeyError:
        return UPRIGHT
    return Orientation.of_matrix(matrix) if len(matrix) >= 9 else UPRIGHT


def _know_newer_side_data() -> None:
    """PyAV refuses all side data of a frame where FFmpeg has a kind (EXIF) that PyAV has no name for: give it any other name."""
    kinds: Any = Type
    kinds._missing_ = classmethod(lambda cls, _value: cls.VIDEO_HINT)
