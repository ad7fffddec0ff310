"""Whether two stances of a run were filmed alike: what happened between them that a comparison must know of."""

from __future__ import annotations

import math

import msgspec

from runform_live.messages import Stance

AWAY_S = 10.0  # out of sight for so long: whoever comes back may wear something else


class SettingState(msgspec.Struct, frozen=True):
    """A setting written down: when the camera had moved, the view had become unsure, the runner had been away (s)."""

    camera_moves_s: tuple[float, ...]
    view_doubts_s: tuple[float, ...]
    absences_s: tuple[float, ...]
    unsure: bool
    seen_s: float


class Setting:
    """Tell it of each frame; it counts for each stance what had happened until then."""

    __slots__ = ("_absences_s", "_camera_moves_s", "_seen_s", "_unsure", "_view_doubts_s")

    def __init__(self, state: SettingState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        state = state or SettingState((), (), (), True, math.nan)
        self._camera_moves_s = list(state.camera_moves_s)
        self._view_doubts_s = list(state.view_doubts_s)
        self._absences_s = list(state.absences_s)
        self._unsure = state.unsure  # before it was ever sure there is no doubt that is new
        self._seen_s = state.seen_s  # when the runner was seen last

    def state(self) -> SettingState:
        """All of it, for a successor."""
        return SettingState(
            tuple(self._camera_moves_s), tuple(self._view_doubts_s), tuple(self._absences_s), self._unsure, self._seen_s
        )

    def camera_moved(self, time_s: float) -> None:
        """From now on it looks from elsewhere."""
        self._camera_moves_s.append(time_s)

    def push(self, time_s: float, found: bool, unsure: bool) -> None:
        """One frame. found: the runner is seen; unsure: left and right may be exchanged."""
        if found:
            if time_s - self._seen_s >= AWAY_S:
                self._absences_s.append(time_s)
            self._seen_s = time_s
        if unsure and not self._unsure:
            self._view_doubts_s.append(time_s)
        self._unsure = unsure

    def of(self, stance: Stance) -> Stance:
        """The stance, with the counts of what had happened before it."""
        at_s = stance.midstance_s
        return msgspec.structs.replace(
            stance,
            camera_moves=sum(then_s < at_s for then_s in self._camera_moves_s),
            view_doubts=sum(then_s < at_s for then_s in self._view_doubts_s),
            absences=sum(then_s < at_s for then_s in self._absences_s),
        )
