"""Frames on their way to a stage that may be too slow for them."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from runform_live.messages import End, Frame
from runform_live.runtime.bus import Received

# A frame that has waited longer than this is skipped for a newer one. So one slow frame is caught up with instead.
MOST_S = 0.05
# The first frames come while other processes still begin. They are caught up with, and nobody runs yet who would wait for a figure.
START_S, MOST_AT_START_S = 1.0, 0.4


class FrameQueue:
    """Hands on what comes, and skips frames that have waited too long."""

    __slots__ = ("_began_s", "_frames", "_last", "_now_s", "_receive")

    def __init__(
        self, receive: Callable[[float], Received | None], now_s: Callable[[], float] = time.monotonic
    ) -> None:
        """receive: waits for so many seconds. now_s: the clock of the frames' stamps."""
        self._receive, self._now_s = receive, now_s
        self._frames: deque[tuple[Received, float]] = deque()
        self._last: Received | None = None
        self._began_s: float | None = None  # the stamp of the first frame

    def take(self, wait_s: float) -> Received | None:
        """The next message. Frames come in their order, and skipped ones count as missed. The end of the source comes after the last
        frame, everything else at once.
        """
        while self._last is None:
            received = self._receive(0.0 if self._frames else wait_s)
            if received is None:
                break
            if isinstance(received.message, Frame):
                stamp_s = received.message.stamp_s
                self._began_s = stamp_s if self._began_s is None else self._began_s
                self._frames.append((received, stamp_s))
            elif isinstance(received.message, End):
                self._last = received
            else:
                return received
        missed = self._skip()
        if self._frames:
            received, _ = self._frames.popleft()
            return replace(received, missed=received.missed + missed)
        last, self._last = self._last, None
        return last

    def _skip(self) -> int:
        """Leave out the frames that have waited too long, and count them with those that were missed before."""
        missed = 0
        while len(self._frames) > 1 and self._now_s() - self._frames[0][1] > self._most_s(self._frames[0][1]):
            skipped, _ = self._frames.popleft()
            missed += 1 + skipped.missed
        return missed

    def _most_s(self, stamp_s: float) -> float:
        """How long a frame of that stamp may wait."""
        at_start = self._began_s is not None and stamp_s - self._began_s < START_S
        return MOST_AT_START_S if at_start else MOST_S
