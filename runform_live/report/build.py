"""The report of a session: what stands on its pages, as HTML or PDF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from runform_live import quantities, texts
from runform_live.errors import BadInput
from runform_live.gait.run_phase import ran_s
from runform_live.report import curves, findings, for_clinician, for_runner, html, parts, pdf, pictures, walking
from runform_live.report.clinical import clinician_part
from runform_live.report.document import Document, Picture
from runform_live.report.findings import Findings
from runform_live.report.letterhead import PLAIN, Letterhead
from runform_live.report.pictures import Shown
from runform_live.report.plain import runner_part
from runform_live.session import door, outputs, schema
from runform_live.session.gait_part import main_part
from runform_live.session.landmarks import landmarks_of
from runform_live.session.reader import Session, read
from runform_live.texts import Texts

Format = Literal["html", "pdf"]
Landmarks: TypeAlias = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]


def document(
    session: Session,
    language: str = texts.FALLBACK,
    letterhead: Letterhead = PLAIN,
    name: str = "",
    keep_pictures: bool = False,
) -> tuple[Document, str]:
    """The report; and, in a line, why pictures are missing in it (empty: none is).

    name: the runner's, from the clinic's records. keep_pictures: those of a film are kept in the session's folder, so that a later report
    needs the film no more.
    """
    said = quantities.said_of(session.summary.flags, texts.load(language)[0])
    about, walked = head(session, said), walking.section(session, said)
    session = main_part(session)
    known, trouble = _landmarks(session)
    shown, missing = pictures.midstances(session, said, keep_pictures, known)
    curve = None if known is None else curves.of_session(session, known)
    found = findings.of(session)
    runner, clinician = runner_part(session, found, said), clinician_part(session, found, said)
    blocks = [
        *for_runner.page(session, found, runner, _for_runner(shown, found), said),
        *for_clinician.pages(session, clinician, shown, curve, missing or trouble, said, walked),
    ]
    title = said("report.page.title_walking" if session.summary.gait == "walk" else "report.title")
    return parts.on_paper(title, blocks, about, session, letterhead, name, said), missing


def head(session: Session, said: Texts) -> str:
    """One line on what was recorded."""
    info, summary = session.info, session.summary
    main = main_part(session)
    duration = f"{quantities.clock(int(ran_s(main.stances, summary.gait)))} min"
    if summary.walking is not None:
        duration = said(
            "report.walking.duration", ran=duration, walked=quantities.clock(int(ran_s(session.stances, "walk")))
        )
    return said(
        "report.head",
        started=info.began(),
        duration=duration,
        count=len(main.stances),
        cadence=quantities.cadence(summary.cadence_spm),
        view=quantities.view_words(summary.view, said),
        level=said("status.calibrated" if summary.calibrated else "report.not_calibrated"),
    )


def _landmarks(session: Session) -> tuple[Landmarks | None, str]:
    """Times and landmarks, read once for pictures and curves; else, in a line, why there are none."""
    try:
        return landmarks_of(session), ""
    except BadInput as trouble:
        return None, door.clean(str(trouble))


def _for_runner(shown: Sequence[Shown], found: Findings) -> Picture | None:
    """The usual midstance of the leg that the finding names, else of the first one that there is a picture of."""
    usual = sorted((one for one in shown if one.kind == "usual"), key=lambda one: one.side != found.side)
    return parts.picture(usual[0], for_runner.PICTURE_MM) if usual else None


def render(session: Session, language: str = texts.FALLBACK, letterhead: Letterhead = PLAIN) -> str:
    """The page as HTML; pictures, plots and style are in it. Nothing is written."""
    return html.render(document(session, language, letterhead)[0])


def build(
    session: Session | Path, out: Path | None = None, language: str = texts.FALLBACK, letterhead: Letterhead = PLAIN
) -> Path:
    """Write the report of a session (or of a session folder) as HTML; returns its place. Raises BadInput where it cannot be put there.

    Where the report goes into the session's folder, its pictures are kept there too, so that a later one needs the film no more.
    """
    if isinstance(session, Path):
        session = read(session)
    target = out or session.folder / schema.REPORT
    outputs.refuse(target)
    made, _ = document(session, language, letterhead, keep_pictures=goes_home(session, target))
    outputs.write(target, content(made, "html", session))
    return target


def goes_home(session: Session, target: Path) -> bool:
    """Whether a report goes into the session's own folder."""
    return target.parent.resolve() == session.folder.resolve()


def content(made: Document, form: Format, session: Session) -> bytes:
    """The document in a format. Raises BadInput where the package for it is missing."""
    return pdf.render(made, session.info.moment()) if form == "pdf" else html.render(made).encode()
