"""The clock of another computer, told by the clock of this one. Both are monotonic, and each counts from a time of its own.

Every request carries the time at which it was sent, by the clock here; the answer tells when it was heard, by the clock there. The
difference is the offset of the clocks plus the delay of the request, so the least difference of many is the best: requests are small, and
on a local network the fastest take some tenths of a millisecond. Answers are not used: a picture takes long on its way.

Quartz clocks drift apart, by up to 0.1 ms a second. So the offset is estimated again all the time, and what is applied follows it slowly:
a time between two pictures is changed by less than 0.05%, which is less than what such clocks are wrong by anyway.
"""

from __future__ import annotations

import math
from collections import deque

WINDOW_S = 5.0  # the least difference of this window and the one before is the estimate
SLEW = 0.0005  # seconds a second by which the applied offset follows the estimate
LEAST_ANSWERS = (
    8  # before a time is told: the first request waits until the connection stands, and would be off by as much
)
JUMP_S = 0.25  # a larger change is no drift: a clock was set, or a computer slept
MOST_ASKED = 64  # requests whose answer may still come


class RemoteClock:
    """Give it requests (`asked`) and answers (`heard`); `here_s` tells a time of the other clock by the clock here."""

    __slots__ = ("_answers", "_applied_s", "_asked", "_before_s", "_least_s", "_slewed_s", "_window_s")

    def __init__(self) -> None:
        self._asked: deque[float] = deque(maxlen=MOST_ASKED)
        self._least_s = self._before_s = math.inf  # of this window and of the one before
        self._window_s = -math.inf  # when this window began
        self._answers = 0
        self._applied_s: float | None = None
        self._slewed_s = 0.0

    def asked(self, now_s: float) -> None:
        """A request is sent now."""
        self._asked.append(now_s)

    def heard(self, asked_s: float, heard_s: float, now_s: float) -> None:
        """An answer: the time that stood in the request, and when the other computer heard it.

        It counts once, and only where something was asked at this time.
        """
        if asked_s not in self._asked or not math.isfinite(heard_s):
            return
        while self._asked and self._asked[0] <= asked_s:
            self._asked.popleft()
        self._answers += 1
        if now_s - self._window_s > WINDOW_S:
            self._before_s, self._least_s, self._window_s = self._least_s, math.inf, now_s
        self._least_s = min(self._least_s, heard_s - asked_s)

    @property
    def estimate_s(self) -> float | None:
        """The other clock minus the clock here, by the least delays of late; None: not known yet."""
        least_s = min(self._least_s, self._before_s)
        return least_s if math.isfinite(least_s) else None

    @property
    def jumped(self) -> bool:
        """Whether one of the clocks is no more what it was. The link must begin anew then."""
        found = self.estimate_s
        return found is not None and self._applied_s is not None and abs(found - self._applied_s) > JUMP_S

    def here_s(self, there_s: float, now_s: float) -> float | None:
        """A time of the other clock by the clock here; None: not known yet."""
        found = self.estimate_s
        if found is None or self._answers < LEAST_ANSWERS:
            return None
        if self._applied_s is None:
            self._applied_s = found
        else:
            most_s = SLEW * max(0.0, now_s - self._slewed_s)
            self._applied_s += max(-most_s, min(most_s, found - self._applied_s))
        self._slewed_s = now_s
        return there_s - self._applied_s
