"""Page one of a report: for the runner, in plain words."""

from __future__ import annotations

from runform_live.report import parts, session_tables
from runform_live.report.content import RunnerPart
from runform_live.report.document import Beside, Block, FirstPage, Heading, Picture
from runform_live.report.findings import Findings
from runform_live.session.reader import Session
from runform_live.texts import Texts

PICTURE_MM = 88.0
TOLD_BY_SIDE = ("one_side", "both_sides", "level")  # verdicts; without a finding, single sides are left to the table


def page(session: Session, found: Findings, part: RunnerPart, picture: Picture | None, said: Texts) -> list[Block]:
    """Which side, how far, how sure, what changed; one picture, one cue, the next step, three exercises."""
    told: list[Block] = []
    if part.verdict in TOLD_BY_SIDE:
        told.append(session_tables.one_metric(session, found.shown, said))
    told += parts.paragraphs(part.how_far, part.how_sure, part.changed)
    told += parts.to_do(found, part, said)
    blocks: list[Block] = [Heading(part.which_side, 2)]
    if picture is None:
        blocks += told
    else:
        blocks.append(Beside((tuple(told), (picture,)), (1.6, 1.0)))
    return [FirstPage((*blocks, *parts.exercises(part, said)))]
