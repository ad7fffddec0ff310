"""What changed within a run: the mean of later stances less that of earlier ones, with the certainty of a change.

Body, clothes, camera and level line add the same to both means and fall out. What is left, and makes the interval:

- the scatter of stances in both, wider where neighbours are alike;
- the share of a change that is read, which is not the same for all runners;
- what drifts while nothing changes: light, sweat, cloth that creeps.

How large the last two are was measured on rendered runs that change (`runform validate`); the network's card keeps it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Literal

from runform_live.gait.cadence import cadence_half_spm, cadence_spm
from runform_live.gait.instrument import doubt_share
from runform_live.gait.statistics import FEWEST_STANCES, t95
from runform_live.messages import Stance

# Angles that are read against the level line, and the part of a stance that keeps what it took from them.
LEVEL_PART = {
    "pelvic_drop_mid_deg": "drop_level_deg",
    "pelvic_drop_peak_deg": "drop_level_deg",
    "hip_adduction_mid_deg": "adduction_level_deg",
    "hip_adduction_peak_deg": "adduction_level_deg",
    "trunk_lean_mid_deg": "lean_level_deg",
}
FLOW_SEES = frozenset(LEVEL_PART) - {"trunk_lean_mid_deg"}
FLOW_LOOKED = 0.8  # of the stances of each part: with fewer the network's word stands alone
# Usual correlation of neighbouring stances of a side, and how many pairs of a run's own stances it counts as.
CORRELATION, CORRELATION_PAIRS = 0.3, 10.0
MOST_CORRELATION = 0.8
FEWEST_CORRELATED = 20  # a part with fewer stances tells nothing of it beside another one
SCATTER_STANCES = 10.0  # so many the earlier part's scatter counts as, where that of few later stances is judged
# What drifts wanders: its variance grows with time, and not for ever.
LONGEST_DRIFT = 10.0  # times as long as the drift of a card is over
LEAST_DRIFT = 0.5  # of it, however near two parts are
# Changes and means are judged after every stance, some hundred times in a run: at 95% certainty each, noise alone would speak every
# minute. One in a thousand, two-sided.
SURE_Z = 3.29
Z95 = 1.96

Reason = Literal["camera", "view", "absence"]
WITHHOLD: tuple[Reason, ...] = ("camera", "view")


@dataclass(frozen=True, slots=True)
class ChangeErrors:
    """By metric, as `runform validate` measured them on runs that change.

    share: of a true change, what is read on average; share_sd: its SD between runners.
    drift_sd: SD, after drifts_s in which nothing changed, of a side's mean; drift_difference_sd: of left minus right.
    return_sd, return_difference_sd: the same of a runner who has been away and comes back to the same place.
    sigma_deg: the network's own sigma of the pelvis line that these stand for.
    flow: of the word on a lasting tilt of the pelvis, what the optical flow has beside the network.
    """

    share: Mapping[str, float] = field(default_factory=dict)
    share_sd: Mapping[str, float] = field(default_factory=dict)
    drift_sd: Mapping[str, float] = field(default_factory=dict)
    drift_difference_sd: Mapping[str, float] = field(default_factory=dict)
    return_sd: Mapping[str, float] = field(default_factory=dict)
    return_difference_sd: Mapping[str, float] = field(default_factory=dict)
    drifts_s: float = 60.0
    sigma_deg: float | None = None
    flow: float = 0.0


@dataclass(frozen=True, slots=True)
class Change:
    """Later minus earlier, in the metric's unit.

    value: None where it is withheld. half: of its 95% interval; None is unknown. needed: what its size must exceed to be sure.
    before, now: how many stances each mean has (of left minus right, of the side with fewer).
    reasons: what happened in between that withholds it ("camera", "view") or makes its interval wider ("absence").
    """

    value: float | None
    half: float | None
    needed: float | None
    before: int
    now: int
    reasons: tuple[Reason, ...] = ()

    @property
    def withheld(self) -> bool:
        return self.value is None

    @property
    def provisional(self) -> bool:
        """Whether a mean rests on fewer stances than a stable one needs."""
        return min(self.before, self.now) < FEWEST_STANCES

    @property
    def low(self) -> float | None:
        """Of the 95% interval."""
        return None if self.value is None or self.half is None else self.value - self.half

    @property
    def high(self) -> float | None:
        return None if self.value is None or self.half is None else self.value + self.half

    @property
    def sure(self) -> bool:
        """Whether it is a change for sure, also where it was looked at after every stance."""
        known = self.value is not None and self.needed is not None and not self.provisional
        return known and abs(self.value or 0.0) > (self.needed or 0.0)


@dataclass(frozen=True, slots=True)
class _Part:
    """Values of one side in one part of a run: their mean, the variance of it, and when they were measured."""

    values: tuple[float, ...]
    variance: float
    middle_s: float

    @property
    def mean(self) -> float:
        return math.fsum(self.values) / len(self.values)


@dataclass(frozen=True, slots=True)
class ChangeModel:
    """Compares parts of one run. Stances are given in time order, named as it holds now."""

    errors: ChangeErrors

    def side(self, metric: str, before: Sequence[Stance], now: Sequence[Stance]) -> Change | None:
        """Change of one side's mean; None where one of the parts has no value.

        before, now: stances of that side. now may be few (the last ten), before should be many.
        """
        return self._of_side(metric, _parts(metric, before, now, self.errors.flow), before, now)

    def difference(
        self,
        metric: str,
        before: tuple[Sequence[Stance], Sequence[Stance]],
        now: tuple[Sequence[Stance], Sequence[Stance]],
    ) -> Change | None:
        """Change of left minus right; before, now: the stances of the left and of the right side."""
        return self.both(metric, before, now)[2]

    def both(
        self,
        metric: str,
        before: tuple[Sequence[Stance], Sequence[Stance]],
        now: tuple[Sequence[Stance], Sequence[Stance]],
    ) -> tuple[Change | None, Change | None, Change | None]:
        """Change of the left mean, of the right one, and of left minus right, as the two above."""
        left, right = (_parts(metric, before[side], now[side], self.errors.flow) for side in (0, 1))
        return (
            self._of_side(metric, left, before[0], now[0]),
            self._of_side(metric, right, before[1], now[1]),
            self._of_difference(metric, (left, right), before, now),
        )

    def _of_side(
        self, metric: str, parts: tuple[_Part, _Part] | None, before: Sequence[Stance], now: Sequence[Stance]
    ) -> Change | None:
        if parts is None:
            return None
        reasons = between(before, now)
        apart_s = parts[1].middle_s - parts[0].middle_s
        drift = self.drift_sd(metric, [*before, *now], apart_s, "absence" in reasons)
        return self._change(metric, parts[1].mean - parts[0].mean, parts, drift, reasons)

    def _of_difference(
        self,
        metric: str,
        parts: tuple[tuple[_Part, _Part] | None, tuple[_Part, _Part] | None],
        before: tuple[Sequence[Stance], Sequence[Stance]],
        now: tuple[Sequence[Stance], Sequence[Stance]],
    ) -> Change | None:
        left, right = parts
        if left is None or right is None:
            return None
        reasons = between([*before[0], *before[1]], [*now[0], *now[1]])
        seen = [stance for side in (*before, *now) for stance in side]
        apart_s = left[1].middle_s - left[0].middle_s
        drift = self.drift_sd(metric, seen, apart_s, "absence" in reasons, of_difference=True)
        value = (left[1].mean - left[0].mean) - (right[1].mean - right[0].mean)
        return self._change(metric, value, (*left, *right), drift, reasons)

    def known(self, metric: str, stances: Sequence[Stance]) -> list[tuple[float, float]]:
        """Time (s) of each stance that knows the metric, and its value: comparable within the run, not an absolute one."""
        share = self.errors.share.get(metric, 1.0)
        return [(at_s, value / share) for at_s, value in _known(metric, stances, _flow((stances,), self.errors.flow))]

    def drift_sd(
        self, metric: str, stances: Sequence[Stance], apart_s: float, away: bool, of_difference: bool = False
    ) -> float | None:
        """SD of what creeps in between two parts where nothing changes; None where it was never measured.

        apart_s: their middles. away: the runner was out of sight in between. of_difference: of left minus right.
        """
        errors = self.errors
        drift = errors.drift_difference_sd if of_difference else errors.drift_sd
        again = errors.return_difference_sd if of_difference else errors.return_sd
        if metric not in drift or (away and metric not in again):
            return None
        grown = max(math.sqrt(min(abs(apart_s) / errors.drifts_s, LONGEST_DRIFT)), LEAST_DRIFT)
        sd = drift[metric] * grown * doubt_share(metric, stances, errors.sigma_deg)
        return math.hypot(sd, again[metric]) if away else sd

    def _change(
        self, metric: str, value: float, parts: Sequence[_Part], drift_sd: float | None, reasons: tuple[Reason, ...]
    ) -> Change:
        counts = [len(part.values) for part in parts]
        before, now = min(counts[::2]), min(counts[1::2])
        if any(reason in WITHHOLD for reason in reasons):
            return Change(None, None, None, before, now, reasons)
        share, share_sd = self.errors.share.get(metric, 1.0), self.errors.share_sd.get(metric)
        value /= share
        if drift_sd is None or share_sd is None or min(counts) < 2:
            return Change(value, None, None, before, now, reasons)
        scatter = math.sqrt(math.fsum(part.variance for part in parts)) / share
        constant = math.hypot(drift_sd / share, share_sd / share * value)
        t = t95(sum(counts) - len(counts))
        # A share that is not known makes a change larger or smaller, never one out of nothing.
        needed = SURE_Z * math.hypot(t / Z95 * scatter, drift_sd / share)
        return Change(value, math.hypot(t * scatter, Z95 * constant), needed, before, now, reasons)


def cadence_change(before: Sequence[Stance], now: Sequence[Stance]) -> Change | None:
    """Change of the cadence (steps/min) between two parts with the stances of both sides; None where one has too few in a row."""
    spm, halves = [], []
    for stances in (before, now):
        mean_spm, half_spm = cadence_spm(stances), cadence_half_spm(stances)
        if mean_spm is None or half_spm is None:
            return None
        spm.append(mean_spm)
        halves.append(half_spm)
    half = math.hypot(*halves)
    counts = len(before), len(now)
    return Change(spm[1] - spm[0], half, SURE_Z / Z95 * half, *counts, between(before, now))


def measured(metric: str, stance: Stance, flow: float) -> float | None:
    """The value as the picture alone tells it, whatever was taken for level; None where it, or what level took, is unknown.

    A network reads the swing of a pelvis better than a tilt that lasts: light that turns, or cloth that creeps, moves its lines a little. The
    optical flow sees cloth and light go otherwise. flow: its share of the word on where level is; None then where it did not look.
    """
    value: float | None = getattr(stance, metric)
    if value is None or metric not in LEVEL_PART:
        return value
    part: float | None = getattr(stance, LEVEL_PART[metric])
    if part is None:
        return None
    if flow == 0.0 or metric not in FLOW_SEES:
        return value + part
    return None if stance.drop_flow_deg is None else value + part - flow * stance.drop_flow_deg


def between(before: Sequence[Stance], now: Sequence[Stance]) -> tuple[Reason, ...]:
    """What happened between two parts of a run, or within one of them."""
    counts: dict[Reason, str] = {"camera": "camera_moves", "view": "view_doubts", "absence": "absences"}
    stances = [*before, *now]
    return tuple(reason for reason, count in counts.items() if len(set(map(attrgetter(count), stances))) > 1)


def _parts(metric: str, before: Sequence[Stance], now: Sequence[Stance], flow: float) -> tuple[_Part, _Part] | None:
    """Both parts of one side; None where one of them has no value."""
    flow = _flow((before, now), flow)
    values, middles_s = [], []
    for part in (before, now):
        known = _known(metric, part, flow)
        if not known:
            return None
        values.append(tuple(value for _, value in known))
        middles_s.append(math.fsum(at_s for at_s, _ in known) / len(known))
    first, then = (_deviations(each) for each in values)
    correlation = _correlation((first, then))
    usual = _variance(first, correlation) or _variance(then, correlation)
    freedom = max(len(then) - 1, 0)
    own = (freedom * _variance(then, correlation) + SCATTER_STANCES * usual) / (freedom + SCATTER_STANCES)
    variances = (usual * _of_mean(len(first), correlation), own * _of_mean(len(then), correlation))
    parts = [_Part(*each) for each in zip(values, variances, middles_s, strict=True)]
    return parts[0], parts[1]


def _flow(parts: Sequence[Sequence[Stance]], flow: float) -> float:
    """The share of the optical flow in the word on these parts: none where it did not look at most stances of each."""
    looked = all(
        sum(stance.drop_flow_deg is not None for stance in part) >= FLOW_LOOKED * len(part) for part in parts if part
    )
    return flow if looked else 0.0


def _known(metric: str, stances: Sequence[Stance], flow: float) -> list[tuple[float, float]]:
    """Time (s) and value of each stance of which `measured` knows it."""
    rows = ((stance.midstance_s, measured(metric, stance, flow)) for stance in stances)
    return [(at_s, value) for at_s, value in rows if value is not None]


def _deviations(values: Sequence[float]) -> list[float]:
    mean = math.fsum(values) / len(values)
    return [value - mean for value in values]


def _variance(deviations: Sequence[float], correlation: float = 0.0) -> float:
    """Of single values, from their deviations from their own mean, which are the smaller the more alike neighbours are."""
    n = len(deviations)
    if n < 2:
        return 0.0
    return math.fsum(d * d for d in deviations) / (n * (1 - _of_mean(n, correlation)))


def _correlation(parts: Sequence[Sequence[float]]) -> float:
    """Of neighbouring stances, by a run's own deviations and by the usual: few stances tell little of it."""
    pairs = squares = count = 0.0
    for deviations in parts:
        if len(deviations) < FEWEST_CORRELATED and count:
            continue
        pairs += math.fsum(one * other for one, other in itertools.pairwise(deviations))
        squares += math.fsum(d * d for d in deviations)
        count += len(deviations)
    if count < 2 or squares <= 0.0:
        return CORRELATION
    variance = squares / count
    own = pairs / squares
    own += (
        1 + 3 * own
    ) / count  # deviations from a run's own mean look less alike (Marriott and Pope 1954, Biometrika 41:390)
    weight = squares / variance
    found = (own * weight + CORRELATION * CORRELATION_PAIRS) / (weight + CORRELATION_PAIRS)
    return min(max(found, 0.0), MOST_CORRELATION)


def _of_mean(n: int, correlation: float) -> float:
    """Of the variance of single values, what the mean of n in a row has: neighbours are alike by `correlation`, others by its powers.

    Bayley and Hammersley 1946, J R Stat Soc Suppl 8:184.
    """
    alike = math.fsum((1 - lag / n) * correlation**lag for lag in range(1, min(n, 60)))
    return (1 + 2 * alike) / n
