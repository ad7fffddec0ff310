"""For how long work is left off once there was too much of it: longer each time that it proves too much again."""

from __future__ import annotations

import math

import msgspec


class ReliefState(msgspec.Struct, frozen=True):
    """How long the last relief was, and until when it lasts (-inf: there was none)."""

    length: float
    until: float


class Relief:
    """Asked with a time or a count that grows; `shortest` and `longest` are in its unit."""

    __slots__ = ("_length", "_longest", "_shortest", "_until")

    def __init__(self, shortest: float, longest: float, state: ReliefState | None = None) -> None:
        """state: of the one that this one goes on for."""
        self._shortest, self._longest = shortest, longest
        self._length, self._until = (0.0, -math.inf) if state is None else (state.length, state.until)

    def state(self) -> ReliefState:
        return ReliefState(self._length, self._until)

    def need(self, now: float) -> None:
        """There was too much to do. Soon after the last relief it lasts twice as long as that did."""
        if not self.holds(now):
            soon = now < self._until + self._shortest
            self._length = min(2.0 * self._length, self._longest) if soon else self._shortest
        self._until = now + self._length

    def holds(self, now: float) -> bool:
        return now < self._until
