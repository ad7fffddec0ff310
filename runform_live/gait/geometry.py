"""The angles (docs/architecture.md) from points of the picture.

Everything here speaks of picture sides, not of the runner's: leg 0 is the leg on the left of the picture, leg 1 the
one on the right. Contralateral drop, adduction, valgus and lean are signed from the stance leg, so they do not depend
on the view; only the name of the leg does (see `view`). Points are x right, y down, px; angles are degrees; a NaN
coordinate gives NaN.
"""

from __future__ import annotations

import math

from runform_live.gait.kernels import kernel

DEG = 180.0 / math.pi


@kernel("f8(f8,f8,f8,f8)")
def tilt_deg(left_x_px: float, left_y_px: float, right_x_px: float, right_y_px: float) -> float:
    """Slope of the line through two points; positive: its left end is higher in the picture."""
    return math.atan2(right_y_px - left_y_px, right_x_px - left_x_px) * DEG


@kernel("f8(f8,f8,f8,f8)")
def upright_deg(low_x_px: float, low_y_px: float, high_x_px: float, high_y_px: float) -> float:
    """Direction from a lower point to a higher one against the picture's up; positive: clockwise."""
    return math.atan2(high_x_px - low_x_px, low_y_px - high_y_px) * DEG


@kernel("f8(f8,f8,i8)")
def contralateral_drop_deg(tilt: float, level: float, stance_leg: int) -> float:
    """Pelvic drop from the tilt of the hip line and the level line; positive: swing side lower than the stance side."""
    above = tilt - level
    return above if stance_leg == 0 else -above


@kernel("f8(f8,f8,f8,f8,f8,i8)")
def hip_adduction_deg(
    hip_x_px: float, hip_y_px: float, knee_x_px: float, knee_y_px: float, pelvis_tilt_deg: float, stance_leg: int
) -> float:
    """Angle between the stance thigh and the perpendicular of the pelvis line; positive: knee towards the midline.

    pelvis_tilt_deg: of the pelvis line in the picture. Both lines turn with the camera, so its roll cancels.
    """
    thigh_x, thigh_y = knee_x_px - hip_x_px, knee_y_px - hip_y_px
    towards_right = math.atan2(thigh_x, thigh_y) * DEG + pelvis_tilt_deg
    return towards_right if stance_leg == 0 else -towards_right


@kernel("f8(f8,f8,f8,f8,f8,f8,i8)")
def knee_valgus_deg(
    hip_x_px: float,
    hip_y_px: float,
    knee_x_px: float,
    knee_y_px: float,
    ankle_x_px: float,
    ankle_y_px: float,
    stance_leg: int,
) -> float:
    """Frontal plane projection angle: 180 deg minus hip-knee-ankle; positive: knee medial of the hip-ankle line."""
    thigh_x, thigh_y = knee_x_px - hip_x_px, knee_y_px - hip_y_px
    shank_x, shank_y = ankle_x_px - knee_x_px, ankle_y_px - knee_y_px
    turn = math.atan2(thigh_x * shank_y - thigh_y * shank_x, thigh_x * shank_x + thigh_y * shank_y) * DEG
    return turn if stance_leg == 0 else -turn


@kernel("f8(f8,f8,f8,f8,f8,i8)")
def trunk_lean_deg(
    hips_x_px: float, hips_y_px: float, shoulders_x_px: float, shoulders_y_px: float, upright: float, stance_leg: int
) -> float:
    """Angle of hip centre -> shoulder centre against the upright (deg clockwise); positive: towards the stance side."""
    towards_right = upright_deg(hips_x_px, hips_y_px, shoulders_x_px, shoulders_y_px) - upright
    return -towards_right if stance_leg == 0 else towards_right


def level_parts_deg(
    level_deg: float, tilt_offset_deg: float, upright: float, turn_share: float, stance_leg: int
) -> tuple[float, float, float]:
    """What the level line takes from drop, adduction and lean of a stance, as `frames.angles_of_row` reads them.

    Added to an angle it gives the part that the picture alone tells; NaN where no level is known.
    """
    towards = 1.0 if stance_leg == 0 else -1.0
    seen = level_deg / turn_share
    return towards * seen, towards * (seen - level_deg + tilt_offset_deg), -towards * upright
