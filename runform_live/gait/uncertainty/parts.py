"""The parts of a run that are compared: their values as the picture alone shows them, and the variance of their means."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from runform_live.gait.uncertainty import scatter
from runform_live.messages import Stance
from runform_live.metrics import LEVEL_COLUMN, PELVIS_ANGLES


def measured(metric: str, stance: Stance, flow: float) -> float | None:
    """The value as the picture alone shows it, without the level line; None where it, or what the level line took, is unknown.

    A network reads the swing of a pelvis better than a tilt that lasts: turning light or creeping cloth moves its lines a little. The optical
    flow errs otherwise. flow: its weight in where level is; None comes back then where it did not look.
    """
    value: float | None = getattr(stance, metric)
    if value is None or metric not in LEVEL_COLUMN:
        return value
    part: float | None = getattr(stance, LEVEL_COLUMN[metric])
    if part is None:
        return None
    if flow == 0.0 or metric not in PELVIS_ANGLES:
        return value + part
    return None if stance.drop_flow_deg is None else value + part - flow * stance.drop_flow_deg


FLOW_LOOKED = 0.8  # of the stances of each part: with fewer, the network alone says where level is


def flow_weight(parts: Sequence[Sequence[Stance]], flow: float) -> float:
    """The weight of the optical flow in these parts: 0 where it did not look at most stances of each."""
    looked = all(
        sum(stance.drop_flow_deg is not None for stance in part) >= FLOW_LOOKED * len(part) for part in parts if part
    )
    return flow if looked else 0.0


def known_values(metric: str, stances: Sequence[Stance], flow: float) -> list[tuple[float, float]]:
    """Time (s) and value of each stance of which `measured` knows it."""
    rows = ((stance.midstance_s, measured(metric, stance, flow)) for stance in stances)
    return [(at_s, value) for at_s, value in rows if value is not None]


@dataclass(frozen=True, slots=True)
class Part:
    """One side in one part of a run: its values, the variance of their mean, and the middle of their times."""

    values: tuple[float, ...]
    variance: float
    middle_s: float

    @property
    def mean(self) -> float:
        """Of the values."""
        return math.fsum(self.values) / len(self.values)


SCATTER_STANCES = 10.0  # the scatter of the earlier part counts as so many stances, where a later part has few


def parts_of(metric: str, before: Sequence[Stance], now: Sequence[Stance], flow: float) -> tuple[Part, Part] | None:
    """Both parts of one side; None where one of them has no value."""
    flow = flow_weight((before, now), flow)
    earlier, later = known_values(metric, before, flow), known_values(metric, now, flow)
    if not earlier or not later:
        return None
    first, then = (scatter.deviations([value for _, value in part]) for part in (earlier, later))
    correlation = scatter.correlation((first, then))
    usual = scatter.variance(first, correlation) or scatter.variance(then, correlation)
    freedom = max(len(then) - 1, 0)
    own = (freedom * scatter.variance(then, correlation) + SCATTER_STANCES * usual) / (freedom + SCATTER_STANCES)
    return _part(earlier, usual, correlation), _part(later, own, correlation)


def _part(known: Sequence[tuple[float, float]], variance: float, correlation: float) -> Part:
    """Of times (s) and values, whose single values have that variance."""
    middle_s = math.fsum(at_s for at_s, _ in known) / len(known)
    of_mean = variance * scatter.share_of_mean(len(known), correlation)
    return Part(tuple(value for _, value in known), of_mean, middle_s)
