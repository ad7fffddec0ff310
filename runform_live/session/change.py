"""Before and after: how far each mean moved between two sessions, and how far it must move to be told from error."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from runform_live.gait.instrument import LEVELLED
from runform_live.gait.statistics import spread
from runform_live.messages import SIDES, VIEW_UNSURE, Side
from runform_live.session.reader import Session
from runform_live.session.schema import SUMMARISED, MetricSummary, SessionInfo, SymmetrySummary

DIFFERENCE = "difference"  # beside the sides: left minus right
Kind = Literal["line", "network", "view", "person"]  # of what is not the same in two sessions


@dataclass(frozen=True, slots=True)
class Change:
    """After minus before of one metric, in its unit; None is unknown.

    detectable: the minimal detectable change (95%), from both sessions' intervals: stride-to-stride spread, instrument and level
    line of each. Errors of the two are taken as independent, but for a runner in the same clothes before the same camera in the
    same light: what the instrument then sees wrong is in part the same twice and falls out.
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


@dataclass(frozen=True, slots=True)
class Measured:
    """A mean, or left minus right, of one session: half of its 95% interval, and half of what the strides' own spread makes of that."""

    value: float | None
    half: float | None
    spread: float

    @property
    def instrument(self) -> float | None:
        """Half of what the instrument's error makes of it."""
        return None if self.half is None else math.sqrt(max(self.half**2 - self.spread**2, 0.0))


def change_between(before: Measured, after: Measured, new_share: float) -> Change:
    """new_share: of the instrument's errors in both sessions, what is not the same twice."""
    halves = before.instrument, after.instrument
    if halves[0] is None or halves[1] is None:
        return Change(before.value, after.value, None)
    detectable = math.hypot(before.spread, after.spread, new_share * halves[0], new_share * halves[1])
    return Change(before.value, after.value, detectable)


def changes(before: Session, after: Session, same_setup: bool = False) -> dict[str, dict[str, Change]]:
    """By metric, then by side and DIFFERENCE; unknown where both were measured along another line across the pelvis.

    same_setup: the runner wears the same in both, before the same camera in the same light.
    """
    alike = not_alike(before, after)
    other_line = "line" in alike
    model = after.info.model
    of_sides: Mapping[str, float] = {}
    of_difference: Mapping[str, float] = {}
    if same_setup and not alike:
        of_sides, of_difference = model.instrument_change_sd_deg, model.instrument_change_difference_sd_deg
    found: dict[str, dict[str, Change]] = {}
    for metric in SUMMARISED:
        if metric in LEVELLED and other_line:
            found[metric] = dict.fromkeys((*SIDES, DIFFERENCE), Change(None, None, None))
            continue
        share = new_share(model.instrument_sd_deg, of_sides, metric)
        found[metric] = {
            side: change_between(_side(before, side, metric), _side(after, side, metric), share) for side in SIDES
        }
        share = new_share(model.instrument_difference_sd_deg, of_difference, metric)
        found[metric][DIFFERENCE] = change_between(_apart(before, metric), _apart(after, metric), share)
    return found


def new_share(sd: Mapping[str, float], change_sd: Mapping[str, float], metric: str) -> float:
    """Of the instrument's errors of two days, what is not the same twice: 1 where that was not measured."""
    if metric not in sd or metric not in change_sd:
        return 1.0
    return min(1.0, change_sd[metric] / (math.sqrt(2.0) * sd[metric]))


def not_alike(before: Session, after: Session) -> list[Kind]:
    """What else than the way of running is not the same in both."""
    first, then = before.info, after.info
    networks = [(info.model.sha256, info.model.detail_sha256) for info in (first, then)]
    found: list[Kind] = []
    if first.model.pelvis_line != then.model.pelvis_line:
        found.append("line")
    if networks[0] != networks[1]:
        found.append("network")
    unsure = any(VIEW_UNSURE in session.summary.flags for session in (before, after))
    if before.summary.view != after.summary.view or unsure:
        found.append("view")
    if _are_two_people(first, then):
        found.append("person")
    return found


def _are_two_people(first: SessionInfo, then: SessionInfo) -> bool:
    """Whether the sessions are of two clients, as far as both say whose they are. A pseudonym may have been changed in between."""
    if first.person_id and then.person_id:
        return first.person_id != then.person_id
    return bool(first.person and then.person and first.person != then.person)


def _side(session: Session, side: Side, metric: str) -> Measured:
    one = session.summary.sides[side][metric]
    return Measured(one.mean, _half(one), 0.0 if one.sd is None else spread(one.n, one.sd))


def _apart(session: Session, metric: str) -> Measured:
    one = session.summary.symmetry[metric]
    return Measured(one.difference, _half(one), math.hypot(*(_side(session, side, metric).spread for side in SIDES)))


def _half(one: MetricSummary | SymmetrySummary) -> float | None:
    """Half of the 95% interval."""
    return None if one.ci95_low is None or one.ci95_high is None else (one.ci95_high - one.ci95_low) / 2
