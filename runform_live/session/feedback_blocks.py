"""The blocks of a run with and without feedback, by the events of a session."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from runform_live.programmes.plan import SHORTEST_BLOCK_S
from runform_live.session.events import Event
from runform_live.session.figures import RunPart, Span

FEEDBACK_ON, FEEDBACK_OFF = KINDS = "feedback_on", "feedback_off"  # of events
BLOCK_BEGINS, BLOCK_ENDS = MARKS = "block_begins", "block_ends"  # of events: a person marked a block

Kind = tuple[bool, int]  # of a block: whether it has feedback, and its number if a person marked it, else 0


def blocks(events: Sequence[Event], ran_until_s: float) -> list[RunPart]:
    """The blocks with and without feedback, in time order; none where there was only one.

    events: of the session; ran_until_s: end of the last block. A block that a person marked is one of its own, whatever is before and
    after it. A block that is shorter than SHORTEST_BLOCK_S is left out. The blocks before and after it are then alike, and become one
    block of two spans.
    """
    found: list[tuple[Kind, list[Span]]] = []
    for kind, span in _switched(events, ran_until_s):
        if span[1] - span[0] < SHORTEST_BLOCK_S:
            continue
        if found and found[-1][0] == kind:
            found[-1][1].append(span)
        else:
            found.append((kind, [span]))
    return [RunPart("block", tuple(spans), kind[0]) for kind, spans in found] if len(found) > 1 else []


def feedback_at_end(events: Sequence[Event]) -> bool | None:
    """What was last told of it; None: nothing yet. events: in the order in which they were told."""
    told = [event["kind"] for event in events if event["kind"] in KINDS]
    return told[-1] == FEEDBACK_ON if told else None


def _switched(events: Sequence[Event], ran_until_s: float) -> Iterator[tuple[Kind, Span]]:
    """From one change of the feedback, or mark of a person, to the next: the kind of block, and the span."""
    alike = itertools.groupby(_kinds(events), key=lambda one: one[1])
    changed = [next(group) for _, group in alike]
    ends_s = [*(time_s for time_s, _ in changed[1:]), ran_until_s]
    for (from_s, kind), until_s in zip(changed, ends_s, strict=False):
        yield kind, (from_s, until_s)


def _kinds(events: Sequence[Event]) -> Iterator[tuple[float, Kind]]:
    """When something was told of the blocks, in time order, and which kind of block it was from then on."""
    feedback_at: dict[float, bool] = {}  # of those of one moment the last one holds
    number_at: dict[float, int] = {}
    for event in events:
        if event["kind"] in KINDS:
            feedback_at[float(event["time_s"])] = event["kind"] == FEEDBACK_ON
        elif event["kind"] in MARKS:
            number_at[float(event["time_s"])] = len(number_at) + 1 if event["kind"] == BLOCK_BEGINS else 0
    feedback, number = None, 0
    for time_s in sorted(feedback_at.keys() | number_at.keys()):
        feedback, number = feedback_at.get(time_s, feedback), number_at.get(time_s, number)
        if feedback is not None:  # else nothing was told of it yet
            yield time_s, (feedback, number)
