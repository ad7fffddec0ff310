"""Thumbnails of all cameras, so that a person can choose one before a run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from runform_live.capture import listed
from runform_live.capture.picture_maker import fitted
from runform_live.capture.settings import CaptureSettings
from runform_live.capture.sources import Camera
from runform_live.errors import BadInput
from runform_live.messages import Picture

THUMBNAIL_PX = (320, 180)
PREVIEW = CaptureSettings(640, 480, 15.0)  # small pictures, because several cameras may share one cable
RETRY_S = 2.0  # until a camera that did not answer is tried again
SILENT_S = 2.0  # a camera without a picture for this long is not shown
CLOSING_S = 1.5  # longest wait for all cameras to close


@dataclass(frozen=True, slots=True)
class Preview:
    """A camera that answered: its number, its newest picture as a thumbnail, and its name ("" where the system tells none)."""

    number: int
    thumbnail: Picture
    name: str = ""


class OpenCamera(Protocol):
    """What an open camera must offer."""

    def read(self) -> tuple[float, Picture] | None: ...
    def close(self) -> None: ...


class Previews:
    """Reads each camera in its own thread until `close`. A camera whose driver hangs is released when the driver returns."""

    def __init__(
        self,
        cameras: Callable[[], dict[int, str]] = listed.cameras,
        open_camera: Callable[[int, CaptureSettings], OpenCamera] = Camera,
    ) -> None:
        self._cameras, self._open = cameras, open_camera
        self._names: dict[int, str] = {}
        self._seen: dict[int, tuple[float, Preview]] = {}  # with the time of the picture
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._threads: dict[int, threading.Thread] = {}
        self.look_again()

    def look_again(self) -> None:
        """Look for cameras that were plugged in since."""
        self._names = self._cameras()
        for number in self._names:
            if number not in self._threads:
                thread = threading.Thread(target=self._watch, args=(number,), daemon=True)
                self._threads[number] = thread
                thread.start()

    def newest(self) -> list[Preview]:
        """The cameras that answer, in the order of their numbers."""
        since_s = time.monotonic() - SILENT_S
        with self._lock:
            return [preview for _, (at_s, preview) in sorted(self._seen.items()) if at_s > since_s]

    def close(self) -> None:
        """Release the cameras. One that does not answer is not waited for longer than CLOSING_S."""
        self._closing.set()
        until_s = time.monotonic() + CLOSING_S
        for thread in self._threads.values():
            thread.join(max(0.0, until_s - time.monotonic()))

    def _watch(self, number: int) -> None:
        while not self._closing.is_set():
            try:
                camera = self._open(number, PREVIEW)
            except BadInput:
                self._closing.wait(RETRY_S)
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
            self._seen[number] = time.monotonic(), Preview(number, small, self._names.get(number, ""))


def thumbnail(picture: Picture) -> Picture:
    """The whole picture in a frame of THUMBNAIL_PX, with black bars where its shape differs."""
    return fitted(picture, THUMBNAIL_PX[1], THUMBNAIL_PX[0])
