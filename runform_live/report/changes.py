"""What changed during the run, for people: the sentence with a small table, a plot, and what stands below them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from runform_live import quantities
from runform_live.messages import SIDES
from runform_live.report import change_sentence, figures
from runform_live.report.rolling import WINDOW, rolling
from runform_live.session.figures import ChangeSummary, PartChange, RunPart, Summary
from runform_live.session.gait_part import main_part
from runform_live.session.reader import Session
from runform_live.session.schema import VERSION_OF_CHANGES
from runform_live.texts import Texts

SURE = " *"  # behind a change that is sure


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: what is compared, and the change of each side and of left minus right."""

    name: str
    left: str
    right: str
    difference: str


@dataclass(frozen=True, slots=True)
class Section:
    """What the page says about changes. Only the sentence is always there."""

    sentence: str
    about: str = ""
    plot: str = ""
    caption: str = ""  # of the plot
    rows: tuple[Row, ...] = ()
    notes: tuple[str, ...] = ()


def told(session: Session, said: Texts) -> str:
    """What changed in the trained angle, in one sentence; empty for a session without stances, or of an earlier version."""
    if not session.stances or session.info.schema_version < VERSION_OF_CHANGES:
        return ""
    if not change_sentence.by_part(session.summary.changes):
        return said("report.change.short")
    return change_sentence.sentence(session.summary.changes, session.info.trained(), said)


def is_of_an_angle(session: Session) -> bool:
    """Whether what is told is of the trained angle, and not that the run was too short."""
    return bool(change_sentence.by_part(session.summary.changes))


def section(session: Session, said: Texts) -> Section | None:
    """None for a session without stances."""
    session = main_part(session)
    if not session.stances:
        return None
    if session.info.schema_version < VERSION_OF_CHANGES:
        return Section(said("report.change.earlier"))
    metric, summary = session.info.trained(), session.summary
    found = change_sentence.by_part(summary.changes)
    if not found:
        return Section(said("report.change.short"))
    words = change_sentence.sentence(summary.changes, metric, said)
    first = next(iter(found.values())).before
    plot = _plot(session, metric, first, words, said)
    compared = any(change_sentence.known(one, metric) for one in found.values())
    if not compared and not plot:
        return Section(words)
    has_interval = any(change_sentence.has_interval(one, metric) for one in found.values()) or not compared
    trend = _trend(summary, metric, said)
    rows = (*(_row(name, one, metric, said) for name, one in found.items()), *trend) if compared else ()
    return Section(
        sentence=words,
        about=said("report.change.about", name=quantities.name(metric, said), **_clock(first)),
        plot=plot,
        caption=_caption(has_interval, said) if plot else "",
        rows=rows,
        notes=(
            *(_notes(found, trend, metric, said) if compared else ()),
            _certainty(has_interval, bool(rows), said),
        ),
    )


def _caption(has_interval: bool, said: Texts) -> str:
    line = said("report.change.line", count=WINDOW)
    return f"{line} {said('report.change.band')}" if has_interval else line


def _certainty(has_interval: bool, has_table: bool, said: Texts) -> str:
    """Why a change is known better than a mean, and how the table marks a sure one."""
    if not has_interval:
        return said("report.no_interval")
    words = said("report.change.certainty")
    return f"{words} {said('report.change.mark')}" if has_table else words


# -- the table, and what stands below it --------------------------------------------------------------------------


def _row(name: str, one: PartChange, metric: str, said: Texts) -> Row:
    left, right = (_cell(metric, one.sides.get(side, {}).get(metric), said) for side in SIDES)
    label = said(f"report.change.row_{name}", **_clock(one.now))
    return Row(label, left, right, _cell(metric, one.symmetry.get(metric), said))


def _cell(metric: str, change: ChangeSummary | None, said: Texts) -> str:
    if change is None or change.change is None:
        return quantities.UNKNOWN
    return _marked(quantities.signed(metric, change.change, change.ci95_low, change.ci95_high, said=said), change.sure)


def _marked(words: str, sure: bool | None) -> str:
    return words + SURE if sure else words


def _trend(summary: Summary, metric: str, said: Texts) -> list[Row]:
    """The row of the trend a minute; none where the run was too short for it, or where it is not known."""
    cells = []
    for side in SIDES:
        trend = summary.trends.get(side, {}).get(metric)
        if trend is None or trend.per_minute is None:
            cells.append(quantities.UNKNOWN)
            continue
        words = quantities.signed(metric, trend.per_minute, trend.ci95_low, trend.ci95_high, per_minute=True, said=said)
        cells.append(_marked(words, trend.leads))
    left, right = cells
    if left == right == quantities.UNKNOWN:
        return []
    return [Row(said("report.change.row_trend"), left, right, quantities.UNKNOWN)]


def _notes(found: Mapping[str, PartChange], trend: Sequence[Row], metric: str, said: Texts) -> list[str]:
    """Why a part is not compared, why an interval is wider than usual, and what a sure trend may come from."""
    withheld = [one for one in found.values() if not change_sentence.known(one, metric)]
    notes = [said("report.change.because", why=change_sentence.why(withheld, said))] if withheld else []
    if any("absence" in one.reasons for one in found.values()):
        notes.append(said("report.change.absence"))
    if any(cell.endswith(SURE) for row in trend for cell in (row.left, row.right)):
        notes.append(said("report.change.trend_or_feedback" if "feedback" in found else "report.change.trend"))
    return notes


def _clock(part: RunPart) -> dict[str, str]:
    """When a part begins and ends, as minutes and seconds of the session."""
    times_s = [at_s for span_s in part.spans_s for at_s in span_s] or [0.0]
    return {"start": quantities.clock(min(times_s)), "end": quantities.clock(max(times_s))}


# -- the plot -----------------------------------------------------------------------------------------------------


def _plot(session: Session, metric: str, first: RunPart, words: str, said: Texts) -> str:
    """As SVG; empty where there is no line to draw."""
    model = session.info.model.within_run()
    lines = {
        side: rolling(model, metric, [stance for stance in session.stances if stance.side == side], first)
        for side in SIDES
    }
    if not any(lines.values()):
        return ""
    feedback = next((one.now for one in session.summary.changes if one.now.name == "feedback"), None)
    spans_s = feedback.spans_s if feedback else ()
    return figures.changes(lines, first.spans_s, spans_s, session.stances[-1].toe_off_s, metric, words, said)
