"""Which parts of a run are compared with each other: first and last minute, and blocks with and without feedback."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Literal

import msgspec

from runform_live.gait.by_gait import main_gait, of_gait
from runform_live.gait.first_minute import BASELINE_S, FirstMinute
from runform_live.gait.run_phase import PAUSE_S, RunTime
from runform_live.gait.uncertainty.statistics import FEWEST_STANCES
from runform_live.messages import SIDES, Stance
from runform_live.programmes.plan import SHORTEST_BLOCK_S
from runform_live.session.events import Event
from runform_live.session.feedback_blocks import blocks
from runform_live.session.figures import RunPart, Span

MOST_BLOCKS = 1000  # of a run that is compared by blocks: a day of blocks of 90 s


def parts(
    stances: Sequence[Stance], events: Sequence[Event], reference_s: Span | None = None
) -> list[tuple[RunPart, RunPart]]:
    """Which part of the run is compared with which, the reference first.

    stances: of both sides and one gait, in time order. reference_s: the coach's first minute, where it is known. The first minute of running is compared
    with the last one; in a run of under two minutes the first third with the last. What lies before the coach's first minute counts no more:
    somebody began anew there. With blocks, the first part is also compared with all blocks with feedback together, with all blocks without it,
    and with each block. Only what lies after the first part counts. Each block is also compared with the one before it. The first and the
    last part need FEWEST_STANCES of each side.
    """
    ends = _ends(stances, reference_s)
    if ends is None:
        return []
    first, last = _part("first", ends[0]), _part("last", ends[1])
    since_s = ends[0][-1].toe_off_s
    later = [_since(block, since_s) for block in blocks(events, stances[-1].toe_off_s)]
    ran = [block for block in later if length_s(block) >= SHORTEST_BLOCK_S and stances_in(stances, block)]
    if len(ran) > MOST_BLOCKS:
        ran = []
    compared = [last] if _is_enough(ends[1]) else []
    for feedback in (True, False):
        spans = tuple(span for block in ran if block.feedback is feedback for span in block.spans_s)
        if spans:
            compared.append(RunPart("feedback" if feedback else "no_feedback", spans, feedback))
    return [*((first, part) for part in (*compared, *ran)), *itertools.pairwise(ran)]


def stances_in(stances: Sequence[Stance], part: RunPart) -> list[Stance]:
    """The stances with midstance in the part. stances: in time order."""

    def midstance_s(one: Stance) -> float:
        return one.midstance_s

    found: list[Stance] = []
    for from_s, until_s in part.spans_s:
        begin = bisect_left(stances, from_s, key=midstance_s)
        found += stances[begin : bisect_right(stances, until_s, lo=begin, key=midstance_s)]
    return found


def reference(stances: Sequence[Stance], reference_s: Span | None) -> list[Stance]:
    """The stances of the coach's first minute, which is of one gait; none where it is not known. stances: of both gaits, in time order."""
    inside = [] if reference_s is None else stances_in(stances, RunPart("first", (reference_s,)))
    if reference_s is None or not inside:
        return []
    first = min(
        inside, key=lambda one: abs(one.initial_contact_s - reference_s[0])
    )  # the minute begins with its contact
    return of_gait(inside, first.gait)


def length_s(part: RunPart) -> float:
    """Of all its spans together."""
    return sum(until_s - from_s for from_s, until_s in part.spans_s)


def is_minute(part: RunPart) -> bool:
    """Whether a first or last part is a minute of running, and not the third of a shorter run."""
    return length_s(part) > BASELINE_S * 2 / 3


def _since(block: RunPart, since_s: float) -> RunPart:
    """What of a block is later than that."""
    spans = tuple((max(from_s, since_s), until_s) for from_s, until_s in block.spans_s if until_s > since_s)
    return msgspec.structs.replace(block, spans_s=spans)


def _ends(stances: Sequence[Stance], reference_s: Span | None) -> tuple[list[Stance], list[Stance]] | None:
    """The stances of the first and of the last part; None where the first one is too short."""
    minute = reference(stances, reference_s)
    if not _is_enough(minute):
        minute = _first_minute(stances)
    run = [one for one in stances if not minute or one.midstance_s >= minute[0].midstance_s]
    began_s, ended_s = [], []  # of each stance, in seconds of running
    run_time = RunTime()
    for one in run:
        run_time.push(one)
        began_s.append(run_time.at(one.initial_contact_s))
        ended_s.append(run_time.at(one.toe_off_s))
    total_s = ended_s[-1] if run else 0.0
    size_s = BASELINE_S if total_s >= 2 * BASELINE_S else total_s / 3
    first = [one for one, at_s in zip(run, ended_s, strict=True) if at_s <= size_s]
    last = [one for one, at_s in zip(run, began_s, strict=True) if at_s >= total_s - size_s]
    if size_s == BASELINE_S and minute and last and minute[-1].midstance_s < last[0].midstance_s:
        first = minute
    return (first, last) if _is_enough(first) else None


def _first_minute(stances: Sequence[Stance]) -> list[Stance]:
    """The first minute as the coach finds it when nobody asks it to begin anew; none where it is not over."""
    minute = FirstMinute(gait=main_gait(stances))
    for one in stances:
        minute.push(one)
    return minute.stances() if minute.over else []


def _is_enough(stances: Sequence[Stance]) -> bool:
    return all(len([one for one in stances if one.side == side]) >= FEWEST_STANCES for side in SIDES)


def _part(name: Literal["first", "last"], stances: Sequence[Stance]) -> RunPart:
    """The part that these stances make, without the pauses."""
    spans = [(stances[0].initial_contact_s, stances[0].toe_off_s)]
    for one in stances[1:]:
        if one.initial_contact_s - spans[-1][1] > PAUSE_S:
            spans.append((one.initial_contact_s, one.toe_off_s))
        else:
            spans[-1] = spans[-1][0], one.toe_off_s
    return RunPart(name, tuple(spans))
