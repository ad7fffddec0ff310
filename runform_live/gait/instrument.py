"""How wrong the instrument itself is: what joins a mean's interval beside the spread of the stances."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from runform_live.gait.statistics import Estimate, Symmetry, estimate, symmetry
from runform_live.messages import Stance

WORST_SIGMA_DEG = 10.0  # of the pelvis line's tilt: quality 0
# Beyond this the interval of a drop is as wide as all drops there are, and what hangs on the pelvis is withheld.
HIDDEN_SIGMA_DEG = 5.0
UNCLEAR_SIGMA_DEG = 4.0  # beyond this it is seen poorly: the interval of a drop is wider than most drops
LEAST_SHARE = 0.5  # of the usual error: a network that is very sure has not been seen to be righter than that
# Read from the pelvis line against the level one: the level's own error is theirs too.
LEVELLED = frozenset({"pelvic_drop_mid_deg", "pelvic_drop_peak_deg", "hip_adduction_mid_deg", "hip_adduction_peak_deg"})
# What is read from the hips, and the power of the network's sigma that the error of a side's mean grows with: what it doubts in single
# pictures averages out where it doubts little, and stays where the pelvis is hidden; knees and ankles are seen apart from that. By likelihood
# of 138 sides of 43 rendered runners 1.7 for the drop (of left minus right 2.2), 0.8 for hip adduction and for knee valgus (90% of resamples
# 0.4 to 1.6); the view tells nothing that sigma does not.
GROWTH = {
    f"{angle}_{moment}_deg": power
    for angle, power in (("pelvic_drop", 1.75), ("hip_adduction", 1.0), ("knee_valgus", 0.5))
    for moment in ("mid", "peak")
}


def quality_of(sigma_deg: float) -> float:
    """Quality (0..1) of a stance whose pelvis line's tilt has this sigma."""
    return max(0.0, 1.0 - sigma_deg / WORST_SIGMA_DEG)


def sigma_of(quality: float) -> float:
    """The sigma (deg) that a quality stands for."""
    return WORST_SIGMA_DEG * (1.0 - quality)


def pelvis_sigma_deg(stance: Stance) -> float:
    """The network's own sigma of the pelvis line in a stance.

    Sessions of earlier versions did not keep it. It is then read from the quality, which is lower, and the sigma too large, where
    frames of the stance were lost.
    """
    return sigma_of(stance.quality) if stance.pelvis_sigma_deg is None else stance.pelvis_sigma_deg


def doubt_share(metric: str, stances: Sequence[Stance], sigma_deg: float | None) -> float:
    """Of the usual error of a metric, what these stances have by the network's own doubt.

    sigma_deg: its sigma of the pelvis line that the usual error stands for; None: it does not say, and the usual error holds.
    """
    if metric not in GROWTH or not sigma_deg or not stances:
        return 1.0
    own_deg = math.fsum(pelvis_sigma_deg(stance) for stance in stances) / len(stances)
    return max(LEAST_SHARE, float((own_deg / sigma_deg) ** GROWTH[metric]))


@dataclass(frozen=True, slots=True)
class Instrument:
    """Errors as `runform validate` measured them on bodies that the network never saw.

    sd: metric -> SD between bodies of the error of a side's mean; a missing metric's is unknown.
    sigma_deg: the network's own sigma of the pelvis line that this SD stands for. What is read from the hips is the more wrong the
    more the network doubts them: the error grows with a power of its sigma (`GROWTH`).
    level_sd_deg: how well the level line of this session is known; None where nobody stood still for it. What is read against it then
    has no interval, and left minus right is not known at all: the strides' mean that serves as level takes a true difference away.
    difference_sd: metric -> the same of left minus right; where it is missing, the sides' errors count as independent.
    """

    sd: Mapping[str, float]
    sigma_deg: float | None = None
    level_sd_deg: float | None = 0.0
    difference_sd: Mapping[str, float] = field(default_factory=dict)

    def levels(self, metric: str) -> bool:
        """Whether the level line that the metric is read against is known, if it is read against one."""
        return metric not in LEVELLED or self.level_sd_deg is not None

    def share(self, metric: str, stances: Sequence[Stance]) -> float:
        """Of the usual error, what these stances have by the network's own doubt."""
        return doubt_share(metric, stances, self.sigma_deg)

    def of(self, metric: str, stances: Sequence[Stance]) -> float | None:
        """SD of the error of the mean of these stances; None where it is not known."""
        sd = self.sd.get(metric)
        if sd is None or not self.levels(metric):
            return None
        return math.hypot(sd * self.share(metric, stances), self._level_error_deg(metric))

    def estimate(self, metric: str, stances: Sequence[Stance]) -> Estimate | None:
        """Mean of a metric over the stances that have it, with the interval that holds both errors."""
        known = _known(metric, stances)
        return estimate([getattr(stance, metric) for stance in known], self.of(metric, known))

    def difference_share(self, metric: str, left: Sequence[Stance], right: Sequence[Stance]) -> float:
        """Of the usual error of left minus right, what stances of both sides have by the network's own doubt."""
        return (self.share(metric, left) + self.share(metric, right)) / 2

    def symmetry(self, metric: str, left: Sequence[Stance], right: Sequence[Stance]) -> Symmetry | None:
        """Left minus right over the stances that have the metric, with the interval that holds all errors; None where it is not known."""
        if not self.levels(metric):
            return None
        sd = self.of_difference(metric, _known(metric, left), _known(metric, right))
        return symmetry(self.estimate(metric, left), self.estimate(metric, right), sd)

    def of_difference(self, metric: str, left: Sequence[Stance], right: Sequence[Stance]) -> float | None:
        """SD of the error of left minus right; None where it is not known."""
        sd = self.difference_sd.get(metric)
        if sd is None:
            own = self.of(metric, left), self.of(metric, right)
            return None if own[0] is None or own[1] is None else math.hypot(own[0], own[1])
        # What is not level is added to one side and taken from the other.
        return math.hypot(sd * self.difference_share(metric, left, right), 2 * self._level_error_deg(metric))

    def _level_error_deg(self, metric: str) -> float:
        """SD of what this session's level line adds to a side's mean."""
        return (self.level_sd_deg or 0.0) if metric in LEVELLED else 0.0


def _known(metric: str, stances: Sequence[Stance]) -> list[Stance]:
    return [stance for stance in stances if getattr(stance, metric) is not None]
