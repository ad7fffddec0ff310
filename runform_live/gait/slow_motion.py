"""Whether a film was slowed: its runner moves in slow motion."""

from __future__ import annotations

import math
from statistics import median

import msgspec

# Nobody walks so slowly, so evenly and with so much up and down.
SLOW_STEP_S = 0.9  # and longer
SLOW_FALL_TRUNKS = 0.08, 0.35  # of the trunk in each step, in its lengths
SLOW_EVEN = 0.15  # of the usual step: so much a step may differ from it
SLOW_STEPS = 5  # in a row
# Of the time from one lowest point to the next: feet that take shorter steps walk, and every other lowest point was missed.
FEET_SHARE = 0.7


class SlowMotionState(msgspec.Struct, frozen=True):
    """Lengths (s) of the slow, even steps so far."""

    steps_s: tuple[float, ...]


class SlowMotion:
    """Push one step after the other. Once it is sure, it stays so."""

    __slots__ = ("_steps_s",)

    def __init__(self, state: SlowMotionState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        self._steps_s: list[float] = list(state.steps_s) if state else []

    def state(self) -> SlowMotionState:
        """All of it, for a successor."""
        return SlowMotionState(tuple(self._steps_s))

    @property
    def sure(self) -> bool:
        """Whether enough slow, even steps came in a row."""
        return len(self._steps_s) >= SLOW_STEPS

    def push(self, passed_s: float, fall_trunks: float, feet_step_s: float = math.nan) -> None:
        """Time since the step before, how far the trunk fell (in its lengths), and the time of a step by the feet; NaN unknown."""
        if self.sure:
            return
        usual_s = median(self._steps_s) if self._steps_s else passed_s
        slow = SLOW_STEP_S <= passed_s < math.inf and SLOW_FALL_TRUNKS[0] <= fall_trunks <= SLOW_FALL_TRUNKS[1]
        slow = slow and not feet_step_s < FEET_SHARE * passed_s
        if not (slow and abs(passed_s - usual_s) <= SLOW_EVEN * usual_s):
            self._steps_s.clear()
        if slow:
            self._steps_s.append(passed_s)
