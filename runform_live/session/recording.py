"""The videos of a session: one file after another, never a frame twice."""

from __future__ import annotations

import contextlib
import re
from collections import deque
from collections.abc import Iterable
from pathlib import Path

import msgspec

from runform_live.encryption import sealed_file
from runform_live.messages import Picture
from runform_live.session import schema
from runform_live.session.schema import VideoPart
from runform_live.session.video import CLUSTER_S, VIDEO_TROUBLE, VideoWriter, readable

LONGEST_NAME = 20
NAME = re.compile(r"video(?:-([0-9]+))?\.mkv")
ROUNDING_S = 0.0006  # of the times in a file
NEVER_S = -1.0  # before all frames
SAME_RATE = 0.02  # a camera that was opened again does not name its rate to the last digit


def is_video_name(name: str) -> bool:
    """Whether a file of a session's folder is called so; nothing outside of the folder is."""
    return len(name) < LONGEST_NAME and NAME.fullmatch(name) is not None


def video_files(folder: Path) -> list[Path]:
    """video.mkv, video-2.mkv and so on, in their order, by the names that they have when they are plain."""
    found = []
    for path in map(sealed_file.plain_name, folder.glob(f"{Path(schema.VIDEO).stem}*.mkv*")):
        match = NAME.fullmatch(path.name)
        if match and len(path.name) < LONGEST_NAME:
            found.append((int(match[1] or 1), path))
    return [path for _, path in sorted(set(found))]


def parts_in(folder: Path, listed: Iterable[VideoPart] = (), thorough: bool = True) -> tuple[VideoPart, ...]:
    """The videos in a folder. Those that `listed` has as closed are taken from there; the others are looked through.

    thorough: count their frames; else only the time of the first one is found. A file without a frame is left out.
    """
    closed = {part.file: part for part in listed if part.end_s is not None}
    parts = []
    for path in video_files(folder):  # not by the list: what it names may lie elsewhere
        if path.name in closed:
            parts.append(closed[path.name])
            continue
        found = readable(path, first_only=not thorough)
        if found is None:
            continue
        if thorough:
            parts.append(VideoPart(path.name, found.start_s, found.end_s, found.frames))
        else:
            parts.append(VideoPart(path.name, found.start_s))
    return tuple(sorted(parts, key=lambda part: part.start_s))


class VideoRecording:
    """Writes frames into the parts. What lies in the folder already stays and is counted.

    Raises VIDEO_TROUBLE where the disk does not take a frame; the part is then closed, and its readable frames are counted.
    """

    def __init__(self, folder: Path, listed: Iterable[VideoPart] = (), rate_hz: float | None = None) -> None:
        self._folder = folder
        self._parts = list(parts_in(folder, listed))
        ends = [part.end_s for part in self._parts if part.end_s is not None]
        self._last_s = max(ends) + ROUNDING_S if ends else NEVER_S
        self._safe_s = max(ends, default=NEVER_S)
        self._number = len(video_files(folder))
        self._rate_hz = rate_hz
        self._writer: VideoWriter | None = None
        self._size: tuple[int, ...] = ()
        self._count = 0  # frames in the part that is open
        self._recent: deque[float] = deque()  # their times, of the last cluster

    @property
    def parts(self) -> tuple[VideoPart, ...]:
        return tuple(self._parts)

    @property
    def frames(self) -> int:
        """In all parts."""
        return sum(part.frames or 0 for part in self._parts) + self._count

    @property
    def kept_until_s(self) -> float:
        """Frames up to this time are in the files, also if this process is killed now; NEVER_S where there is none."""
        return self._safe_s

    @property
    def path(self) -> Path | None:
        """The file that is written at the moment."""
        return self._folder / self._parts[-1].file if self._writer is not None else None

    def rate(self, frame_rate_hz: float | None) -> None:
        """What the camera gives from now on; another rate begins a new part."""
        before_hz, self._rate_hz = self._rate_hz, frame_rate_hz
        if before_hz and frame_rate_hz and abs(frame_rate_hz - before_hz) > SAME_RATE * before_hz:
            self.stop()

    def write(self, picture: Picture, time_s: float) -> bool:
        """Add a frame (height, width, 3; BGR); False where it is not newer than the last one and is left out."""
        if time_s <= self._last_s:
            return False
        if self._writer is not None and picture.shape[:2] != self._size:
            self.stop()
        try:
            if self._writer is None:
                self._begin(picture, time_s)
            assert self._writer is not None
            self._writer.write(picture, time_s)
        except VIDEO_TROUBLE:
            self._give_up()
            raise
        self._last_s = time_s
        self._count += 1
        self._recent.append(time_s)
        while self._recent and self._recent[0] < time_s - CLUSTER_S - 2 * ROUNDING_S:
            self._safe_s = self._recent.popleft()
        return True

    def stop(self) -> None:
        """Close the part that is open, if one is."""
        writer = self._writer
        if writer is None:
            return
        try:
            writer.close()
        except VIDEO_TROUBLE:
            self._give_up()
            raise
        self._end(self._last_s, self._count)

    def _begin(self, picture: Picture, time_s: float) -> None:
        height_px, width_px = picture.shape[:2]
        path = self._free_name()
        self._writer = VideoWriter(path, height_px, width_px, self._rate_hz)
        self._size = picture.shape[:2]
        self._parts.append(VideoPart(path.name, time_s))

    def _free_name(self) -> Path:
        while True:
            self._number += 1
            name = schema.VIDEO if self._number == 1 else f"{Path(schema.VIDEO).stem}-{self._number}.mkv"
            if not (self._folder / name).exists():
                return self._folder / name

    def _give_up(self) -> None:
        """The disk does not take more: close the file as it is and count what is in it."""
        writer = self._writer
        if writer is None:
            return
        with contextlib.suppress(*VIDEO_TROUBLE):
            writer.close()
        found = readable(self._folder / self._parts[-1].file)
        if found is None:
            self._parts.pop()
            self._reset()
        else:
            self._end(found.end_s, found.frames)

    def _end(self, end_s: float, frames: int) -> None:
        self._parts[-1] = msgspec.structs.replace(self._parts[-1], end_s=end_s, frames=frames)
        self._safe_s = end_s
        self._reset()

    def _reset(self) -> None:
        self._writer = None
        self._count = 0
        self._recent.clear()
