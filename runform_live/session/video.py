"""video.mkv: frames kept so that all but the last second survives a kill or a power cut."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

TIME_BASE = Fraction(1, 1000)  # what Matroska keeps


class VideoWriter:
    """Encode frames (height, width, 3; BGR) with their times; H.264, a cluster every half second, flushed at once."""

    def __init__(self, path: Path, height_px: int, width_px: int, frame_rate_hz: float | None) -> None:
        self._container = av.open(
            str(path), "w", format="matroska", options={"cluster_time_limit": "500", "flush_packets": "1"}
        )
        rate = Fraction(frame_rate_hz or 30.0).limit_denominator(1001)
        self._stream = self._container.add_stream(
            "libx264", rate=rate, options={"preset": "ultrafast", "tune": "zerolatency", "crf": "23"}
        )
        assert isinstance(self._stream, av.VideoStream)
        self._size = (height_px - height_px % 2, width_px - width_px % 2)  # 4:2:0 needs even sides
        self._stream.height, self._stream.width = self._size
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.time_base = TIME_BASE
        self._stream.codec_context.thread_count = 1
        self._last = -1

    def write(self, picture: npt.NDArray[np.uint8], time_s: float) -> None:
        """Add a frame; raises OSError where the disk is full."""
        stamp = max(round(time_s / TIME_BASE), self._last + 1)
        self._last = stamp
        height_px, width_px = self._size
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture[:height_px, :width_px]), format="bgr24")
        frame.pts, frame.time_base = stamp, TIME_BASE
        for packet in self._stream.encode(frame):
            self._container.mux(packet)

    def close(self) -> None:
        for packet in self._stream.encode(None):
            self._container.mux(packet)
        self._container.close()
