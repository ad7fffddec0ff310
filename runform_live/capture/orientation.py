"""How the camera was held, according to the film."""

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
    """One of eight orientations. The picture is first transposed, then mirrored."""

    transposed: bool = False
    mirrored_x: bool = False
    mirrored_y: bool = False

    @classmethod
    def of_matrix(cls, matrix: npt.NDArray[np.int32]) -> Orientation:
        """The orientation nearest to a display matrix (9,), stored by rows as in FFmpeg and QuickTime.

        A pixel (x, y) is shown at (a x + c y, b x + d y), with y down. A matrix of zeros means upright.
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
    """The orientation from the frame's display matrix. In a film it comes from the container, in a JPEG from its EXIF data."""
    try:
        said: Any = frame.side_data  # a mapping, though not in PyAV's type stubs
    except ValueError:
        _know_newer_side_data()
        said = frame.side_data
    try:
        matrix = np.frombuffer(bytes(said["DISPLAYMATRIX"]), np.int32)
    except KeyError:
        return UPRIGHT
    return Orientation.of_matrix(matrix) if len(matrix) >= 9 else UPRIGHT


def _know_newer_side_data() -> None:
    """Make PyAV accept kinds of side data (EXIF) for which it has no name. Otherwise it refuses all side data of the frame."""
    kinds: Any = Type
    kinds._missing_ = classmethod(lambda cls, _value: cls.VIDEO_HINT)
