"""Doing less for a while after there was too much to do: longer each time that it proves too much again."""

from __future__ import annotations

import math

import msgspec


class BackoffState(msgspec.Struct, frozen=True):
    """How long the last back-off was, and until when it lasts (-inf: there was none)."""

    length: float
    until: float


class Backoff:
    """Asked with a time or a count that grows. `shortest` and `longest` are in the same unit."""

    __slots__ = ("_length", "_longest", "_shortest", "_until")

    def __init__(self, shortest: float, longest: float, state: BackoffState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        self._shortest, self._longest = shortest, longest
        self._length, self._until = (0.0, -math.inf) if state is None else (state.length, state.until)

    def state(self) -> BackoffState:
        """All of it, for a successor."""
        return BackoffState(self._length, self._until)

    def too_much(self, now: float) -> None:
        """There was too much to do: back off from now on. Soon after the last back-off, it lasts twice as long as that one."""
        if not self.is_on(now):
            soon = now < self._until + self._shortest
            self._length = min(2.0 * self._length, self._longest) if soon else self._shortest
        self._until = now + self._length

    def is_on(self, now: float) -> bool:
        """Whether less is to be done now."""
        return now < self._until
