"""The pages behind page one: for the clinician."""

from __future__ import annotations

from collections.abc import Sequence

from runform_live import quantities
from runform_live.messages import Band
from runform_live.metrics import MAIN_METRIC
from runform_live.report import changes, cues_given, figures, intervals, parts, session_tables, stance_figure
from runform_live.report.content import ClinicianPart, Muscle, NormComparison
from runform_live.report.curves import StanceCurves
from runform_live.report.document import (
    Beside,
    Block,
    Cards,
    Column,
    Heading,
    Listing,
    PageBreak,
    Paragraph,
    Picture,
    Table,
    Together,
)
from runform_live.report.intervals import Sides
from runform_live.report.pictures import Shown
from runform_live.session.reader import Session
from runform_live.texts import Texts

PICTURE_MM = 60.0
CURVES = ("pelvic_drop_mid_deg", "hip_adduction_mid_deg", "knee_valgus_mid_deg")
CHANGES, TRIAD = "changes", "triad"  # names of tables


def pages(
    session: Session,
    part: ClinicianPart,
    shown: Sequence[Shown],
    curve: StanceCurves | None,
    no_pictures: str,
    said: Texts,
    walked: Sequence[Block] = (),
) -> list[Block]:
    """Findings and figures first, then what to do about them, then how it was measured.

    session: its main gait. walked: the section on what was walked beside a run.
    """
    sides = session.summary.sides
    return [
        PageBreak(),
        Heading(said("report.page.clinician"), 2),
        *findings(session, part, said),
        *midstances([parts.picture(one, PICTURE_MM) for one in shown], no_pictures, said),
        *triad(part, sides, said),
        *both_sides(session, said),
        *walked,
        *over_the_stance(curve, said),
        *over_the_run(session, said),
        *rhythm(session, said),
        *parts.listed(said("report.page.limits"), part.limits),
        *parts.listed(said("report.page.next_film"), part.next_film),
        *plan(part, said),
        *cues_given.section(session, said),
        *method(session, part, said),
    ]


def findings(session: Session, part: ClinicianPart, said: Texts) -> list[Block]:
    flags = [quantities.flag_words(flag, said) for flag in session.summary.flags]
    flags += quantities.events_in_words(session.events, said)
    return [
        *([Listing(part.findings)] if part.findings else []),
        *parts.notice(said("report.page.quality"), flags),
    ]


def midstances(pictures: Sequence[Picture], no_pictures: str, said: Texts) -> list[Block]:
    """Usual and largest, left and right, in one row."""
    if not pictures and not no_pictures:
        return []
    row = [Beside(tuple((one,) for one in pictures), (1.0,) * len(pictures))] if pictures else []
    return [Heading(said("report.midstance"), 3), *row, *parts.paragraphs(no_pictures, tone="quiet")]


def triad(part: ClinicianPart, sides: Sides, said: Texts) -> list[Block]:
    """Drop, adduction and valgus beside what healthy runners have."""
    if not part.triad:
        return []
    columns = (
        Column(said("report.metric"), weight=1.6),
        *session_tables.side_columns(said, 0.9),
        Column(said("report.page.norm"), weight=1.6),
        Column(said("report.page.told"), weight=1.9),
    )
    rows = tuple((one.name, one.left, one.right, one.norm, one.told) for one in part.triad)
    sources = dict.fromkeys(one.source for one in part.triad if one.source)
    return [
        Heading(said("report.page.triad"), 3),
        Table(said("report.page.triad_caption"), columns, rows, name=TRIAD),
        parts.plot(intervals.against_norms(part.triad, sides, said)),
        *([Listing(tuple(_notes(part.triad)), quiet=True)] if any(one.note for one in part.triad) else []),
        *parts.paragraphs("; ".join(sources), tone="quiet"),
    ]


def _notes(triad: Sequence[NormComparison]) -> list[str]:
    return [f"{one.name}: {one.note}" for one in triad if one.note]


def both_sides(session: Session, said: Texts) -> list[Block]:
    """All figures of both legs, and how far left and right are apart."""
    return [
        Heading(said("report.page.figures"), 3),
        session_tables.figures(session, said),
        *certainty(session, said),
        parts.plot(intervals.symmetry(session.summary.symmetry, said)),
    ]


