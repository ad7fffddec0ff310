"""Sentences about a metric over sessions. A difference within the minimal detectable change is never called a change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from runform_live import programmes, quantities
from runform_live.messages import Band
from runform_live.progress.change import BOTH, DIFFERENCE, Change, Column
from runform_live.progress.point import Point, Reason
from runform_live.progress.series import Progress, Series
from runform_live.session.figures import ChangeSummary
from runform_live.texts import Texts

OF_SINGLE_FIGURES: frozenset[Reason] = frozenset({"unknown", "error"})  # the table shows these at the figure itself
SURE = " *"  # behind a change that is sure, as in the report


def column_name(column: Column, said: Texts) -> str:
    """The name of a column, as the head of a table."""
    if column == DIFFERENCE:
        return said("progress.difference")
    return said("progress.both") if column == BOTH else said(f"report.{column}")


def call(one: Change, said: Texts) -> str:
    """The verdict on a change in words, with the reason if it cannot be compared."""
    name = said(f"progress.call.{one.call}")
    return f"{name}: {why(one.reasons, said)}" if one.call == "cannot" and one.reasons else name


def why(reasons: Iterable[Reason], said: Texts) -> str:
    """Why something cannot be compared, as part of a sentence."""
    return "; ".join(said(f"progress.why.{reason}") for reason in reasons)


def baseline(points: Sequence[Point], place: int, said: Texts) -> str:
    """The session that others are compared with, as in "than in the first session"."""
    if place == 0:
        return said("progress.first_session")
    return said("progress.session_of", date=f"{points[place].moment:%Y-%m-%d}")


def sentence(found: Series, points: Sequence[Point], said: Texts) -> str:
    """What changed from the baseline to the newest session on each side, beyond measuring error."""
    return " ".join(sentences(found, points, said))


def sentences(found: Series, points: Sequence[Point], said: Texts) -> list[str]:
    """The same in one sentence a side; in one for both sides if nothing can be told of either."""
    sides = [column for column in found.columns if column != DIFFERENCE]
    told: list[tuple[Column, Change]] = []
    for column in sides:
        newest = found.newest(column)
        change = None if newest is None else found.columns[column][newest].change
        if change is not None:
            told.append((column, change))
    if not told or found.baseline is None:
        any_value = any(found.newest(column) is not None for column in sides)
        return [said("progress.only_one" if any_value else "progress.none")]
    reference = baseline(points, found.baseline, said)
    reasons = {change.reasons for _, change in told}
    if len(reasons) == 1 and all(change.change is None for _, change in told):
        return [said("progress.cannot_all", baseline=reference, why=why(told[0][1].reasons, said))]
    return [_of_side(found.metric, column, change, reference, said) for column, change in told]


def _of_side(metric: str, column: Column, one: Change, reference: str, said: Texts) -> str:
    where = column_name(column, said)
    if one.change is None or one.detectable is None:
        return said("progress.not_judged", where=where, baseline=reference, why=why(one.reasons, said))
    value, half = (
        quantities.size(metric, abs(one.change), said=said),
        quantities.size(metric, one.detectable, said=said),
    )
    way = "less" if one.change < 0 else "more"
    if float(format(one.change, f".{quantities.change_decimals(metric)}f")) == 0.0:
        words = said("progress.as_much", baseline=reference, half=half)
    else:
        words = said(f"progress.{way}", value=value, baseline=reference, half=half)
    return said(f"progress.{one.call}", where=where, words=words)


def mean(found: Series, place: int, column: Column, said: Texts | None = None) -> str:
    """A session's mean with half of its 95% interval."""
    one = found.columns[column][place].measured
    return quantities.with_interval(found.metric, one.value, one.low, one.high, said=said)


def change(metric: str, one: Change | None, said: Texts | None = None) -> str:
    """A change against the baseline with half of its 95% interval; "*" marks what is called a change."""
    if one is None or one.change is None:
        return quantities.UNKNOWN
    words = quantities.signed(metric, one.change, one.low, one.high, said=said)
    return words + SURE if one.call == "changed" else words


def within(metric: str, one: ChangeSummary | None, said: Texts | None = None) -> str:
    """A change within a session; "*" marks a sure one."""
    if one is None:
        return quantities.UNKNOWN
    words = quantities.signed(metric, one.change, one.ci95_low, one.ci95_high, said=said)
    return words + SURE if one.sure else words


def target(metric: str, band: Band | None, said: Texts) -> str:
    """The target band; empty where there is none."""
    if band is None or band.is_open:
        return ""
    low, high = band.ends
    ends = {"low": quantities.number(metric, low, said=said), "high": quantities.number(metric, high, said=said)}
    kind = "both" if low is not None and high is not None else "low" if high is None else "high"
    return said("progress.target", words=said(f"progress.target_{kind}", **ends))


def seen(points: Sequence[Point], said: Texts) -> str:
    """How many sessions there are, and when they were."""
    if not points:
        return said("progress.none")
    first, last = (f"{one.moment:%Y-%m-%d}" for one in (points[0], points[-1]))
    if len(points) == 1:
        return said("progress.seen_one", first=first)
    return said("progress.seen", count=len(points), first=first, last=last)


def pain(point: Point, said: Texts) -> str:
    """Both pain scores of a session, as "4 to 2"; empty where nobody was asked."""
    scores = point.info.pain
    if scores.before is None and scores.after is None:
        return ""
    before, after = (quantities.UNKNOWN if one is None else f"{one}" for one in (scores.before, scores.after))
    return said("progress.pain_cell", before=before, after=after)


def adherence(found: Progress, said: Texts) -> str:
    """How much of the programme was held, in a line; empty if there is no programme."""
    one = found.adherence
    if one is None:
        return ""
    title = programmes.words(one.programme, "title", said)
    return said(
        "progress.adherence", title=title, held=one.held, planned=one.planned, on_time=one.on_time, late=one.late
    )


def of_programme(found: Progress, place: int, said: Texts) -> str:
    """Which session of the programme this is, and whether it was late; empty if it belongs to none."""
    prescribed = found.points[place].info.programme
    if prescribed is None:
        return ""
    sittings = found.adherence.sittings if found.adherence is not None else ()
    days = next((one.days_late for one in sittings if one.place == place), 0)
    if days == 0:
        return f"{prescribed.number}"
    late = said("progress.one_day_late") if days == 1 else said("progress.days_late", days=days)
    return f"{prescribed.number}, {late}"


def why_not(found: Progress, place: int, said: Texts, metric: str | None = None) -> list[str]:
    """Why figures of the session at `place` cannot be compared with their baseline, one line a reason. metric: only for this one."""
    lines: dict[str, None] = {}
    for one in found.series.values() if metric is None else [found.series[metric]]:
        for values in one.columns.values():
            change = values[place].change
            if change is not None and not set(change.reasons) <= OF_SINGLE_FIGURES:
                lines |= {said(f"progress.why.{reason}"): None for reason in change.reasons}
    return list(lines)


def notes(found: Progress, said: Texts) -> list[str]:
    """What the figures mean: the notes below a table."""
    several = any(
        value.change is not None and value.change.looks > 1
        for one in found.series.values()
        for values in one.columns.values()
        for value in values
    )
    return [
        said("progress.method"),
        *([said("progress.method_looks")] if several else []),
        said("progress.method_same" if found.same_setup else "progress.method_other"),
        said("progress.within_note"),
        said("progress.not_cause"),
    ]
