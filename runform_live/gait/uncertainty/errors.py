"""How wrong the instrument is: the error that a mean's interval holds beside the spread of the stances."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from runform_live.gait.uncertainty import height
from runform_live.gait.uncertainty.camera_angle import angle_error_deg
from runform_live.gait.uncertainty.sigma import share_of_error
from runform_live.gait.uncertainty.statistics import Estimate, Symmetry, estimate, symmetry
from runform_live.messages import Gait, Stance
from runform_live.metrics import PELVIS_ANGLES, RANGE_OF_PEOPLE


@dataclass(frozen=True, slots=True)
class InstrumentErrors:
    """Errors as `runform validate` measured them on bodies that the network never saw.

    sd: metric -> SD between bodies of the error of a side's mean. A metric that is missing has an unknown error.
    sigma_deg: the network's own sigma of the pelvis line at which these SDs were measured. The error of what is read from the hips grows
    with a power of that sigma (`sigma.GROWTH`).
    level_sd_deg: SD of this session's level line; None where nobody stood still for it. Then the mean over strides serves as level, which
    takes a true difference of the sides away: angles read against it have no interval, and left minus right is unknown.
    difference_sd: metric -> the same as `sd` for left minus right. Where a metric is missing, the errors of both sides count as independent.
    walking_sd, walking_difference_sd: the same two of stances of walking.
    """

    sd: Mapping[str, float]
    sigma_deg: float | None = None
    level_sd_deg: float | None = 0.0
    difference_sd: Mapping[str, float] = field(default_factory=dict)
    walking_sd: Mapping[str, float] = field(default_factory=dict)
    walking_difference_sd: Mapping[str, float] = field(default_factory=dict)

    def is_known(self, stances: Sequence[Stance]) -> bool:
        """Whether the errors of any angle were measured in the gait of these stances."""
        return bool(self.walking_sd if _walked(stances) else self.sd)

    def levels(self, metric: str) -> bool:
        """Whether the metric needs no level line, or the line is known."""
        return metric not in PELVIS_ANGLES or self.level_sd_deg is not None

    def share(self, metric: str, stances: Sequence[Stance]) -> float:
        """The error of these stances as a share of the usual one, by the network's own sigma."""
        return share_of_error(metric, stances, self.sigma_deg)

    def of(self, metric: str, stances: Sequence[Stance]) -> float | None:
        """SD of the error of the mean of these stances; None where it is not known."""
        if metric in TIMES:
            sigma_s = contact_sigma_s(stances)
            return None if sigma_s is None else TIMES[metric] * sigma_s
        sd = (self.walking_sd if _walked(stances) else self.sd).get(metric)
        if sd is None or not self.levels(metric):
            return None
        by_height = height.side_sd_deg(stances) if metric in PELVIS_ANGLES else 0.0
        by_angle = angle_error_deg(metric, stances)
        return math.hypot(sd * self.share(metric, stances), self._level_error_deg(metric), by_height, by_angle)

    def estimate(self, metric: str, stances: Sequence[Stance]) -> Estimate | None:
        """Mean of a metric over the stances that have it. Its interval holds their spread and the error of the instrument."""
        known = _known(metric, stances)
        return estimate([getattr(stance, metric) for stance in known], self.of(metric, known))

    def says_something(self, metric: str, found: Estimate, gait: Gait = "run") -> bool:
        """Whether a mean's interval is narrower than the range of all people in that gait. One that is not known may be."""
        if found.ci95_low is None or found.ci95_high is None:
            return True
        return found.ci95_high - found.ci95_low < RANGE_OF_PEOPLE[gait].get(metric, math.inf)

    def difference_share(self, metric: str, left: Sequence[Stance], right: Sequence[Stance]) -> float:
        """The same for the error of left minus right."""
        return (self.share(metric, left) + self.share(metric, right)) / 2

    def symmetry(self, metric: str, left: Sequence[Stance], right: Sequence[Stance]) -> Symmetry | None:
        """Left minus right over the stances that have the metric, with the interval that holds all errors; None where it is unknown."""
        if not self.levels(metric):
            return None
        sd = self.of_difference(metric, _known(metric, left), _known(metric, right))
        return symmetry(self.estimate(metric, left), self.estimate(metric, right), sd)

    def of_difference(self, metric: str, left: Sequence[Stance], right: Sequence[Stance]) -> float | None:
        """SD of the error of left minus right; None where it is not known."""
        sd = (self.walking_difference_sd if _walked([*left, *right]) else self.difference_sd).get(metric)
        if sd is None:
            own = self.of(metric, left), self.of(metric, right)
            return None if own[0] is None or own[1] is None else math.hypot(own[0], own[1])
        # A level line that is wrong, or a pelvis that is seen from an angle, adds to one side what it takes from the other.
        by_level, by_angle = (
            2 * self._level_error_deg(metric),
            angle_error_deg(metric, left) + angle_error_deg(metric, right),
        )
        by_height = height.difference_sd_deg([*left, *right]) if metric in PELVIS_ANGLES else 0.0
        return math.hypot(sd * self.difference_share(metric, left, right), by_level, by_height, by_angle)

    def _level_error_deg(self, metric: str) -> float:
        """SD of what this session's level line adds to a side's mean."""
        return (self.level_sd_deg or 0.0) if metric in PELVIS_ANGLES else 0.0


# Times whose error the stances tell themselves, in standard errors of a contact time. On 12 rendered walkers double support was 1.4 times as far off.
TIMES = {"contact_time_s": 1.0, "double_support_s": math.sqrt(2.0)}


def contact_sigma_s(stances: Sequence[Stance]) -> float | None:
    """SD of the error of these stances' mean contact time; None where one does not tell its own.

    The stances of one runner are read by the same rules, so their errors are much the same and do not cancel in the mean.
    """
    sigmas_s = [one.contact_sigma_s for one in stances if one.contact_sigma_s is not None]
    return math.fsum(sigmas_s) / len(sigmas_s) if sigmas_s and len(sigmas_s) == len(stances) else None


def _walked(stances: Sequence[Stance]) -> bool:
    """Whether they are of walking; a mean never joins both gaits."""
    return bool(stances) and stances[0].gait == "walk"


def _known(metric: str, stances: Sequence[Stance]) -> list[Stance]:
    return [stance for stance in stances if getattr(stance, metric) is not None]
