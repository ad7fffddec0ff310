"""The videos of a session as one."""

from __future__ import annotations

import bisect
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

from runform_live.encryption import plain_copies
from runform_live.errors import BadInput
from runform_live.messages import Picture
from runform_live.session.film_pictures import ROUNDING_S, SeekablePictures
from runform_live.session.landmarks import NEAREST_S
from runform_live.session.schema import VideoPart

MOST_OPEN = 2  # parts, each with its decoded pictures


class _Part:
    """One video while it is open; of a sealed one its plain copy."""

    def __init__(self, path: Path) -> None:
        """Raises BadInput where it cannot be read."""
        self._plain = plain_copies.take(path)
        try:
            self.pictures = SeekablePictures(self._plain, recorded=True)
        except BadInput:
            plain_copies.release(self._plain)
            raise BadInput(f"{path}: the pictures cannot be read; restore the file from a copy") from None

    def close(self) -> None:
        self.pictures.close()
        plain_copies.release(self._plain)


class VideoParts:
    """The videos of a session as one: the part in which a time lies is opened when it is asked for."""

    def __init__(self, folder: Path, parts: Sequence[VideoPart]) -> None:
        """Raises BadInput where no part can be read."""
        self._folder = folder
        self._parts = sorted(parts, key=lambda part: part.start_s)
        self._starts_s = [part.start_s for part in self._parts]
        self._opened: OrderedDict[int, _Part] = OrderedDict()  # the one used last is the last
        self._unreadable: dict[int, BadInput] = {}
        if not any(self._pictures(number) is not None for number in range(len(self._parts))):
            raise next(iter(self._unreadable.values()), BadInput(f"{folder}: there is no video in it"))

    def at(self, time_s: float) -> Picture | None:
        """The picture at a time, or the nearest within NEAREST_S; None in a hole between two parts."""
        number = bisect.bisect_right(self._starts_s, time_s + ROUNDING_S) - 1
        near = [number] if number >= 0 else []
        if number + 1 < len(self._parts) and self._starts_s[number + 1] - time_s <= NEAREST_S:
            near.append(number + 1)
        for one in near:
            pictures = self._pictures(one)
            picture = pictures.at(time_s) if pictures is not None else None
            if picture is not None:
                return picture
        return None

    def _pictures(self, number: int) -> SeekablePictures | None:
        if number in self._unreadable:
            return None
        if number not in self._opened:
            try:
                self._opened[number] = _Part(self._folder / self._parts[number].file)
            except BadInput as trouble:
                self._unreadable[number] = trouble
                return None
            if len(self._opened) > MOST_OPEN:
                self._opened.popitem(last=False)[1].close()
        self._opened.move_to_end(number)
        return self._opened[number].pictures

    def close(self) -> None:
        for part in self._opened.values():
            part.close()
        self._opened.clear()
