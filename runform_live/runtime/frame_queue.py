"""Frames on their way to a stage that may be too slow for them."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from runform_live.messages import End, Frame
from runform_live.runtime.bus import Received

# A stage that is too slow skips frames that have waited longer than this for newer ones.
MOST_S = 0.05
# One that was only held up for a moment catches up with them: frames may wait for so long, and for MOST_S no longer than HELD_UP_S. If that
# was not enough, it is too slow for STRICT_S.
MOST_HELD_UP_S, HELD_UP_S, STRICT_S = 0.12, 1.0, 5.0
# The first frames come while other processes still begin. They are caught up with, and nobody runs yet who would wait for a figure.
START_S, MOST_AT_START_S = 1.0, 0.4


class FrameQueue:
    """Hands on what comes, and skips frames that have waited too long."""

    __slots__ = ("_began_s", "_frames", "_held_up_since_s", "_last", "_late_s", "_now_s", "_receive", "_strict_until_s")

    def __init__(
        self, receive: Callable[[float], Received | None], now_s: Callable[[], float] = time.monotonic
    ) -> None:
        """receive: waits for so many seconds. now_s: the clock of the frames' stamps."""
        self._receive, self._now_s = receive, now_s
        self._frames: deque[tuple[Received, float]] = deque()
        self._last: Received | None = None
        self._began_s: float | None = None  # the stamp of the first frame
        self._held_up_since_s: float | None = None  # since when frames wait for longer than MOST_S; None: they do not
        self._late_s = -math.inf  # when one last did
        self._strict_until_s = -math.inf

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
        while self._frames and self._waits_too_long(self._frames[0][1], self._now_s()) and len(self._frames) > 1:
            skipped, _ = self._frames.popleft()
            missed += 1 + skipped.missed
        return missed

    def _waits_too_long(self, stamp_s: float, now_s: float) -> bool:
        """Whether a frame of that stamp is to be skipped, if there is a newer one."""
        waited_s = now_s - stamp_s
        if self._began_s is not None and stamp_s - self._began_s < START_S:
            return waited_s > MOST_AT_START_S
        if waited_s <= MOST_S:
            self._held_up_since_s = None
            return False
        if self._held_up_since_s is None or now_s - self._late_s > HELD_UP_S:  # nothing has come meanwhile
            self._held_up_since_s = now_s
        since_s, self._late_s = self._held_up_since_s, now_s
        if waited_s > MOST_HELD_UP_S or now_s - since_s > HELD_UP_S:
            self._strict_until_s = now_s + STRICT_S
        return now_s < self._strict_until_s
