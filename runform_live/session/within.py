"""What changed within a run: which parts of it are compared, and the change of each mean between them."""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from runform_live.gait.cadence import cadence_change
from runform_live.gait.first_minute import BASELINE_S, FirstMinute
from runform_live.gait.run_phase import PAUSE_S, RunTime
from runform_live.gait.uncertainty.change import WITHHOLD, Change, ChangeModel, between
from runform_live.gait.uncertainty.statistics import FEWEST_STANCES
from runform_live.gait.uncertainty.trend import trend
from runform_live.messages import SIDES, Side, Stance
from runform_live.session.events import Event
from runform_live.session.schema import (
    LARGEST_FIGURE,
    SUMMARISED,
    ChangeSummary,
    PartChange,
    RunPart,
    TrendSummary,
)

FEEDBACK_ON, FEEDBACK_OFF = KINDS = "feedback_on", "feedback_off"  # of events
BLOCK_BEGINS, BLOCK_ENDS = MARKS = "block_begins", "block_ends"  # of events: a person marked a block
SHORTEST_BLOCK_S = 10.0
MOST_BLOCKS = 1000  # of a run that is compared by blocks: a day of blocks of 90 s

UNKNOWN = ChangeSummary(None, None, None)

Span = tuple[float, float]
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


def parts(
    stances: Sequence[Stance], events: Sequence[Event], reference_s: Span | None = None
) -> list[tuple[RunPart, RunPart]]:
    """Which part of the run is compared with which, the reference first.

    stances: of both sides, in time order. reference_s: the coach's first minute, where it is known. The first minute of running is compared
    with the last one; in a run of under two minutes the first third with the last. What lies before the coach's first minute counts no more:
    somebody began anew there. Where there are blocks, the first part is also compared with all that had feedback, with all that had
    none, and with each of them, without what lies before its end; and each block with the one before. The first and the last part need FEWEST_STANCES of each side.
    """
    ends = _ends(stances, reference_s)
    if ends is None:
        return []
    first, last = _part("first", ends[0]), _part("last", ends[1])
    since_s = ends[0][-1].toe_off_s
    later = [_since(block, since_s) for block in blocks(events, stances[-1].toe_off_s)]
    ran = [block for block in later if length_s(block) >= SHORTEST_BLOCK_S and within(stances, block)]
    if len(ran) > MOST_BLOCKS:
        ran = []
    compared = [last] if _is_enough(ends[1]) else []
    for feedback in (True, False):
        spans = tuple(span for block in ran if block.feedback is feedback for span in block.spans_s)
        if spans:
            compared.append(RunPart("feedback" if feedback else "no_feedback", spans, feedback))
    return [*((first, part) for part in (*compared, *ran)), *itertools.pairwise(ran)]


def within(stances: Sequence[Stance], part: RunPart) -> list[Stance]:
    """The stances with midstance in the part. stances: in time order."""

    def midstance_s(one: Stance) -> float:
        return one.midstance_s

    found: list[Stance] = []
    for from_s, until_s in part.spans_s:
        begin = bisect_left(stances, from_s, key=midstance_s)
        found += stances[begin : bisect_right(stances, until_s, lo=begin, key=midstance_s)]
    return found


def reference(stances: Sequence[Stance], reference_s: Span | None) -> list[Stance]:
    """The stances of the coach's first minute; none where it is not known. stances: in time order."""
    return [] if reference_s is None else within(stances, RunPart("first", (reference_s,)))


def length_s(part: RunPart) -> float:
    """Of all its spans together."""
    return sum(until_s - from_s for from_s, until_s in part.spans_s)


def is_minute(part: RunPart) -> bool:
    """Whether a first or last part is a minute of running, and not the third of a shorter run."""
    return length_s(part) > BASELINE_S * 2 / 3


