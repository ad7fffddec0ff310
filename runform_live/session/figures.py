"""summary.json: the figures of a session and their types. Unknown is None."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from runform_live.gait.uncertainty.change import Reason
from runform_live.messages import WALKING, Gait, View
from runform_live.value_ranges import Count, Figure, Rate, Seconds, Share, Spread, Word

Span = tuple[Seconds, Seconds]  # from one time of the session (s) to another


class MetricSummary(msgspec.Struct, frozen=True):
    """One metric on one side; None is unknown."""

    n: Count
    mean: Figure | None
    sd: Spread | None
    ci95_low: Figure | None
    ci95_high: Figure | None

    @property
    def half(self) -> float | None:
        """Half of the 95% interval."""
        return _half(self.ci95_low, self.ci95_high)


class SymmetrySummary(msgspec.Struct, frozen=True):
    """Left minus right of one metric; None is unknown."""

    difference: Figure | None
    ci95_low: Figure | None
    ci95_high: Figure | None
    index_percent: Figure | None

    @property
    def half(self) -> float | None:
        """Half of the 95% interval."""
        return _half(self.ci95_low, self.ci95_high)


def _half(low: float | None, high: float | None) -> float | None:
    return None if low is None or high is None else (high - low) / 2


class RunPart(msgspec.Struct, frozen=True):
    """A part of a run that is compared with another: the stances with midstance in one of its spans (s)."""

    name: Literal["first", "last", "feedback", "no_feedback", "block", "marked"]
    spans_s: Annotated[tuple[Span, ...], Meta(max_length=10_000)]
    feedback: bool | None = None  # of blocks: whether they had feedback


class ChangeSummary(msgspec.Struct, frozen=True):
    """A change of one mean; None is unknown, or withheld."""

    change: Figure | None
    ci95_low: Figure | None
    ci95_high: Figure | None
    sure: bool = False  # also where it was looked at after every stance


class PartChange(msgspec.Struct, frozen=True, rename={"before": "from", "now": "to"}):
    """What changed from one part of the run to another (gait/uncertainty/change.py)."""

    before: RunPart
    now: RunPart
    sides: dict[Word, dict[Word, ChangeSummary]]  # side -> metric
    symmetry: dict[Word, ChangeSummary]  # metric -> change of left minus right
    cadence_spm: ChangeSummary
    reasons: tuple[Reason, ...] = ()  # what happened in between: "camera" and "view" withhold, "absence" widens


class TrendSummary(msgspec.Struct, frozen=True):
    """Change a minute of one mean, in a run of five minutes or more; None is unknown, or withheld."""

    per_minute: Figure | None
    ci95_low: Figure | None
    ci95_high: Figure | None

    @property
    def leads(self) -> bool | None:
        """Whether it goes one way for sure; None where that cannot be said."""
        if self.per_minute is None or self.ci95_low is None or self.ci95_high is None:
            return None
        return self.ci95_low > 0.0 or self.ci95_high < 0.0


class Summary(msgspec.Struct, frozen=True):
    """summary.json: the figures of the main gait: running, unless it has too few stances for a mean and fewer than walking."""

    schema_version: Annotated[int, Meta(ge=1, le=10**6)]
    sides: dict[Word, dict[Word, MetricSummary]]
    symmetry: dict[Word, SymmetrySummary]
    cadence_spm: Rate | None
    calibrated: bool
    view: View
    quality: Share
    flags: Annotated[list[Word], Meta(max_length=1000)]
    changes: Annotated[tuple[PartChange, ...], Meta(max_length=10_000)] = ()  # the first is first to last part
    trends: dict[Word, dict[Word, TrendSummary]] = {}  # side -> metric; empty in shorter runs
    # Side -> quantity in centimetres (gait/body_size.py); empty where nobody stood, or the runner's height is not known.
    centimetres: dict[Word, dict[Word, MetricSummary]] = {}
    cadence_half_spm: Rate | None = None  # half of the cadence's 95% interval; None: unknown, or of an earlier version
    # The same figures of what was walked in a session of running; None: nothing was.
    walking: Summary | None = None

    @property
    def gait(self) -> Gait:
        """Whose figures these are."""
        return "walk" if WALKING in self.flags else "run"


NO_MEAN = MetricSummary(0, None, None, None, None)
NO_DIFFERENCE = SymmetrySummary(None, None, None, None)
NO_CHANGE = ChangeSummary(None, None, None)
NO_TREND = TrendSummary(None, None, None)
