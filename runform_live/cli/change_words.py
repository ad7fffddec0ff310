"""What changed within a run, in the words of the command line."""

from __future__ import annotations

from runform_live import quantities
from runform_live.gait.uncertainty.change import Reason
from runform_live.session import run_parts
from runform_live.session.figures import ChangeSummary, PartChange, RunPart

VERDICTS = {True: "changed", False: "not told from error", None: "cannot be said"}
TRENDS = {True: "sure trend", False: VERDICTS[False], None: VERDICTS[None]}
REASONS: dict[Reason, str] = {
    "camera": "the camera was moved in between, and the angles cannot be compared",
    "view": "left and right were not sure in between, and the sides cannot be compared",
    "absence": "the runner was away in between, and the intervals are wider",
}
PARTS = {"feedback": "with feedback", "no_feedback": "without feedback", "block": "block", "marked": "marked part"}


def compared(one: PartChange) -> str:
    """Which part was compared with which, as "last minute (3:01 to 4:01) against first minute (0:01 to 1:01)"."""
    return f"{part_words(one.now)} against {part_words(one.before)}"


def part_words(part: RunPart) -> str:
    """A part of a run and when it was."""
    size = "minute" if run_parts.is_minute(part) else "third"
    return f"{PARTS.get(part.name, f'{part.name} {size}')} ({times(part)})"


def times(part: RunPart) -> str:
    """When a part was; of one in several pieces, how long it was in all."""
    if part.name in ("feedback", "no_feedback"):
        return f"{quantities.clock(run_parts.length_s(part))} in all"
    return (
        f"{quantities.clock(part.spans_s[0][0])} to {quantities.clock(part.spans_s[-1][1])}"
        if part.spans_s
        else quantities.UNKNOWN
    )


def words(metric: str, one: ChangeSummary) -> str:
    """A change with half of its 95% interval, as "-2.1° ± 0.6"; unknown as a dash."""
    return quantities.signed(metric, one.change, one.ci95_low, one.ci95_high)


def is_change(one: ChangeSummary) -> bool | None:
    """Whether it is a change for sure; None where that cannot be said."""
    return None if one.change is None or one.ci95_low is None or one.ci95_high is None else one.sure


def with_verdict(metric: str, one: ChangeSummary) -> str:
    """A change as part of a sentence, as "-2.1° ± 0.6 (sure change)"; unknown as a dash."""
    sure = is_change(one)
    verdict = "" if sure is None else " (sure change)" if sure else f" ({VERDICTS[False]})"
    return words(metric, one) + verdict
