"""The network's own sigma of the pelvis line in a stance: what quality, what size of error, and whether the pelvis is seen at all."""

from __future__ import annotations

import math
from collections.abc import Sequence

from runform_live.messages import Stance

WORST_SIGMA_DEG = 10.0  # quality 0
# Beyond this the interval of a drop is as wide as all drops there are, and what depends on the pelvis is withheld.
HIDDEN_SIGMA_DEG = 5.0
UNCLEAR_SIGMA_DEG = 4.0  # beyond this the interval of a drop is wider than most drops: the pelvis is seen poorly


def quality_of(sigma_deg: float) -> float:
    """Quality (0..1) of a stance whose pelvis line has this sigma."""
    return max(0.0, 1.0 - sigma_deg / WORST_SIGMA_DEG)


def sigma_of(quality: float) -> float:
    """The sigma (deg) that a quality stands for."""
    return WORST_SIGMA_DEG * (1.0 - quality)


def pelvis_sigma_deg(stance: Stance) -> float:
    """The network's own sigma of the pelvis line in a stance.

    Sessions of earlier versions did not keep it. It is then read from the quality. Where frames of the stance were lost, the quality is
    lower, and the sigma is read too large.
    """
    return sigma_of(stance.quality) if stance.pelvis_sigma_deg is None else stance.pelvis_sigma_deg


# The error of a side's mean grows with this power of the network's sigma. What the network doubts in single pictures averages out where it
# doubts little, and stays where the pelvis is hidden; knees and ankles are seen apart from that. By likelihood of 138 sides of 43 rendered
# runners: 1.7 for the drop (2.2 for left minus right), 0.8 for hip adduction and for knee valgus (90% of resamples 0.4 to 1.6). The view
# adds nothing that sigma does not tell.
GROWTH = {
    f"{angle}_{moment}_deg": power
    for angle, power in (("pelvic_drop", 1.75), ("hip_adduction", 1.0), ("knee_valgus", 0.5))
    for moment in ("mid", "peak")
}
LEAST_SHARE = 0.5  # a network that is very sure was never seen to be righter than with half of the usual error


def share_of_error(metric: str, stances: Sequence[Stance], usual_sigma_deg: float | None) -> float:
    """The error of a metric in these stances, as a share of the usual one.

    usual_sigma_deg: the sigma of the pelvis line at which the usual error was measured. Where it is None, the usual error holds.
    """
    if metric not in GROWTH or not usual_sigma_deg or not stances:
        return 1.0
    own_deg = math.fsum(pelvis_sigma_deg(stance) for stance in stances) / len(stances)
    return max(LEAST_SHARE, float((own_deg / usual_sigma_deg) ** GROWTH[metric]))
