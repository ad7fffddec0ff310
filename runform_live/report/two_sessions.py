"""Two sessions on one report: what changed between them. The changes are those of `runform compare` (progress/)."""

from __future__ import annotations

from runform_live import quantities
from runform_live.messages import VIEW_UNSURE, WALKING
from runform_live.progress import overview, words
from runform_live.progress.point import Point
from runform_live.progress.series import comparison
from runform_live.report import findings
from runform_live.report.content import BeforeAndAfter, ChangeRow
from runform_live.report.plain import headline
from runform_live.session.reader import Session
from runform_live.texts import Texts


def before_and_after(first: Session, second: Session, said: Texts, *, same_setup: bool = False) -> BeforeAndAfter:
    """What changed from the first session to the second.

    said: the language as it is loaded.
    same_setup: clothes, camera, its place and the light were the same in both.
    """
    said = said_of_both(first, second, said)
    compared = comparison([Point(one.info, one.summary) for one in (first, second)], same_setup=same_setup)
    asked = findings.of(first).asked.metric
    return BeforeAndAfter(
        headline=_headline(first, second, said),
        sentences=tuple(words.sentences(compared.series[asked], compared.points, said)),
        rows=tuple(_row(row, said) for row in overview.between(compared, 1)),
        walking=tuple(_row(row, said) for row in overview.walking_between(compared, 1)),
        notes=(
            *(said("report.before.not_compared", why=why) for why in words.why_not(compared, 1, said)),
            *words.notes(compared, said),
        ),
    )


def said_of_both(first: Session, second: Session, said: Texts) -> Texts:
    """The language for both: of walking only where both are of walking; where the sides are not sure in one, no side is named for sure."""
    flags = [one.summary.flags for one in (first, second)]
    unsure, walked = any(VIEW_UNSURE in one for one in flags), all(WALKING in one for one in flags)
    return quantities.said_of([flag for flag, holds in ((VIEW_UNSURE, unsure), (WALKING, walked)) if holds], said)


def _headline(first: Session, second: Session, said: Texts) -> str:
    """The finding before and after, as a runner reads it; empty where one is of running and the other of walking."""
    if first.summary.gait != second.summary.gait:
        return ""
    before, after = (headline(findings.of(one), said) for one in (first, second))
    return said("report.before.same" if before == after else "report.before.other", before=before, after=after)


def _row(row: overview.Row, said: Texts) -> ChangeRow:
    metric, change = row.metric, row.change
    needed = None if change is None else change.needed
    return ChangeRow(
        metric=metric,
        name=quantities.name(metric, said),
        side=words.column_name(row.column, said),
        before=quantities.with_interval(metric, row.before.value, row.before.low, row.before.high, said=said),
        after=quantities.with_interval(metric, row.after.value, row.after.low, row.after.high, said=said),
        change=quantities.signed(metric, None if change is None else change.change, said=said),
        detectable=quantities.size(metric, needed, said=said),
        call="" if change is None else words.call(change, said),
    )
