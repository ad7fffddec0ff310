"""The angles of a stance (docs/architecture.md, "Definitions and signs") from points of the picture.

Points are arrays (..., 2: x right, y down; px), one for each frame or moment. Angles are degrees (...). An unknown coordinate is NaN and
gives NaN.

Leg 0 is the leg on the left of the picture, leg 1 the one on the right. Contralateral drop, adduction, valgus and lean are signed from the
stance leg. So they do not depend on the view; only the leg's name does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from runform_live.body import Leg

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Reference:
    """Directions in the picture (deg) that the angles of a stance are measured against; NaN is unknown."""

    level_deg: float = (
        math.nan
    )  # tilt of the pelvis line of a level pelvis; positive: its left end is higher in the picture
    tilt_offset_deg: float = 0.0  # how much more the pelvis line is tilted than the pelvis itself
    upright_deg: float = math.nan  # of a vertical line, which is the camera's roll; positive: clockwise


def inward(leg: Leg) -> float:
    """Sign of the picture's direction from a leg to the midline: +1 (to the right) for the picture's left leg, else -1."""
    return 1.0 if leg == 0 else -1.0


def upright_deg(low: Array, high: Array) -> Array:
    """Direction from a lower point to a higher one against the picture's up; positive: clockwise."""
    return np.degrees(np.arctan2(high[..., 0] - low[..., 0], low[..., 1] - high[..., 1]))


def contralateral_drop_deg(tilt_deg: Array, level_deg: float, stance_leg: Leg) -> Array:
    """Pelvic drop from the tilt of the pelvis line; positive: swing side lower than the stance side."""
    return inward(stance_leg) * (tilt_deg - level_deg)


def hip_adduction_deg(hip: Array, knee: Array, pelvis_tilt_deg: Array, stance_leg: Leg) -> Array:
    """Angle between the stance thigh and the perpendicular of the pelvis line; positive: knee towards the midline.

    Both lines turn with the camera, so its roll cancels.
    """
    thigh = knee - hip
    return inward(stance_leg) * (np.degrees(np.arctan2(thigh[..., 0], thigh[..., 1])) + pelvis_tilt_deg)


def knee_valgus_deg(hip: Array, knee: Array, ankle: Array, stance_leg: Leg) -> Array:
    """Frontal plane projection angle: 180 deg minus hip-knee-ankle; positive: knee medial of the hip-ankle line."""
    thigh, shank = knee - hip, ankle - knee
    cross = thigh[..., 0] * shank[..., 1] - thigh[..., 1] * shank[..., 0]
    return np.asarray(inward(stance_leg) * np.degrees(np.arctan2(cross, (thigh * shank).sum(axis=-1))))


def trunk_lean_deg(hips: Array, shoulders: Array, vertical_deg: float, stance_leg: Leg) -> Array:
    """Angle of hip centre -> shoulder centre against a vertical line (deg clockwise); positive: towards the stance side."""
    return -inward(stance_leg) * (upright_deg(hips, shoulders) - vertical_deg)


def level_parts_deg(reference: Reference, turn_share: float, stance_leg: Leg) -> tuple[float, float, float]:
    """What the reference takes from drop, adduction and lean (see `stance.angles_deg`); NaN where no level is known.

    Added again, it gives the angle as the picture alone shows it.
    """
    level_deg = reference.level_deg / turn_share
    adduction_deg = level_deg - reference.level_deg + reference.tilt_offset_deg
    parts_deg = level_deg, adduction_deg, -reference.upright_deg
    drop, adduction, lean = (inward(stance_leg) * part_deg for part_deg in parts_deg)
    return drop, adduction, lean
