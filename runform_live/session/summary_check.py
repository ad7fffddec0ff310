"""Whether summary.json says what the stances beside it say. Where it does not, the summary is made anew."""

from __future__ import annotations

from collections.abc import Iterator

from runform_live.gait.by_gait import main_gait, of_gait, of_main_gait
from runform_live.gait.uncertainty.statistics import estimate
from runform_live.messages import SIDES, Stance
from runform_live.metrics import SUMMARISED
from runform_live.session.figures import (
    ChangeSummary,
    MetricSummary,
    PartChange,
    Summary,
    SymmetrySummary,
    TrendSummary,
)

ROUNDING = 0.01  # of the figures in the two files
CADENCE_SPM = 1.0  # by which it may differ from that of the stances

Interval = MetricSummary | SymmetrySummary | ChangeSummary | TrendSummary


def fits(summary: Summary, rows: list[Stance]) -> bool:
    """Whether its figures are those of the stances beside it. It may be of another session, and rows may have been taken out."""
    main = of_main_gait(rows)
    if (summary.walking is None) != (main_gait(rows) == "walk" or len(main) == len(rows)):
        return False
    return _fits(summary, main) and (summary.walking is None or _fits(summary.walking, of_gait(rows, "walk")))


def _fits(summary: Summary, rows: list[Stance]) -> bool:
    """The same of one gait."""
    for side in SIDES:
        mine = [stance for stance in rows if stance.side == side]
        for metric in SUMMARISED:
            values = [value for stance in mine if (value := getattr(stance, metric)) is not None]
            if not _is_of(summary.sides[side][metric], values):
                return False
    for metric in SUMMARISED:
        left, right = (summary.sides[side][metric].mean for side in SIDES)
        both = summary.symmetry[metric]
        sound = both.difference is None or (
            left is not None and right is not None and abs(left - right - both.difference) <= ROUNDING
        )
        if not sound or not _is_interval(both.ci95_low, both.difference, both.ci95_high):
            return False
    return all(_is_interval(one.ci95_low, _middle(one), one.ci95_high) for one in _told_within(summary))


def _told_within(summary: Summary) -> Iterator[ChangeSummary | TrendSummary]:
    """All that it says of changes within the run."""
    for one in summary.changes:
        yield one.cadence_spm
        for metric in SUMMARISED:
            yield from (one.symmetry[metric], *(one.sides[side][metric] for side in SIDES))
    for side in SIDES if summary.trends else ():
        yield from (summary.trends[side][metric] for metric in SUMMARISED)


def _middle(one: ChangeSummary | TrendSummary) -> float | None:
    return one.change if isinstance(one, ChangeSummary) else one.per_minute


def contradicts(summary: Summary, found: Summary, same_version: bool) -> bool:
    """Whether it says other than what session.json and the stances give today.

    Intervals and changes within the run are compared only in sessions of this version: others may have made other ones of the same
    stances.
    """
    if (summary.view, summary.calibrated) != (found.view, found.calibrated):
        return True
    if summary.walking is not None and found.walking is not None:
        if contradicts(summary.walking, found.walking, same_version):
            return True
    if not _is_near(summary.cadence_spm, found.cadence_spm, CADENCE_SPM):
        return True
    if not same_version:
        return False
    half_spm = summary.cadence_half_spm
    if half_spm is not None and not _is_near(half_spm, found.cadence_half_spm, ROUNDING):
        return True
    pairs: list[tuple[Interval, Interval]] = []
    for metric in SUMMARISED:
        pairs += [(summary.sides[side][metric], found.sides[side][metric]) for side in SIDES]
        pairs.append((summary.symmetry[metric], found.symmetry[metric]))
    return not all(_is_near_interval(one, other) for one, other in pairs) or _changes_contradict(summary, found)


def _changes_contradict(summary: Summary, found: Summary) -> bool:
    """The same of what changed within the run: other parts or reasons, or another change between them."""
    if [_parts_of(one) for one in summary.changes] != [_parts_of(one) for one in found.changes]:
        return True
    if bool(summary.trends) != bool(found.trends):
        return True
    pairs = zip(_told_within(summary), _told_within(found), strict=True)
    return not all(
        _is_near(_middle(one), _middle(other), ROUNDING) and _is_near_interval(one, other) for one, other in pairs
    )


def _parts_of(one: PartChange) -> tuple[object, ...]:
    return one.before, one.now, one.reasons


def _is_near(one: float | None, other: float | None, within: float) -> bool:
    """Whether both are unknown, or differ by no more than that."""
    if one is None or other is None:
        return one is other
    return abs(one - other) <= within


def _is_near_interval(one: Interval, found: Interval) -> bool:
    if found.ci95_low is None or found.ci95_high is None:
        return one.ci95_low is None and one.ci95_high is None
    return _is_near(one.ci95_low, found.ci95_low, ROUNDING) and _is_near(one.ci95_high, found.ci95_high, ROUNDING)


def _is_of(one: MetricSummary, values: list[float]) -> bool:
    """Whether a mean with its SD and interval is of these values, or of some of them."""
    if one.n > len(values) or (one.n > 0) != (one.mean is not None):
        return False
    if one.mean is None:  # unknown, or withheld because its interval says nothing
        return one.sd is None and one.ci95_low is None and one.ci95_high is None
    if not _is_interval(one.ci95_low, one.mean, one.ci95_high):
        return False
    found = estimate(values, None)
    if one.n < len(values) or found is None:
        return min(values) - ROUNDING <= one.mean <= max(values) + ROUNDING
    return abs(found.mean - one.mean) <= ROUNDING and abs((found.sd or 0.0) - (one.sd or 0.0)) <= ROUNDING


def _is_interval(low: float | None, value: float | None, high: float | None) -> bool:
    """Whether both ends are known with the value between them, or neither is."""
    if low is None or high is None:
        return low is None and high is None
    return value is not None and low - ROUNDING <= value <= high + ROUNDING
