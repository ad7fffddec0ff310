"""A programme: its sessions, and the blocks with and without feedback that each of them consists of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from runform_live.messages import Part
from runform_live.programmes.schedule import stretches

PainMoment = Literal["before", "after"]
SHORTEST_BLOCK_S = 10.0  # of a block whose figures can be compared with those of another one
Minutes = Annotated[float, Meta(ge=0, le=120)]


class Block(msgspec.Struct, frozen=True):
    """A stretch of a session with the same feedback throughout. Times are seconds of running since the session began."""

    part: Part
    feedback: bool
    from_s: float
    until_s: float

    @property
    def length_s(self) -> float:
        return self.until_s - self.from_s


class PlannedSession(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One session: a warm-up without feedback, the training, and a retention block without feedback.

    days_after: days since the session before; 0 for the first one. blocks_min: pairs of minutes with and without feedback, one after the
    other; the last pair repeats until the training is over.
    """

    training_min: Annotated[float, Meta(ge=1, le=120)]
    blocks_min: Annotated[list[tuple[Minutes, Minutes]], Meta(min_length=1, max_length=60)]
    days_after: Annotated[int, Meta(ge=0, le=60)]
    warm_up_min: Annotated[float, Meta(ge=0, le=60)]
    retention_min: Annotated[float, Meta(ge=0, le=60)]

    @property
    def length_s(self) -> float:
        """Of the whole session."""
        return self.blocks()[-1].until_s

    @property
    def training_s(self) -> float:
        return 60.0 * self.training_min

    @property
    def feedback_s(self) -> float:
        """How long there is feedback."""
        return sum(block.length_s for block in self.blocks() if block.feedback)

    def blocks(self) -> tuple[Block, ...]:
        """All blocks, one after the other, none of them empty. Neighbours within the training differ in feedback."""
        begin_s = 60.0 * self.warm_up_min
        end_s = begin_s + self.training_s
        found = [Block("warm_up", False, 0.0, begin_s)] if begin_s > 0 else []
        pairs_s = [(60.0 * with_min, 60.0 * without_min) for with_min, without_min in self.blocks_min]
        found += _training(pairs_s, begin_s, end_s)
        if self.retention_min > 0:
            found.append(Block("retention", False, end_s, end_s + 60.0 * self.retention_min))
        return tuple(found)


class Programme(msgspec.Struct, frozen=True):
    """A programme under its name. title and about: of a person's own one; empty where the language files have the words."""

    name: str
    title: str
    about: str
    sources: tuple[str, ...]
    ask_pain: tuple[PainMoment, ...]
    sessions: tuple[PlannedSession, ...]

    def day(self, number: int) -> int:
        """The day of session `number` where every session is held when it is due. Both count from 1."""
        return 1 + sum(session.days_after for session in self.sessions[:number])

    @property
    def training_s(self) -> float:
        """Of all sessions together, without warm-up and retention."""
        return sum(session.training_s for session in self.sessions)

    @property
    def feedback_s(self) -> float:
        """How long there is feedback in all sessions together."""
        return sum(session.feedback_s for session in self.sessions)


def _training(pairs_s: Sequence[tuple[float, float]], begin_s: float, end_s: float) -> list[Block]:
    """The blocks from begin to end. Stretches that are alike become one block."""
    found: list[Block] = []
    for feedback, from_s, until_s in stretches(pairs_s):
        if begin_s + from_s >= end_s:
            break
        until_s = min(begin_s + until_s, end_s)
        if found and found[-1].feedback == feedback:
            found[-1] = msgspec.structs.replace(found[-1], until_s=until_s)
        else:
            found.append(Block("training", feedback, found[-1].until_s if found else begin_s, until_s))
    return found
