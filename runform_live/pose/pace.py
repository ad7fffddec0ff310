"""Spans of time, told by frames: what takes half a second takes it at 24 frames/s and at 240.

Every frame stands for the time since the frame before it. What has to last for a while adds up that time.
"""

from __future__ import annotations

import math

USUAL_S = 1 / 30  # what the first frame stands for
LONGEST_S = 0.1  # what a frame stands for at most: after a gap nobody knows what was in between
SLACK_S = 0.005  # times are rounded, and cameras are not punctual: a frame that is early by so little counts as in time


def elapsed_s(before_s: float, now_s: float) -> float:
    """The time (s) that a frame stands for, from the times of the frame before it (NaN: there was none) and of its own."""
    return USUAL_S if math.isnan(before_s) else min(max(now_s - before_s, 0.0), LONGEST_S)


def reached(lasted_s: float, wanted_s: float) -> bool:
    """Whether something has lasted long enough."""
    return lasted_s >= wanted_s - SLACK_S


def within(lasted_s: float, most_s: float) -> bool:
    """Whether something has not lasted too long yet."""
    return lasted_s <= most_s + SLACK_S


class Cadence:
    """Work that is done in some of the frames, as often in a second at any frame rate.

    State: the time since it was done. It keeps step with the clock, not with the frames: a frame that comes late for the work does
    not delay all later ones.
    """

    __slots__ = ("waited_s",)

    def __init__(self, waited_s: float = math.inf) -> None:
        """Due at once, if the time waited is not given."""
        self.waited_s = waited_s

    def wait(self, elapsed_s: float) -> None:
        """Take a frame that stands for so long."""
        self.waited_s += elapsed_s

    def due(self, every_s: float) -> bool:
        return reached(self.waited_s, every_s)

    def done(self, every_s: float) -> None:
        """The work was done. What it came too late by is taken off the next wait, unless it is much."""
        late_s = self.waited_s - every_s
        self.waited_s = late_s if late_s < every_s / 2 else 0.0

    def take(self, elapsed_s: float, every_s: float) -> bool:
        """Take a frame; whether the work is due in it, which is then counted as done."""
        self.wait(elapsed_s)
        if not self.due(every_s):
            return False
        self.done(every_s)
        return True
