"""The last stances of each side and gait, and their rolling means."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import msgspec

from runform_live.gait.uncertainty.statistics import Estimate, estimate
from runform_live.messages import GAITS, SIDES, Gait, Naming, Side, Stance
from runform_live.side_naming import renamed


class RollingState(msgspec.Struct, frozen=True):
    """The last stances of each side written down, those of both gaits in time order."""

    left: tuple[Stance, ...]
    right: tuple[Stance, ...]


class Rolling:
    """The last stances of each side, apart for running and walking.

    Where no gait is named, it is that of the newest stance.
    """

    __slots__ = ("_stances", "gait")

    def __init__(self, length: int, state: RollingState | None = None) -> None:
        """length: stances a side and gait. state: of a predecessor, to go on from."""
        self.gait: Gait = "run"  # of the newest stance
        self._stances: dict[tuple[Gait, Side], deque[Stance]] = {
            (gait, side): deque(maxlen=length) for gait in GAITS for side in SIDES
        }
        if state:
            self._add_all([*state.left, *state.right])

    def state(self) -> RollingState:
        """All of it, for a successor."""
        left, right = (_in_time_order([one for gait in GAITS for one in self._stances[gait, side]]) for side in SIDES)
        return RollingState(tuple(left), tuple(right))

    def add(self, stance: Stance) -> None:
        """Take the next stance of its side."""
        self.gait = stance.gait
        self._stances[stance.gait, stance.side].append(stance)

    def put_right(self, now: Naming) -> None:
        """Name the stances as `now` says; they stay in time order."""
        stances = [renamed(stance, now) for kept in self._stances.values() for stance in kept]
        self.clear()
        self._add_all(stances)

    def clear(self) -> None:
        """Forget all stances."""
        for stances in self._stances.values():
            stances.clear()

    def stances(self, side: Side, gait: Gait | None = None) -> list[Stance]:
        """The last stances of one side, in time order."""
        return list(self._stances[gait or self.gait, side])

    def estimate(self, side: Side, metric: str, gait: Gait | None = None) -> Estimate | None:
        """Rolling mean of a metric on one side, without the instrument's error."""
        return estimate([getattr(stance, metric) for stance in self.stances(side, gait)], None)

    def _add_all(self, stances: Iterable[Stance]) -> None:
        for stance in _in_time_order(stances):
            self.add(stance)


def _in_time_order(stances: Iterable[Stance]) -> list[Stance]:
    return sorted(stances, key=lambda one: one.midstance_s)
