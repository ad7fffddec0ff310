"""Centimetres from a person's height.

A camera shows lengths only as shares of each other. Of a person of known height who stands upright, the distance from the ankles to the
shoulders is known: Drillis and Contini (1966, as in Winter 2009, Biomechanics, figure 4.1) give the heights of shoulder and ankle as 0.818 and
0.039 of the body's height. So one second of quiet standing shows how wide this person's hips and how long their trunk is in centimetres, as this
camera and this network see them. In the run, step width is measured in hip widths and oscillation in trunk lengths, both of the same frames, so
that the distance from the camera cancels.

People's proportions differ, and a network's shoulder is not quite the anatomist's. `SCALE_SD` is the error of the scale by both. It is the same
for all values of a session, so that changes of one person keep their share.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from runform_live.gait.uncertainty.statistics import Estimate, estimate
from runform_live.messages import BodyShares, Stance

SHOULDER_TO_ANKLE = 0.818 - 0.039  # of the body's height
# Seven rendered runners of known height have 0.737 to 0.768 where the table says 0.779: 4% less on the mean. Between people, the SD
# of this length over the height is about 2% (de Leva 1996, J Biomech 29:1223: 0.79 in men, 0.75 in women).
SCALE_SD = 0.045
# The error of a mean beside that of the scale. `runform validate` prints both together, so these are on the safe side: of the same seven
# runners, 0.7 cm of a step width of 6 to 12 cm and 0.7 cm of an oscillation of 8 to 10 cm.
INSTRUMENT_SD_CM = {"step_width_cm": 0.7, "vertical_oscillation_cm": 0.7}

# A quantity in centimetres -> the quantity of a stance, and the length of the body that it is a share of.
IN_CM: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"step_width_cm": ("step_width_hip", "hip_width"), "vertical_oscillation_cm": ("oscillation_trunk", "trunk")}
)


def cm_per_share(name: str, body: BodyShares | None, height_m: float | None) -> float | None:
    """What one hip width, or one trunk length, is in centimetres; None where nobody stood or the height is not known."""
    if body is None or height_m is None:
        return None
    share: float = getattr(body, IN_CM[name][1])
    return share * SHOULDER_TO_ANKLE * 100.0 * height_m


def mm_per_px(trunk_px: float, body: BodyShares, height_m: float) -> float:
    """What one pixel is in millimetres where the runner is, from the length of the trunk there (px); its error is SCALE_SD."""
    return body.trunk * SHOULDER_TO_ANKLE * 1000.0 * height_m / trunk_px


def in_cm(name: str, stance: Stance, body: BodyShares | None, height_m: float | None) -> float | None:
    """A quantity of a stance in centimetres; None where it is not known."""
    value, scale = getattr(stance, IN_CM[name][0]), cm_per_share(name, body, height_m)
    return None if value is None or scale is None else value * scale


def estimate_cm(
    name: str, stances: Sequence[Stance], body: BodyShares | None, height_m: float | None
) -> Estimate | None:
    """Mean of a quantity in centimetres, with the interval that holds the stances' spread and the error of the scale.

    None where no stance has it, nobody stood, or the height is not known.
    """
    known = [value for stance in stances if (value := in_cm(name, stance, body, height_m)) is not None]
    if not known:
        return None
    mean = math.fsum(known) / len(known)
    return estimate(known, math.hypot(SCALE_SD * mean, INSTRUMENT_SD_CM[name]))


def shares(
    hip_width_px: float, trunk_px: float, shoulders_px: Sequence[float], ankles_px: Sequence[float]
) -> BodyShares | None:
    """Of somebody who stands, from the middles of shoulders and ankles (x, y); None where one of them is not known."""
    body_px = math.hypot(shoulders_px[0] - ankles_px[0], shoulders_px[1] - ankles_px[1])
    if math.isnan(body_px + hip_width_px + trunk_px) or body_px <= 0.0:
        return None
    return BodyShares(hip_width_px / body_px, trunk_px / body_px)