def over_the_stance(curve: StanceCurves | None, said: Texts) -> list[Block]:
    """The mean curves of both legs from initial contact to toe off."""
    if not curve:
        return []
    drawn = parts.plot(stance_figure.stance_curve(curve, CURVES, said), said("report.page.curve_caption"))
    return [Together((Heading(said("report.page.curve"), 3), drawn))]


def certainty(session: Session, said: Texts) -> list[Block]:
    """What ± and the symmetry index mean."""
    known = session.info.model.errors_are_known(session.summary.gait)
    return [
        Paragraph(said("report.interval" if known else "report.no_interval"), "quiet"),
        Paragraph(said("report.page.index_about"), "quiet"),
    ]


def over_the_run(session: Session, said: Texts) -> list[Block]:
    """What changed during the run, with the blocks with and without feedback, and the stances over time."""
    section = changes.section(session, said)
    blocks = [] if section is None else _changes(section, said)
    band = session.info.bands().get(MAIN_METRIC, Band())
    if session.stances:
        happened = figures.happened_in(session)
        drawn = parts.plot(figures.over_time(session.stances, MAIN_METRIC, band, said, happened))
        blocks.append(Together((Heading(said("report.over_time"), 3), drawn)))
    return blocks


def _changes(section: changes.Section, said: Texts) -> list[Block]:
    """The sentence with its plot, and the table."""
    told: list[Block] = [Heading(said("report.change.title"), 3)]
    told += parts.paragraphs(section.sentence, tone="lead" if section.about else "plain")
    if not section.rows:
        told += parts.paragraphs(section.about, tone="quiet")
    if section.plot:
        told.append(parts.plot(section.plot, section.caption))
    blocks: list[Block] = [Together(tuple(told))]
    if section.rows:
        columns = (
            Column(said("report.change.compared"), weight=2.2),
            *session_tables.side_columns(said),
            Column(said("report.difference"), "right"),
        )
        rows = tuple((row.name, row.left, row.right, row.difference) for row in section.rows)
        blocks.append(Table(section.about, columns, rows, name=CHANGES))
    return [*blocks, *parts.paragraphs(*section.notes, tone="quiet")]


def rhythm(session: Session, said: Texts) -> list[Block]:
    return [Together((Heading(said("report.page.rhythm"), 3), session_tables.rhythm(session, said)))]


def _muscle(one: Muscle, said: Texts) -> str:
    return one.name if one.suggested else said("report.page.muscle_not_seen", name=one.name)


def plan(part: ClinicianPart, said: Texts) -> list[Block]:
    """Muscles, the whole plan of exercises, and cues."""
    if not (part.muscles or part.exercises or part.cues):
        notes = parts.paragraphs(part.muscles_note, part.exercises_note)
        return [Heading(said("report.page.plan"), 2), *notes] if notes else []
    blocks: list[Block] = [Heading(said("report.page.plan"), 2)]
    if part.muscles:
        columns = (
            Column(said("report.page.muscle")),
            Column(said("report.why"), weight=2.0),
            Column(said("report.page.source"), weight=1.2),
        )
        rows = tuple((_muscle(one, said), one.why, one.source) for one in part.muscles)
        blocks += [Heading(said("report.page.muscles"), 3), Table(said("report.page.muscles_caption"), columns, rows)]
        blocks += parts.paragraphs(part.muscles_note)
    if part.exercises:
        blocks.append(Heading(said("report.page.all_exercises"), 3))
        blocks.append(Cards(tuple(parts.whole_card(one, said) for one in part.exercises)))
    blocks += parts.paragraphs(part.exercises_note, tone="quiet")
    if part.cues:
        columns = (
            Column(said("report.cue")),
            Column(said("report.why"), weight=1.6),
            Column(said("report.page.source"), weight=1.2),
        )
        rows = tuple((one.words, one.why, one.source) for one in part.cues)
        blocks += [Heading(said("report.page.cues"), 3), Table(said("report.page.cues_caption"), columns, rows)]
    return blocks


def method(session: Session, part: ClinicianPart, said: Texts) -> list[Block]:
    """How it was measured, and the references."""
    model = session.info.model
    words = said(
        "report.method",
        network=model.name,
        sha=model.sha256[:12],
        frames=session.info.frames,
        line=said(f"line.{model.pelvis_line}"),
    )
    blocks: list[Block] = [Heading(said("report.how"), 3), Paragraph(words), Paragraph(said("report.aid"))]
    if part.references:
        blocks += [Heading(said("report.page.references"), 3), Listing(part.references, quiet=True, halves=True)]
    return blocks
