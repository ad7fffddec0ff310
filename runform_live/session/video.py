"""One video file of a recording: written so that all but the last CLUSTER_S survive a kill, and read where it was cut off."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import av.error
import cv2
import numpy as np
from av.video.frame import PictureType

from runform_live import file_names
from runform_live.encryption import plain_copies
from runform_live.errors import BadInput
from runform_live.messages import Picture
from runform_live.safe_files import make_private_file
from runform_live.session import door

TIME_BASE = Fraction(1, 1000)  # what Matroska keeps
CLUSTER_S = 0.1  # the muxer hands the file over in pieces of this length; capture keeps the pictures of the last one
FORMAT = "matroska"
KEY_S = 1.0  # between two key frames: a jump to any time decodes no more than that
VIDEO_TROUBLE = (OSError, av.error.FFmpegError)  # what a disk that is full, or a damaged file, raises


@dataclass(frozen=True, slots=True)
class Readable:
    """What a player gets out of a file: frames, and the times (s, of the session) of the first and the last."""

    frames: int
    start_s: float
    end_s: float


def readable(path: Path, first_only: bool = False) -> Readable | None:
    """Look through a file without decoding (first_only: at its first frame alone); None where there is no frame in it."""
    count, start_s, end_s = 0, 0.0, 0.0
    try:
        door.check(path)
        with (
            plain_copies.taken(path) as plain,
            av.open(file_names.for_ffmpeg(plain), format=FORMAT, metadata_errors="replace") as container,
        ):
            for packet in container.demux(video=0):
                if packet.pts is None or packet.time_base is None or packet.is_corrupt:
                    continue
                end_s = float(packet.pts * packet.time_base)
                start_s = end_s if count == 0 else start_s
                count += 1
                if first_only:
                    break
    except (*VIDEO_TROUBLE, BadInput, IndexError, EOFError):
        pass  # cut off: what came before counts
    return Readable(count, start_s, end_s) if count else None


def _planar(picture: Picture) -> av.VideoFrame:
    """A picture (height, width, 3; BGR; both even) in the planes that the encoder takes (4:2:0).

    OpenCV needs a third of the time of FFmpeg's scaler, and rounds where that one cuts off.
    """
    height_px, width_px = picture.shape[:2]
    values = cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420).ravel()
    frame = av.VideoFrame(width_px, height_px, "yuv420p")
    begins = 0
    for plane in frame.planes:
        ends = begins + plane.height * plane.width
        rows = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)  # type: ignore[call-overload]  # a plane is a buffer, but no stub says so
        rows[:, : plane.width] = values[begins:ends].reshape(plane.height, plane.width)
        begins = ends
    return frame


class VideoWriter:
    """Encode frames (height, width, 3; BGR) with their times; H.264, a cluster every CLUSTER_S, flushed at once."""

    def __init__(self, path: Path, height_px: int, width_px: int, frame_rate_hz: float | None) -> None:
        make_private_file(path)  # by itself the encoder would leave its mode to the umask
        self._container = av.open(
            file_names.for_ffmpeg(path),
            "w",
            format=FORMAT,
            options={"cluster_time_limit": str(round(1000 * CLUSTER_S)), "flush_packets": "1"},
        )
        rate = Fraction(frame_rate_hz or 30.0).limit_denominator(1001)
        self._stream = self._container.add_stream(
            "libx264",
            rate=rate,
            options={"preset": "ultrafast", "tune": "zerolatency", "crf": "23", "forced-idr": "1"},
        )
        assert isinstance(self._stream, av.VideoStream)
        self._size = (height_px - height_px % 2, width_px - width_px % 2)  # 4:2:0 needs even sides
        self._stream.height, self._stream.width = self._size
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.time_base = TIME_BASE
        self._stream.codec_context.thread_count = 1
        self._last = -1
        self._key_s = -math.inf  # time of the newest key frame

    def write(self, picture: Picture, time_s: float) -> None:
        """Add a frame; raises OSError where the disk is full."""
        stamp = max(round(time_s / TIME_BASE), self._last + 1)
        self._last = stamp
        height_px, width_px = self._size
        frame = _planar(picture[:height_px, :width_px])
        frame.pts, frame.time_base = stamp, TIME_BASE
        if time_s - self._key_s >= KEY_S:
            self._key_s = time_s
            frame.pict_type = PictureType.I
        for packet in self._stream.encode(frame):
            self._container.mux(packet)

    def close(self) -> None:
        for packet in self._stream.encode(None):
            self._container.mux(packet)
        self._container.close()
