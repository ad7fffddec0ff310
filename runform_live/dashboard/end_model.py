"""What the screen at the end of a run says, in plain words: measured, how sure, best, worst, what next."""

from __future__ import annotations

from runform_live import quantities
from runform_live.coach import catalogue
from runform_live.dashboard import end_changes
from runform_live.messages import SIDES
from runform_live.session.against import Against, against_targets, in_words
from runform_live.session.reader import Session
from runform_live.session.summary import ran_s
from runform_live.texts import Texts

CAUSES = (
    "wrong_view",
    "low_light",
    "low_frame_rate",
    "slow_computer",
    "person_cut_off",
    "nobody_seen",
)  # of a run without a stance


def lines(session: Session, said: Texts) -> list[tuple[str, str]]:
    """(heading, sentence) rows, in the order in which they are read."""
    summary = session.summary
    said = quantities.said_of(summary.flags, said)
    whole_s = int(ran_s(session.stances))
    if not session.stances:
        causes = [flag for flag in summary.flags if flag in CAUSES]
        advice = said(f"flag.{causes[0]}") if causes else said("end.try_again")
        return [(said("end.measured"), said("end.nothing")), (said("end.next"), advice)]
    rows = [
        (
            said("end.measured"),
            said("end.stances", count=len(session.stances), minutes=whole_s // 60, seconds=whole_s % 60,
                 cadence=quantities.cadence(summary.cadence_spm)),
        )
    ]  # fmt: skip
    metric = session.info.trained()
    cells = {}
    for side in SIDES:
        found = summary.sides[side][metric]
        cells[side] = quantities.with_interval(metric, found.mean, found.ci95_low, found.ci95_high)
    rows.append((quantities.name(metric, said), said("end.both", left=cells["left"], right=cells["right"])))
    rows += end_changes.lines(summary, metric, said)
    sure = said("status.calibrated") if summary.calibrated else said("flag.not_calibrated")
    others = [said(f"flag.{flag}") for flag in summary.flags if flag != "not_calibrated" and said.has(f"flag.{flag}")]
    rows.append((said("end.sure"), ". ".join([sure, *others])))
    ranked = against_targets(session)
    if not ranked:
        waits = session.info.target_from == "baseline"
        rows.append((said("end.next"), said("end.first_minute_not_judged" if waits else "end.no_target")))
        return rows
    best, worst = ranked[-1], ranked[0]
    rows.append((said("end.best"), in_words(best, said)))
    if worst.over > 0:
        rows.append((said("end.worst"), in_words(worst, said)))
        rows.append((said("end.next"), _next(worst, said)))
    else:
        rows.append((said("end.next"), said("end.all_inside")))
    return rows


def _next(one: Against, said: Texts) -> str:
    """The cue for a metric that is outside of its target, or that target itself where the coach has no words for it."""
    cues, _ = catalogue.shipped()
    name = cues.get(one.metric, {}).get(one.direction)
    return said("end.cue", cue=said(f"cue.{name}", leg=said(f"leg.{one.side}"))) if name else in_words(one, said)
