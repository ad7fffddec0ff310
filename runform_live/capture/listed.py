"""Which cameras the system lists, and what it calls them.

Linux lists its cameras as files. On Windows and macOS the library cv2-enumerate-cameras asks the system. If it is not installed, the
first few numbers are tried, and the cameras have no names.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import cv2

from runform_live import portable

MOST_CAMERAS = 6
DEVICES, NAMES = Path("/dev"), Path("/sys/class/video4linux")
LISTS = "cv2_enumerate_cameras"
# The library's numbers are those of one way to open cameras. OpenCV tries these first.
FIRST_WAY = {"win32": cv2.CAP_MSMF, "darwin": cv2.CAP_AVFOUNDATION}


def cameras() -> dict[int, str]:
    """The number of each possible camera, in rising order, and its name; "" where the system tells none."""
    if portable.is_linux():
        found = (path.name.removeprefix("video") for path in DEVICES.glob("video*"))
        return {number: _name_on_linux(number) for number in sorted(int(name) for name in found if name.isdecimal())}
    listed = _listed()
    return dict.fromkeys(range(MOST_CAMERAS), "") if listed is None else listed


def numbers() -> list[int]:
    """The numbers of possible cameras."""
    return list(cameras())


def _name_on_linux(number: int) -> str:
    try:
        return (NAMES / f"video{number}" / "name").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _listed() -> dict[int, str] | None:
    """What the library says; None where it is missing or fails, and on a system that it does not know."""
    way = FIRST_WAY.get(sys.platform)
    if way is None:
        return None
    try:
        found = importlib.import_module(LISTS).enumerate_cameras(way)
        return {int(each.index): str(each.name) for each in sorted(found, key=lambda each: int(each.index))}
    except (
        Exception
    ):  # a missing library, or whatever a driver's own code raises: a camera can be chosen by its number all the same
        return None
