"""What changed within a run: the mean of later stances minus that of earlier ones, with the certainty of a change.

Body, clothes, camera and level line add the same to both means and cancel. The interval holds what is left:

- the scatter of the stances in both parts, which counts more where neighbours are alike (scatter.py);
- the share of a true change that the network shows, which differs between runners;
- drift while nothing changes, by light, sweat and cloth that creeps.

The last two were measured on rendered runs that change (`runform validate`). The card of the network holds them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Literal

from runform_live.gait.uncertainty.parts import Part, flow_weight, known_values, parts_of
from runform_live.gait.uncertainty.sigma import share_of_error
from runform_live.gait.uncertainty.statistics import FEWEST_STANCES, Z95, WithInterval, t95
from runform_live.messages import Stance

Reason = Literal["camera", "view", "absence"]
WITHHOLD: tuple[Reason, ...] = ("camera", "view")


@dataclass(frozen=True, slots=True)
class ChangeErrors:
    """By metric, as `runform validate` measured them on runs that change.

    share: the share of a true change that is read on average; share_sd: its SD between runners.
    drift_sd: SD of the drift of a side's mean after drifts_s in which nothing changed; drift_difference_sd: the same of left minus right.
    return_sd, return_difference_sd: the same of a runner who was away and came back to the same place.
    sigma_deg: the network's own sigma of the pelvis line at which these were measured.
    flow: the weight of the optical flow, beside the network, in where a lasting tilt of the pelvis lies.
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
class Change(WithInterval):
    """Later minus earlier, in the metric's unit.

    value: None where it is withheld. half: half of its 95% interval; None where that is unknown. needed: the change is sure beyond this size.
    before, now: how many stances each mean has; for left minus right, those of the side with fewer.
    reasons: what happened in between. "camera" and "view" withhold the change, "absence" makes its interval wider.
    """

    value: float | None
    half: float | None
    needed: float | None
    before: int
    now: int
    reasons: tuple[Reason, ...] = ()

    @property
    def withheld(self) -> bool:
        """Whether it is not told, for one of `reasons`."""
        return self.value is None

    @property
    def provisional(self) -> bool:
        """Whether a mean rests on fewer stances than a stable one needs."""
        return min(self.before, self.now) < FEWEST_STANCES

    @property
    def sure(self) -> bool:
        """Whether it is a change beyond chance, even where it is judged after every stance."""
        known = self.value is not None and self.needed is not None and not self.provisional
        return known and abs(self.value or 0.0) > (self.needed or 0.0)


# Drift is a walk: its variance grows with time, but not for ever.
LONGEST_DRIFT = 10.0  # times as long as `ChangeErrors.drifts_s`
LEAST_DRIFT = 0.5  # of the drift after that time, however near two parts are
# Changes and means are judged after every stance, some hundred times in a run. At 95% certainty each, noise alone would be told every
# minute. This is one in a thousand, two-sided.
SURE_Z = 3.29


@dataclass(frozen=True, slots=True)
class ChangeModel:
    """Compares parts of one run. Stances are given in time order, with their sides as they are named now."""

    errors: ChangeErrors

    def side(self, metric: str, before: Sequence[Stance], now: Sequence[Stance]) -> Change | None:
        """Change of one side's mean; None where one of the parts has no value.

        before, now: stances of that side. `now` may be few (the last ten); `before` should be many.
        """
        return self._of_side(metric, parts_of(metric, before, now, self.errors.flow), before, now)

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
        """Change of the left mean, of the right mean, and of left minus right."""
        left, right = (parts_of(metric, before[side], now[side], self.errors.flow) for side in (0, 1))
        return (
            self._of_side(metric, left, before[0], now[0]),
            self._of_side(metric, right, before[1], now[1]),
            self._of_difference(metric, (left, right), before, now),
        )

    def _of_side(
        self, metric: str, parts: tuple[Part, Part] | None, before: Sequence[Stance], now: Sequence[Stance]
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
        parts: tuple[tuple[Part, Part] | None, tuple[Part, Part] | None],
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
        """Time (s) and value of each stance that knows the metric. The values can be compared within the run; they are not absolute."""
        share = self.errors.share.get(metric, 1.0)
        return [
            (at_s, value / share)
            for at_s, value in known_values(metric, stances, flow_weight((stances,), self.errors.flow))
        ]

    def drift_sd(
        self, metric: str, stances: Sequence[Stance], apart_s: float, away: bool, of_difference: bool = False
    ) -> float | None:
        """SD of the drift between two parts in which nothing changes; None where it was never measured.

        apart_s: from the middle of one part to that of the other. away: the runner was out of sight in between. of_difference: the drift of
        left minus right.
        """
        errors = self.errors
        drift = errors.drift_difference_sd if of_difference else errors.drift_sd
        again = errors.return_difference_sd if of_difference else errors.return_sd
        if metric not in drift or (away and metric not in again):
            return None
        grown = max(math.sqrt(min(abs(apart_s) / errors.drifts_s, LONGEST_DRIFT)), LEAST_DRIFT)
        sd = drift[metric] * grown * share_of_error(metric, stances, errors.sigma_deg)
        return math.hypot(sd, again[metric]) if away else sd

    def _change(
        self, metric: str, value: float, parts: Sequence[Part], drift_sd: float | None, reasons: tuple[Reason, ...]
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
        # An unknown share makes a change larger or smaller, but makes none out of nothing.
        needed = SURE_Z * math.hypot(t / Z95 * scatter, drift_sd / share)
        return Change(value, math.hypot(t * scatter, Z95 * constant), needed, before, now, reasons)


def between(before: Sequence[Stance], now: Sequence[Stance]) -> tuple[Reason, ...]:
    """What happened between two parts of a run, or within one of them: conditions in which their stances differ."""
    counts: dict[Reason, str] = {"camera": "camera_moves", "view": "view_doubts", "absence": "absences"}
    stances = [*before, *now]
    return tuple(reason for reason, count in counts.items() if len(set(map(attrgetter(count), stances))) > 1)
