"""The one next step that the screen after a run names."""

from __future__ import annotations

from collections.abc import Sequence

from runform_live import programmes
from runform_live.coach import catalogue
from runform_live.errors import BadInput
from runform_live.messages import Prescribed
from runform_live.report import exercises
from runform_live.session.against import Against, in_words
from runform_live.session.reader import Session
from runform_live.session.summary import ran_s
from runform_live.texts import Texts

# Of a run without a stance: why there is none.
CAUSES = ("wrong_view", "low_light", "low_frame_rate", "slow_computer", "person_cut_off", "nobody_seen")
# What must be put right before another run, for its figures are wrong or wide until then; the worst first. That a run was not calibrated
# stands in its first line: a change within it is known all the same.
SPOILS = (
    "wrong_view", "view_unsure", "camera_moved", "person_cut_off", "small_runner", "low_light", "against_light", "pelvis_hidden",
    "low_frame_rate", "repeated_pictures", "slow_computer", "pelvis_unclear",
)  # fmt: skip


def step(session: Session, ranked: Sequence[Against], said: Texts) -> str:
    """One sentence or two: what spoiled the measurement, else the next session of the programme, else what the targets ask for.

    ranked: how the means stand to their targets, the furthest outside first.
    """
    flags = session.summary.flags
    if not session.stances:
        cause = next((flag for flag in CAUSES if flag in flags), None)
        return said(f"flag.{cause}") if cause else said("end.try_again")
    spoils = next((flag for flag in SPOILS if flag in flags), None)
    if spoils:
        return said(f"flag.{spoils}")
    prescribed = session.info.programme
    return (_programme(prescribed, ran_s(session.stances), said) if prescribed else None) or _target(session, ranked, said)  # fmt: skip


def _programme(now: Prescribed, ran_s_: float, said: Texts) -> str | None:
    """The session to come, or what is left of this one; None where the programme is not on this computer any more."""
    try:
        programme = programmes.load(now.programme)
    except BadInput:
        return None
    count = len(programme.sessions)
    if now.number > count:
        return None
    session, ran_whole_s = programme.sessions[now.number - 1], now.ran_before_s + ran_s_
    if not programmes.is_completed(session, ran_whole_s):
        left_min = max((session.length_s - ran_whole_s) / 60, 1.0)
        return said("end.programme_left", number=now.number, minutes=left_min)
    if now.number == count:
        return said("end.programme_over", number=now.number)
    days = programme.sessions[now.number].days_after
    key = {0: "end.programme_next_today", 1: "end.programme_next_tomorrow"}.get(days, "end.programme_next")
    return said(key, number=now.number, next=now.number + 1, count=count, days=days)


def _target(session: Session, ranked: Sequence[Against], said: Texts) -> str:
    """What to do about the target that was missed furthest; without any target: to take one."""
    if not ranked:
        waits = session.info.target_from == "baseline"
        return said("end.first_minute_not_judged" if waits else "end.no_target")
    worst = ranked[0]
    if worst.over <= 0:
        return said("end.all_inside")
    known = exercises.shipped()
    if worst.sure and known.wanted_by([worst]):
        title = said(f"exercise.{known.exercise[0].name}.title")
        return said("end.exercise", title=title, leg=said(f"leg.{worst.side}"))
    cues, _ = catalogue.shipped()
    name = cues.get(worst.metric, {}).get(worst.direction)
    return said("end.cue", cue=said(f"cue.{name}", leg=said(f"leg.{worst.side}"))) if name else in_words(worst, said)
