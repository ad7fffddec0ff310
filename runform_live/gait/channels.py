"""One frame's landmarks as the row of numbers that the gait kernels work on, ordered by picture side."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from runform_live.gait import geometry
from runform_live.gait.kernels import kernel
from runform_live.messages import INDEX

# Row layout. Leg 0 is the picture's left leg, leg 1 its right leg.
TRUNK_Y = 0
HIP_X, HIP_Y, KNEE_X, KNEE_Y, ANKLE_X, ANKLE_Y, TOE_Y = 1, 2, 3, 4, 5, 6, 7  # of leg 0; leg 1 is LEG further
LEG = 7
HIPS_X, HIPS_Y, SHOULDERS_X, SHOULDERS_Y = 15, 16, 17, 18
TILT = 19
TRUNK_LENGTH = 20
SMOOTHED = 21  # channels up to here are smoothed; the others are read as they are
ORDER = 21  # the network's opinion: +1: the picture's left leg is the runner's left one, for it sees a back; -1: the right one
FRONTALITY = 22  # shoulder width over trunk length: 0.55 to 0.75 seen from behind or in front, under 0.35 from the side
HIP_WIDTH = 23
TILT_SIGMA = 24  # deg, of the pelvis line
MARKS_Y = 25  # middle of the PSIS where they are marked
FLOW_LEVEL = 26  # deg, the tilt that a level pelvis is seen with by the optical flow of this frame
CHANNELS = 27

# Hands pass in front of the hips twice a stride; nothing passes in front of the shoulders.
SHOULDER_SHARE = 0.85

_SHOULDER, _HIP, _KNEE = INDEX["left_shoulder"], INDEX["left_hip"], INDEX["left_knee"]
_PSIS = INDEX["left_psis"]
_ANKLE, _TOE = INDEX["left_ankle"], INDEX["left_toe"]


@kernel("void(f8[:,::1],b1,f8[::1])")
def fill_row(landmarks: npt.NDArray[np.float64], marked: bool, row: npt.NDArray[np.float64]) -> None:
    """Write the channels of one frame's landmarks (landmarks, 3: x_px, y_px, sigma_px) into `row` (CHANNELS,).

    Legs are ordered by the order of shoulders and hips in the picture: a network that takes a runner's back for a front
    names the legs the wrong way round, but both ends of the trunk at once. The tilt is that of the hip line, or, where the
    PSIS are `marked`, of theirs.
    """
    row[:] = np.nan
    left_x = landmarks[_SHOULDER, 0] + landmarks[_HIP, 0]
    right_x = landmarks[_SHOULDER + 1, 0] + landmarks[_HIP + 1, 0]
    if math.isnan(left_x) or math.isnan(right_x):
        return
    swapped = 1 if left_x > right_x else 0
    row[ORDER] = 1.0 - 2.0 * swapped
    for leg in range(2):
        side = leg if swapped == 0 else 1 - leg
        at = leg * LEG
        row[at + HIP_X] = landmarks[_HIP + side, 0]
        row[at + HIP_Y] = landmarks[_HIP + side, 1]
        row[at + KNEE_X] = landmarks[_KNEE + side, 0]
        row[at + KNEE_Y] = landmarks[_KNEE + side, 1]
        row[at + ANKLE_X] = landmarks[_ANKLE + side, 0]
        row[at + ANKLE_Y] = landmarks[_ANKLE + side, 1]
        row[at + TOE_Y] = landmarks[_TOE + side, 1]
    hips_x, hips_y = (row[HIP_X] + row[HIP_X + LEG]) / 2.0, (row[HIP_Y] + row[HIP_Y + LEG]) / 2.0
    shoulders_x = (landmarks[_SHOULDER, 0] + landmarks[_SHOULDER + 1, 0]) / 2.0
    shoulders_y = (landmarks[_SHOULDER, 1] + landmarks[_SHOULDER + 1, 1]) / 2.0
    row[HIPS_X], row[HIPS_Y], row[SHOULDERS_X], row[SHOULDERS_Y] = hips_x, hips_y, shoulders_x, shoulders_y
    row[TRUNK_Y] = (1.0 - SHOULDER_SHARE) * hips_y + SHOULDER_SHARE * shoulders_y
    across_x, across_y = row[HIP_X + LEG] - row[HIP_X], row[HIP_Y + LEG] - row[HIP_Y]
    row[HIP_WIDTH] = math.sqrt(across_x * across_x + across_y * across_y)
    left = (_PSIS if marked else _HIP) + swapped
    right = (_PSIS if marked else _HIP) + 1 - swapped
    across_x = landmarks[right, 0] - landmarks[left, 0]
    across_y = landmarks[right, 1] - landmarks[left, 1]
    if marked:
        row[MARKS_Y] = (landmarks[left, 1] + landmarks[right, 1]) / 2.0
    row[TILT] = geometry.tilt_deg(landmarks[left, 0], landmarks[left, 1], landmarks[right, 0], landmarks[right, 1])
    across = math.sqrt(across_x * across_x + across_y * across_y)
    if across > 0.0:
        sigma = math.sqrt(landmarks[left, 2] ** 2 + landmarks[right, 2] ** 2)
        row[TILT_SIGMA] = math.atan(sigma / across) * 180.0 / math.pi
    trunk = math.sqrt((hips_x - shoulders_x) ** 2 + (hips_y - shoulders_y) ** 2)
    row[TRUNK_LENGTH] = trunk
    if trunk > 0.0:
        row[FRONTALITY] = abs(landmarks[_SHOULDER + 1, 0] - landmarks[_SHOULDER, 0]) / trunk
