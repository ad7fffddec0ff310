"""What changed during the run, for people: one sentence, a small table, a plot, and why something cannot be told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from runform_live import quantities
from runform_live.gait.uncertainty.change import WITHHOLD
from runform_live.messages import SIDES
from runform_live.report import figures
from runform_live.report.rolling import WINDOW, rolling
from runform_live.session.figures import ChangeSummary, PartChange, RunPart, Summary
from runform_live.session.gait_part import main_part
from runform_live.session.reader import Session
from runform_live.session.schema import VERSION_OF_CHANGES
from runform_live.texts import Texts

ROWS = ("last", "feedback", "no_feedback")  # parts that are compared with the first one, in the order of the table
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
    if not by_part(session.summary.changes):
        return said("report.change.short")
    return sentence(session.summary.changes, session.info.trained(), said)


def is_of_an_angle(session: Session) -> bool:
    """Whether what is told is of the trained angle, and not that the run was too short."""
    return bool(by_part(session.summary.changes))


def section(session: Session, said: Texts) -> Section | None:
    """None for a session without stances."""
    session = main_part(session)
    if not session.stances:
        return None
    if session.info.schema_version < VERSION_OF_CHANGES:
        return Section(said("report.change.earlier"))
    metric, summary = session.info.trained(), session.summary
    found = by_part(summary.changes)
    if not found:
        return Section(said("report.change.short"))
    words = sentence(summary.changes, metric, said)
    first = next(iter(found.values())).before
    plot = _plot(session, metric, first, words, said)
    compared = any(_known(one, metric) for one in found.values())
    if not compared and not plot:
        return Section(words)
    has_interval = any(_has_interval(one, metric) for one in found.values()) or not compared
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


def by_part(changes: Sequence[PartChange]) -> dict[str, PartChange]:
    """The comparisons that the report tells, by the name of the later part, in the order of ROWS."""
    found: dict[str, PartChange] = {}
    for one in changes:
        found.setdefault(one.now.name, one)
    return {name: found[name] for name in ROWS if name in found}


# -- the sentence -------------------------------------------------------------------------------------------------


def sentence(changes: Sequence[PartChange], metric: str, said: Texts) -> str:
    """What changed, in one sentence: with and without feedback where there was feedback, else at the end of the run.

    Only a sure change is told as one.
    """
    found = by_part(changes)
    told = [found[name] for name in ("feedback", "no_feedback") if name in found and "feedback" in found]
    if not any(_known(one, metric) for one in told):
        told = [found["last"]] if "last" in found else told
    if not any(_known(one, metric) for one in told):
        return said("report.change.cannot", why=_why(told, said))
    at_the_end = told == [found.get("last")]
    nothing_sure = not any(_sure(one, metric) for one in told)
    if nothing_sure and at_the_end:
        return said("report.change.ends_none", up_to=_up_to(told, metric, said))
    if nothing_sure and len(told) == 2 and all(_known(one, metric) for one in told):
        return said("report.change.neither", up_to=_up_to(told, metric, said))
    words, named = [], list[str]()
    for one in told:
        words.append(_words(one, metric, named, said))
        named += [side for side in _sure(one, metric) if side not in named]
    if at_the_end:
        return said("report.change.ends", words=words[0])
    if len(told) == 1:
        return said("report.change.feedback", words=words[0])
    if _directions(told[0], metric) and _directions(told[0], metric) == _directions(told[1], metric):
        values = [quantities.number(metric, abs(change), said=said) for change in _sure(told[1], metric).values()]
        words[1] = values[0] if len(values) == 1 else said("report.change.and", left=values[0], right=values[1])
    return said("report.change.feedback_and_without", feedback=words[0], without=words[1])


def _words(one: PartChange, metric: str, named: Sequence[str], said: Texts) -> str:
    """The sure changes of a part, as in "2.3° less on the left"; or that there is none. named: sides of which the sentence told before."""
    if not _known(one, metric):
        return said("report.change.no_comparison")
    sure = _sure(one, metric)
    if not sure:
        return said("report.change.none", up_to=_up_to([one], metric, said))
    places = _places(list(sure), named, said)
    size = {places[side]: quantities.number(metric, abs(change), said=said) for side, change in sure.items()}
    ways = {places[side]: "less" if change < 0 else "more" for side, change in sure.items()}
    if len(sure) == 2 and len(set(ways.values())) == 1:
        return said(f"report.change.both_{ways['left']}", **size)
    phrases = {
        place: said(f"report.change.{place}", words=said(f"report.change.{ways[place]}", value=size[place]))
        for place in size
    }
    return said("report.change.and", **phrases) if len(phrases) == 2 else next(iter(phrases.values()))


def _places(sides: Sequence[str], named: Sequence[str], said: Texts) -> dict[str, str]:
    """Under which key each side is told.

    Where left and right are not sure, the leg that is told of first is "one leg" (key `left`), and "the same leg" where it is told of
    again. Only that language has words for the same leg.
    """
    if not said.has("report.change.same"):
        return {side: side for side in sides}
    if list(sides) == list(named) and len(sides) == 1:
        return {sides[0]: "same"}
    in_order = [*named, *(side for side in sides if side not in named)]
    return dict(zip(in_order, SIDES, strict=False))


def _of_sides(one: PartChange, metric: str) -> dict[str, ChangeSummary]:
    """The sides whose change is known."""
    found = {side: one.sides.get(side, {}).get(metric) for side in SIDES}
    return {side: change for side, change in found.items() if change is not None and change.change is not None}


def _known(one: PartChange, metric: str) -> bool:
    return bool(_of_sides(one, metric))


def _has_interval(one: PartChange, metric: str) -> bool:
    return any(change.ci95_low is not None for change in _of_sides(one, metric).values())


def _sure(one: PartChange, metric: str) -> dict[str, float]:
    """The changes that are sure, by side."""
    return {side: change.change or 0.0 for side, change in _of_sides(one, metric).items() if change.sure}


def _directions(one: PartChange, metric: str) -> dict[str, bool]:
    return {side: change < 0 for side, change in _sure(one, metric).items()}


def _up_to(parts: Sequence[PartChange], metric: str, said: Texts) -> str:
    """How large the error is at most, in brackets; empty where that is not known.

    A change that was seen and is not sure cannot be told from error either, so the error is at least as large.
    """
    sizes = []
    for one in parts:
        for change in _of_sides(one, metric).values():
            if change.ci95_low is None or change.ci95_high is None:
                return ""
            sizes.append(max((change.ci95_high - change.ci95_low) / 2, abs(change.change or 0.0)))
    largest = max(sizes)
    return f" ({said('report.change.up_to', half=quantities.half_interval(metric, -largest, largest, said=said))})"


def _why(parts: Sequence[PartChange], said: Texts) -> str:
    """Why there is no change to tell, in whole sentences."""
    reasons = [reason for reason in WITHHOLD if any(reason in one.reasons for one in parts)]
    return " ".join(said(f"report.change.{reason}") for reason in reasons or ("unknown",))


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
    withheld = [one for one in found.values() if not _known(one, metric)]
    notes = [said("report.change.because", why=_why(withheld, said))] if withheld else []
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
