"""Before and after: how far each mean moved between two sessions, and how far it must move to be told from error."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from runform_live.gait.instrument import LEVELLED
from runform_live.messages import SIDES
from runform_live.session.reader import Session
from runform_live.session.schema import MetricSummary, SymmetrySummary
from runform_live.session.summary import SUMMARISED

DIFFERENCE = "difference"  # beside the sides: left minus right
Kind = Literal["line", "network", "view", "person"]  # of what is not the same in two sessions


@dataclass(frozen=True, slots=True)
class Change:
    """After minus before of one metric, in its unit; None is unknown.

    detectable: the minimal detectable change (95%), from both sessions' intervals: stride-to-stride spread, instrument and level
    line of each. Errors of the two are taken as independent, which is the larger of what it may be: of the same runner before
    the same camera some would be the same twice and fall out.
    """

    before: float | None
    after: float | None
    detectable: float | None

    @property
    def change(self) -> float | None:
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def shown(self) -> bool | None:
        """Whether it is a change and not error; None where that cannot be said."""
        return None if self.change is None or self.detectable is None else abs(self.change) > self.detectable


def change_between(before: MetricSummary | SymmetrySummary, after: MetricSummary | SymmetrySummary) -> Change:
    """Of two means, or two differences between the sides."""
    halves = _half(before), _half(after)
    detectable = None if halves[0] is None or halves[1] is None else math.hypot(halves[0], halves[1])
    return Change(_value(before), _value(after), detectable)


def changes(before: Session, after: Session) -> dict[str, dict[str, Change]]:
    """By metric, then by side and DIFFERENCE; unknown where both were measured along another line across the pelvis."""
    other_line = "line" in not_alike(before, after)
    found: dict[str, dict[str, Change]] = {}
    for metric in SUMMARISED:
        if metric in LEVELLED and other_line:
            found[metric] = dict.fromkeys((*SIDES, DIFFERENCE), Change(None, None, None))
            continue
        found[metric] = {
            side: change_between(before.summary.sides[side][metric], after.summary.sides[side][metric])
            for side in SIDES
        }
        found[metric][DIFFERENCE] = change_between(before.summary.symmetry[metric], after.summary.symmetry[metric])
    return found


def not_alike(before: Session, after: Session) -> list[Kind]:
    """What else than the way of running is not the same in both."""
    first, then = before.info, after.info
    networks = [(info.model.sha256, info.model.detail_sha256) for info in (first, then)]
    found: list[Kind] = []
    if first.model.pelvis_line != then.model.pelvis_line:
        found.append("line")
    if networks[0] != networks[1]:
        found.append("network")
    if before.summary.view != after.summary.view:
        found.append("view")
    if first.person and then.person and first.person != then.person:
        found.append("person")
    return found


def _value(one: MetricSummary | SymmetrySummary) -> float | None:
    return one.mean if isinstance(one, MetricSummary) else one.difference


def _half(one: MetricSummary | SymmetrySummary) -> float | None:
    """Half of the 95% interval."""
    return None if one.ci95_low is None or one.ci95_high is None else (one.ci95_high - one.ci95_low) / 2
