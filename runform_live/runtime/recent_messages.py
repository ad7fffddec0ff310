"""The messages and requests of the last half minute, for a stage that is started anew."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from runform_live.controls import Control
from runform_live.messages import End, Message
from runform_live.runtime import topology
from runform_live.runtime.bus import Buffer

KEPT_S = 30.0  # a hung stage is noticed and replaced in a third of that
OVERLAP_S = 1.0  # a state was on its way for less than that


class RecentMessages:
    """Keeps each message with the time (s) of its arrival, and gives those that a stage has missed."""

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        self._kept: deque[tuple[float, Message, Sequence[Buffer]]] = deque()

    def add(self, message: Message, buffers: Sequence[Buffer], now_s: float) -> None:
        """Keep one message for KEPT_S."""
        while self._kept and self._kept[0][0] < now_s - KEPT_S:
            self._kept.popleft()
        if message.topic not in topology.NOT_REPEATED:
            self._kept.append((now_s, message, buffers))

    def missed_by(self, stage: str, state_at_s: float, control_seq: int) -> Iterator[tuple[Message, Sequence[Buffer]]]:
        """What a stage has missed whose state arrived at that time (-inf: it never told one), in the order of arrival.

        The state may contain some of these messages already: the stage leaves out what is not newer than what it knows. Requests are
        exact: only those after `control_seq`.
        """
        since_s = state_at_s - OVERLAP_S
        for arrived_s, message, buffers in self._kept:
            if isinstance(message, Control):
                wanted = message.seq > control_seq
            else:
                wanted = arrived_s >= since_s and _is_heard_by(stage, message)
            if wanted:
                yield message, buffers


def _is_heard_by(stage: str, message: Message) -> bool:
    if isinstance(message, End):
        return message.stage in topology.ends_before(stage)
    return topology.hears(stage, message.topic)
