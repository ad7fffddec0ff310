"""What the height of the camera adds to the error of a mean.

The hips are turned about the vertical, and one of them is then further away. A camera that looks from an elevation angle sees the further one
higher: the hip line is tilted in the picture by the turn times the sine of that angle. Seen from behind and above, a drop looks smaller where the
swing side is in front. It looks larger from in front, or from below.

- At midstance of running the swing side is in front: 2.4 +- 2.1 deg in seven runners at 3 m/s (Hamner and Delp 2013, J Biomech 46:780), and
  0.5 to 5.9 deg, 2.9 in the mean, in five trials of two others at 2.5 to 4.5 m/s. Both sides err alike, so left minus right errs by their
  difference only.
- A person who stands is turned a little too, by 3 and by 6 deg for those two. The level line takes that for level. It adds to one side what
  it takes from the other, so left minus right errs by twice as much.

A change within one run keeps camera and turn, and is free of both.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from runform_live.messages import Stance

TURN_RMS_DEG = 3.2  # at midstance, seen from the stance leg: 2.4 in the mean, 2.1 between people
TURN_DIFFERENCE_SD_DEG = 2.0  # between left and right: -2.2 to 1.4 in the five trials
STAND_TURN_SD_DEG = 4.0


def side_sd_deg(stances: Sequence[Stance]) -> float:
    """SD (deg) that the camera's height adds to the mean of one side's tilt against level."""
    return _sine_rms(stances) * math.hypot(TURN_RMS_DEG, STAND_TURN_SD_DEG)


def difference_sd_deg(stances: Sequence[Stance]) -> float:
    """The same of left minus right; stances: of both sides."""
    return _sine_rms(stances) * math.hypot(TURN_DIFFERENCE_SD_DEG, 2.0 * STAND_TURN_SD_DEG)


def _sine_rms(stances: Sequence[Stance]) -> float:
    """Root mean square of the sine of the elevation over what it may be. Stances of earlier versions do not tell it, and count for nothing."""
    squares = [
        math.sin(math.radians(one.camera_elevation_deg or 0.0)) ** 2 + math.radians(one.camera_elevation_sd_deg) ** 2
        for one in stances
        if one.camera_elevation_sd_deg is not None
    ]
    return math.sqrt(math.fsum(squares) / len(squares)) if squares else 0.0
