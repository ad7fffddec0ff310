"""Blocks that several pages of a report use: exercises as cards, plots and photographs."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from runform_live.report.content import Exercise, RunnerPart
from runform_live.report.document import (
    Block,
    Callout,
    Card,
    Cards,
    Document,
    Heading,
    Image,
    Listing,
    Notice,
    Paragraph,
    Picture,
    Plot,
    Tone,
)
from runform_live.report.exercise_drawings import svg
from runform_live.report.figure_sheet import alt_of
from runform_live.report.findings import Findings
from runform_live.report.letterhead import Letterhead
from runform_live.report.pictures import Shown
from runform_live.session.reader import Session
from runform_live.texts import Texts


def plot(svg_text: str, caption: str = "") -> Plot:
    """A figure of `figures` or `intervals`."""
    return Plot(Image(svg_text.encode(), "image/svg+xml", alt_of(svg_text) or caption), caption)


def picture(shown: Shown, height_mm: float, caption: str = "") -> Picture:
    """A photograph; caption: in place of its own."""
    decoded = cv2.imdecode(np.frombuffer(shown.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert decoded is not None  # it was packed a moment ago
    height, width = decoded.shape[:2]
    return Picture(Image(shown.jpeg, "image/jpeg", shown.alt, (width, height)), caption or shown.caption, height_mm)


def to_do(found: Findings, part: RunnerPart, said: Texts) -> list[Block]:
    """The cue of page one, by the gait of the session, and the next step; each where there is one."""
    blocks: list[Block] = []
    if part.cue is not None:
        walks = found.gait == "walk"
        title = said("report.page.one_cue_walking" if walks else "report.page.one_cue")
        blocks.append(Callout(title, part.cue.words, part.cue.why))
    if part.next_step:
        blocks += [Heading(said("report.page.next_step"), 3), *paragraphs(part.next_step)]
    return blocks


def exercises(part: RunnerPart, said: Texts) -> list[Block]:
    """The exercises of page one; nothing where there is none."""
    if not part.exercises:
        return []
    cards = Cards(tuple(short_card(one, said) for one in part.exercises), across=3)
    return [Heading(said("report.page.exercises"), 3), cards, *paragraphs(part.exercises_note, tone="quiet")]


def short_card(one: Exercise, said: Texts) -> Card:
    """An exercise for the runner: how it is done and how often."""
    return Card(one.title, drawing(one, said), one.dose, one.how, one.side)


def whole_card(one: Exercise, said: Texts) -> Card:
    """An exercise for the clinician: also what is harder, what is easier, why, and the source."""
    more = {"muscles": one.muscles, "harder": one.harder, "easier": one.easier, "why": one.why}
    details = tuple((said(f"report.page.card_{name}"), words) for name, words in more.items() if words)
    return Card(one.title, drawing(one, said), one.dose, one.how, one.side, details, one.source)


def drawing(one: Exercise, said: Texts) -> Image:
    return Image(svg(one.name).encode(), "image/svg+xml", said("report.page.drawing", title=one.title))


def paragraphs(*words: str, tone: Tone = "plain") -> list[Paragraph]:
    """A paragraph each; an empty one is left out."""
    return [Paragraph(one, tone) for one in words if one]


def listed(title: str, lines: tuple[str, ...], level: int = 3) -> list[Heading | Listing]:
    """A heading and the lines below it; nothing where there is no line."""
    return [Heading(title, level), Listing(lines)] if lines else []


def notice(title: str, lines: list[str]) -> list[Notice]:
    """A box of lines; nothing where there is no line."""
    return [Notice(title, tuple(lines))] if lines else []


def on_paper(
    title: str, blocks: Sequence[Block], about: str, session: Session, letterhead: Letterhead, name: str, said: Texts
) -> Document:
    """The blocks with what stands around them on every report. about: what it is about, in a line; before it stands who is named."""
    person = letterhead.person(session.info, name)
    return Document(
        title=title,
        language=said.language,
        blocks=tuple(blocks),
        about=(*([person] if person else []), about),
        clinic=letterhead.clinic,
        logo=letterhead.logo,
        foot=f"{said('report.aid')} {session.info.software}.",
        page_words=said("report.page.number", page="{page}", pages="{pages}"),
    )
