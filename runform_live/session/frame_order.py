"""The order of frames after a restart of the recorder: first those that are sent once more, then those that came meanwhile."""

from __future__ import annotations

from typing import Generic, TypeVar

Item = TypeVar("Item")

PATIENCE_S = 1.0  # without a repeat
MOST_HELD_BYTES = 256 << 20


class FrameOrder(Generic[Item]):
    """Give it repeats and fresh frames as they arrive; it returns those that may be written now, in their order.

    A frame may come out that is not newer than one before it; whoever writes leaves it out.
    """

    def __init__(self, now_s: float) -> None:
        """now_s: when the repeats were asked for."""
        self.waiting = True
        self._heard_s = now_s
        self._last: int | None = None  # number of the last repeat
        self._held: list[tuple[int, Item]] = []
        self._held_bytes = 0

    def repeat(self, number: int, item: Item, now_s: float) -> list[Item]:
        """A frame that is sent once more."""
        self._heard_s, self._last = now_s, number
        return [item, *self._let_go()]

    def fresh(self, number: int, item: Item, size_bytes: int, now_s: float) -> list[Item]:
        """A frame that is sent for the first time."""
        if not self.waiting:
            return [item]
        self._held.append((number, item))
        self._held_bytes += size_bytes
        return self._let_go() or self.due(now_s)

    def due(self, now_s: float) -> list[Item]:
        """What is waited for no longer: no repeat came, or too much is held."""
        if self.waiting and (now_s - self._heard_s > PATIENCE_S or self._held_bytes > MOST_HELD_BYTES):
            return self.rest()
        return []

    def rest(self) -> list[Item]:
        """All that is held; nothing is waited for any more."""
        self.waiting = False
        held, self._held = self._held, []
        return [item for _, item in held]

    def _let_go(self) -> list[Item]:
        caught_up = self._last is not None and bool(self._held) and self._last >= self._held[0][0] - 1
        return self.rest() if caught_up else []
