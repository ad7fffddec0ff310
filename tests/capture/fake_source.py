"""Sources made for tests: they give what a test puts in, and block as long as it wants."""

from __future__ import annotations

import queue
import time

from runform_live.capture.source_info import SourceInfo
from runform_live.errors import BadInput
from runform_live.messages import Picture
from tests.makers import flat


class FakeSource:
    """A source that gives the pictures that a test puts in, and blocks until there is one. None: it is unplugged."""

    def __init__(self, height_px: int = 96, width_px: int = 128, rate_hz: float | None = 30.0) -> None:
        self.info = SourceInfo(height_px, width_px, rate_hz, None)
        self.size = height_px, width_px
        self.closed = False
        self.asked = 0  # for a picture
        self._queue: queue.SimpleQueue[tuple[float, Picture] | None] = queue.SimpleQueue()

    def gives(self, count: int = 1, first_s: float | None = None, step_s: float = 1 / 30) -> None:
        """Pictures at these times of the monotonic clock (default: now)."""
        began_s = time.monotonic() if first_s is None else first_s
        for number in range(count):
            self._queue.put((began_s + number * step_s, flat(*self.size)))

    def is_unplugged(self) -> None:
        self._queue.put(None)

    def read(self) -> tuple[float, Picture] | None:
        self.asked += 1
        return self._queue.get()

    def close(self) -> None:
        self.closed = True


class SourcesInTurn:
    """Opens one source after another, as a camera that is plugged in again and again. A text: it cannot be opened."""

    def __init__(self, *sources: FakeSource | str) -> None:
        self.left = list(sources)
        self.opened = 0

    def __call__(self, *_: object) -> FakeSource:
        source = self.left[0]
        if isinstance(source, str):
            if len(self.left) > 1:
                self.left.pop(0)
            raise BadInput(source)
        self.left.pop(0)
        if not self.left:
            self.left.append("there is no other")
        self.opened += 1
        return source
