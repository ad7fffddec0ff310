"""The report of a session: what stands on its pages, as HTML or PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from runform_live import quantities, texts
from runform_live.messages import SIDES
from runform_live.report import for_clinician, for_runner, html, parts, pdf, pictures
from runform_live.report.document import Document, Picture
from runform_live.report.letterhead import PLAIN, Letterhead
from runform_live.report.standin import clinician_part, runner_part
from runform_live.session import outputs, schema
from runform_live.session.reader import Session, read
from runform_live.session.summary import ran_s
from runform_live.texts import Texts

Format = Literal["html", "pdf"]
PICTURE_MM = 72.0  # of the clinician's pages


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
    shown, missing = pictures.midstances(session, said, keep_pictures)
    runner, clinician = runner_part(session, said), clinician_part(session, said)
    photographs = [parts.picture(one, PICTURE_MM) for one in shown]
    blocks = [
        *for_runner.page(session, runner, _for_runner(shown, session), said),
        *for_clinician.pages(session, clinician, photographs, missing, said),
    ]
    person = letterhead.person(session.info, name)
    about = (*([person] if person else []), head(session, said))
    return Document(
        title=said("report.title"),
        language=said.language,
        blocks=tuple(blocks),
        about=about,
        clinic=letterhead.clinic,
        logo=letterhead.logo,
        foot=f"{said('report.aid')} {session.info.software}.",
        page_words=said("report.page.number", page="{page}", pages="{pages}"),
    ), missing


def head(session: Session, said: Texts) -> str:
    """One line on what was recorded."""
    info, summary = session.info, session.summary
    whole_s = int(ran_s(session.stances))
    return said(
        "report.head",
        started=info.began(),
        duration=f"{quantities.clock(whole_s)} min",
        count=len(session.stances),
        cadence=quantities.cadence(summary.cadence_spm),
        view=quantities.view_words(summary.view, said),
        level=said("status.calibrated" if summary.calibrated else "report.not_calibrated"),
    )


def _for_runner(shown: list[pictures.Shown], session: Session) -> Picture | None:
    """The usual midstance of the leg with the larger drop."""
    if not shown:
        return None
    means = [session.summary.sides[side][pictures.METRIC].mean for side in SIDES]
    left, right = means
    at = 1 if left is not None and right is not None and right > left and len(shown) > 1 else 0
    return parts.picture(shown[at], for_runner.PICTURE_MM)


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
