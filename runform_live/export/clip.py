"""MP4 with the skeleton drawn in: a piece of a session to show somebody."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import av.error
import cv2
import numpy as np
import numpy.typing as npt

from runform_live import names, overlay
from runform_live.errors import BadInput
from runform_live.session import outputs
from runform_live.session.pictures import AnyTime

SLOWEST_HZ, FASTEST_HZ = 5.0, 1000.0


def write(
    path: Path,
    pictures: AnyTime,
    times_s: npt.NDArray[np.float64],
    landmarks: npt.NDArray[np.float64],
    from_s: float,
    until_s: float,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Write the frames between two times of the session; returns how many. BadInput where there is none or no place."""
    rows = np.flatnonzero((times_s >= from_s) & (times_s <= until_s))
    if len(rows) < 2:
        raise BadInput(f"there are no pictures from {from_s:.1f} to {until_s:.1f} s; choose another piece")
    rate_hz = (len(rows) - 1) / float(times_s[rows[-1]] - times_s[rows[0]])
    rate = Fraction(min(max(SLOWEST_HZ, rate_hz), FASTEST_HZ)).limit_denominator(1001)
    written = 0
    try:
        with outputs.replacing(path) as scratch, av.open(names.for_ffmpeg(scratch), "w", format="mp4") as film:
            stream = film.add_stream("libx264", rate=rate, options={"crf": "20", "preset": "veryfast"})
            stream.pix_fmt = "yuv420p"
            for number, row in enumerate(rows):
                picture = pictures.at(float(times_s[row]))
                if picture is None:
                    continue
                shown = np.ascontiguousarray(picture[: picture.shape[0] // 2 * 2, : picture.shape[1] // 2 * 2])
                overlay.draw(shown, landmarks[row], 1.0)
                if not written:
                    stream.height, stream.width = shown.shape[:2]
                elif shown.shape[:2] != (stream.height, stream.width):  # the camera came back with another size
                    shown = cv2.resize(shown, (stream.width, stream.height), interpolation=cv2.INTER_AREA)
                film.mux(stream.encode(av.VideoFrame.from_ndarray(shown, format="bgr24")))
                written += 1
                if progress is not None:
                    progress(number + 1, len(rows))
            film.mux(stream.encode(None))
    except (OSError, av.error.FFmpegError) as trouble:
        raise BadInput(f"cannot write {path} ({trouble.strerror}); name another place") from None
    return written
