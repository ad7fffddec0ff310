"""The lowest points of the trunk: one for each step, found while the runner runs.

A pose network sees the trunk of a runner more steadily than the feet. So steps are counted on the trunk, and the feet only show whose step it is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

SMALLEST_RISE_TRUNKS = 0.035  # about 1.7 cm of an adult: less is breathing, jitter or walking on the spot
# Of the recent oscillation: a turn counts once the trunk has moved back so far. It is small, because a limping runner sinks little in every other step.
RISE_SHARE = 0.2
# Without a frame; longer holes end the rhythm of the steps. Of 30 frames a second four are lost then; a stance lasts for longer than that.
LONGEST_HOLE_S = 0.17
MEMORY = 0.7  # of the usual oscillation, with the next one


class TrunkMotion(NamedTuple):
    """The trunk in one smoothed frame; NaN is unknown."""

    time_s: float
    height_px: float  # up is positive
    velocity_px_s: float
    trunk_px: float  # its length
    feet_px: float = math.nan  # how much lower the picture's left foot is than the right one


class Low(NamedTuple):
    """A lowest point of the trunk."""

    time_s: float  # where its velocity is zero, between frames
    fall_px: float  # from the highest point before; NaN: that is not known
    rise_px: float = math.nan  # from the lowest point before to that highest point; NaN also where that one was the first, which may be half a step


@dataclass(slots=True)
class LowestPoints:
    """Finds the lowest points; all that it knows is in these fields. NaN: nothing yet."""

    rises: bool = False
    extreme_px: float = (
        math.nan
    )  # height: the lowest one since the trunk began to fall, or the highest one since it began to rise
    turned_s: float = math.nan  # when the trunk was lowest, so far
    last_high_px: float = math.nan
    last_low_px: float = math.nan
    usual_px: float = math.nan  # of the oscillation
    before: TrunkMotion | None = None  # in the frame before

    def push(self, now: TrunkMotion) -> Low | None:
        """The lowest point that the next frame makes certain. An unknown height, or a long hole, begins anew."""
        if self.before is not None and now.time_s - self.before.time_s > LONGEST_HOLE_S:
            self._begin_anew()
        if math.isnan(now.height_px) or math.isnan(now.trunk_px):
            self._begin_anew()
            return None
        before, self.before = self.before, now
        if before is None:
            self.extreme_px, self.turned_s = now.height_px, now.time_s
            return None
        needed_px = SMALLEST_RISE_TRUNKS * now.trunk_px
        if not math.isnan(self.usual_px):
            needed_px = max(needed_px, RISE_SHARE * self.usual_px)
        if not self.rises:
            return self._fall(before, now, needed_px)
        self._rise(now, needed_px)
        return None

    def earliest_s(self) -> float:
        """A lowest point that is still to come does not lie before this time; NaN: before the next frame."""
        return math.nan if self.rises or self.before is None else self.turned_s

    def _begin_anew(self) -> None:
        self.rises, self.before = False, None
        self.extreme_px = self.turned_s = self.last_high_px = self.last_low_px = self.usual_px = math.nan

    def _fall(self, before: TrunkMotion, now: TrunkMotion, needed_px: float) -> Low | None:
        turned = before.velocity_px_s < 0.0 <= now.velocity_px_s
        risen_px = now.height_px - self.extreme_px
        if risen_px <= 0.0:
            self.extreme_px = now.height_px
            self.turned_s = _turn_s(before, now) if turned else now.time_s
        elif turned and (self.turned_s == before.time_s or risen_px < 0.5 * needed_px):
            self.turned_s = _turn_s(before, now)
        if now.height_px - self.extreme_px <= needed_px:
            return None
        low = Low(self.turned_s, self.last_high_px - self.extreme_px, self.last_high_px - self.last_low_px)
        self.last_low_px = math.nan if math.isnan(low.fall_px) else self.extreme_px
        if not math.isnan(low.fall_px):
            known = not math.isnan(self.usual_px)
            self.usual_px = MEMORY * self.usual_px + (1.0 - MEMORY) * low.fall_px if known else low.fall_px
        self.rises, self.extreme_px = True, now.height_px
        return low

    def _rise(self, now: TrunkMotion, needed_px: float) -> None:
        self.extreme_px = max(self.extreme_px, now.height_px)
        if self.extreme_px - now.height_px > needed_px:
            self.last_high_px = self.extreme_px
            self.rises, self.extreme_px, self.turned_s = False, now.height_px, now.time_s


def _turn_s(before: TrunkMotion, now: TrunkMotion) -> float:
    """When the velocity is zero between two frames in which it has opposite signs.

    The height follows the cubic that has the heights and velocities of both frames (Hermite's), its velocity a parabola. The straight line
    between the velocities knows nothing of the heights, and is far off where frames are lost.
    """
    if before.velocity_px_s * now.velocity_px_s >= 0.0:
        return now.time_s
    passed_s = now.time_s - before.time_s
    mean = (now.height_px - before.height_px) / passed_s
    bend = 3.0 * (before.velocity_px_s + now.velocity_px_s) - 6.0 * mean
    slope = 6.0 * mean - 4.0 * before.velocity_px_s - 2.0 * now.velocity_px_s
    discriminant = max(slope * slope - 4.0 * bend * before.velocity_px_s, 0.0)
    root = math.copysign(math.sqrt(discriminant), now.velocity_px_s)
    # Two ways to write one root; of each pair of terms the one that does not cancel.
    if slope * root > 0.0:
        return before.time_s - passed_s * 2.0 * before.velocity_px_s / (slope + root)
    return before.time_s + passed_s * (root - slope) / (2.0 * bend)
