"""The runner's own cadence in one gait, which the metronome starts from."""

from __future__ import annotations

import msgspec

from runform_live.gait.cadence import cadence_of, longest_step_s
from runform_live.messages import Gait

LEARNT_IN_S = 30.0  # of that gait


class CadenceState(msgspec.Struct, frozen=True):
    """What is known of the cadence."""

    steps_s: tuple[float, ...] = ()  # midstances, until the cadence is known from them
    steps_per_minute: float | None = None


class OwnCadence:
    """The cadence of half a minute of one gait, learnt once and kept until it is forgotten. Give it the steps of that gait alone."""

    __slots__ = ("_longest_s", "_state")

    def __init__(self, gait: Gait = "run", state: CadenceState | None = None) -> None:
        self._longest_s = longest_step_s(gait)
        self._state = state or CadenceState()

    def state(self) -> CadenceState:
        """All of it, for a successor."""
        return self._state

    @property
    def steps_per_minute(self) -> float | None:
        """None while it is still learnt."""
        return self._state.steps_per_minute

    def push(self, midstance_s: float) -> None:
        """Take a step, unless the cadence is known already."""
        if self.steps_per_minute is not None:
            return
        steps_s = (*self._state.steps_s, midstance_s)
        while len(steps_s) > 1 and steps_s[-1] - steps_s[1] >= LEARNT_IN_S:  # the last half minute told no cadence
            steps_s = steps_s[1:]
        known = steps_s[-1] - steps_s[0] >= LEARNT_IN_S
        self._state = CadenceState(steps_s, cadence_of(steps_s, self._longest_s) if known else None)

    def begin_anew(self) -> None:
        """Something else than these steps came in between: what is not learnt to its end begins anew. A known cadence stays."""
        if self.steps_per_minute is None:
            self.forget()

    def forget(self) -> None:
        """Learn it anew."""
        self._state = CadenceState()
