"""The pictures of a session, any of them at once: the recording, or the file that was analysed."""

from __future__ import annotations

import bisect
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import av.error
import numpy as np
import numpy.typing as npt

from runform_live.capture.decoder import Decoder
from runform_live.capture.picture_maker import Decoded, PictureMaker
from runform_live.capture.source_name import DEMO
from runform_live.capture.video import Video
from runform_live.errors import BadInput
from runform_live.messages import LANDMARKS, Picture
from runform_live.session import door, schema
from runform_live.session.kept_pictures import KeptPictures
from runform_live.session.reader import Session
from runform_live.session.schema import SessionInfo, VideoPart
from runform_live.session.source import NoFilm, film_of
from runform_live.texts import Texts

KEPT = 48  # decoded pictures; 130 MB at 720p
ROUNDING_S = 0.002  # of the times in a recording
NEAREST_S = 0.05
SMALLEST_PX, WIDEST = 16, 32  # of a side; one side to the other
MOST_OPEN = 2  # parts, each with its decoded pictures
BEFORE_S = 0.5  # before a picture that is sought: what lies further back is decoded, and not made a picture, which takes longer
FORWARD_S = 1.0  # further ahead than this a jump is faster than decoding on


class AnyTime(Protocol):
    """Pictures by the time of the session."""

    def at(self, time_s: float) -> Picture | None:
        """The picture at a time; None where there is none."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Found:
    """The pictures of a session, and why there are none, or only those that were kept; None: all are there."""

    pictures: AnyTime | None
    missing: BadInput | None = None
    film: bool = False  # they are those of a film that lies outside of the folder, and not of the shipped one

    def why(self, said: Texts) -> str:
        """Why some are missing, in a language; empty: none is."""
        if self.missing is None:
            return ""
        return self.missing.told(said) if isinstance(self.missing, NoFilm) else door.clean(str(self.missing))


def find(session: Session) -> Found:
    """The recorded pictures, of all videos of the session; else those of the film that was analysed, where that very film is still
    there; else those that were kept of it.

    A video that cannot be read is left out, and a film that does not fit what was kept of it is not opened.
    """
    try:
        parts = [part for part in session.info.videos if _is_there(session.folder / part.file)]
        if parts:
            return Found(Parts(session.folder, parts))
        film = film_of(session.info, session.folder)
        return Found(measured_film(film, session.info), film=film != DEMO)
    except BadInput as trouble:
        kept = KeptPictures(session.folder)
        return Found(kept if kept.times_s else None, trouble)


def _is_there(path: Path) -> bool:
    """Whether there is a video of that name; raises BadInput where it is something that must not be opened."""
    try:
        door.check(path)
    except FileNotFoundError:
        return False
    return True


def is_seen_in(height_px: int, width_px: int) -> bool:
    """Whether a picture of that size can show a runner, and be drawn and packed at all."""
    return min(height_px, width_px) >= SMALLEST_PX and max(height_px, width_px) <= WIDEST * min(height_px, width_px)


def measured_film(path: Path, info: SessionInfo) -> AnyTime:
    """The film that a session was measured from, seen as it was measured. Raises BadInput where it cannot be read."""
    size_px = (info.height_px, info.width_px) if info.height_px and info.width_px else None
    if size_px is not None and not is_seen_in(*size_px):
        raise BadInput(
            f"the pictures cannot be shown: {info.width_px} x {info.height_px} pixels, as {schema.SESSION} says, show no runner; {door.RESTORE}"
        )
    if info.frame_rate_given_hz is not None or "clock_repaired" in info.flags:
        return Forwards(
            lambda: Video(
                str(path),
                slowed=info.slowed,
                frame_rate_hz=info.frame_rate_given_hz,
                mirrored=info.mirrored,
                size_px=size_px,
            )
        )
    return Pictures(path, info.slowed, mirrored=info.mirrored, size_px=size_px)


def landmarks_of(session: Session) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Times (frames,) and landmarks (frames, landmarks, 3: x_px, y_px, sigma_px) of poses.parquet; unknown is NaN."""
    table = session.poses()
    times_s = table.column("time_s").to_numpy().astype(np.float64)
    parts = [
        np.stack(
            [table.column(f"{name}_{part}").to_numpy().astype(np.float64) for part in ("x_px", "y_px", "sigma_px")],
            axis=1,
        )
        for name in LANDMARKS
    ]
    return times_s, np.stack(parts, axis=1)


def frame_at(times_s: npt.NDArray[np.float64], time_s: float) -> int | None:
    """Number of the frame nearest to a time; None where there is none within NEAREST_S.

    times_s (frames,) may have holes, and may end before the stances do. A frame from far away would be the picture of another moment.
    """
    if not len(times_s):
        return None
    nearest = int(np.abs(times_s - time_s).argmin())
    return nearest if abs(times_s[nearest] - time_s) <= NEAREST_S else None


class _Kept:
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


class Forwards:
    """Pictures of a film in which a time cannot be sought: it is read from its beginning, as when it was measured."""

    def __init__(self, opens: Callable[[], Video]) -> None:
        """`opens` opens the film at its beginning; it may raise BadInput."""
        self._opens = opens
        self._begin()

    def _begin(self) -> None:
        self._video = self._opens()
        self._read = iter(self._video)
        self._kept, self._last_s = _Kept(), -np.inf

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


class Pictures:
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
        self._kept = _Kept()

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
        """Seek; False where that does not come out before the picture that is sought."""
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


class Parts:
    """The videos of a session as one: the part in which a time lies is opened when it is asked for."""

    def __init__(self, folder: Path, parts: Sequence[VideoPart]) -> None:
        """Raises BadInput where no part can be read."""
        self._folder = folder
        self._parts = sorted(parts, key=lambda part: part.start_s)
        self._starts_s = [part.start_s for part in self._parts]
        self._opened: OrderedDict[int, Pictures] = OrderedDict()  # the one used last is the last
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

    def _pictures(self, number: int) -> Pictures | None:
        if number in self._unreadable:
            return None
        if number not in self._opened:
            try:
                self._opened[number] = Pictures(self._folder / self._parts[number].file, recorded=True)
            except BadInput as trouble:
                self._unreadable[number] = trouble
                return None
            if len(self._opened) > MOST_OPEN:
                self._opened.popitem(last=False)[1].close()
        self._opened.move_to_end(number)
        return self._opened[number]

    def close(self) -> None:
        for pictures in self._opened.values():
            pictures.close()
