"""The last stances of each side, of one gait."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import msgspec

from runform_live.messages import SIDES, Naming, Side, Stance
from runform_live.side_naming import renamed


class RollingState(msgspec.Struct, frozen=True):
    """The last stances of each side written down, in time order."""

    left: tuple[Stance, ...]
    right: tuple[Stance, ...]


class Rolling:
    """The last stances of each side. They are all of one gait: whoever adds one of the other gait clears it before."""

    __slots__ = ("_stances",)

    def __init__(self, length: int, state: RollingState | None = None) -> None:
        """length: stances a side. state: of a predecessor, to go on from."""
        self._stances: dict[Side, deque[Stance]] = {side: deque(maxlen=length) for side in SIDES}
        if state:
            self._add_all([*state.left, *state.right])

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
        self._add_all(stances)

    def clear(self) -> None:
        """Forget all stances."""
        for stances in self._stances.values():
            stances.clear()

    def stances(self, side: Side) -> list[Stance]:
        """The last stances of one side, in time order."""
        return list(self._stances[side])

    def _add_all(self, stances: Iterable[Stance]) -> None:
        for stance in sorted(stances, key=lambda one: one.midstance_s):
            self.add(stance)
