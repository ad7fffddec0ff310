"""The runner's own cadence, which the metronome starts from."""

from __future__ import annotations

import msgspec

from runform_live.gait.cadence import cadence_of

LEARNT_IN_S = 30.0  # of running


class CadenceState(msgspec.Struct, frozen=True):
    """What is known of the cadence."""

    steps_s: tuple[float, ...] = ()  # midstances, until the cadence is known from them
    steps_per_minute: float | None = None


class OwnCadence:
    """The cadence of half a minute, learnt once and kept until it is forgotten."""

    __slots__ = ("_state",)

    def __init__(self, state: CadenceState | None = None) -> None:
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
        self._state = CadenceState(steps_s, cadence_of(steps_s) if known else None)

    def forget(self) -> None:
        """Learn it anew."""
        self._state = CadenceState()
