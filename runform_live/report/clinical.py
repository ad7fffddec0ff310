"""What stands behind page one, for the clinician: findings with their intervals, norms, muscles, plan, limits and references."""

from __future__ import annotations

from collections.abc import Iterable

from runform_live import quantities
from runform_live.gait.run_phase import ran_s
from runform_live.gait.uncertainty.statistics import FEWEST_STANCES
from runform_live.messages import Side
from runform_live.progress import words as progress_words
from runform_live.progress.point import Point
from runform_live.report import changes, next_step, norms, plan, rules
from runform_live.report.comparison import Comparison, compared
from runform_live.report.content import ClinicianPart, Cue, Exercise, Muscle, NormComparison
from runform_live.report.findings import Findings
from runform_live.report.plain import difference
from runform_live.report.rules import BothAbove
from runform_live.session.reader import Session
from runform_live.session.target_comparison import TargetComparison, compared_with_targets, in_words
from runform_live.texts import Texts

SHORT_S = 120.0  # of running or walking: below it the first and the last part are shorter than a minute


def clinician_part(session: Session, found: Findings, said: Texts) -> ClinicianPart:
    """All but page one. found: the findings of the session. said: the language, as `quantities.said_of` gives it for this session's flags."""
    cards, cues, muscles = plan.cards(found, said), plan.cues(found, said), plan.muscles(found, said)
    triad = norms.triad(session.summary, found, said)
    return ClinicianPart(
        findings=tuple(_findings(session, found, said)),
        triad=triad,
        muscles=muscles,
        muscles_note=said(f"report.clinical.{_muscles_note(found)}"),
        exercises=cards,
        exercises_note=_exercises_note(found, cards, said),
        cues=cues,
        limits=tuple(_limits(session, found, said)),
        next_film=tuple(_next_film(session, found, said)),
        references=_references(found, triad, muscles, cards, cues),
    )


def _muscles_note(found: Findings) -> str:
    if found.leads_to_exercises:
        return "suggest"
    return "level_muscles" if found.verdict == "level" else "no_muscles"


def _exercises_note(found: Findings, cards: tuple[Exercise, ...], said: Texts) -> str:
    if cards:
        return " ".join(said(f"report.plan.{name}") for name in ("three", "practice", "not_alone"))
    return said("report.clinical.level_exercises" if found.verdict == "level" else "report.clinical.no_exercises")


# -- findings -----------------------------------------------------------------------------------------------------


def _findings(session: Session, found: Findings, said: Texts) -> Iterable[str]:
    """Whole sentences: the verdict and its reasons, the figures behind it, targets, what changed, pain."""
    yield from verdict_and_reasons(found, said)
    if found.reasons:
        yield said("report.clinical.not_named")
    if session.stances:
        yield from (_figure(found, compared(session.summary, name), said) for name in rules.shipped().findings.metrics)
    yield from (_target(one, said) for one in compared_with_targets(session) if one.over > 0 and one.sure)
    if change := changes.told(session, said):
        yield _changed(session, change, said)
    if scores := progress_words.pain(Point(session.info, session.summary), said):
        yield said("report.clinical.pain", scores=scores)


def verdict_and_reasons(found: Findings, said: Texts) -> tuple[str, ...]:
    """The verdict, and why there is none."""
    return (_verdict(found, said), *(said(f"report.clinical.reason.{reason}") for reason in found.reasons))


def _changed(session: Session, sentence: str, said: Texts) -> str:
    if not changes.is_of_an_angle(session):
        return sentence
    return said("report.clinical.changed", name=quantities.name(session.info.trained(), said), sentence=sentence)


def _target(one: TargetComparison, said: Texts) -> str:
    """What lies surely outside its target."""
    words = in_words(one, said)
    return f"{words}." if one.since_first else said("report.clinical.target", words=words)


def _verdict(found: Findings, said: Texts) -> str:
    if found.verdict == "level":
        largest = quantities.size(found.asked.metric, found.asked.largest_deg, said=said)
        return said("report.clinical.verdict.level", largest=largest)
    if not found.leads_to_exercises:
        return said(f"report.clinical.verdict.{found.verdict}")
    if found.held:
        return said("report.clinical.verdict.both_sides", names=_joined(_above(one, said) for one in found.held))
    which = f"{found.side or 'both'}{'_limit' if found.basis == 'limit' else ''}"
    return said(f"report.clinical.verdict.{which}", names=_joined(quantities.name(one, said) for one in found.metrics))


