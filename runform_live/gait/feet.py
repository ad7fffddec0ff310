"""The rhythm of the feet: the left foot of the picture sinks against the right one and rises again, once a stride.

Feet move much more than the trunk does in walking, and the difference between their heights knows nothing of a camera or a person that moves as
a whole. So steps of walking are counted on the feet. The difference may have two tops in one step, by the lifted heel and by the foot in front.
So a step is counted when the difference has gone back by about half of its way, where it is steep.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from runform_live.gait.gaits import LONGEST_WALKED_STEP_S
from runform_live.gait.oscillation import TrunkMotion

SMALLEST_TRUNKS = 0.08  # about 4 cm of an adult, from one extreme to the next: less is jitter of landmarks
HALF_WAY = 0.45  # of the mean of the last two ways between extremes
WALKED_WAY = 0.5  # of the ways in running: feet that are lifted less in walking turn all the same
LATE, LATE_WAY = 1.5, 0.2  # steps after the last turn, and the share of the way that is enough then
LONGEST_UNSEEN_S = 0.3  # of the feet: half of a step
KEPT = 4  # turns
ENDS_S = 1.25 * LONGEST_WALKED_STEP_S  # after the last turn


@dataclass(slots=True)
class FeetRhythm:
    """Finds the turns of the difference of both feet; all that it knows is in these fields. NaN: nothing yet."""

    sign: float = 1.0  # +1: the left foot of the picture sinks against the right one, -1: it rises
    extreme: float = math.nan  # of sign * difference (trunk lengths) since the last turn
    last_extreme: float = math.nan  # the difference at the extreme before
    ways: list[float] = field(default_factory=list)  # between the last extremes
    before: float = math.nan  # the difference in the frame before
    before_s: float = math.nan
    turns_s: list[float] = field(default_factory=list)  # the last ones, which follow each other without a hole

    def push(self, now: TrunkMotion) -> bool:
        """Whether the next frame makes a turn certain: the newest of `turns_s`."""
        if now.time_s - self.before_s > LONGEST_UNSEEN_S:
            self._begin_anew()
        if self.turns_s and now.time_s - self.turns_s[-1] > ENDS_S:
            self.turns_s.clear()
            self.ways.clear()
        difference = now.feet_px / now.trunk_px
        if math.isnan(difference):
            return False
        before, before_s = self.before, self.before_s
        self.before, self.before_s = difference, now.time_s
        value = self.sign * difference
        if not self.extreme >= value:
            self.extreme = value
            return False
        needed = max(SMALLEST_TRUNKS, self._share(now.time_s) * sum(self.ways) / max(len(self.ways), 1))
        if self.extreme - value <= needed:
            return False
        back = self.sign * before - value  # 0: nothing has moved, but less is enough now, because the turn is late
        share = (self.sign * before - (self.extreme - needed)) / back if back else 1.0
        self._turn(value, before_s + min(max(share, 0.0), 1.0) * (now.time_s - before_s))
        return True

    def _share(self, now_s: float) -> float:
        """Share of the last ways that counts as a turn: less where it is late, because somebody who begins to walk lifts the feet less."""
        turns_s = self.turns_s
        late = len(turns_s) > 1 and now_s - turns_s[-1] > LATE * (turns_s[-1] - turns_s[-2])
        return LATE_WAY if late else HALF_WAY

    def _turn(self, value: float, time_s: float) -> None:
        extreme = self.sign * self.extreme
        if not math.isnan(self.last_extreme):  # half of the way before the first turn is not known
            self.ways[:] = [*self.ways, abs(extreme - self.last_extreme)][-2:]
            self.turns_s[:] = [*self.turns_s, time_s][-KEPT:]
        self.last_extreme, self.sign = extreme, -self.sign
        self.extreme = -value

    def end_run(self) -> None:
        """Who ran does not run any more."""
        self.ways[:] = [WALKED_WAY * way for way in self.ways]

    def _begin_anew(self) -> None:
        self.extreme = self.last_extreme = self.before = self.before_s = math.nan
        self.turns_s.clear()
        self.ways.clear()

    def step_s(self, now_s: float) -> float:
        """The shorter one of the last two steps by the feet; NaN where there was none lately."""
        turns_s = self.turns_s
        if len(turns_s) < 2 or now_s - turns_s[-1] > LONGEST_WALKED_STEP_S:
            return math.nan
        return min(b - a for a, b in zip(turns_s[-3:], turns_s[-3:][1:], strict=False))
