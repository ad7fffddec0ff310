"""What a camera that stands to the side adds to the error of a side's mean drop."""

from __future__ import annotations

import math
from collections.abc import Sequence

from runform_live.messages import Gait, Stance

# From here on hip adduction is 2.7 deg off. It stands here for those who load no kernels: gait/oblique.py loads them.
OBLIQUE_DEG = 8.0
DROPS = ("pelvic_drop_mid_deg", "pelvic_drop_peak_deg")
# The networks see a pelvis less well from an angle. SD of the error of a side's mean drop: rendered runners 1.9 deg straight from behind or in
# front, and 2.8 deg at 15 to 22 deg (26 sides); walkers 1.2 and 5.4 deg (6 sides at 15 deg). So by the sine of the angle:
BY_SINE_DEG: dict[Gait, float] = {"run": 7.0, "walk": 20.0}


def angle_error_deg(metric: str, stances: Sequence[Stance]) -> float:
    """SD of what the camera's angle adds to the error of the mean of a metric; 0 where it is none of the drops, or seen straight.

    It joins the doubt of the correction by the cosine of the angle with what the networks see less well. Both are much the same in all stances of
    a recording, so they do not cancel in the mean.
    """
    if metric not in DROPS or not stances:
        return 0.0
    return math.fsum(_of(getattr(one, metric), one) for one in stances) / len(stances)


def _of(drop_deg: float | None, stance: Stance) -> float:
    angle_deg, sd_deg = stance.camera_angle_deg, stance.camera_angle_sd_deg
    if drop_deg is None or angle_deg is None or sd_deg is None or angle_deg < OBLIQUE_DEG:
        return 0.0
    angle = math.radians(angle_deg)
    of_cosine = abs(drop_deg) * math.tan(angle) * math.radians(sd_deg)
    return math.hypot(of_cosine, BY_SINE_DEG[stance.gait] * math.sin(angle))
