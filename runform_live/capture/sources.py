"""The sources of pictures: a camera, a network stream, a file.

Each gives pictures with times in seconds. A file has its own times, starting at 0. The others use the monotonic clock.
"""

from __future__ import annotations

import gc
import math
import time
from functools import partial

import cv2
import numpy as np

from runform_live.capture.decoder import Decoder
from runform_live.capture.picture_maker import PictureMaker
from runform_live.capture.settings import CaptureSettings
from runform_live.capture.source_info import FilmEnd, SourceInfo
from runform_live.capture.video import Video
from runform_live.errors import BadInput
from runform_live.messages import Picture


class Camera:
    """A webcam. `read` gives (monotonic time, picture), or None if the camera does not answer."""

    def __init__(self, index: int, wished: CaptureSettings, mirrored: bool = False) -> None:
        """mirrored: the camera mirrors its pictures."""
        self._mirrored = mirrored
        self._capture = cv2.VideoCapture(index)
        if not self._capture.isOpened():
            raise BadInput(
                f"camera {index} does not answer; plug it in, close other programs that use it, or choose another"
            )
        # Ask for MJPG first: USB 2 carries only about 10 uncompressed pictures a second at 720p.
        self._capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, wished.width_px)
        self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, wished.height_px)
        self._capture.set(cv2.CAP_PROP_FPS, wished.frame_rate_hz)
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        first = self.read()
        if first is None:
            self.close()
            raise BadInput(f"camera {index} opens but gives no picture; close other programs that use it")
        height_px, width_px = first[1].shape[:2]
        rate = self._capture.get(cv2.CAP_PROP_FPS)
        self.info = SourceInfo(height_px, width_px, rate if rate > 0 else None, None)

    def read(self) -> tuple[float, Picture] | None:
        good, picture = self._capture.read()
        if not good or picture is None:
            return None
        read_s = time.monotonic()
        if self._mirrored:
            picture = cv2.flip(picture, 1)
        return read_s, np.ascontiguousarray(picture, dtype=np.uint8)

    def close(self) -> None:
        self._capture.release()


class Stream:
    """A network stream. `read` gives (monotonic time, picture), or None if the stream has stopped.

    The time is that of arrival, because the sender's clock restarts with every connection.
    """

    def __init__(self, address: str, mirrored: bool = False) -> None:
        self._decoder = Decoder(address)
        self._frames = iter(self._decoder)
        self._make_picture = PictureMaker(mirrored)
        height_px, width_px = self._make_picture(self._decoder.first).shape[:2]
        self.info = SourceInfo(height_px, width_px, self._decoder.frame_rate_hz, None)

    def read(self) -> tuple[float, Picture] | None:
        found = next(self._frames, None)
        return None if found is None else (time.monotonic(), self._make_picture(found))

    def close(self) -> None:
        self._decoder.close()


class File:
    """A video file. `read` gives (seconds since the first picture, picture), or None at the end."""

    def __init__(
        self,
        source: str,
        after_s: float = -math.inf,
        loops: bool = False,
        frame_rate_hz: float | None = None,
        mirrored: bool = False,
    ) -> None:
        """after_s: pictures up to this time are left out. loops: the file is played again and again, and its times go on.

        frame_rate_hz, mirrored: see Video.
        """
        self._loops = loops
        self._opens = partial(Video, source, frame_rate_hz=frame_rate_hz, mirrored=mirrored)
        self._video = self._opens()
        self._offset_s = self._last_s = 0.0
        if loops and after_s >= 0:
            self._offset_s = after_s + self._step_s  # how often it was played is not known: start it again
        else:
            self._video.skip(after_s)
        self._pictures = iter(self._video)
        self.info = self._video.info

    def end(self) -> FilmEnd:
        """How the file ended, as far as it was read."""
        return self._video.end()

    def read(self) -> tuple[float, Picture] | None:
        found = next(self._pictures, None)
        if found is None and self._loops:
            self._play_again()
            found = next(self._pictures, None)
        if found is None:
            return None
        self._last_s = self._offset_s + found[0]
        return self._last_s, found[1]

    def close(self) -> None:
        self._video.close()

    @property
    def _step_s(self) -> float:
        return 1.0 / (self._video.info.frame_rate_hz or 30.0)

    def _play_again(self) -> None:
        self._video.close()
        self._video = self._opens()
        self._pictures = iter(self._video)
        self._offset_s = self._last_s + self._step_s
        gc.collect()  # PyAV keeps the first frame of each film, and with it the decoder's pictures, in a circle (see PictureMaker)
