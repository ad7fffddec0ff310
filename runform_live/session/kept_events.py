"""The events of a session that is being written: cues, pauses, blocks with and without feedback, notes, troubles."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from runform_live.handover import Newest
from runform_live.messages import CoachState, Cue
from runform_live.session import door, events
from runform_live.session.events import Event
from runform_live.session.feedback_blocks import (
    BLOCK_BEGINS,
    BLOCK_ENDS,
    FEEDBACK_OFF,
    FEEDBACK_ON,
    MARKS,
    feedback_at_end,
)
from runform_live.session.writer import SessionWriter

ROUNDING_S = 1e-4  # of the times in events.jsonl
SAME_S = 1.0  # an event of a predecessor that is sent once more may carry the time of another frame


class KeptEvents:
    """The lines of events.jsonl. What a predecessor wrote is not written again when it is sent once more."""

    def __init__(self, writer: SessionWriter, kept: Sequence[str], unsaved: Sequence[str]) -> None:
        """kept: the lines of the file; unsaved: those that the disk did not take from a predecessor."""
        self._writer = writer
        on_disk = set(kept)
        self.lines = [*kept, *(line for line in unsaved if line not in on_disk)]
        self._inherited = self.events()
        self._cues = Newest(self._last_s("cue") + ROUNDING_S)
        self._blocks = Newest(self._last_s(*MARKS) + ROUNDING_S)
        self._feedback = feedback_at_end(self._inherited)

    def _last_s(self, *kinds: str) -> float:
        """The time of the last event of these kinds that a predecessor wrote; minus infinity where it wrote none."""
        return max(
            (float(event["time_s"]) for event in self._inherited if event.get("kind") in kinds), default=-math.inf
        )

    def events(self) -> list[Event]:
        """All of them, as they are read from the file."""
        return [json.loads(line) for line in self.lines]

    def unsaved(self) -> tuple[str, ...]:
        """The lines that the disk has not taken."""
        return tuple(self.lines[max(0, len(self.lines) - self._writer.unsaved()[1]) :])

    def add(self, kind: str, time_s: float, **details: Any) -> None:
        """Add an event, unless a predecessor wrote it and it is sent once more."""
        for event in reversed(self._inherited):
            if (
                event.get("kind") == kind
                and abs(event["time_s"] - time_s) < SAME_S
                and details.items() <= event.items()
            ):
                return
        self._write(kind, time_s, **details)

    def cue(self, cue: Cue) -> None:
        """A cue that was given."""
        if not self._cues.is_new(cue.time_s):
            return
        latency_s = None if cue.latency_s is None else round(cue.latency_s, 4)
        self.add("cue", cue.time_s, text=cue.text, reason=cue.reason, audible=cue.audible, latency_s=latency_s)

    def note(self, text: str, now_s: float, at_s: float | None) -> None:
        """What a person noted at a time of the session (s); None, or a time that is still to come: now."""
        known = at_s is not None and 0 <= at_s <= now_s
        self.add("note", at_s if known and at_s is not None else now_s, text=door.clean(text, events.MOST_TEXT))

    def coach(self, state: CoachState, now_s: float) -> None:
        """Whether this block of the run has feedback, and whether a person marked it.

        Cues that are muted are still seen on the screen: they are feedback.
        """
        at_s, block = now_s, state.marked
        if block is not None and self._blocks.is_new(block.since_s):
            at_s = block.since_s
            begins = block.feedback is not None
            details = {"feedback": block.feedback} if begins else {}
            self._write(BLOCK_BEGINS if begins else BLOCK_ENDS, at_s, **details)
        feedback = state.gives_feedback and state.feedback.mode != "off"
        if feedback != self._feedback:
            self._feedback = feedback
            # Not by `add`: a block that is sent once more after a restart must end by the same word as it did before.
            self._write(FEEDBACK_ON if feedback else FEEDBACK_OFF, at_s)

    def _write(self, kind: str, time_s: float, **details: Any) -> None:
        line = events.line(kind, time_s, **details)
        self.lines.append(line)
        self._writer.event(line)
