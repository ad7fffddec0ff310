"""What the stages and the person said lately, for a stage that is started anew."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from runform_live.controls import Control
from runform_live.messages import End, Message
from runform_live.runtime import topology
from runform_live.runtime.bus import Buffer

KEPT_S = 30.0  # a hung stage is noticed and replaced in a third of that
OVERLAP_S = 1.0  # a state was on its way for less than that

Said = tuple[Message, Sequence[Buffer]]


class Remembered:
    """Notes messages with the time (s) of their arrival, and gives those that one stage listens to."""

    __slots__ = ("_said",)

    def __init__(self) -> None:
        self._said: deque[tuple[float, Message, Sequence[Buffer]]] = deque()

    def note(self, message: Message, buffers: Sequence[Buffer], now_s: float) -> None:
        """Remember one message for KEPT_S."""
        while self._said and self._said[0][0] < now_s - KEPT_S:
            self._said.popleft()
        if message.topic not in topology.NOT_REPEATED:
            self._said.append((now_s, message, buffers))

    def for_stage(self, stage: str, state_at_s: float, control_seq: int) -> Iterator[Said]:
        """What a stage missed whose state arrived at that time (-inf: it never told one), in the order of arrival.

        Messages that the state may already contain are among it: the stage leaves out what is not newer than what it knows. Controls
        are exact: only those after `control_seq`.
        """
        since_s = state_at_s - OVERLAP_S
        for said_s, message, buffers in self._said:
            if isinstance(message, Control):
                wanted = message.seq > control_seq
            else:
                wanted = said_s >= since_s and _listens(stage, message)
            if wanted:
                yield message, buffers


def _listens(stage: str, message: Message) -> bool:
    if isinstance(message, End):
        return "end" in topology.ALL_LISTEN[stage].get(message.stage, ())
    return any(message.topic in topics for topics in topology.ALL_LISTEN[stage].values())
