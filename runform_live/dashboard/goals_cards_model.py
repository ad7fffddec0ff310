"""The cards of the page of goals: what can be chosen, what follows from it, and which one is in force. No widget in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from runform_live import quantities
from runform_live.dashboard.goals_model import DROPS, GoalsModel
from runform_live.messages import Band, CoachState
from runform_live.texts import Texts

Kind = Literal["baseline", "limit", "earlier", "none"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A button in a row: what it says, and whether it is in force."""

    line: int  # of the list of goals, counted from 0
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class GoalCard:
    """One card. A click on it chooses `line` of the list of goals."""

    kind: Kind
    line: int
    title: str
    consequence: str
    number: str  # large; empty where there is none
    chosen: bool
    choices: tuple[Choice, ...] = ()  # of several earlier runs: which


def cards(
    goals: GoalsModel, coach: CoachState, said: Texts, halves: tuple[float, float] | None = None
) -> list[GoalCard]:
    """The cards in their order: the first minute, a limit, earlier runs (where there are some), nothing.

    halves: usual halves of the 95% intervals of a mean and of a change; None where they were not measured.
    """
    earlier = [line for line, goal in enumerate(goals.goals) if goal.source == "chosen"]
    run = _run_in_force(goals, earlier, coach)
    out = [_first_minute(goals, coach, said, halves), _limit(goals, coach, said, halves, own=run is None)]
    if earlier:
        out.append(_earlier(goals, earlier, run, coach, said))
    last = len(goals.goals) - 1
    return [*out, GoalCard("none", last, said("goals.card.none"), said("goals.card.none_then"), "", coach.target_from == "none")]  # fmt: skip


def _run_in_force(goals: GoalsModel, earlier: Sequence[int], coach: CoachState) -> int | None:
    """The line of the earlier run whose limit is in force; None where none is."""
    if coach.target_from != "chosen":
        return None
    band = coach.targets.get(goals.metric)
    return next((line for line in earlier if goals.goals[line].bands[goals.metric] == band), None)


def _first_minute(goals: GoalsModel, coach: CoachState, said: Texts, halves: tuple[float, float] | None) -> GoalCard:
    by, chosen = goals.change_deg, coach.target_from == "baseline"
    words = said("goals.card.baseline_wait_walk" if coach.target_gait == "walk" else "goals.card.baseline_wait")
    if chosen and coach.reference_s is None:
        words = said("goals.card.baseline_left", seconds=coach.reference_left_s)
    elif chosen:
        words = said("goals.card.baseline_over")
    heard = _heard(goals, coach, said("goals.card.further" if goals.metric in DROPS else "goals.card.larger"), said)
    known = said("goals.card.change_known", half=_half(goals.metric, halves[1], said)) if halves else ""
    number = (
        f"−{quantities.number(goals.metric, by, said=said)}" if by else quantities.number(goals.metric, 0.0, said=said)
    )
    title = said("goals.card.baseline", by=by) if by else said("goals.card.baseline_same")
    return GoalCard("baseline", 0, title, _joined(words, heard, known), number, chosen)


def _limit(
    goals: GoalsModel, coach: CoachState, said: Texts, halves: tuple[float, float] | None, own: bool
) -> GoalCard:
    """The limit of the settings, or the one that was set here."""
    own = own and coach.target_from == "chosen"
    band = (coach.targets if own else goals.as_set).get(goals.metric, Band())
    title = said("goals.card.own" if own else "goals.card.settings")
    chosen = own or coach.target_from == "settings"
    if band.is_open:
        return GoalCard("limit", 1, title, said("goals.card.limit_none"), quantities.UNKNOWN, chosen)
    known = said("goals.card.mean_known", half=_half(goals.metric, halves[0], said)) if halves else ""
    heard = _heard(goals, coach, _where(band, said), said)
    return GoalCard("limit", 1, title, _joined(heard, known), _band(goals.metric, band, said), chosen)


def _earlier(goals: GoalsModel, earlier: Sequence[int], run: int | None, coach: CoachState, said: Texts) -> GoalCard:
    """Earlier runs: the one in force, else the newest, and which others there are."""
    line = earlier[0] if run is None else run
    goal = goals.goals[line]
    band = goal.bands[goals.metric]
    left, right = (quantities.number(goals.metric, mean, said=said) for mean in goal.means)
    title = said("goals.card.earlier", by=goals.change_deg, date=goal.date)
    words = said("goals.card.earlier_was", both=said("end.both", left=left, right=right))
    choices = tuple(Choice(one, goals.goals[one].date, one == run) for one in earlier) if len(earlier) > 1 else ()
    heard = "" if choices else _heard(goals, coach, _where(band, said), said)  # there is room for one of both
    return GoalCard("earlier", line, title, _joined(words, heard), _band(goals.metric, band, said), run is not None, choices)  # fmt: skip


def _heard(goals: GoalsModel, coach: CoachState, where: str, said: Texts) -> str:
    """What one hears of a side that is there, by the mode of feedback."""
    key = f"goals.card.heard_{coach.feedback.mode}"
    if coach.feedback.mode in ("bandwidth", "faded"):
        key = "goals.card.heard_praise" if goals.praises else "goals.card.heard"
    return said(key, where=where)


def _where(band: Band, said: Texts) -> str:
    """Where a side is that misses its target."""
    if band.low is None:
        return said("goals.card.above")
    return said("goals.card.below" if band.high is None else "goals.card.outside")


def _band(metric: str, band: Band, said: Texts) -> str:
    """The limit, or both."""
    if band.low is not None and band.high is not None:
        return f"{quantities.plain(band.low, said)}–{quantities.number(metric, band.high, said=said)}"
    return quantities.number(metric, band.high if band.high is not None else band.low, said=said)


def _half(metric: str, half: float, said: Texts) -> str:
    return quantities.half_interval(metric, -half, half, said=said)


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
