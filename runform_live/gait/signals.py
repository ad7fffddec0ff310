"""One frame's landmarks as a row of named signals, ordered by picture side."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from runform_live.gait.kernels import kernel
from runform_live.messages import INDEX

# The columns of a row. Leg 0 is the picture's left leg; the same signal of leg 1 is LEG columns further.
TRUNK_Y = 0  # px, mostly that of the shoulders
HIP_X, HIP_Y, KNEE_X, KNEE_Y, ANKLE_X, ANKLE_Y, TOE_Y = 1, 2, 3, 4, 5, 6, 7
LEG = 7
HIPS_X, HIPS_Y, SHOULDERS_X, SHOULDERS_Y = 15, 16, 17, 18  # px, the middle of both
TILT = 19  # deg, of the pelvis line; positive: its left end is higher in the picture
TRUNK_LENGTH = 20  # px
SMOOTHED = 21  # the signals up to here are smoothed; the others are used as they are
BACK = 21  # what the network says of the view: from +1 (it sees a back) to -1 (it sees a front)
FRONTALITY = 22  # shoulder width over trunk length
HIP_WIDTH = 23  # px
TILT_SIGMA = 24  # deg
STICKERS_Y = 25  # px, the middle of the PSIS where they are marked
FLOW_LEVEL = 26  # deg, tilt of the pelvis line of a level pelvis, by the optical flow of this frame alone
HEEL_Y = 27, 28  # px, of leg 0 and of leg 1
GENERAL_BEHIND = 29  # probability of a back by the general network, in the frames that it looks at
FOOT_SIGMA = 30, 31  # px, the mean of toe, heel and ankle of leg 0 and of leg 1
SIGNALS = 32

FOOT_DOWN_S = 0.05  # about midstance: an ankle is where it is on average then

# Of TRUNK_Y: hands pass in front of the hips twice a stride, and nothing passes in front of the shoulders
SHOULDER_SHARE = 0.85

_SHOULDER, _HIP, _PSIS = INDEX["left_shoulder"], INDEX["left_hip"], INDEX["left_psis"]
_KNEE, _ANKLE, _HEEL, _TOE = INDEX["left_knee"], INDEX["left_ankle"], INDEX["left_heel"], INDEX["left_toe"]
_LEFT_HEEL_Y, _RIGHT_HEEL_Y = HEEL_Y
_LEFT_FOOT_SIGMA, _RIGHT_FOOT_SIGMA = FOOT_SIGMA


@kernel("void(f8[:,::1],b1,f8[::1])")
def write_signals(landmarks: npt.NDArray[np.float64], marked: bool, row: npt.NDArray[np.float64]) -> None:
    """Write the signals of one frame's landmarks (landmarks, 3: x_px, y_px, sigma_px) into `row` (SIGNALS,).

    Legs are ordered by the order of shoulders and hips in the picture: a network that takes a back for a front exchanges the names of the
    legs, and those of shoulders and hips with them. The tilt is that of the hip line, or where the PSIS are `marked`, of the line through
    them. Tilt, frontality and the like are those of runform_live/body.py, compiled.
    """
    row[:] = np.nan
    left_x = landmarks[_SHOULDER, 0] + landmarks[_HIP, 0]
    right_x = landmarks[_SHOULDER + 1, 0] + landmarks[_HIP + 1, 0]
    if math.isnan(left_x) or math.isnan(right_x):
        return
    swapped = 1 if left_x > right_x else 0
    row[BACK] = 1.0 - 2.0 * swapped
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
    left, right = swapped, 1 - swapped
    row[_LEFT_HEEL_Y] = landmarks[_HEEL + left, 1]
    row[_RIGHT_HEEL_Y] = landmarks[_HEEL + right, 1]
    row[_LEFT_FOOT_SIGMA] = (landmarks[_TOE + left, 2] + landmarks[_HEEL + left, 2] + landmarks[_ANKLE + left, 2]) / 3.0
    row[_RIGHT_FOOT_SIGMA] = (
        landmarks[_TOE + right, 2] + landmarks[_HEEL + right, 2] + landmarks[_ANKLE + right, 2]
    ) / 3.0
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
        row[STICKERS_Y] = (landmarks[left, 1] + landmarks[right, 1]) / 2.0
    row[TILT] = math.degrees(math.atan2(across_y, across_x))
    across = math.sqrt(across_x * across_x + across_y * across_y)
    if across > 0.0:
        sigma = math.sqrt(landmarks[left, 2] ** 2 + landmarks[right, 2] ** 2)
        row[TILT_SIGMA] = math.degrees(math.atan(sigma / across))
    trunk = math.sqrt((hips_x - shoulders_x) ** 2 + (hips_y - shoulders_y) ** 2)
    row[TRUNK_LENGTH] = trunk
    if trunk > 0.0:
        row[FRONTALITY] = abs(landmarks[_SHOULDER + 1, 0] - landmarks[_SHOULDER, 0]) / trunk
