"""Under which conditions a stance was measured: how often the camera had moved, the view had become unsure, the runner had been away.

Two stances with the same counts were filmed alike. A comparison of others must know what happened between them (gait/uncertainty/change.py).
"""

from __future__ import annotations

import math

import msgspec

from runform_live.messages import Stance

AWAY_S = 10.0  # out of sight for so long: whoever comes back may wear something else


class ConditionsState(msgspec.Struct, frozen=True):
    """The conditions written down: when the camera had moved, the view had become unsure, the runner had come back (s)."""

    camera_moves_s: tuple[float, ...]
    view_doubts_s: tuple[float, ...]
    absences_s: tuple[float, ...]
    unsure: bool
    last_found_s: float


class Conditions:
    """Tell it of each frame; it counts for each stance what had happened until then."""

    __slots__ = ("_absences_s", "_camera_moves_s", "_last_found_s", "_unsure", "_view_doubts_s")

    def __init__(self, state: ConditionsState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        state = state or ConditionsState((), (), (), True, math.nan)
        self._camera_moves_s = list(state.camera_moves_s)
        self._view_doubts_s = list(state.view_doubts_s)
        self._absences_s = list(state.absences_s)
        self._unsure = state.unsure  # True at first: as long as the view was never sure, no doubt is new
        self._last_found_s = state.last_found_s

    def state(self) -> ConditionsState:
        """All of it, for a successor."""
        return ConditionsState(
            tuple(self._camera_moves_s),
            tuple(self._view_doubts_s),
            tuple(self._absences_s),
            self._unsure,
            self._last_found_s,
        )

    def camera_moved(self, time_s: float) -> None:
        """From this time on the camera looks from elsewhere."""
        self._camera_moves_s.append(time_s)

    def push(self, time_s: float, found: bool, unsure: bool) -> bool:
        """Take one frame; whether somebody has come back in it. found: the runner is seen; unsure: left and right may be exchanged."""
        back = found and time_s - self._last_found_s >= AWAY_S
        if found:
            if back:
                self._absences_s.append(time_s)
            self._last_found_s = time_s
        if unsure and not self._unsure:
            self._view_doubts_s.append(time_s)
        self._unsure = unsure
        return back

    def of(self, stance: Stance) -> Stance:
        """The stance, with the counts of what had happened before it."""
        at_s = stance.midstance_s
        return msgspec.structs.replace(
            stance,
            camera_moves=sum(then_s < at_s for then_s in self._camera_moves_s),
            view_doubts=sum(then_s < at_s for then_s in self._view_doubts_s),
            absences=sum(then_s < at_s for then_s in self._absences_s),
        )
