"""What the screen at the end of a run says: the two numbers, what changed, and one next step. No widget in it."""

from __future__ import annotations

from dataclasses import dataclass

from runform_live import quantities
from runform_live.dashboard import end_changes
from runform_live.gait.run_phase import ran_s
from runform_live.gait.uncertainty.statistics import FEWEST_STANCES
from runform_live.messages import SIDES, Side
from runform_live.report import next_step
from runform_live.session.gait_part import main_part
from runform_live.session.reader import Session
from runform_live.session.target_comparison import TargetComparison, compared_with_targets
from runform_live.texts import Texts


@dataclass(frozen=True, slots=True)
class EndCard:
    """One side's number of the whole run."""

    title: str
    value: str
    interval: str
    words: str  # how it stands to its target; empty where it had none
    warns: bool = False  # surely outside of it


@dataclass(frozen=True, slots=True)
class EndWords:
    """All words of the screen. `more` says more of the change, in smaller letters; empty where there is nothing to add."""

    title: str
    measured: str
    name: str  # of the quantity that the numbers are of
    sides: dict[Side, EndCard]
    changed: str
    more: str
    next: str
    pain: str | None = None  # the question for pain; None: nobody is asked


def words(session: Session, said: Texts) -> EndWords:
    """What there is to say of a session that is over: of its main gait."""
    session = main_part(session)
    summary, metric = session.summary, session.info.trained()
    said = quantities.said_of(summary.flags, said)
    ranked = compared_with_targets(session)
    changed, more = said("end.change_unmeasured"), ""
    if session.stances:
        changed, more = end_changes.sentence(summary, metric, said)
    return EndWords(
        title=said("end.title"),
        measured=_measured(session, said),
        name=quantities.name(metric, said),
        sides={side: _card(session, side, metric, ranked, said) for side in SIDES},
        changed=changed,
        more=more,
        next=next_step.step(session, ranked, said),
        pain=_pain(session, said),
    )


def _measured(session: Session, said: Texts) -> str:
    if not session.stances:
        return said("end.nothing")
    whole_s = int(ran_s(session.stances, session.summary.gait))
    count = said("end.stances", count=len(session.stances), minutes=whole_s // 60, seconds=whole_s % 60,
                 cadence=quantities.cadence(session.summary.cadence_spm))  # fmt: skip
    level = said("status.calibrated" if session.summary.calibrated else "status.not_calibrated")
    return f"{count}, {level}"


def _card(session: Session, side: Side, metric: str, ranked: list[TargetComparison], said: Texts) -> EndCard:
    found = session.summary.sides[side][metric]
    mark = said(f"live.{side}")
    title = f"◀ {mark}" if side == "left" else f"{mark} ▶"
    if found.mean is None:
        return EndCard(title, quantities.UNKNOWN, "", said("end.change_unmeasured"))
    interval = said("live.no_interval")
    if found.ci95_low is not None and found.ci95_high is not None:
        interval = quantities.half_interval(metric, found.ci95_low, found.ci95_high, said=said)
    value = quantities.number(metric, found.mean, said=said)
    if found.n < FEWEST_STANCES:
        return EndCard(title, value, interval, said("live.few", count=found.n, needed=FEWEST_STANCES))
    one = next((one for one in ranked if (one.metric, one.side) == (metric, side)), None)
    if one is None:
        return EndCard(title, value, interval, "")
    if one.over <= 0:
        return EndCard(title, value, interval, said("live.inside"))
    key = "end.above" if one.direction == "high" else "end.below"
    mark = ("▲" if one.direction == "high" else "▼") if one.sure else "≈"
    return EndCard(
        title, value, interval, f"{mark} {said(key, by=quantities.number(metric, one.over, said=said))}", one.sure
    )


def _pain(session: Session, said: Texts) -> str | None:
    """The question for pain, of a client's session; with what was said before the run, where that is known."""
    if session.info.person_id is None:
        return None
    before = session.pain.before
    return said("end.pain") if before is None else said("end.pain_before", before=before)
