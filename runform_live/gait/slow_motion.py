"""Whether a film was slowed: somebody runs in slow motion."""

from __future__ import annotations

import math
from statistics import median

import msgspec

# Nobody walks so slowly, with so much up and down, so evenly.
SLOW_STEP_S, SLOW_FALL_TRUNKS, SLOW_EVEN, SLOW_STEPS = 0.9, (0.08, 0.35), 0.15, 5


class SlowMotionState(msgspec.Struct, frozen=True):
    """Lengths (s) of the slow, even steps so far."""

    steps_s: tuple[float, ...]


class SlowMotion:
    """Push one step after the other; once it is sure it stays so."""

    __slots__ = ("_steps_s",)

    def __init__(self, state: SlowMotionState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        self._steps_s: list[float] = list(state.steps_s) if state else []

    def state(self) -> SlowMotionState:
        """All of it, for a successor."""
        return SlowMotionState(tuple(self._steps_s))

    @property
    def sure(self) -> bool:
        return len(self._steps_s) >= SLOW_STEPS

    def push(self, passed_s: float, fall_trunks: float) -> None:
        """Time since the step before, and how far the trunk fell (in its lengths; NaN unknown)."""
        if self.sure:
            return
        usual_s = median(self._steps_s) if self._steps_s else passed_s
        slow = SLOW_STEP_S <= passed_s < math.inf and SLOW_FALL_TRUNKS[0] <= fall_trunks <= SLOW_FALL_TRUNKS[1]
        if not (slow and abs(passed_s - usual_s) <= SLOW_EVEN * usual_s):
            self._steps_s.clear()
        if slow:
            self._steps_s.append(passed_s)
