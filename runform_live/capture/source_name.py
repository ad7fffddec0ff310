"""What the name of a source means: a camera, a network stream, a file, or the demo clip."""

from __future__ import annotations

import os
from pathlib import Path

from runform_live import file_names
from runform_live.errors import BadInput

SHIPPED = "demo"  # the name of the demo clip
DEMO = Path(__file__).with_name("demo.mp4")
STREAMS = ("rtsp://", "rtsps://", "http://", "https://", "rtmp://", "udp://", "tcp://", "srt://")


def is_camera(source: str) -> bool:
    return source.isascii() and source.isdecimal()


def is_stream(source: str) -> bool:
    return source.lower().startswith(STREAMS)


def is_remote(source: str) -> bool:
    """Whether it is a camera that `runform serve camera` offers on another computer: tcp://NAME@HOST:PORT.

    An address without a name is a stream as FFmpeg reads it.
    """
    return source.lower().startswith("tcp://") and "@" in source


def is_file(source: str) -> bool:
    return not is_camera(source) and not is_stream(source)


def file_of(source: str) -> Path:
    """The file that a source names. "demo" is the demo clip."""
    return DEMO if source == SHIPPED else Path(source)


def film_source(text: str) -> str:
    """The source for a film that a person named: a video file, "demo" or an address. A number means a file of that name.

    Raises BadInput.
    """
    if is_stream(text):
        return text
    if text == SHIPPED:
        if Path(SHIPPED).is_file():
            raise BadInput(
                f"{SHIPPED} is the shipped clip, and a file here has this name too; write ./{SHIPPED} for the file"
            )
        return text
    return file_source(str(file_names.path_given(text)))


def file_source(path: str) -> str:
    """The path in a form that cannot be mistaken for a camera or for the demo clip."""
    return os.path.join(os.curdir, path) if path == SHIPPED or is_camera(path) else path  # noqa: PTH118 (pathlib drops "./")
