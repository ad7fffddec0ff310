"""One angle of both sides: means, their difference, and what its 95% interval leaves possible."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from runform_live.gait.uncertainty.statistics import FEWEST_STANCES
from runform_live.messages import SIDES, Side
from runform_live.session.figures import MetricSummary, Summary, SymmetrySummary


@dataclass(frozen=True, slots=True)
class Comparison:
    """One angle of both sides, as in summary.json."""

    metric: str
    left: MetricSummary
    right: MetricSummary
    difference: SymmetrySummary

    def of(self, side: Side) -> MetricSummary:
        return self.left if side == "left" else self.right

    @property
    def fewest(self) -> int:
        """Stances of the side with fewer."""
        return min(self.left.n, self.right.n)

    @property
    def detectable_deg(self) -> float | None:
        """The minimal detectable difference (95%) between the sides: half of the interval of left minus right."""
        return self.difference.half

    @property
    def largest_deg(self) -> float | None:
        """The largest difference that the interval leaves possible."""
        low, high = self.difference.ci95_low, self.difference.ci95_high
        return None if low is None or high is None else max(abs(low), abs(high))

    @property
    def further(self) -> Side | None:
        """The side with the larger angle, sure or not; None where it is not known."""
        found = self.difference.difference
        return None if found is None or found == 0.0 else "left" if found > 0 else "right"

    @property
    def differs(self) -> bool:
        """Whether 0 lies outside the 95% interval of left minus right."""
        low, high = self.difference.ci95_low, self.difference.ci95_high
        return low is not None and high is not None and (low > 0.0 or high < 0.0)

    def without_intervals(self) -> Comparison:
        """The means and their difference alone."""
        left, right = (msgspec.structs.replace(one, ci95_low=None, ci95_high=None) for one in (self.left, self.right))
        both = msgspec.structs.replace(self.difference, ci95_low=None, ci95_high=None)
        return Comparison(self.metric, left, right, both)

    def surely_above(self, limit_deg: float) -> tuple[Side, ...]:
        """The sides whose whole 95% interval lies above it, of enough stances."""
        return tuple(side for side in SIDES if _is_above(self.of(side), limit_deg))


def compared(summary: Summary, metric: str) -> Comparison:
    """One angle of both sides."""
    return Comparison(metric, summary.sides["left"][metric], summary.sides["right"][metric], summary.symmetry[metric])


def _is_above(one: MetricSummary, limit_deg: float) -> bool:
    return one.n >= FEWEST_STANCES and one.ci95_low is not None and one.ci95_low > limit_deg