def changes(
    stances: Sequence[Stance], compared: Sequence[tuple[RunPart, RunPart]], model: ChangeModel
) -> tuple[PartChange, ...]:
    """What changed from one part to the other of each pair.

    stances: of both sides, in time order, named as it holds at the end. Where something in between withholds the change of one
    side, all angles and times are withheld; the cadence is not, for it does not hang on where the camera stands.
    """
    return tuple(_change(stances, before, now, model) for before, now in compared)


def trends(stances: Sequence[Stance], model: ChangeModel) -> dict[str, dict[str, TrendSummary]]:
    """Change a minute of each side's means; empty where the run is too short for any."""
    found: dict[str, dict[str, Change | None]] = {
        side: {metric: trend(model, metric, _of_side(stances, side)) for metric in SUMMARISED} for side in SIDES
    }
    if not any(one for of_side in found.values() for one in of_side.values()):
        return {}
    return {
        side: {metric: TrendSummary(*_figures(one)) for metric, one in of_side.items()}
        for side, of_side in found.items()
    }


# -- parts --------------------------------------------------------------------------------------------------------


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
    if size_s == BASELINE_S and minute and last and minute[-1].toe_off_s <= last[0].initial_contact_s:
        first = minute
    return (first, last) if _is_enough(first) else None


def _first_minute(stances: Sequence[Stance]) -> list[Stance]:
    """As a coach finds it, to whom nobody says to begin anew; none where it is not over."""
    minute = FirstMinute()
    for one in stances:
        minute.push(one)
    return minute.stances() if minute.over else []


def _is_enough(stances: Sequence[Stance]) -> bool:
    return all(len(_of_side(stances, side)) >= FEWEST_STANCES for side in SIDES)


def _part(name: Literal["first", "last"], stances: Sequence[Stance]) -> RunPart:
    """The part that these stances make, without the pauses."""
    spans = [(stances[0].initial_contact_s, stances[0].toe_off_s)]
    for one in stances[1:]:
        if one.initial_contact_s - spans[-1][1] > PAUSE_S:
            spans.append((one.initial_contact_s, one.toe_off_s))
        else:
            spans[-1] = spans[-1][0], one.toe_off_s
    return RunPart(name, tuple(spans))


# -- figures ------------------------------------------------------------------------------------------------------


def _change(stances: Sequence[Stance], first: RunPart, then: RunPart, model: ChangeModel) -> PartChange:
    before, now = within(stances, first), within(stances, then)
    reasons = between(before, now)
    sides: dict[str, dict[str, ChangeSummary]] = {side: dict.fromkeys(SUMMARISED, UNKNOWN) for side in SIDES}
    symmetry = dict.fromkeys(SUMMARISED, UNKNOWN)
    if not any(reason in WITHHOLD for reason in reasons):
        (left, left_now), (right, right_now) = ((_of_side(before, side), _of_side(now, side)) for side in SIDES)
        for metric in SUMMARISED:
            found = model.both(metric, (left, right), (left_now, right_now))
            sides["left"][metric], sides["right"][metric], symmetry[metric] = map(_summary, found)
    return PartChange(
        before=first,
        now=then,
        sides=sides,
        symmetry=symmetry,
        cadence_spm=_summary(cadence_change(before, now)),
        reasons=reasons,
    )


def _of_side(stances: Sequence[Stance], side: Side) -> list[Stance]:
    return [stance for stance in stances if stance.side == side]


def _summary(found: Change | None) -> ChangeSummary:
    change, low, high = _figures(found)
    return ChangeSummary(change, low, high, sure=found is not None and change is not None and found.sure)


def _figures(found: Change | None) -> tuple[float | None, float | None, float | None]:
    """A change and its interval as they are written. What no file would hold is unknown."""
    figures = (found.value, found.low, found.high) if found else (None, None, None)
    if any(figure is not None and not abs(figure) <= LARGEST_FIGURE for figure in figures):
        return None, None, None
    value, low, high = (None if figure is None else round(figure, 4) for figure in figures)
    return value, low, high
