"""When feedback is given within a run: stretches with and without it, one after the other.

Feedback that is there all the time is leant on; faded feedback leaves more and more of the run to the runner, which is what
stays (Davis et al. 2020, Curr Rev Musculoskelet Med 13:103; Noehren et al. 2011; Willy et al. 2012).

Both faded feedback (settings) and the training of a planned session (programmes/plan.py) go by `stretches`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

SHORTEST_S = 1e-3  # of a pair that repeats; nothing follows a shorter one


class Stretch(NamedTuple):
    """A stretch with the same feedback throughout (s of running)."""

    feedback: bool
    from_s: float
    until_s: float


def stretches(pairs_s: Sequence[tuple[float, float]], near_s: float = 0.0) -> Iterator[Stretch]:
    """All stretches for ever, none of them empty; those that end well before `near_s` may be left out.

    pairs_s: seconds with and seconds without feedback, one after the other; the last pair repeats. Where there is none, or it has no
    length, there is feedback for the rest.
    """
    begin_s = 0.0
    for with_s, without_s in pairs_s:
        end_s = begin_s + with_s + without_s
        yield from _pair(begin_s, begin_s + with_s, end_s)
        begin_s = end_s
    with_s, without_s = pairs_s[-1] if pairs_s else (0.0, 0.0)
    length_s = with_s + without_s
    if length_s < SHORTEST_S:
        yield Stretch(True, begin_s, math.inf)
        return
    for number in itertools.count(max(0, math.floor((near_s - begin_s) / length_s) - 1)):
        from_s = begin_s + number * length_s
        yield from _pair(from_s, from_s + with_s, begin_s + (number + 1) * length_s)


def _pair(from_s: float, switch_s: float, until_s: float) -> Iterator[Stretch]:
    if switch_s > from_s:
        yield Stretch(True, from_s, switch_s)
    if until_s > switch_s:
        yield Stretch(False, switch_s, until_s)


def has_feedback(running_s: float, pairs_s: Sequence[tuple[float, float]]) -> bool:
    """Whether a time of the run (s of running since its first stance) lies in a stretch with feedback."""
    return next(one.feedback for one in stretches(pairs_s, running_s) if running_s < one.until_s)
