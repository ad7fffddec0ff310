"""Films of every kind, made with PyAV: small pictures whose four corners have colours of their own."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import av.filter
import numpy as np

from runform_live.messages import Picture

CORNERS = {"red": (0, 0, 230), "green": (0, 200, 0), "blue": (230, 40, 0), "white": (230, 230, 230)}  # BGR


def corners(height_px: int = 96, width_px: int = 160, value: int = 60) -> Picture:
    """Red top left, green top right, blue bottom left, white bottom right; grey between."""
    picture = np.full((height_px, width_px, 3), value, np.uint8)
    high, wide = height_px // 3, width_px // 3
    picture[:high, :wide], picture[:high, -wide:] = CORNERS["red"], CORNERS["green"]
    picture[-high:, :wide], picture[-high:, -wide:] = CORNERS["blue"], CORNERS["white"]
    return picture


def seen_corners(picture: Picture) -> tuple[str, str, str, str]:
    """The names of the colours top left, top right, bottom left, bottom right; "black" for a bar."""
    height_px, width_px = picture.shape[:2]
    high, wide = height_px // 8, width_px // 8
    places = ((high, wide), (high, -wide), (-high, wide), (-high, -wide))
    named = CORNERS | {"black": (0, 0, 0)}
    return tuple(  # type: ignore[return-value]
        min(named, key=lambda name: float(np.abs(picture[y, x].astype(float) - named[name]).sum())) for y, x in places
    )


def write(
    path: Path,
    pictures: Sequence[Picture],
    codec: str = "libx264",
    rate: Fraction | int = 30,
    pixel: str = "yuv420p",
    ratio: Fraction | None = None,
    turned: tuple[int, bool] | None = None,
    stamps_s: Sequence[float | None] | None = None,
    options: dict[str, str] | None = None,
    container_format: str | None = None,
    container_options: dict[str, str] | None = None,
    fields: str | None = None,
) -> Path:
    """Write a film. ratio: of its pixels. turned: degrees against the clock, and mirrored. fields: "tff" or "bff" interlaced."""
    with av.open(str(path), "w", format=container_format, options=container_options or {}) as film:
        stream = film.add_stream(codec, rate=rate, options=options or {})
        assert isinstance(stream, av.VideoStream)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = pixel
        base = 1 / Fraction(rate) if codec in ("mpeg4", "mpeg2video", "dvvideo", "gif") else Fraction(1, 90000)
        stream.codec_context.time_base = base
        if ratio is not None:
            stream.codec_context.sample_aspect_ratio = ratio
        if turned is not None:
            stream.set_display_rotation(turned[0], hflip=turned[1])
        interlace = _Interlace(fields) if fields else None
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24").reformat(format=pixel)
            stamp_s = number / rate if stamps_s is None else stamps_s[number]
            frame.time_base = base
            frame.pts = None if stamp_s is None else round(Fraction(stamp_s) / base)
            film.mux(stream.encode(frame if interlace is None else interlace(frame)))
        film.mux(stream.encode(None))
    return path


class _Interlace:
    """Marks frames as interlaced, as a camcorder does."""

    def __init__(self, order: str) -> None:
        self._order = order
        self._graph: av.filter.Graph | None = None

    def __call__(self, frame: av.VideoFrame) -> av.VideoFrame:
        if self._graph is None:
            self._graph = av.filter.Graph()
            source = self._graph.add_buffer(
                width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base
            )
            self._graph.link_nodes(
                source, self._graph.add("setfield", self._order), self._graph.add("buffersink")
            ).configure()
        self._graph.push(frame)
        marked = self._graph.pull()
        assert isinstance(marked, av.VideoFrame)
        return marked
