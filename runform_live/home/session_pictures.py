"""A small picture of each session for the list, read in a thread of its own. No Dear PyGui here."""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from runform_live.messages import Picture
from runform_live.session import pictures
from runform_live.session.film_pictures import ForwardPictures, PicturesByTime
from runform_live.session.info_file import read_info
from runform_live.session.kept_pictures import KeptPictures
from runform_live.session.reader import Session
from runform_live.session.schema import SessionInfo
from runform_live.session.summary_file import read_summary

WIDTH_PX, HEIGHT_PX = 192, 108
KEPT = 300  # 18 MB

Small = npt.NDArray[np.uint8]  # (HEIGHT_PX, WIDTH_PX, 3), RGB


def small_picture(folder: Path) -> Small | None:
    """A picture from the middle of a session that is over, with black edges where it has another shape; None where there is none.

    Raises RunformError, OSError where the folder cannot be read.
    """
    kept = KeptPictures(folder)
    for time_s in kept.times_s[len(kept.times_s) // 2 :]:
        if (picture := kept.at(time_s)) is not None:
            return _small(picture)
    info = read_info(folder)
    found = pictures.find(Session(folder, info, [], [], read_summary(folder)))  # its stances are not needed
    if found.pictures is None:
        return None
    with contextlib.closing(found.pictures):
        for time_s in _times_s(info, found.pictures):
            if (picture := found.pictures.at(time_s)) is not None:
                return _small(picture)
    return None


def _times_s(info: SessionInfo, found: PicturesByTime) -> Iterator[float]:
    """Where there may be a picture, the best place first."""
    if info.videos:
        for part in info.videos:
            if part.end_s is not None:
                yield (part.start_s + part.end_s) / 2
            yield part.start_s
        return
    if info.frame_rate_hz and not isinstance(found, ForwardPictures):  # that one would read half of the film
        yield info.frames / info.frame_rate_hz / info.slowed / 2
    yield 0.0


def _small(picture: Picture) -> Small:
    height, width = picture.shape[:2]
    scale = min(WIDTH_PX / width, HEIGHT_PX / height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    fitted = cv2.cvtColor(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB)
    out = np.zeros((HEIGHT_PX, WIDTH_PX, 3), np.uint8)
    y, x = (HEIGHT_PX - size[1]) // 2, (WIDTH_PX - size[0]) // 2
    out[y : y + size[1], x : x + size[0]] = fitted
    return out


class SessionPictures:
    """The pictures of the sessions that are wanted, as they come."""

    def __init__(self) -> None:
        self._wanted: list[Path] = []
        self._found: OrderedDict[Path, Small | None] = OrderedDict()
        self._change = threading.Condition()
        self._thread: threading.Thread | None = None
        self._over = False

    def want(self, folders: Sequence[Path]) -> None:
        """Read these, in this order, and no longer those that were wanted before."""
        with self._change:
            self._wanted = [folder for folder in folders if folder not in self._found]
            if self._wanted and self._thread is None and not self._over:
                self._thread = threading.Thread(target=self._read, daemon=True)
                self._thread.start()
            self._change.notify()

    def of(self, folder: Path) -> Small | None:
        """The picture of a session; None as long as it is not read, and where there is none."""
        with self._change:
            return self._found.get(folder)

    def forget(self, folder: Path) -> None:
        """Read it anew when it is wanted again."""
        with self._change:
            self._found.pop(folder, None)

    def close(self) -> None:
        with self._change:
            self._over = True
            self._change.notify()

    def _read(self) -> None:
        while (folder := self._next()) is not None:
            picture = None
            # One that cannot be read has no picture: this is an ornament, and the list says what is wrong.
            with contextlib.suppress(Exception):
                picture = small_picture(folder)
            with self._change:
                self._found[folder] = picture
                while len(self._found) > KEPT:
                    self._found.popitem(last=False)

    def _next(self) -> Path | None:
        with self._change:
            while not self._over:
                if self._wanted:
                    return self._wanted.pop(0)
                self._change.wait()
        return None
