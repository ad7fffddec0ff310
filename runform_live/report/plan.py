"""Exercises and cues of a finding as cards: their words, dose and leg. One place for runner and clinician."""

from __future__ import annotations

from runform_live.report import content, exercises, rules
from runform_live.report.findings import Findings
from runform_live.texts import Texts


def cards(found: Findings, said: Texts) -> tuple[content.Exercise, ...]:
    """The whole plan, hardest first; empty where no finding leads to one."""
    return tuple(_card(one, found, said) for one in exercises.shipped().plan(found))


def cues(found: Findings, said: Texts) -> tuple[content.Cue, ...]:
    """What to think of; those of the angle that decides first. Empty where no finding leads to one."""
    if not found.leads_to_exercises:
        return ()
    fitting = [one for one in rules.shipped().cues if found.gait in one.gaits]
    in_order = {one.name: one for metric in found.metrics for one in fitting if metric in one.metrics}
    return tuple(
        content.Cue(said(f"form_cue.{name}.words"), said(f"form_cue.{name}.why"), one.source)
        for name, one in in_order.items()
    )


def muscles(found: Findings, said: Texts) -> tuple[content.Muscle, ...]:
    """The groups that the finding may point to, and those of which the film tells nothing; empty without a finding."""
    if not found.leads_to_exercises:
        return ()
    return tuple(
        content.Muscle(
            said(f"muscle.{one.name}.name"), said(f"muscle.{one.name}.why"), one.source, one.told == "suggested"
        )
        for one in rules.shipped().muscles
        if not set(found.metrics).isdisjoint(one.metrics)
    )


def _card(one: exercises.Exercise, found: Findings, said: Texts) -> content.Exercise:
    fewest, most = one.repetitions
    words = {part: said(f"exercise.{one.name}.{part}") for part in ("title", "how", "why", "harder", "easier")}
    return content.Exercise(
        name=one.name,
        dose=said("report.plan.dose", sets=one.sets, fewest=fewest, most=most, days=one.days_a_week),
        side="" if found.emphasised is None else said(f"report.plan.{found.emphasised}"),
        source=rules.SEPARATOR.join(filter(None, (one.source, one.dose_source))),
        muscles=", ".join(said(f"muscle.{name}.name") for name in one.muscles),
        **words,
    )
