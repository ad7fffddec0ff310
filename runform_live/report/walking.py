"""The walking part of a report about a run: a short section for the clinician."""

from __future__ import annotations

from runform_live import quantities
from runform_live.gait.run_phase import ran_s
from runform_live.metrics import OF_GAIT, SHOWN
from runform_live.report import clinical, findings, parts, session_tables
from runform_live.report.document import Block, Heading, Listing, Paragraph
from runform_live.session.gait_part import walking_part
from runform_live.session.reader import Session
from runform_live.texts import Texts

NAME = "walking"  # of the table
METRICS = tuple(one for one in OF_GAIT["walk"] if one in SHOWN or one not in OF_GAIT["run"])


def section(session: Session, said: Texts) -> list[Block]:
    """What was walked beside a run, left against right; nothing where nobody walked, or where the whole session is of walking."""
    walked = walking_part(session)
    if walked is None or session.summary.walking is None:
        return []
    about = said(
        "report.walking.about",
        time=quantities.clock(int(ran_s(walked.stances, "walk"))),
        count=len(walked.stances),
        cadence=quantities.cadence(walked.summary.cadence_spm),
    )
    verdict = clinical.verdict_and_reasons(findings.of(walked), said)
    return [
        Heading(said("report.walking.title"), 3),
        *parts.paragraphs(about),
        Listing(verdict),
        session_tables.of_metrics(walked.summary, METRICS, said("report.walking.caption"), NAME, said),
        Paragraph(said("report.walking.apart"), "quiet"),
    ]
