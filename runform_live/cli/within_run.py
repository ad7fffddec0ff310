"""What changed within one session, as text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from runform_live import quantities, texts
from runform_live.cli import change_words, printing
from runform_live.errors import BadInput
from runform_live.gait.by_gait import of_gait
from runform_live.gait.uncertainty.statistics import FEWEST_STANCES
from runform_live.messages import GAITS, SIDES, Gait, Stance
from runform_live.metrics import OF_GAIT
from runform_live.session import figures, run_changes, run_parts
from runform_live.session.figures import PartChange, RunPart, Summary
from runform_live.session.reader import Session
from runform_live.session.schema import VERSION_OF_CHANGES
from runform_live.texts import Texts

DIFFERENCE = "left - right"
COMPARED: dict[Gait, str] = {"run": "Running is compared", "walk": "Walking is compared"}
TOO_SHORT = (
    f"nothing to compare within this run: its first and last third need at least {FEWEST_STANCES} stances of each side"
)
SURE = "Changed: the change is larger than what strides, drift and the network leave open, however often one looks."


def told(session: Session) -> str:
    """What changed from the first part of a session to its others, and over the whole of it; of its walking, where somebody ran too, alike."""
    summary = session.summary
    said = _said(summary)
    lines = [f"{session.info.began()}, {printing.head(session, said)}", *_of_one_gait(summary, session, said)]
    compared = bool(summary.changes)
    if summary.walking is not None and summary.walking.changes:
        lines += ["", printing.WALKED, *_of_one_gait(summary.walking, session, said)]
        compared = True
    return "\n".join([*lines, "", *_notes(session, compared)])


def _of_one_gait(summary: Summary, session: Session, said: Texts) -> Iterator[str]:
    for one in summary.changes:
        if one.now.name != "block":
            yield from ("", *_table(one, summary.gait, said))
    yield from _block_lines(summary.changes, session.info.trained(), said)
    if summary.trends:
        yield from ("", *_trend_lines(summary, said))
    if not summary.changes:
        yield from ("", TOO_SHORT)


def told_of_parts(session: Session, before: figures.Span, now: figures.Span) -> str:
    """What changed from one marked part (s) of a session to another one. Raises BadInput where they cannot be compared."""
    if max(before[0], now[0]) < min(before[1], now[1]):
        raise BadInput("the two parts overlap; name two that do not")
    first, then = (_marked(session.stances, span) for span in (before, now))
    gait = _gait_of_both(session.stances, first, then)
    stances = of_gait(session.stances, gait)
    (found,) = run_changes.changes(stances, [(first, then)], session.info.model.within_run())
    said = _said(session.summary)
    head = f"{session.info.began()}, {printing.head(session, said)}"
    of = [] if {one.gait for one in session.stances} == {"run"} else [COMPARED[gait]]
    return "\n".join([head, "", *of, *_table(found, gait, said), "", *_notes(session, compared=True)])


def _gait_of_both(stances: Sequence[Stance], first: RunPart, then: RunPart) -> Gait:
    """The gait of which both parts have enough stances of each side, running before walking; where neither has, the one that both have.

    Raises BadInput where they have none in common.
    """
    of_each = [Counter((one.gait, one.side) for one in run_parts.stances_in(stances, part)) for part in (first, then)]
    for gait in GAITS:
        if all(count[gait, side] >= FEWEST_STANCES for count in of_each for side in SIDES):
            return gait
    for gait in GAITS:
        if all(any(count[gait, side] for side in SIDES) for count in of_each):
            return gait
    raise BadInput("somebody ran in one of the parts and walked in the other; running and walking are not compared")


def _said(found: Summary) -> Texts:
    return quantities.said_of(found.flags, texts.load(texts.FALLBACK)[0])


def _marked(stances: Sequence[Stance], span: figures.Span) -> RunPart:
    """The part that a person named."""
    words = " to ".join(map(quantities.clock, span))
    if not stances:
        raise BadInput("no stance was measured in this session")
    from_s, until_s = stances[0].initial_contact_s, stances[-1].toe_off_s
    if span[1] <= from_s or span[0] >= until_s:
        run = f"{quantities.clock(from_s)} to {quantities.clock(until_s)}"
        raise BadInput(f"the part {words} is outside the run, which is from {run}")
    part = RunPart("marked", (span,))
    if not run_parts.stances_in(stances, part):
        raise BadInput(f"no stance was measured in the part {words}; name another one")
    return part


def _table(one: PartChange, gait: Gait, said: Texts) -> list[str]:
    """A change of everything, under a line that tells what was compared."""
    lines = [change_words.compared(one), f"{'':46s}{'change':>20s}"]
    for metric in OF_GAIT[gait]:
        sides = {side: said(f"report.{side}").lower() for side in SIDES}
        cells = [(sides[side], one.sides[side][metric]) for side in SIDES] + [(DIFFERENCE, one.symmetry[metric])]
        for column, change in cells:
            name = quantities.name(metric, said) if column == sides["left"] else ""
            words = change_words.words(metric, change)
            lines.append(f"{name:32s}{column:14s}{words:>20s}  {change_words.VERDICTS[change_words.is_change(change)]}")
    cadence = change_words.words(quantities.CADENCE, one.cadence_spm)
    lines.append(f"{'Cadence':46s}{cadence:>20s}  {change_words.VERDICTS[change_words.is_change(one.cadence_spm)]}")
    return [*lines, *(f"! {change_words.REASONS[reason]}" for reason in one.reasons)]


def _block_lines(found: Sequence[PartChange], metric: str, said: Texts) -> Iterator[str]:
    """A line for each block: against the first part, and against the block before."""
    for title, before in (("the first part", "first"), ("the block before", "block")):
        blocks = [one for one in found if one.now.name == "block" and one.before.name == before]
        if blocks:
            yield ""
            yield f"Block by block against {title}: {quantities.name(metric, said)}"
            yield from _each_block(blocks, metric, said)


def _each_block(blocks: Sequence[PartChange], metric: str, said: Texts) -> Iterator[str]:
    for one in blocks:
        sides = ", ".join(
            f"{said(f'report.{side}').lower()} {change_words.with_verdict(metric, one.sides[side][metric])}"
            for side in SIDES
        )
        yield f"{change_words.times(one.now):20s}{'with' if one.now.feedback else 'without'} feedback: {sides}"
        yield from (f"  ! {change_words.REASONS[reason]}" for reason in one.reasons)


def _trend_lines(found: Summary, said: Texts) -> Iterator[str]:
    yield "Each minute, over the whole run"
    for metric in OF_GAIT[found.gait]:
        for side in SIDES:
            trend = found.trends[side][metric]
            name = quantities.name(metric, said) if side == "left" else ""
            words = quantities.signed(metric, trend.per_minute, trend.ci95_low, trend.ci95_high, per_minute=True)
            yield f"{name:32s}{said(f'report.{side}').lower():14s}{words:>20s}  {change_words.TRENDS[trend.leads]}"


def _notes(session: Session, compared: bool) -> Iterator[str]:
    said = _said(session.summary)
    yield from (f"! {printing.flag_words(flag, said)}" for flag in session.summary.flags)
    if session.info.schema_version < VERSION_OF_CHANGES:
        yield (
            "! measured by an earlier version, which did not keep what a change within a run needs; "
            "analyse its video again to learn it"
        )
    if compared:
        yield SURE
