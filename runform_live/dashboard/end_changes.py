"""What the screen after a run says of how it changed: from its first part to its last, with and without feedback, and minute by minute."""

from __future__ import annotations

from runform_live import quantities
from runform_live.gait.change import WITHHOLD
from runform_live.messages import SIDES
from runform_live.session.schema import ChangeSummary, PartChange, Summary, TrendSummary
from runform_live.session.within import is_minute
from runform_live.texts import Texts

COMPARED = ("last", "feedback", "no_feedback")  # parts that are told here; the report has the rest


def lines(summary: Summary, metric: str, said: Texts) -> list[tuple[str, str]]:
    """(heading, sentence) rows; none where the run was too short to compare anything."""
    rows = []
    told = [change for change in summary.changes if change.now.name in COMPARED]
    if told:
        rows.append((said("end.changed"), _changes(told, metric, said)))
    trends = {side: summary.trends.get(side, {}).get(metric) for side in SIDES}
    if any(trend is not None and trend.per_minute is not None for trend in trends.values()):
        left, right = (_trend(trends[side], metric, said) for side in SIDES)
        rows.append((said("end.trend"), said("end.both", left=left, right=right)))
    return rows


def _changes(told: list[PartChange], metric: str, said: Texts) -> str:
    """A line for each part; instead of all of them why nothing is compared, where that is so of all."""
    withheld = [reason for change in told for reason in change.reasons if reason in WITHHOLD]
    compared = [change for change in told if not any(reason in WITHHOLD for reason in change.reasons)]
    words = [_part(change, metric, said) for change in compared]
    if not words:
        return said(f"end.change_withheld_{withheld[0]}")
    if any("absence" in change.reasons for change in compared):
        words.append(said("end.change_away"))
    return "\n".join(words)


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
        half = quantities.half_interval(metric, one.ci95_low, one.ci95_high)
        half = half if one.sure else said("end.change_half_unsure", half=half)
    by = quantities.number(metric, abs(one.change))
    if by == quantities.number(metric, 0.0):
        return said("end.change_same", half=half)
    return said("end.change_less" if one.change < 0 else "end.change_more", by=by, half=half)


def _trend(one: TrendSummary | None, metric: str, said: Texts) -> str:
    if one is None or one.per_minute is None or one.ci95_low is None or one.ci95_high is None:
        return said("end.change_unmeasured")
    if not one.leads:
        return said("end.trend_none")
    by = quantities.number(metric, abs(one.per_minute), per_minute=True)
    half = quantities.half_interval(metric, one.ci95_low, one.ci95_high, per_minute=True)
    return said("end.trend_less" if one.per_minute < 0 else "end.trend_more", by=by, half=half)
