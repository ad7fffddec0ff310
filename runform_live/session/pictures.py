"""The pictures of a session, any of them at once: the recording, or the file that was analysed."""

from __future__ import annotations

import bisect
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import av
import av.error
import numpy as np
import numpy.typing as npt

from runform_live.capture.sources import Picture, upright
from runform_live.errors import BadInput
from runform_live.messages import LANDMARKS
from runform_live.session import door
from runform_live.session.kept_pictures import KeptPictures
from runform_live.session.reader import Session
from runform_live.session.schema import VideoPart
from runform_live.session.source import NoFilm, film_of
from runform_live.session.video import FORMAT
from runform_live.texts import Texts

KEPT = 48  # decoded pictures; 130 MB at 720p
ROUNDING_S = 0.002  # of the times in a recording
NEAREST_S = 0.05
MOST_OPEN = 2  # parts, each with its decoded pictures
FORWARD_S = 1.0  # further ahead than this a jump is faster than decoding on


# Formats whose files name other files, which may be anybody's.
NAMES_OTHERS = frozenset(
    {"hls", "applehttp", "dash", "concat", "ffconcat", "imf", "image2", "sdp", "rtsp", "webm_dash_manifest"}
)


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
    film: bool = False  # they are those of a film that lies outside of the folder

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
        return Found(Pictures(film_of(session.info, session.folder), session.info.slowed), film=True)
    except BadInput as trouble:
        kept = KeptPictures(session.folder)
        return Found(kept if kept.times_s else None, trouble)


def pictures_of(session: Session) -> AnyTime | None:
    """The same without the reason."""
    return find(session).pictures


def _is_there(path: Path) -> bool:
    """Whether there is a video of that name; raises BadInput where it is something that must not be opened."""
    try:
        door.check(path)
    except FileNotFoundError:
        return False
    return True


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


class Pictures:
    """Random access by the session's time."""

    def __init__(self, path: Path, slowed: float = 1.0, recorded: bool = False) -> None:
        """slowed: so many times slower than life the file plays. recorded: its times are the session's, wherever they begin."""
        self._slowed = slowed
        try:
            self._container = av.open(str(path), format=FORMAT if recorded else None)
        except (av.error.FFmpegError, OSError) as trouble:
            raise BadInput(f"{path}: the pictures cannot be read ({trouble}); restore the file from a copy") from None
        if NAMES_OTHERS & set(self._container.format.name.split(",")):
            self._container.close()
            raise BadInput(f"{path} is a list of other files and no film; give the film itself")
        if not self._container.streams.video:
            raise BadInput(f"{path}: there are no pictures in it; restore the file from a copy")
        self._stream = self._container.streams.video[0]
        self._stream.thread_type = "AUTO"
        self._kept: OrderedDict[float, Picture] = OrderedDict()
        self._frames: Iterator[av.VideoFrame] = iter(())
        self._last_s = -np.inf
        first = next(self._container.decode(self._stream), None)
        if first is None:
            raise BadInput(f"{path}: no picture can be read from it; restore the file from a copy")
        self._start_s = 0.0 if recorded else float(first.time or 0.0) / slowed

    def at(self, time_s: float) -> Picture | None:
        """The picture at a time, or the nearest within NEAREST_S (some may be lost); None where there is none."""
        found = self._nearest(time_s, ROUNDING_S)
        if found is not None:
            return found
        if not self._last_s < time_s <= self._last_s + FORWARD_S:
            self._container.seek(max(0, int((time_s + self._start_s) * self._slowed * av.time_base)), backward=True)
            self._frames = self._container.decode(self._stream)
        try:
            for frame in self._frames:
                self._last_s = float(frame.time or 0.0) / self._slowed - self._start_s
                self._keep(self._last_s, upright(frame))
                if self._last_s >= time_s - ROUNDING_S:
                    break
        except (av.error.FFmpegError, EOFError):
            pass  # a recording that was cut off: what could be read is there
        return self._nearest(time_s, NEAREST_S)

    def _nearest(self, time_s: float, within_s: float) -> Picture | None:
        best_s = min(self._kept, key=lambda kept_s: abs(kept_s - time_s), default=np.inf)
        return self._kept[best_s] if abs(best_s - time_s) <= within_s else None

    def _keep(self, time_s: float, picture: Picture) -> None:
        self._kept[time_s] = picture
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    def close(self) -> None:
        self._container.close()


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
