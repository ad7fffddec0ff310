"""The one next step that the screen after a run and the report name: one rule for both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from runform_live import programmes
from runform_live.coach import catalogue
from runform_live.errors import BadInput
from runform_live.gait.run_phase import ran_s
from runform_live.messages import Prescribed
from runform_live.report import exercises, findings
from runform_live.report.findings import Findings
from runform_live.session import target_comparison
from runform_live.session.reader import Session
from runform_live.session.target_comparison import TargetComparison
from runform_live.texts import Texts

CUT_OFF = ("shoulders_cut_off", "hips_cut_off", "feet_cut_off", "person_cut_off")  # the part that is missing first
# Of a run without a stance: why there is none.
CAUSES = ("wrong_view", "low_light", "low_frame_rate", "slow_computer", *CUT_OFF, "nobody_seen")
# What must be put right before another run, for its figures are wrong or wide until then; the worst first. That a run was not calibrated
# stands in its first line: a change within it is known all the same.
SPOILS = (
    "wrong_view", "oblique_view", "camera_not_at_hip_height", "view_unsure", "camera_moved", *CUT_OFF, "small_runner", "low_light", "against_light", "pelvis_hidden",
    "low_frame_rate", "repeated_pictures", "slow_computer", "pelvis_unclear",
)  # fmt: skip


def _nothing(_: Texts) -> dict[str, object]:
    return {}


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next: a key of the language, and what fills its {names} in a language."""

    key: str
    fill: Callable[[Texts], dict[str, object]] = _nothing

    def words(self, said: Texts) -> str:
        """As a sentence or two."""
        return said(self.key, **self.fill(said))


def step(session: Session, ranked: Sequence[TargetComparison], said: Texts) -> str:
    """One sentence or two: what spoiled the measurement, else the next session of the programme, else the exercise that the findings
    lead to, else what the targets ask for.

    ranked: how the means stand to their targets, the furthest outside first.
    """
    return decided(session, ranked, findings.of(session)).words(said)


def decided(session: Session, ranked: Sequence[TargetComparison], found: Findings) -> Step:
    """The same before it is put into words."""
    if spoils := spoilt(session):
        return spoils
    prescribed = session.info.programme
    planned = _programme(prescribed, ran_s(session.stances)) if prescribed else None
    return planned or _exercise(found) or _target(session, ranked)


def spoilt(session: Session) -> Step | None:
    """What must be put right before another run; None where nothing must."""
    flags = session.summary.flags
    if not session.stances:
        cause = next((flag for flag in CAUSES if flag in flags), None)
        return Step(f"flag.{cause}") if cause else Step("end.try_again")
    spoils = next((flag for flag in SPOILS if flag in flags), None)
    return Step(f"flag.{spoils}") if spoils else None


def _programme(now: Prescribed, ran_s_: float) -> Step | None:
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
        return Step("end.programme_left", lambda _: {"number": now.number, "minutes": left_min})
    if now.number == count:
        return Step("end.programme_over", lambda _: {"number": now.number})
    days = programme.sessions[now.number].days_after
    key = {0: "end.programme_next_today", 1: "end.programme_next_tomorrow"}.get(days, "end.programme_next")
    return Step(key, lambda _: {"number": now.number, "next": now.number + 1, "count": count, "days": days})


def _exercise(found: Findings) -> Step | None:
    """The first exercise of the plan; None where no finding leads to one."""
    plan = exercises.shipped().plan(found)
    if not plan:
        return None
    title = f"exercise.{plan[0].name}.title"
    if found.emphasised is None:
        return Step("end.exercise_both", lambda said: {"title": said(title)})
    return Step("end.exercise", lambda said: {"title": said(title), "leg": said(f"leg.{found.emphasised}")})


def _target(session: Session, ranked: Sequence[TargetComparison]) -> Step:
    """What to think of for the target that was missed furthest; without any target: to take one. A leg is named only where it is sure.

    session: of one gait (`gait_part.main_part`).
    """
    if not ranked:
        of = session.info.gait_of_targets()
        if of != session.summary.gait and session.info.target_from not in (None, "none"):
            return Step(f"end.target_of_{of}")
        waits = session.info.target_from == "baseline"
        return Step("end.first_minute_not_judged" if waits else "end.no_target")
    worst = ranked[0]
    if worst.over <= 0:
        return Step("end.all_inside")
    cues, _ = catalogue.shipped()
    rule = catalogue.rule_for(cues, worst.metric, worst.direction, session.summary.gait)
    if rule is None:
        return Step(target_comparison.key(worst), lambda said: target_comparison.values(worst, said))
    leg = worst.side if worst.sure else "both"
    return Step("end.cue", lambda said: {"cue": said(f"cue.{rule.say}", leg=said(f"leg.{leg}"))})
