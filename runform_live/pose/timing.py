"""How long something has lasted, counted by frames of any rate.

Every frame stands for the time since the frame before it. What has to last for a while adds up that time, so that half a second is half
a second at 24 frames per second and at 240.
"""

from __future__ import annotations

import math

# Times are rounded and cameras are not punctual: a frame that is early by so little counts as in time.
SLACK_S = 0.005
USUAL_S = 1 / 30  # the time that the first frame stands for
LONGEST_S = 0.1  # the longest time that a frame stands for: nobody knows what happened in a longer gap


def elapsed_s(before_s: float, now_s: float) -> float:
    """The time (s) that a frame stands for, from the time of the frame before it (NaN: there was none) and its own."""
    return USUAL_S if math.isnan(before_s) else min(max(now_s - before_s, 0.0), LONGEST_S)


def reached(lasted_s: float, wanted_s: float) -> bool:
    """Whether something has lasted long enough."""
    return lasted_s >= wanted_s - SLACK_S


def within(lasted_s: float, most_s: float) -> bool:
    """Whether something has not lasted too long yet."""
    return lasted_s <= most_s + SLACK_S


class Timer:
    """Says in which frames a piece of work is due, so that it is done equally often per second at any frame rate.

    State: the time since the work was last due. The timer follows the clock, not the frames: a frame that arrives late for one piece of
    work does not delay all later ones.
    """

    __slots__ = ("waited_s",)

    def __init__(self, waited_s: float = math.inf) -> None:
        """waited_s: the time that has passed already; by default the work is due at once."""
        self.waited_s = waited_s

    def add(self, elapsed_s: float) -> None:
        """Count a frame that stands for this time."""
        self.waited_s += elapsed_s

    def is_due(self, every_s: float) -> bool:
        return reached(self.waited_s, every_s)

    def restart(self, every_s: float) -> None:
        """The work was done. A small delay is taken off the next wait; after a long one, the wait begins anew."""
        late_s = self.waited_s - every_s
        self.waited_s = late_s if late_s < every_s / 2 else 0.0

    def tick(self, elapsed_s: float, every_s: float) -> bool:
        """Count a frame, and say whether the work is due in it. If it is, the timer starts again."""
        self.add(elapsed_s)
        if not self.is_due(every_s):
            return False
        self.restart(every_s)
        return True
