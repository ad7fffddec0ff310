"""A stage that was started anew first hears what it has missed. What comes meanwhile waits for its turn."""

from __future__ import annotations

from collections.abc import Iterator

from runform_live import controls
from runform_live.messages import CaughtUp, Frame, Message
from runform_live.runtime.bus import Received

LONGEST_S = 2.0  # then the stage goes on without the rest


class RepeatsFirst:
    """Puts what the supervisor repeats before the newer messages of the other stages. Times (s) are of one clock."""

    __slots__ = ("_until_s", "_waiting")

    def __init__(self, begins_s: float, restarted: bool) -> None:
        self._until_s = begins_s + LONGEST_S if restarted else begins_s
        self._waiting: list[Received] = []

    def catching_up(self, now_s: float) -> bool:
        """Whether messages still wait for repeats."""
        return now_s < self._until_s

    def order(self, received: Received | None, now_s: float) -> Iterator[Received]:
        """What is to be handled now: a repeat at once, the rest when the repeats are over."""
        if received is not None and isinstance(received.message, CaughtUp):
            self._until_s = now_s
        elif received is not None and (received.again or _never_waits(received.message)):
            yield received
        elif received is not None:
            self._waiting.append(received)
        if not self.catching_up(now_s):
            waiting, self._waiting = self._waiting, []
            yield from waiting


def _never_waits(message: Message) -> bool:
    """Frames are too large to wait. A request to end is obeyed whatever else is still repeated."""
    return isinstance(message, Frame | controls.Stop | controls.Finish)
