"""One picture of a session with the measured skeleton drawn into it."""

from __future__ import annotations

import contextlib

import av.error
import numpy as np
import numpy.typing as npt

from runform_live import overlay
from runform_live.errors import BadInput, reason_of
from runform_live.messages import Picture
from runform_live.session.landmarks import frame_at, landmarks_of
from runform_live.session.pictures import find
from runform_live.session.reader import Session


def picture_with_skeleton(session: Session, time_s: float) -> Picture:
    """The picture (height, width, 3: blue, green, red) of the frame nearest to a time (s), with skeleton and pelvis line.

    Raises BadInput where there is no frame within 0.05 s, where there are no pictures, and where poses.parquet is damaged.
    """
    times_s, landmarks = landmarks_of(session)
    row = frame_at(times_s, time_s)
    if row is None:
        raise _no_frame(times_s, time_s)
    picture = _picture(session, float(times_s[row])).copy()
    overlay.draw(picture, landmarks[row], 1.0)
    return picture


def _no_frame(times_s: npt.NDArray[np.float64], time_s: float) -> BadInput:
    if not len(times_s):
        return BadInput(f"there is no frame at {time_s:.2f} s: the session has none at all")
    return BadInput(
        f"there is no frame at {time_s:.2f} s; the session has frames from {times_s[0]:.2f} to {times_s[-1]:.2f} s"
    )


def _picture(session: Session, time_s: float) -> Picture:
    found = find(session)
    if found.pictures is None:
        raise found.missing or BadInput(f"{session.folder}: there are no pictures of this session")
    with contextlib.closing(found.pictures) as pictures:
        try:
            picture = pictures.at(time_s)
        except (OSError, av.error.FFmpegError) as trouble:
            raise BadInput(
                f"the pictures cannot be read ({reason_of(trouble)}); restore the film from a copy"
            ) from None
    if picture is None:
        raise found.missing or BadInput(f"there is no picture at {time_s:.2f} s; choose another time")
    return picture
