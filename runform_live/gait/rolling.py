"""The last stances of each side, and their rolling means."""

from __future__ import annotations

from collections import deque

import msgspec

from runform_live.gait.uncertainty.statistics import Estimate, estimate
from runform_live.messages import SIDES, Naming, Side, Stance
from runform_live.side_naming import renamed


class RollingState(msgspec.Struct, frozen=True):
    """The last stances of each side written down."""

    left: tuple[Stance, ...]
    right: tuple[Stance, ...]


class Rolling:
    """The last stances of each side."""

    __slots__ = ("_stances",)

    def __init__(self, length: int, state: RollingState | None = None) -> None:
        """length: stances a side. state: of a predecessor, to go on from."""
        kept = (state.left, state.right) if state else ((), ())
        self._stances: dict[Side, deque[Stance]] = {
            side: deque(stances, maxlen=length) for side, stances in zip(SIDES, kept, strict=True)
        }

    def state(self) -> RollingState:
        """All of it, for a successor."""
        return RollingState(tuple(self._stances["left"]), tuple(self._stances["right"]))

    def add(self, stance: Stance) -> None:
        """Take the next stance of its side."""
        self._stances[stance.side].append(stance)

    def put_right(self, now: Naming) -> None:
        """Name the stances as `now` says; they stay in time order."""
        stances = [renamed(stance, now) for kept in self._stances.values() for stance in kept]
        self.clear()
        for stance in sorted(stances, key=lambda one: one.midstance_s):
            self.add(stance)

    def clear(self) -> None:
        """Forget all stances."""
        for stances in self._stances.values():
            stances.clear()

    def stances(self, side: Side) -> list[Stance]:
        """The last stances of one side, in time order."""
        return list(self._stances[side])

    def estimate(self, side: Side, metric: str) -> Estimate | None:
        """Rolling mean of a metric on one side, without the instrument's error."""
        return estimate([getattr(stance, metric) for stance in self._stances[side]], None)
