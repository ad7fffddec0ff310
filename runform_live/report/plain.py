"""Page one of the report: the findings in plain words for the runner."""

from __future__ import annotations

from runform_live import quantities
from runform_live.report import changes, exercises, next_step, plan
from runform_live.report.comparison import Comparison, compared
from runform_live.report.content import Exercise, RunnerPart
from runform_live.report.findings import Findings
from runform_live.session.reader import Session
from runform_live.session.target_comparison import compared_with_targets, in_words
from runform_live.texts import Texts

# What the report says instead of what the screen after a run says: no keys to press, and no pointing to the report.
INSTEAD = {
    "end.exercise_both": "report.plain.next_exercise_both",
    "end.no_target": "report.plain.next_no_target",
    "end.all_inside": "report.plain.next_all_inside",
    "end.try_again": "report.plain.do.no_stances",
    "flag.view_unsure": "report.plain.do.sides",
}


def runner_part(session: Session, found: Findings, said: Texts) -> RunnerPart:
    """Page one. found: the findings of the session. said: the language, as `quantities.said_of` gives it for this session's flags."""
    shown = compared(session.summary, found.shown)
    how_far = _how_far(found, shown, said)
    cards = plan.cards(found, said)[: exercises.FIRST]
    cues = plan.cues(found, said)
    return RunnerPart(
        verdict=found.verdict,
        which_side=headline(found, said),
        how_far=how_far,
        how_sure=_how_sure(found, shown, "±" in how_far, said),
        changed=_changed(session, said),
        next_step=_next_step(session, found, said),
        cue=cues[0] if cues else None,
        exercises=cards,
        exercises_note=_note(found, cards, said),
    )


def headline(found: Findings, said: Texts) -> str:
    """The finding in one short sentence. It names a side only where that is sure."""
    if not found.leads_to_exercises:
        one = "sides" in found.reasons and found.asked.differs
        return said(f"report.plain.headline.{f'{found.asked.metric}.one' if one else found.verdict}")
    which = found.side or "both"
    limit = "_limit" if found.basis == "limit" else ""
    return said(f"report.plain.headline.{found.metrics[0]}.{which}{limit}")


def _changed(session: Session, said: Texts) -> str:
    """What changed in this run."""
    words = changes.told(session, said)
    if not words or not changes.is_of_an_angle(session):
        return words
    return said("report.plain.changed", name=_name(session.info.trained(), said), sentence=words)


def _name(metric: str, said: Texts) -> str:
    """An angle in plain words; one without such words by its name in the field."""
    key = f"report.plain.name.{metric}"
    return said(key) if said.has(key) else quantities.name(metric, said)


def _note(found: Findings, cards: tuple[Exercise, ...], said: Texts) -> str:
    if not cards:
        return ""
    practice = said("report.plan.practice")
    return f"{said('report.plan.with_cue')} {practice}" if found.gait == "run" else practice


# -- how far ------------------------------------------------------------------------------------------------------


def _how_far(found: Findings, shown: Comparison, said: Texts) -> str:
    """The figures behind the headline. Without a sure finding those of single sides are left to the table."""
    if found.verdict == "unknown":
        return ""
    if found.verdict == "unsure":
        return _unsure_difference(found, said)
    if found.basis == "limit":
        return " ".join(f"{in_words(one, said)}." for one in found.over if one.metric == found.metrics[0])
    words = [said("report.plain.sides", name=_name(shown.metric, said), sides=_sides(shown, said))]
    below_zero = f"report.plain.below_zero.{shown.metric}"
    means = [side.mean for side in (shown.left, shown.right) if side.mean is not None]
    if said.has(below_zero) and any("-" in quantities.number(shown.metric, mean, said=said) for mean in means):
        words.append(said(below_zero))
    if found.verdict == "one_side":
        words.append(said("report.plain.difference", difference=difference(shown, said)))
    return " ".join(words)


def _unsure_difference(found: Findings, said: Texts) -> str:
    one = found.asked
    if not found.figures_stand or one.difference.difference is None:
        return ""
    if "wide" in found.reasons:
        return said("report.plain.unsure_difference", difference=difference(one, said))
    return said("report.plain.difference", difference=difference(one, said))


def difference(one: Comparison, said: Texts) -> str:
    """The size of left minus right with half of its interval, without saying which is larger."""
    found = one.difference
    size = None if found.difference is None else abs(found.difference)
    return quantities.with_interval(one.metric, size, found.ci95_low, found.ci95_high, said=said)


def _sides(one: Comparison, said: Texts) -> str:
    left, right = (
        quantities.with_interval(one.metric, side.mean, side.ci95_low, side.ci95_high, said=said)
        for side in (one.left, one.right)
    )
    return said("end.both", left=left, right=right)


# -- how sure -----------------------------------------------------------------------------------------------------


def _how_sure(found: Findings, shown: Comparison, has_interval: bool, said: Texts) -> str:
    """How sure that is, or why nothing can be said; then what ± means, and what else changes what the figures mean."""
    words = _reasons(found, said) if found.reasons else _certainty(found, shown, said)
    if has_interval:
        words.append(said("report.plain.interval"))
    if found.gait == "walk":
        words.append(said("report.plain.walking"))
    if found.markers and found.verdict != "unknown":
        words.append(said("report.plain.markers"))
    return " ".join(words)


def _reasons(found: Findings, said: Texts) -> list[str]:
    words = [said(f"report.plain.reason.{reason}") for reason in found.reasons]
    if "wide" in found.reasons:
        words.append(
            said(
                "report.plain.unsure_largest",
                largest=quantities.size(found.asked.metric, found.asked.largest_deg, said=said),
            )
        )
    return words


def _certainty(found: Findings, one: Comparison, said: Texts) -> list[str]:
    steps = said("report.plain.steps", sides=said("end.both", left=one.left.n, right=one.right.n))
    if found.basis == "difference":
        half = quantities.size(one.metric, one.detectable_deg, said=said)
        return [said("report.plain.sure_difference", half=half), steps]
    if found.basis == "limit":
        more = [said("report.plain.sure_limit_one")] if found.verdict == "one_side" else []
        return [said("report.plain.sure_limit"), *more, steps]
    if found.verdict == "both_sides":
        return [said("report.plain.sure_both"), said(f"report.plain.both_note.{found.metrics[0]}"), steps]
    note = f"report.plain.level_note.{one.metric}"
    how_much = [said(note)] if found.gait == "run" and said.has(note) else []
    return [
        said("report.plain.level_sure", largest=quantities.size(one.metric, one.largest_deg, said=said)),
        *how_much,
        steps,
    ]


# -- what next ----------------------------------------------------------------------------------------------------


def _next_step(session: Session, found: Findings, said: Texts) -> str:
    """As the screen after the run; where there is no finding, first what would lead to one."""
    if found.reasons and next_step.spoilt(session) is None:
        return said(f"report.plain.do.{found.reasons[0]}")
    ranked = compared_with_targets(session)
    step = next_step.decided(session, ranked, found)
    if step.key == "end.no_target" and found.verdict == "level":
        return said("report.plain.next_level")
    if step.key == "end.exercise":
        return said(f"report.plain.next_exercise_{found.emphasised}")
    return next_step.Step(INSTEAD.get(step.key, step.key), step.fill).words(said)
