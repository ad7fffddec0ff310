"""Thumbnails of the cameras that answer, so that a person can see which is which before a run."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from runform_live.capture.picture_maker import fitted
from runform_live.capture.settings import CaptureSettings
from runform_live.capture.sources import Camera
from runform_live.errors import BadInput
from runform_live.messages import Picture

MOST_CAMERAS = 6
THUMBNAIL_PX = (320, 180)
PREVIEW = CaptureSettings(640, 480, 15.0)  # several cameras share one cable: a small picture leaves room
AGAIN_S = 2.0  # until a camera that did not answer is asked again
SILENT_S = 2.0  # without a picture, a camera is not shown any more
LET_GO_S = 1.5  # for all cameras together, to be closed; one that hangs cannot be waited for


def camera_numbers() -> list[int]:
    """Cameras that may be there: Linux lists its devices; elsewhere the first ones are tried."""
    if sys.platform.startswith("linux"):
        found = (path.name.removeprefix("video") for path in Path("/dev").glob("video*"))
        return sorted(int(name) for name in found if name.isdecimal())
    return list(range(MOST_CAMERAS))


@dataclass(frozen=True, slots=True)
class Preview:
    """A camera that answered: its number, and its newest picture as a thumbnail (height, width, 3; BGR)."""

    number: int
    thumbnail: Picture


class Reads(Protocol):
    """What is wanted of a camera that is open."""

    def read(self) -> tuple[float, Picture] | None: ...
    def close(self) -> None: ...


class Previews:
    """One thread a camera reads it until `close`; a camera that answers is free again then, one that hangs when it returns."""

    def __init__(
        self,
        numbers: Callable[[], list[int]] = camera_numbers,
        open_camera: Callable[[int, CaptureSettings], Reads] = Camera,
    ) -> None:
        self._numbers, self._open = numbers, open_camera
        self._seen: dict[int, tuple[float, Preview]] = {}  # with the time of the picture
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._threads: dict[int, threading.Thread] = {}
        self.look_again()

    def look_again(self) -> None:
        """Ask for cameras that were plugged in meanwhile."""
        for number in self._numbers():
            if number not in self._threads:
                thread = threading.Thread(target=self._watch, args=(number,), daemon=True)
                self._threads[number] = thread
                thread.start()

    def newest(self) -> list[Preview]:
        """What the cameras that answer show, by their numbers."""
        since_s = time.monotonic() - SILENT_S
        with self._lock:
            return [preview for _, (at_s, preview) in sorted(self._seen.items()) if at_s > since_s]

    def close(self) -> None:
        """Let the cameras go, without waiting long for one that does not answer."""
        self._closing.set()
        until_s = time.monotonic() + LET_GO_S
        for thread in self._threads.values():
            thread.join(max(0.0, until_s - time.monotonic()))

    def _watch(self, number: int) -> None:
        while not self._closing.is_set():
            try:
                camera = self._open(number, PREVIEW)
            except BadInput:
                self._closing.wait(AGAIN_S)
                continue
            try:
                while not self._closing.is_set() and (read := camera.read()) is not None:
                    self._note(number, read[1])
            finally:
                camera.close()
            with self._lock:
                self._seen.pop(number, None)

    def _note(self, number: int, picture: Picture) -> None:
        small = thumbnail(picture)
        with self._lock:
            self._seen[number] = time.monotonic(), Preview(number, small)


def thumbnail(picture: Picture) -> Picture:
    """The whole picture in a frame of THUMBNAIL_PX, black beside it where its shape differs."""
    return fitted(picture, THUMBNAIL_PX[1], THUMBNAIL_PX[0])