def _above(rule: BothAbove, said: Texts) -> str:
    limit = quantities.number(rule.metric, rule.above_deg, said=said)
    return said("report.clinical.above", name=quantities.name(rule.metric, said), limit=limit)


def _joined(names: Iterable[str]) -> str:
    """Names that hold commas themselves."""
    return "; ".join(names)


def _figure(found: Findings, one: Comparison, said: Texts) -> str:
    """One angle of both sides with its interval, and what the interval says; without intervals where none stands for the session."""
    if not found.figures_stand:
        one = one.without_intervals()
    both = one.difference
    signed = quantities.with_interval(one.metric, both.difference, both.ci95_low, both.ci95_high, said=said)
    sides_are_sure = not said.has("report.change.same")  # that language alone tells of "the same leg"
    return said(
        "report.clinical.figure",
        name=quantities.name(one.metric, said),
        sides=said("end.both", left=_count(one, "left", said), right=_count(one, "right", said)),
        difference=signed if sides_are_sure else difference(one, said),
        call=_call(found, one, said),
    )


def _count(one: Comparison, side: Side, said: Texts) -> str:
    mean = one.of(side)
    value = quantities.with_interval(one.metric, mean.mean, mean.ci95_low, mean.ci95_high, said=said)
    return said("report.clinical.count", value=value, count=mean.n)


def _call(found: Findings, one: Comparison, said: Texts) -> str:
    if one.detectable_deg is None or not found.figures_stand:
        return said("report.clinical.call_unknown")
    if one.fewest < FEWEST_STANCES:
        return said("report.clinical.call_few")
    half = quantities.size(one.metric, one.detectable_deg, said=said)
    return said("report.clinical.call_differs" if one.differs else "report.clinical.call_not_sure", half=half)


# -- limits, and what to film next --------------------------------------------------------------------------------


def _limits(session: Session, found: Findings, said: Texts) -> Iterable[str]:
    """Of this measurement."""
    flags = session.summary.flags
    known = session.info.model.errors_are_known(session.summary.gait)
    holds = {
        "projection": True,
        "relation": True,
        "instrument": known,
        "no_interval": not known,
        "cause": True,
        "chance": found.basis == "difference",
        "days": True,
        "walking": found.gait == "walk",
        "markers": found.markers,
        "anterior": session.summary.view == "anterior",
        "unclear": "pelvis_unclear" in flags,
    }
    yield from (said(f"report.clinical.limit.{name}") for name, one in holds.items() if one)


def _next_film(session: Session, found: Findings, said: Texts) -> Iterable[str]:
    """What to put right, the worst first; then what makes the next session comparable with this one."""
    flags = session.summary.flags
    yield from (quantities.flag_words(flag, said) for flag in next_step.SPOILS if flag in flags)
    if not session.stances and not set(flags) & set(next_step.SPOILS):
        yield said("report.plain.do.no_stances")
    if not session.summary.calibrated:
        yield said("report.clinical.film.standing")
    if "few" in found.reasons:
        yield said("report.clinical.film.stances")
    elif session.stances and ran_s(session.stances, session.summary.gait) < SHORT_S:
        yield said("report.clinical.film.longer")
    if {"wide", "no_drop", "disagree"} & set(found.reasons) or found.basis == "difference":
        yield said("report.clinical.film.again")
    yield said("report.clinical.film.same")


# -- references ---------------------------------------------------------------------------------------------------


def _references(
    found: Findings,
    triad: tuple[NormComparison, ...],
    muscles: tuple[Muscle, ...],
    cards: tuple[Exercise, ...],
    cues: tuple[Cue, ...],
) -> tuple[str, ...]:
    """Of all that is named, each once, by the alphabet."""
    named = [one.source for each in (triad, muscles, cards, cues) for one in each]
    known = rules.shipped().findings
    named += known.source
    alike = known.alike_of(found.asked.metric)
    named += [alike.source] if alike else []
    named += [one.source for one in found.held]
    if cards:
        named += known.strength_alone
    return tuple(sorted({single for text in named for single in rules.sources(text)}))
