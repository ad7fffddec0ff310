"""The few pictures that a session without a video of its own keeps: those of its report, so that it can be made again without the film.

They lie in a folder of their own, unmarked, each named by its time: `pictures/12.3456.jpg`.
"""

from __future__ import annotations

import bisect
import contextlib
import re
from pathlib import Path

import cv2
import numpy as np

from runform_live.encryption import sealed_file
from runform_live.errors import BadInput
from runform_live.messages import Picture
from runform_live.safe_files import has_content, make_folder
from runform_live.session import door, schema

NAME = re.compile(r"([0-9]{1,9}\.[0-9]{4})\.jpg")
SAME_S = 0.0011  # two names of one frame
MOST_PICTURES = 1000
MOST_BYTES, MOST_SIDE_PX = 32 << 20, 8192  # 8K; a few kilobytes of JPEG can ask for gigabytes
QUALITY = 90


class KeptPictures:
    """The pictures that were kept, by the session's time."""

    def __init__(self, folder: Path) -> None:
        """folder: the session's. Without a picture in it `times_s` is empty."""
        self._found: dict[float, Path] = {}
        with contextlib.suppress(OSError):
            home = folder / schema.PICTURES
            inside = home.resolve().is_relative_to(folder.resolve())
            for path in sorted(home.iterdir())[:MOST_PICTURES] if inside else ():
                match = NAME.fullmatch(sealed_file.plain_name(path).name)
                if match:
                    self._found[float(match[1])] = sealed_file.plain_name(path)
        self.times_s = sorted(self._found)

    def at(self, time_s: float) -> Picture | None:
        """The picture of the frame at a time; None where it was not kept, or is damaged."""
        number = bisect.bisect_left(self.times_s, time_s - SAME_S)
        if number == len(self.times_s) or self.times_s[number] > time_s + SAME_S:
            return None
        try:
            packed = door.content(self._found[self.times_s[number]], MOST_BYTES)
        except (BadInput, OSError):
            return None
        return unpacked(packed)

    def close(self) -> None:
        """Nothing is open."""


def keep(folder: Path, time_s: float, picture: Picture) -> None:
    """Keep a picture (height, width, 3; BGR) of a session that nobody writes; one that is there already is left alone. Raises OSError, BadInput."""
    home = folder / schema.PICTURES
    with contextlib.suppress(FileExistsError):
        make_folder(home)
    if home.is_symlink():
        raise FileExistsError(f"{home} is a link")
    good, packed = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    place, content = home / f"{time_s:.4f}.jpg", packed.tobytes()
    sealed = sealed_file.is_sealed(folder / schema.SESSION)
    if good and time_s >= 0 and (place.is_symlink() or not _holds(place, content)):
        sealed_file.write(place, content, sealed)


def _holds(place: Path, content: bytes) -> bool:
    if not sealed_file.is_sealed(place):
        return has_content(place, content)
    with contextlib.suppress(BadInput, OSError):
        return door.content(place, MOST_BYTES) == content
    return False


def unpacked(packed: bytes) -> Picture | None:
    """A JPEG as a picture; None where it is damaged, no JPEG, or too large to be one of a video."""
    size = _size_px(packed)
    if size is None or not 0 < min(size) <= max(size) <= MOST_SIDE_PX:
        return None
    try:
        picture = cv2.imdecode(np.frombuffer(packed, np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error:
        return None
    return None if picture is None else np.asarray(picture, np.uint8)


def _size_px(packed: bytes) -> tuple[int, int] | None:
    """Height and width by a JPEG's header (ISO/IEC 10918-1, B.2.2: the frame's segment); None where there is none."""
    if not packed.startswith(b"\xff\xd8"):
        return None
    at = 2
    while at + 9 <= len(packed) and packed[at] == 0xFF:
        marker, length = packed[at + 1], int.from_bytes(packed[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(packed[at + 5 : at + 7], "big"), int.from_bytes(packed[at + 7 : at + 9], "big")
        at += 2 + max(length, 2)
    return None
