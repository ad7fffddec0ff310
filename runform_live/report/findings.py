"""What the figures of a session say of its two sides, and how sure that is. Pure: a session in, facts out; the words are elsewhere.

Every report, and the screen after a run, ask the same rule (`of`). It is a ladder; the first rung that holds gives the verdict:

1. unknown: something makes the comparison of the sides meaningless, or its error is not known. Without a standing calibration the
   strides' mean is taken for level. That takes a true difference away together with the camera's roll, so the sides then look alike
   whether they are or not.
2. unsure: the figures are there, and too few or too doubtful.
3. one_side: left minus right differs from 0 with its whole 95% interval, and the side that is further out surely shows the pattern at
   all. Half of that interval is the minimal detectable difference of the session. Or one side alone is surely above a limit in degrees
   that a person has set.
4. both_sides: both means are surely above such a limit, or above that of configs/report/findings.toml.
5. level: left minus right is small, and its interval rules out a large difference.
6. unsure: none of these.

Only the angle that is asked first can decide for one side by its difference, so that chance alone calls a side in 5% of level runners,
and not in 5% for each angle. The other angles can only agree, or make the finding unsure. A side is never named where left and right may be exchanged: then one_side becomes unsure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from runform_live.gait.uncertainty.statistics import FEWEST_STANCES
from runform_live.messages import SIDES, Gait, Side
from runform_live.progress.point import Point
from runform_live.report.comparison import Comparison, compared
from runform_live.report.content import Verdict
from runform_live.report.rules import BothAbove, FindingRules, shipped
from runform_live.session.gait_part import main_part
from runform_live.session.reader import Session
from runform_live.session.target_comparison import TargetComparison, compared_with_targets

Basis = Literal["difference", "limit", "rule", "alike"]  # what the verdict rests on
# Why there is no verdict. The first six leave nothing to compare (unknown), the others a doubt (unsure); of few stances, too, nothing may be
# left to compare.
Reason = Literal[
    "no_stances", "wrong_view", "hidden", "no_value", "not_calibrated", "no_interval",
    "few", "camera_moved", "sides", "no_drop", "disagree", "wide",
]  # fmt: skip
MARKERS = "psis_markers"


@dataclass(frozen=True, slots=True)
class Findings:
    """What a session says of its two sides.

    side: of one_side alone. metrics: the angles that the verdict rests on, the deciding one first; empty without a finding.
    held: the rules by which both sides show it. reasons: why the verdict is unknown or unsure.
    over: what lies surely above a limit in degrees that a person has set.
    """

    gait: Gait
    verdict: Verdict
    asked: Comparison
    side: Side | None = None
    basis: Basis | None = None
    metrics: tuple[str, ...] = ()
    held: tuple[BothAbove, ...] = ()
    reasons: tuple[Reason, ...] = ()
    over: tuple[TargetComparison, ...] = ()
    markers: bool = False

    @property
    def shown(self) -> str:
        """The angle whose figures stand for the verdict: that of the rule which held, else the one that was asked first."""
        return self.held[0].metric if self.held else self.asked.metric

    @property
    def figures_stand(self) -> bool:
        """Whether means and intervals stand for the session: not where the sides cannot be compared, or the camera was moved."""
        return self.verdict != "unknown" and "camera_moved" not in self.reasons

    @property
    def leads_to_exercises(self) -> bool:
        return self.verdict in ("one_side", "both_sides")

    @property
    def emphasised(self) -> Side | None:
        """The leg that exercises begin with: only where the sides surely differ.

        One leg alone above its limit is no such difference: the other may be just below its own.
        """
        return self.side if self.basis == "difference" else None


def of(session: Session, rules: FindingRules | None = None) -> Findings:
    """The findings of a session's main gait. rules: those that ship, unless others are given."""
    rules = shipped().findings if rules is None else rules
    session = main_part(session)
    summary, point = session.summary, Point(session.info, session.summary)
    asked = compared(summary, asked_first(session.info.trained(), rules))
    over = tuple(
        one
        for one in compared_with_targets(session)
        if one.sure and one.direction == "high" and one.metric in rules.metrics and not one.since_first
    )
    facts = _Facts(session, rules, point.gait, asked, over, point.sides_are_sure)
    return facts.unknown() or facts.doubtful() or facts.one_side() or facts.both_sides() or facts.alike() or facts.findings("unsure", reasons=("wide",))  # fmt: skip


def asked_first(trained: str, rules: FindingRules) -> str:
    """The angle that decides: the one that the run was about, if it tells of the pattern."""
    return trained if trained in rules.metrics else rules.metrics[0]


