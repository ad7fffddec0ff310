"""Where pictures come from: a camera, a file, a network stream, the shipped demo.

Every source gives pictures (height, width, 3; BGR, uint8, upright) with times in seconds: the file's own, starting at 0,
or the monotonic clock.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import av.error
import cv2
import numpy as np
import numpy.typing as npt

from runform_live.config import CaptureSettings
from runform_live.errors import BadInput

DEMO = Path(__file__).with_name("demo.mp4")
STREAMS = ("rtsp://", "rtsps://", "http://", "https://", "rtmp://", "udp://", "tcp://", "srt://")
CONNECT_S = "5000000"  # microseconds, as FFmpeg takes it
Picture = npt.NDArray[np.uint8]
_TURNS = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_CLOCKWISE}


@dataclass(frozen=True, slots=True)
class Described:
    """What is known of a source once it is open; None is unknown."""

    height_px: int
    width_px: int
    frame_rate_hz: float | None
    duration_s: float | None


def is_camera(source: str) -> bool:
    return source.isdecimal()


def is_stream(source: str) -> bool:
    return source.lower().startswith(STREAMS)


def is_file(source: str) -> bool:
    return not is_camera(source) and not is_stream(source)


def file_of(source: str) -> Path:
    """The file that a source names; "demo" is the shipped clip."""
    return DEMO if source == "demo" else Path(source)


class Video:
    """A file or a stream, decoded by FFmpeg. Iterate for (time_s, picture); `cut_short` tells that the end is damaged."""

    def __init__(self, source: str, threads: int = 2, slowed: float = 1.0) -> None:
        """slowed: so many times slower than life it plays; times are those of life."""
        self._source, self.slowed = source, slowed
        address = source if is_stream(source) else str(file_of(source))
        self._container = _open(address, stream=is_stream(source))
        videos = self._container.streams.video
        if not videos:
            self._container.close()
            raise BadInput(f"{source}: there are no pictures in it; give a video file")
        self._stream = videos[0]
        self._stream.thread_type = "AUTO"
        self._stream.codec_context.thread_count = threads
        self.cut_short = False
        self._first: tuple[float, Picture] | None = None
        self._skipped_s = -math.inf
        self._frames = self._decode()
        self._first = next(self._frames, None)
        if self._first is None:
            self._container.close()
            raise BadInput(f"{source}: no picture can be read from it; give a video file that plays elsewhere")
        height_px, width_px = self._first[1].shape[:2]
        rate = self._stream.average_rate
        length = self._container.duration
        self.described = Described(
            height_px, width_px, float(rate) * slowed if rate else None,
            length / av.time_base / slowed if length else None,
        )  # fmt: skip

    def __iter__(self) -> Iterator[tuple[float, Picture]]:
        if self._first is not None:
            first, self._first = self._first, None
            yield first
        yield from self._frames

    def skip(self, until_s: float) -> None:
        """Leave out the pictures up to this time (s), this one included. Call it before the first picture is taken."""
        self._skipped_s = until_s
        if self._first is not None and self._first[0] <= until_s:
            self._first = None

    def close(self) -> None:
        self._container.close()

    def _decode(self) -> Iterator[tuple[float, Picture]]:
        start_s, last_s = math.nan, -math.inf
        step_s = 1.0 / float(self._stream.average_rate) if self._stream.average_rate else 1 / 30
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
                if packet is None:
                    return
                frames = packet.decode()
            except (av.error.InvalidDataError, av.error.EOFError):
                # A damaged packet: what follows may be whole again; the reader is told either way.
                self.cut_short = True
                if packet is None or packet.dts is None:
                    return
                continue
            except av.error.FFmpegError:
                self.cut_short = True
                return
            for frame in frames:
                at_s = (
                    frame.time
                    if frame.time is not None
                    else (0.0 if math.isnan(start_s) else start_s + last_s + step_s)
                )
                if math.isnan(start_s):
                    start_s = at_s
                time_s = at_s - start_s
                if time_s <= last_s:  # a repeated or reordered stamp carries no new moment
                    continue
                last_s = time_s
                if time_s / self.slowed > self._skipped_s:
                    yield time_s / self.slowed, upright(frame)


def _open(address: str, stream: bool) -> av.container.InputContainer:
    options = {"rtsp_transport": "tcp", "stimeout": CONNECT_S, "timeout": CONNECT_S} if stream else {}
    if not stream and not Path(address).exists():
        raise BadInput(f"{address}: there is no such file")
    try:
        return av.open(address, options=options, timeout=(8.0, 8.0) if stream else None)
    except (av.error.InvalidDataError, av.error.PatchWelcomeError):
        raise BadInput(f"{address}: this is not a video; give a file that plays in a video player") from None
    except av.error.IsADirectoryError:
        raise BadInput(f"{address}: this is a folder; give a video file") from None
    except (av.error.FFmpegError, OSError) as trouble:
        reason = getattr(trouble, "strerror", None) or str(trouble)
        advice = "check the address and that the camera is on" if stream else "check the file"
        raise BadInput(f"{address}: cannot be opened ({reason}); {advice}") from None


def upright(frame: av.VideoFrame) -> Picture:
    """The frame as a picture, turned as its file says."""
    picture = frame.to_ndarray(format="bgr24")
    turn = _TURNS.get(int(frame.rotation) % 360)
    if turn is not None:
        picture = cv2.rotate(picture, turn)
    return np.ascontiguousarray(picture, dtype=np.uint8)


class Camera:
    """A webcam. `read` gives (monotonic time, picture), or None when it does not answer (unplugged)."""

    def __init__(self, index: int, wished: CaptureSettings) -> None:
        self._capture = cv2.VideoCapture(index)
        if not self._capture.isOpened():
            raise BadInput(
                f"camera {index} does not answer; plug it in, close other programs that use it, or choose another"
            )
        # MJPG first: raw pictures at 720p exceed what USB 2 carries beyond 10 frames a second.
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
        self.described = Described(height_px, width_px, rate if rate > 0 else None, None)

    def read(self) -> tuple[float, Picture] | None:
        good, picture = self._capture.read()
        if not good or picture is None:
            return None
        return time.monotonic(), np.ascontiguousarray(picture, dtype=np.uint8)

    def close(self) -> None:
        self._capture.release()


class Stream:
    """A network stream. `read` gives (monotonic time, picture), or None when it stopped.

    The sender's own clock starts anew with every connection, so the time is that of the arrival.
    """

    def __init__(self, address: str) -> None:
        self._video = Video(address)
        self._pictures = iter(self._video)
        self.described = self._video.described

    def read(self) -> tuple[float, Picture] | None:
        found = next(self._pictures, None)
        return None if found is None else (time.monotonic(), found[1])

    def close(self) -> None:
        self._video.close()


class File:
    """A video file. `read` gives (seconds since its first picture, picture), or None at its end."""

    def __init__(self, source: str, after_s: float = -math.inf, loops: bool = False) -> None:
        """after_s: pictures up to this time are left out. loops: the file is played again and again; its times go on."""
        self._source, self._loops = source, loops
        self._video = Video(source)
        self._offset_s = self._last_s = 0.0
        if loops and after_s >= 0:
            self._offset_s = after_s + self._step_s  # in which round that was is not known: begin one
        else:
            self._video.skip(after_s)
        self._pictures = iter(self._video)
        self.described = self._video.described

    @property
    def cut_short(self) -> bool:
        """The file's end is missing or damaged."""
        return self._video.cut_short

    def read(self) -> tuple[float, Picture] | None:
        found = next(self._pictures, None)
        if found is None and self._loops:
            self._begin_again()
            found = next(self._pictures, None)
        if found is None:
            return None
        self._last_s = self._offset_s + found[0]
        return self._last_s, found[1]

    def close(self) -> None:
        self._video.close()

    @property
    def _step_s(self) -> float:
        return 1.0 / (self._video.described.frame_rate_hz or 30.0)

    def _begin_again(self) -> None:
        self._video.close()
        self._video = Video(self._source)
        self._pictures = iter(self._video)
        self._offset_s = self._last_s + self._step_s
