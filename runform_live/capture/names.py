"""What the name of a source stands for: a camera, a network stream, a file, the shipped clip."""

from __future__ import annotations

from pathlib import Path

DEMO = Path(__file__).with_name("demo.mp4")
STREAMS = ("rtsp://", "rtsps://", "http://", "https://", "rtmp://", "udp://", "tcp://", "srt://")


def is_camera(source: str) -> bool:
    return source.isascii() and source.isdecimal()


def is_stream(source: str) -> bool:
    return source.lower().startswith(STREAMS)


def is_file(source: str) -> bool:
    return not is_camera(source) and not is_stream(source)


def file_of(source: str) -> Path:
    """The file that a source names; "demo" is the shipped clip."""
    return DEMO if source == "demo" else Path(source)