@dataclass(frozen=True, slots=True)
class _Facts:
    """A session on the ladder: each rung gives the findings, or None where it does not hold."""

    session: Session
    rules: FindingRules
    gait: Gait
    asked: Comparison
    over: tuple[TargetComparison, ...]
    sides_are_sure: bool

    def findings(
        self,
        verdict: Verdict,
        *,
        side: Side | None = None,
        basis: Basis | None = None,
        metrics: Sequence[str] = (),
        held: Sequence[BothAbove] = (),
        reasons: Sequence[Reason] = (),
    ) -> Findings:
        sure = verdict in ("one_side", "both_sides", "level")
        return Findings(
            gait=self.gait,
            verdict=verdict,
            asked=self.asked,
            side=side,
            basis=basis,
            metrics=tuple(metrics),
            held=tuple(held),
            reasons=tuple(reasons),
            over=self.over if sure else (),
            markers=self.session.info.model.pelvis_line == MARKERS,
        )

    def unknown(self) -> Findings | None:
        """What leaves nothing to compare."""
        summary, flags = self.session.summary, self.session.summary.flags
        no_mean = None in (self.asked.left.mean, self.asked.right.mean)
        found: dict[Reason, bool] = {
            "no_stances": not self.session.stances,
            "wrong_view": "wrong_view" in flags or summary.view == "side",
            "hidden": "pelvis_hidden" in flags,
            "few": bool(self.session.stances) and no_mean and self._has_few_stances(),
            "no_value": bool(self.session.stances) and no_mean and not self._has_few_stances(),
            "not_calibrated": not summary.calibrated,
        }
        reasons = [reason for reason, holds in found.items() if holds]
        if not reasons and self.asked.detectable_deg is None and self.asked.fewest > 1:
            reasons = ["no_interval"]
        return self.findings("unknown", reasons=reasons) if reasons else None

    def _has_few_stances(self) -> bool:
        """Whether a side has too few stances for a mean, whatever was measured in them."""
        sides = [stance.side for stance in self.session.stances]
        return min(sides.count(side) for side in SIDES) < FEWEST_STANCES

    def doubtful(self) -> Findings | None:
        """What makes figures too doubtful for any verdict."""
        found: dict[Reason, bool] = {
            "few": self.asked.fewest < FEWEST_STANCES,
            "camera_moved": "camera_moved" in self.session.summary.flags,
        }
        reasons = [reason for reason, holds in found.items() if holds]
        return self.findings("unsure", reasons=reasons) if reasons else None

    def one_side(self) -> Findings | None:
        """The sides differ for sure, or one alone is surely above its limit."""
        if self.asked.differs:
            side = self.asked.further
            if side is None or side not in self.asked.surely_above(0.0):
                return self.findings("unsure", reasons=("no_drop",))
            others = self._others_that_differ()
            if any(one.further != side for one in others):
                return self.findings("unsure", reasons=("disagree",))
            return self._named(side, "difference", (self.asked.metric, *(one.metric for one in others)))
        sides = {one.side for one in self.over}
        if len(sides) != 1:
            return None
        return self._named(sides.pop(), "limit", tuple(dict.fromkeys(one.metric for one in self.over)))

    def _named(self, side: Side, basis: Basis, metrics: Sequence[str]) -> Findings:
        if not self.sides_are_sure:
            return self.findings("unsure", reasons=("sides",))
        return self.findings("one_side", side=side, basis=basis, metrics=metrics)

    def _others_that_differ(self) -> list[Comparison]:
        """The angles that are not asked first and surely differ between the sides."""
        others = [compared(self.session.summary, name) for name in self.rules.metrics if name != self.asked.metric]
        return [one for one in others if one.differs and one.fewest >= FEWEST_STANCES]

    def both_sides(self) -> Findings | None:
        """Both means are surely above a person's limit, or above a rule's."""
        by_limit = [name for name in self.rules.metrics if {one.side for one in self.over if one.metric == name} == set(SIDES)]  # fmt: skip
        if by_limit:
            return self.findings("both_sides", basis="limit", metrics=by_limit)
        held = [rule for rule in self.rules.both if self.gait in rule.gaits and self._holds(rule)]
        if not held:
            return None
        metrics = dict.fromkeys(rule.finding for rule in held)
        return self.findings("both_sides", basis="rule", metrics=tuple(metrics), held=held)

    def _holds(self, rule: BothAbove) -> bool:
        return set(compared(self.session.summary, rule.metric).surely_above(rule.above_deg)) == set(SIDES)

    def alike(self) -> Findings | None:
        """Left minus right is small, and its interval rules out a large difference."""
        rule, found = self.rules.alike_of(self.asked.metric), self.asked
        if rule is None or found.difference.difference is None or found.largest_deg is None:
            return None
        small = abs(found.difference.difference) <= rule.detectable_deg
        if not small or found.largest_deg > 2 * rule.detectable_deg:
            return None
        if self._others_that_differ():
            return self.findings("unsure", reasons=("disagree",))
        return self.findings("level", basis="alike", metrics=(found.metric,))
