"""Looks for quiet standing while frames come, for the level line that it gives."""

from __future__ import annotations

import math

import msgspec

from runform_live.gait import levelling
from runform_live.gait.levelling import Level
from runform_live.gait.recent import Recent

CHECK_S = 0.1
LONGEST_S = 6.0
# The longest stand, what it ends before now (a lag of 0.2 s at most, SETTLE_S, LIFT_S), and a second to spare.
LOOKS_BACK_S = LONGEST_S + 0.2 + levelling.SETTLE_S + levelling.LIFT_S + 1.0


class StandState(msgspec.Struct, frozen=True):
    """A search for standing written down."""

    next_check_s: float
    quiet_since_s: float
    jumpy: bool
    wanted_from_s: float


class Stand:
    """Whether somebody stands, and what is level by it."""

    __slots__ = ("_jumpy", "_next_check_s", "_quiet_since_s", "_wanted_from_s")

    def __init__(self, state: StandState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        state = state or StandState(-math.inf, math.nan, False, -math.inf)
        self._next_check_s = state.next_check_s
        self._quiet_since_s = state.quiet_since_s
        self._jumpy = state.jumpy  # ankles: a stand was looked for in means of their heights
        self._wanted_from_s = state.wanted_from_s

    def state(self) -> StandState:
        """All of it, for a successor."""
        return StandState(self._next_check_s, self._quiet_since_s, self._jumpy, self._wanted_from_s)

    @property
    def standing(self) -> bool:
        return not math.isnan(self._quiet_since_s)

    def ask(self, now_s: float) -> None:
        """What was before does not count."""
        self._wanted_from_s = now_s

    def look(self, recent: Recent, level: Level | None) -> Level | None:
        """The level line by now, from that of an earlier stand."""
        if recent.now_s < self._next_check_s:
            return level
        self._next_check_s = recent.now_s + CHECK_S
        until_s = recent.now_s - recent.lag_s - levelling.SETTLE_S
        replaces = level is not None and not self.standing
        long_s = levelling.QUIET_S if replaces else levelling.SHORT_QUIET_S
        lift_s = 0.0
        quiet = self._stood(recent, until_s - long_s, until_s, lift_s)
        if quiet is None and (level is None or self._jumpy):
            lift_s = levelling.LIFT_S
            until_s -= lift_s  # a first step is seen so much later
            quiet = self._stood(recent, until_s - long_s, until_s, lift_s)
        self._jumpy = lift_s > 0.0
        if quiet is None:
            self._quiet_since_s = math.nan
            return level
        if math.isnan(self._quiet_since_s):
            self._quiet_since_s = until_s - long_s
        # A longer stand is read whole, so that the level line grows steadier while the person waits.
        from_s = max(self._quiet_since_s, recent.oldest_s, until_s - LONGEST_S)
        tilt_deg, sd_deg, upright_deg = self._stood(recent, from_s, until_s, lift_s) or quiet
        upright = None if math.isnan(upright_deg) else upright_deg
        return Level(tilt_deg, sd_deg, from_s, until_s, True, upright, recent.body(from_s, until_s))

    def _stood(self, recent: Recent, from_s: float, until_s: float, lift_s: float) -> tuple[float, float, float] | None:
        return recent.stood(from_s, until_s, lift_s) if from_s >= self._wanted_from_s else None
