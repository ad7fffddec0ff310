"""When feedback is given within a run: the modes, and the blocks of faded feedback.

Feedback that is there all the time is leant on; faded feedback leaves more and more of the run to the runner, which is what
stays (Davis et al. 2020, Curr Rev Musculoskelet Med 13:103; Noehren et al. 2011; Willy et al. 2012).
"""

from __future__ import annotations

from collections.abc import Sequence


def has_feedback(running_s: float, blocks: Sequence[tuple[float, float]]) -> bool:
    """Whether a time of the run (s since its first stance) lies in the part of its block that has feedback.

    blocks: seconds with and seconds without feedback, one after the other; the last one repeats.
    """
    if not blocks:
        return True
    start_s = 0.0
    for with_s, without_s in blocks:
        if running_s < start_s + with_s + without_s:
            return running_s < start_s + with_s
        start_s += with_s + without_s
    with_s, without_s = blocks[-1]
    length_s = with_s + without_s
    return length_s <= 0 or (running_s - start_s) % length_s < with_s
