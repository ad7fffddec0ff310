"""The report of two sessions of one runner: before and after."""

from __future__ import annotations

from collections.abc import Sequence

from runform_live import quantities, texts
from runform_live.messages import SIDES
from runform_live.progress import overview
from runform_live.progress.point import Point
from runform_live.progress.series import Progress, comparison
from runform_live.report import findings, for_clinician, parts, pictures, session_plots, session_tables
from runform_live.report.clinical import clinician_part
from runform_live.report.content import BeforeAndAfter, ChangeRow
from runform_live.report.document import (
    Beside,
    Block,
    Column,
    Document,
    FirstPage,
    Heading,
    KeyFigure,
    KeyFigures,
    PageBreak,
    Paragraph,
    Picture,
    Table,
)
from runform_live.report.findings import Findings
from runform_live.report.letterhead import PLAIN, Letterhead
from runform_live.report.plain import runner_part
from runform_live.report.two_sessions import before_and_after, said_of_both
from runform_live.session.gait_part import main_part
from runform_live.session.reader import Session
from runform_live.texts import Texts

CHANGE, WALKING = "change", "change-walking"  # names of tables
PICTURE_MM = 78.0


def document(
    before: Session,
    after: Session,
    language: str = texts.FALLBACK,
    letterhead: Letterhead = PLAIN,
    name: str = "",
    same_setup: bool = False,
) -> tuple[Document, str]:
    """The report; and, in a line, why pictures are missing in it (empty: none is).

    same_setup: clothes, camera, its place and the light were the same in both. name: the runner's, from the clinic's records.
    """
    said = said_of_both(before, after, texts.load(language)[0])
    found = comparison([Point(one.info, one.summary) for one in (before, after)], same_setup=same_setup)
    told = before_and_after(before, after, texts.load(language)[0], same_setup=same_setup)
    before, after = both = main_part(before), main_part(after)
    first, second = findings.of(before), findings.of(after)
    shown, missing = _pictures(both, said)
    blocks = [
        *_page_one(told, found, (first, second), after, shown, said),
        *_pages(told, found, second, both, shown, missing, said),
    ]
    about = said("report.page.both_sessions", before=before.info.began(), after=after.info.began())
    return parts.on_paper(said("report.page.before_after"), blocks, about, after, letterhead, name, said), missing


def _pictures(both: Sequence[Session], said: Texts) -> tuple[list[list[Picture]], str]:
    """The usual midstances of either session, left and right; and why some are missing."""
    found, missing = [], ""
    for session, key in zip(both, ("before", "after"), strict=True):
        shown, why = pictures.midstances(session, said, keep=False)
        missing = missing or why
        usual = [one for one in shown if one.kind == "usual"]
        found.append(
            [parts.picture(one, PICTURE_MM, said(f"report.page.{key}_picture", caption=one.caption)) for one in usual]
        )
    return found, missing


def _page_one(
    told: BeforeAndAfter,
    found: Progress,
    both: tuple[Findings, Findings],
    after: Session,
    shown: list[list[Picture]],
    said: Texts,
) -> list[Block]:
    """What changed, in words; the drop before and after; a picture of each; the cue and the exercises as they are now."""
    before, now_found = both
    runner = runner_part(after, now_found, said)
    blocks: list[Block] = [
        Heading(said("report.page.changed_title"), 2),
        *(Paragraph(one, "lead") for one in (*told.sentences, told.headline) if one),
        _means(found, before.asked.metric, said),
    ]
    at = 1 if before.side == "right" else 0  # the leg that the finding names, else the left one
    pair = [one[at] for one in shown if len(one) > at]
    now = [*parts.paragraphs(runner.which_side, runner.how_far, runner.how_sure), *parts.to_do(now_found, runner, said)]
    columns: list[tuple[Block, ...]] = [(one,) for one in pair]
    blocks.append(
        Beside((*columns, tuple(now)), (*(1.0 for _ in columns), 1.3)) if pair else Beside((tuple(now),), (1.0,))
    )
    return [FirstPage((*blocks, *parts.exercises(runner, said)))]


def _means(found: Progress, metric: str, said: Texts) -> KeyFigures:
    """A metric of each leg before and after."""
    series = found.series[metric]
    figures = []
    for side in SIDES:
        for place, key in enumerate(("before", "after")):
            one = series.columns[side][place].measured
            half = quantities.half_interval(metric, one.low, one.high, said=said)
            name = f"{said(f'report.{side}')}, {said(f'report.page.{key}').lower()}"
            figures.append(KeyFigure(name, quantities.number(metric, one.value, said=said), half, side))
    return KeyFigures(tuple(figures))


def _pages(
    told: BeforeAndAfter,
    found: Progress,
    second: Findings,
    both: Sequence[Session],
    shown: list[list[Picture]],
    missing: str,
    said: Texts,
) -> list[Block]:
    before, after = both
    part = clinician_part(after, second, said)
    walking: list[Block] = []
    if told.walking:
        walking = [Heading(said("progress.walking"), 3), _changes(told.walking, said, WALKING)]
    rows = overview.between(found, 1)
    warnings = []
    for session, key in zip(both, ("before", "after"), strict=True):
        flags = [quantities.flag_words(flag, said) for flag in session.summary.flags]
        warnings += [f"{said(f'report.page.{key}')}: {flag}" for flag in flags]
    return [
        PageBreak(),
        Heading(said("report.page.clinician"), 2),
        *parts.notice(said("report.page.quality"), warnings),
        Heading(said("progress.change"), 3),
        _changes(told.rows, said),
        parts.plot(session_plots.changes(rows, said)),
        *walking,
        *(Paragraph(one, "quiet") for one in told.notes),
        *for_clinician.midstances([one for pair in shown for one in pair], missing, said),
        Heading(said("report.page.before_figures", date=before.info.began()), 3),
        session_tables.figures(before, said, "figures-before"),
        Heading(said("report.page.after_figures", date=after.info.began()), 3),
        session_tables.figures(after, said, "figures-after"),
        *for_clinician.certainty(after, said),
        *for_clinician.triad(part, after.summary.sides, said),
        *parts.listed(said("report.page.limits"), part.limits),
        *parts.listed(said("report.page.next_film"), part.next_film),
        *for_clinician.plan(part, said),
        *for_clinician.method(after, part, said),
    ]


def _changes(rows: Sequence[ChangeRow], said: Texts, name: str = CHANGE) -> Table:
    columns = (
        Column(said("report.metric"), weight=1.8),
        Column(said("report.page.leg"), weight=1.2),
        Column(said("progress.before"), "right", 1.1),
        Column(said("progress.after"), "right", 1.1),
        Column(said("progress.change"), "right", 1.0),
        Column(said("progress.detectable"), "right", 1.25),
        Column(said("progress.verdict"), weight=1.8),
    )
    cells = tuple((one.name, one.side, one.before, one.after, one.change, one.detectable, one.call) for one in rows)
    changed = frozenset(at for at, one in enumerate(rows) if one.call == said("progress.call.changed"))
    return Table(said("report.page.change_caption"), columns, cells, changed, name)
