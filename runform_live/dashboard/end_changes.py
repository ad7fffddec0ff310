"""What the screen after a run says of how it changed: from its first part to its last, with and without feedback, and a minute."""

from __future__ import annotations

from runform_live import quantities
from runform_live.gait.uncertainty.change import WITHHOLD
from runform_live.messages import SIDES
from runform_live.session.figures import ChangeSummary, PartChange, Summary, TrendSummary
from runform_live.session.run_parts import is_minute
from runform_live.texts import Texts

COMPARED = ("last", "feedback", "no_feedback")  # parts that are told here; the report has the rest


def sentence(summary: Summary, metric: str, said: Texts) -> tuple[str, str]:
    """What changed, in one sentence; and what more is known of it, in others (empty: nothing).

    The first one is of the last part against the first. The others are of what was run with and without feedback, and of the trend.
    """
    told = [change for change in summary.changes if change.now.name in COMPARED]
    if not told:
        return said("end.too_short"), ""
    compared = [change for change in told if not any(reason in WITHHOLD for reason in change.reasons)]
    if not compared:
        withheld = next(reason for change in told for reason in change.reasons if reason in WITHHOLD)
        return said(f"end.change_withheld_{withheld}"), ""
    first, *others = (_part(change, metric, said) for change in compared)
    if any("absence" in change.reasons for change in compared):
        others.append(said("end.change_away"))
    return first, "\n".join([*others, *_trends(summary, metric, said)])


def _trends(summary: Summary, metric: str, said: Texts) -> list[str]:
    """The change a minute, where it leads one way for sure on a side."""
    trends = [summary.trends.get(side, {}).get(metric) for side in SIDES]
    if not any(trend is not None and trend.leads for trend in trends):
        return []
    left, right = (_trend(trend, metric, said) for trend in trends)
    return [said("end.trend", both=said("end.both", left=left, right=right))]


def _part(change: PartChange, metric: str, said: Texts) -> str:
    """One part against the first one, both sides."""
    name: str = change.now.name
    if name == "last" and not is_minute(change.before):
        name = "last_third"
    left, right = (_side(change.sides.get(side, {}).get(metric), metric, said) for side in SIDES)
    return said(f"end.change_{name}", both=said("end.both", left=left, right=right))


def _side(one: ChangeSummary | None, metric: str, said: Texts) -> str:
    if one is None or one.change is None:
        return said("end.change_unmeasured")
    half = said("end.change_half_unknown")
    if one.ci95_low is not None and one.ci95_high is not None:
        half = quantities.half_interval(metric, one.ci95_low, one.ci95_high, said=said)
        half = half if one.sure else said("end.change_half_unsure", half=half)
    by = quantities.number(metric, abs(one.change), said=said)
    if by == quantities.number(metric, 0.0, said=said):
        return said("end.change_same", half=half)
    return said("end.change_less" if one.change < 0 else "end.change_more", by=by, half=half)


def _trend(one: TrendSummary | None, metric: str, said: Texts) -> str:
    if one is None or one.per_minute is None or one.ci95_low is None or one.ci95_high is None:
        return said("end.change_unmeasured")
    if not one.leads:
        return said("end.trend_none")
    by = quantities.number(metric, abs(one.per_minute), per_minute=True, said=said)
    half = quantities.half_interval(metric, one.ci95_low, one.ci95_high, per_minute=True, said=said)
    return said("end.trend_less" if one.per_minute < 0 else "end.trend_more", by=by, half=half)
