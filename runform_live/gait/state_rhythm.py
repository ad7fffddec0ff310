"""When the gait core makes its state known. Live, offline analysis and validation all follow this rule, so they know the same."""

from __future__ import annotations

import msgspec

STATE_S = 0.1  # of frame time: ten a second are enough for a screen


class StateRhythm(msgspec.Struct, frozen=True):
    """The next time (s) at which the state is told, and whether the run was calibrated when it was told last."""

    next_s: float = float("-inf")
    was_calibrated: bool = False

    def is_due(self, time_s: float, calibrated: bool) -> bool:
        """Whether the state of this frame is told: each STATE_S, and in every frame in which the calibration comes or goes."""
        return time_s >= self.next_s or calibrated != self.was_calibrated

    def told(self, time_s: float, calibrated: bool) -> StateRhythm:
        """The rhythm after the state of this frame was told."""
        return StateRhythm(time_s + STATE_S, calibrated)
