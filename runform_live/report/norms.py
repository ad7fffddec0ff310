"""The triad beside what is known of healthy runners (configs/report/norms.toml), with what such a comparison can tell."""

from __future__ import annotations

from typing import Literal

from runform_live import quantities
from runform_live.messages import SIDES, Side
from runform_live.report import rules
from runform_live.report.comparison import compared
from runform_live.report.content import NormComparison
from runform_live.report.findings import Findings
from runform_live.report.rules import Norm
from runform_live.session.figures import MetricSummary, Summary
from runform_live.texts import Texts

NormJudgement = Literal["inside", "above", "below", "edge", "not_judged"]


def triad(summary: Summary, found: Findings, said: Texts) -> tuple[NormComparison, ...]:
    """Drop, adduction and valgus against their norms, in the order of the file."""
    return tuple(_against(one, summary, found, said) for one in rules.shipped().norms)


def judged(one: MetricSummary, band: tuple[float, float]) -> NormJudgement:
    """Where a mean lies against a band: judged by its whole 95% interval, and only where there is one."""
    if one.ci95_low is None or one.ci95_high is None:
        return "not_judged"
    low, high = band
    if one.ci95_low > high:
        return "above"
    if one.ci95_high < low:
        return "below"
    return "inside" if low <= one.ci95_low and one.ci95_high <= high else "edge"


def _against(norm: Norm, summary: Summary, found: Findings, said: Texts) -> NormComparison:
    both = compared(summary, norm.metric)
    band = norm.band if found.gait in norm.gaits else None
    words = {side: quantities.with_interval(norm.metric, one.mean, one.ci95_low, one.ci95_high, said=said) for side in SIDES for one in [both.of(side)]}  # fmt: skip
    return NormComparison(
        metric=norm.metric,
        name=quantities.name(norm.metric, said),
        left=words["left"],
        right=words["right"],
        norm=_norm_words(norm, said),
        told=_told(norm, summary, found, said),
        note=said(f"norm_of.{norm.metric}.note"),
        source=norm.source,
        left_value=both.left.mean,
        right_value=both.right.mean,
        norm_low=None if band is None else band[0],
        norm_high=None if band is None else band[1],
    )


def _norm_words(norm: Norm, said: Texts) -> str:
    if norm.mean_deg is None or norm.sd_deg is None:
        return said(f"norm_of.{norm.metric}.norm")
    return said(
        f"norm_of.{norm.metric}.norm",
        mean=f"{quantities.plain(norm.mean_deg, said)}°",
        sd=f"{quantities.plain(norm.sd_deg, said)}°",
    )


def _told(norm: Norm, summary: Summary, found: Findings, said: Texts) -> str:
    if found.gait not in norm.gaits:
        return said("report.norm.walking")
    if norm.band is None:
        return said("report.norm.none")
    both = compared(summary, norm.metric)
    fit = _can_be_judged(found)
    judgements: dict[Side, NormJudgement] = {
        side: judged(both.of(side), norm.band) if fit else "not_judged" for side in SIDES
    }
    if judgements["left"] == judgements["right"]:
        return said(f"report.norm.{judgements['left']}", side=said("leg.both"))
    return "; ".join(said(f"report.norm.{judgements[side]}", side=said(f"leg.{side}")) for side in SIDES)


def _can_be_judged(found: Findings) -> bool:
    """Whether the means stand for the run, and are of enough stances."""
    return found.figures_stand and "few" not in found.reasons
