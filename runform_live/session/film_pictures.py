"""Pictures of a film by their times: sought, or read from the beginning where a time cannot be sought."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import av.error
import numpy as np

from runform_live.capture.decoder import Decoder
from runform_live.capture.picture_maker import Decoded, PictureMaker
from runform_live.capture.video import Video
from runform_live.errors import BadInput
from runform_live.messages import Picture
from runform_live.session.landmarks import NEAREST_S

KEPT = 48  # decoded pictures; 130 MB at 720p
ROUNDING_S = 0.002  # of the times in a recording
BEFORE_S = 0.5  # frames further back than this before the sought one are decoded, but not converted into pictures: that takes longer
FORWARD_S = 1.0  # further ahead than this a jump is faster than decoding on


class PicturesByTime(Protocol):
    """Pictures by the time of the session."""

    def at(self, time_s: float) -> Picture | None:
        """The picture at a time; None where there is none."""

    def close(self) -> None: ...


class _NewestPictures:
    """The pictures that were decoded last, by their times."""

    __slots__ = ("_pictures",)

    def __init__(self) -> None:
        self._pictures: OrderedDict[float, Picture] = OrderedDict()

    def keep(self, time_s: float, picture: Picture) -> None:
        self._pictures[time_s] = picture
        while len(self._pictures) > KEPT:
            self._pictures.popitem(last=False)

    def nearest(self, time_s: float, within_s: float) -> Picture | None:
        best_s = min(self._pictures, key=lambda kept_s: abs(kept_s - time_s), default=np.inf)
        return self._pictures[best_s] if abs(best_s - time_s) <= within_s else None


class ForwardPictures:
    """Pictures of a film in which a time cannot be sought: it is read from its beginning, as when it was measured."""

    def __init__(self, opens: Callable[[], Video]) -> None:
        """`opens` opens the film at its beginning; it may raise BadInput."""
        self._opens = opens
        self._begin()

    def _begin(self) -> None:
        self._video = self._opens()
        self._read = iter(self._video)
        self._kept, self._last_s = _NewestPictures(), -np.inf

    def at(self, time_s: float) -> Picture | None:
        """The picture at a time, or the nearest within NEAREST_S; None where there is none."""
        found = self._kept.nearest(time_s, ROUNDING_S)
        if found is not None:
            return found
        if time_s < self._last_s:
            self.close()
            self._begin()
        self._video.skip(time_s - BEFORE_S)
        for last_s, picture in self._read:
            self._last_s = last_s
            self._kept.keep(last_s, picture)
            if last_s >= time_s - ROUNDING_S:
                break
        return self._kept.nearest(time_s, NEAREST_S)

    def close(self) -> None:
        self._video.close()


class SeekablePictures:
    """Random access by the session's time, in a film whose clock only grows."""

    def __init__(
        self,
        path: Path,
        slowed: float = 1.0,
        recorded: bool = False,
        mirrored: bool = False,
        size_px: tuple[int, int] | None = None,
    ) -> None:
        """slowed: so many times slower than life the file plays. recorded: its times are the session's, wherever they begin.

        mirrored, size_px: see PictureMaker. Raises BadInput where there are no pictures in it.
        """
        self._path, self._slowed = path, slowed
        try:
            self._begin()
        except BadInput:
            raise BadInput(f"{path}: the pictures cannot be read; restore the file from a copy") from None
        first = self._decoder.first
        self._make_picture = PictureMaker(mirrored, size_px)
        self._make_picture(first)  # fixes the size
        self._start_s = 0.0 if recorded else (first.stamp_s or 0.0)
        self._kept = _NewestPictures()

    def _begin(self) -> None:
        self._decoder = Decoder(str(self._path), least=1)
        self._frames: Iterator[Decoded] = iter(self._decoder)
        self._last_s = -np.inf

    def at(self, time_s: float) -> Picture | None:
        """The picture at a time, or the nearest within NEAREST_S (some may be lost); None where there is none."""
        found = self._kept.nearest(time_s, ROUNDING_S)
        if found is not None:
            return found
        if not self._last_s < time_s <= self._last_s + FORWARD_S and not self._jump(time_s):
            self._begin_again()
        self._read_until(time_s)
        return self._kept.nearest(time_s, NEAREST_S)

    def _jump(self, time_s: float) -> bool:
        """Seek to a place before the picture; False where the film cannot do that."""
        try:
            if not self._decoder.seek(time_s * self._slowed + self._start_s):
                return False
        except (av.error.FFmpegError, OSError):
            return False
        self._frames = iter(self._decoder)
        self._last_s = -np.inf
        return self._read_one(time_s) and self._last_s <= max(time_s, 0.0) + ROUNDING_S

    def _read_until(self, time_s: float) -> None:
        while self._last_s < time_s - ROUNDING_S and self._read_one(time_s):
            pass

    def _read_one(self, sought_s: float) -> bool:
        """Decode one picture, and keep it if it is near the one that is sought; False at the end."""
        decoded = next((one for one in self._frames if one.stamp_s is not None), None)
        if decoded is None or decoded.stamp_s is None:
            return False
        self._last_s = (decoded.stamp_s - self._start_s) / self._slowed
        if self._last_s >= sought_s - BEFORE_S:
            self._kept.keep(self._last_s, self._make_picture(decoded))
        return True

    def _begin_again(self) -> None:
        self._decoder.close()
        self._begin()

    def close(self) -> None:
        self._decoder.close()
