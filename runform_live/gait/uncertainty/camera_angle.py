"""What a camera that stands to the side adds to the error of a side's mean angle.

The term grows from a straight camera on, with the angle and its standard deviation together. An angle that is not known counts with the standard
deviation of how people place cameras.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from runform_live.messages import Gait, Stance

# From here on hip adduction is 3 deg off. It stands here for those who load no kernels: gait/oblique.py loads them.
OBLIQUE_DEG = 8.0
USUAL_SD_DEG = 10.0  # how far cameras stand to the side that people place by eye: nearly all within 20 deg
DROPS = ("pelvic_drop_mid_deg", "pelvic_drop_peak_deg")
# The networks see a pelvis less well from an angle. SD of the error of a side's mean drop: rendered runners 1.9 deg straight from behind or in
# front, and 2.8 deg at 15 to 22 deg (26 sides); walkers 1.2 and 5.4 deg (6 sides at 15 deg). So by the sine of the angle:
BY_SINE_DEG: dict[Gait, float] = {"run": 7.0, "walk": 20.0}
# Bent joints are seen in part from the side. What the mean changes by for each degree of the camera's angle, one way on the left and the other
# way on the right: five trials of two real runners with exact points, at 6 deg to both sides, 0.32 to 0.47, 0.35 to 0.52, 0.55 to 0.78 and 0.1
# to 0.7. These runners held the trunk upright (0.02). Others lean forward by about 6 deg, of which the tangent is taken.
BY_DEG = {
    "hip_adduction_mid_deg": 0.37,
    "hip_adduction_peak_deg": 0.41,
    "knee_valgus_mid_deg": 0.67,
    "knee_valgus_peak_deg": 0.4,
    "trunk_lean_mid_deg": 0.1,
}


def angle_error_deg(metric: str, stances: Sequence[Stance]) -> float:
    """SD of what the camera's angle adds to the error of the mean of a metric; 0 where the angle does not touch it.

    For a drop it joins the doubt of the correction by the cosine of the angle with what the networks see less well. All of it is much the same
    in all stances of a recording, so it does not cancel in the mean.
    """
    if not stances or (metric not in DROPS and metric not in BY_DEG):
        return 0.0
    return math.fsum(_of(metric, one) for one in stances) / len(stances)


def _of(metric: str, stance: Stance) -> float:
    """Of one stance. Stances of earlier versions do not tell the angle, and count for nothing."""
    value_deg, angle_deg, sd_deg = getattr(stance, metric), stance.camera_angle_deg or 0.0, stance.camera_angle_sd_deg
    if value_deg is None or sd_deg is None:
        return 0.0
    aside_deg = math.hypot(angle_deg, sd_deg)  # root mean square of what the angle may be
    if metric in BY_DEG:
        return BY_DEG[metric] * aside_deg
    of_cosine = abs(value_deg) * math.tan(math.radians(angle_deg)) * math.radians(sd_deg)
    return math.hypot(of_cosine, BY_SINE_DEG[stance.gait] * math.sin(math.radians(min(aside_deg, 90.0))))
