"""The pictures of a session, any of them at once: the recording, or the file that was analysed."""

from __future__ import annotations

import bisect
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import av
import av.error
import numpy as np
import numpy.typing as npt

from runform_live.capture.sources import Picture, file_of, is_file, upright
from runform_live.errors import BadInput
from runform_live.messages import LANDMARKS
from runform_live.session.reader import Session
from runform_live.session.schema import VideoPart

KEPT = 48  # decoded pictures; 130 MB at 720p
ROUNDING_S = 0.002  # of the times in a recording
NEAREST_S = 0.05
MOST_OPEN = 2  # parts, each with its decoded pictures
FORWARD_S = 1.0  # further ahead than this a jump is faster than decoding on


class AnyTime(Protocol):
    """Pictures by the time of the session."""

    def at(self, time_s: float) -> Picture | None:
        """The picture at a time; None where there is none."""

    def close(self) -> None: ...


def pictures_of(session: Session) -> AnyTime | None:
    """The recorded pictures, of all videos of the session, else those of the file that was analysed, where it still lies there.

    A video that cannot be read is left out. Raises BadInput where none of several can, or not the file that was analysed.
    """
    parts = [part for part in session.info.videos if (session.folder / part.file).is_file()]
    if parts:
        return Parts(session.folder, parts)
    source = session.info.source
    if is_file(source) and file_of(source).is_file():
        return Pictures(file_of(source), session.info.slowed)
    return None


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
            self._container = av.open(str(path))
        except (av.error.FFmpegError, OSError) as trouble:
            raise BadInput(f"{path}: the pictures cannot be read ({trouble}); restore the file from a copy") from None
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
