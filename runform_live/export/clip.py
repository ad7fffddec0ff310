"""MP4 with the skeleton drawn in: a piece of a session to show somebody. It plays as the runner ran, also across lost frames."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import av
import av.error
import cv2
import numpy as np
import numpy.typing as npt

from runform_live import file_names, overlay
from runform_live.errors import BadInput
from runform_live.messages import Picture
from runform_live.session import outputs
from runform_live.session.film_pictures import PicturesByTime
from runform_live.session.pictures import is_seen_in

SLOWEST_HZ, FASTEST_HZ = 5.0, 1000.0
TICK_S = Fraction(1, 90_000)  # of the film's clock, as usual for films


def write(
    path: Path,
    pictures: PicturesByTime,
    times_s: npt.NDArray[np.float64],
    landmarks: npt.NDArray[np.float64],
    from_s: float,
    until_s: float,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Write the frames between two times of the session; returns how many.

    Raises BadInput where there is none, where they cannot be read, and where the clip cannot be written.
    """
    rows = np.flatnonzero((times_s >= from_s) & (times_s <= until_s))
    if len(rows) < 2:
        raise _no_pictures(from_s, until_s)
    rate_hz = (len(rows) - 1) / float(times_s[rows[-1]] - times_s[rows[0]])
    rate = Fraction(min(max(SLOWEST_HZ, rate_hz), FASTEST_HZ)).limit_denominator(1001)
    written = 0
    with outputs.replacing(path) as scratch, _Film(path, scratch, rate) as film:
        for number, row in enumerate(rows):
            picture = _picture(pictures, float(times_s[row]))
            if picture is None or not is_seen_in(*picture.shape[:2]):
                continue
            shown = np.ascontiguousarray(picture[: picture.shape[0] // 2 * 2, : picture.shape[1] // 2 * 2])
            overlay.draw(shown, landmarks[row], 1.0)
            film.add(shown, float(times_s[row]))
            written += 1
            if progress is not None:
                progress(number + 1, len(rows))
        if not written:
            raise _no_pictures(from_s, until_s)
    return written


def _no_pictures(from_s: float, until_s: float) -> BadInput:
    return BadInput(f"there are no pictures from {from_s:.1f} to {until_s:.1f} s; choose another piece")


def _picture(pictures: PicturesByTime, time_s: float) -> Picture | None:
    """The picture of a time. Raises BadInput where the film that is read is at fault, and not the clip that is written."""
    try:
        return pictures.at(time_s)
    except (OSError, av.error.FFmpegError) as trouble:
        raise BadInput(f"the pictures cannot be read ({trouble.strerror}); restore the film from a copy") from None


class _Film:
    """An MP4 that grows picture by picture. What its disk does not take is raised as BadInput about `path`."""

    def __init__(self, path: Path, scratch: Path, rate: Fraction) -> None:
        self._path = path
        self._empty, self._began_s = True, 0.0
        with self._writing():
            self._file = av.open(file_names.for_ffmpeg(scratch), "w", format="mp4")
            self._stream = self._file.add_stream("libx264", rate=rate, options={"crf": "20", "preset": "veryfast"})
            self._stream.pix_fmt = "yuv420p"
            self._stream.codec_context.time_base = TICK_S

    def add(self, picture: Picture, time_s: float) -> None:
        """picture: BGR, of an even height and width. time_s: of the session; the film begins with its first picture."""
        if self._empty:
            self._stream.height, self._stream.width = picture.shape[:2]
            self._empty, self._began_s = False, time_s
        size = self._stream.width, self._stream.height
        if picture.shape[1::-1] != size:  # the camera came back with another size
            picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
        frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
        frame.pts, frame.time_base = round((time_s - self._began_s) / TICK_S), TICK_S
        with self._writing():
            self._file.mux(self._stream.encode(frame))

    def __enter__(self) -> _Film:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:  # it goes away
            with contextlib.suppress(OSError, av.error.FFmpegError):
                self._file.close()
            return
        with self._writing(), contextlib.closing(self._file):
            self._file.mux(self._stream.encode(None))

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except (OSError, av.error.FFmpegError) as trouble:
            raise BadInput(f"cannot write {self._path} ({trouble.strerror}); name another place") from None
