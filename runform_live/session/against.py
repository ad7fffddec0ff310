"""How the means of a session stand to the targets that it was run against."""

from __future__ import annotations

import math
from dataclasses import dataclass

from runform_live import quantities
from runform_live.coach.catalogue import Direction
from runform_live.gait.statistics import FEWEST_STANCES
from runform_live.messages import SIDES, Side
from runform_live.session.reader import Session
from runform_live.texts import Texts


@dataclass(frozen=True, slots=True)
class Against:
    """How one side's mean of one metric stands to its target: `over` degrees outside (negative: inside by so much)."""

    metric: str
    side: Side
    mean: float
    over: float
    direction: Direction  # of the limit that is nearer
    sure: bool  # outside with its whole 95% interval, of enough stances


def against_targets(session: Session) -> list[Against]:
    """All sides and metrics that have a target and a mean, the furthest outside first."""
    found = []
    for metric, (low, high) in session.info.bands().items():
        for side in SIDES:
            measured = session.summary.sides[side][metric]
            if measured.mean is None:
                continue
            above = measured.mean - high if high is not None else -math.inf
            below = low - measured.mean if low is not None else -math.inf
            direction: Direction = "high" if above >= below else "low"
            sure = False
            if measured.n >= FEWEST_STANCES and measured.ci95_low is not None and measured.ci95_high is not None:
                sure = (high is not None and measured.ci95_low > high) or (low is not None and measured.ci95_high < low)
            found.append(Against(metric, side, measured.mean, max(above, below), direction, sure))
    return sorted(found, key=lambda one: -one.over)


def in_words(one: Against, said: Texts) -> str:
    """One sentence: what, which leg, its mean, and how far inside or outside the target."""
    key = "end.outside" if one.over > 0 else "end.inside"
    return said(key, name=quantities.name(one.metric, said), leg=said(f"leg.{one.side}"),
                value=quantities.number(one.metric, one.mean), by=quantities.number(one.metric, abs(one.over)))  # fmt: skip
