"""The body in the picture: trunk, hip line, tilt, upright, frontality, and which leg is whose. The only place with this geometry.

Landmarks are arrays (..., landmarks, 2 or 3: x_px, y_px, sigma_px) in the order of `messages.LANDMARKS`; x is right, y is down. An unknown
landmark is NaN, and what needs it is NaN.

Directions are in degrees, positive clockwise as one looks at the picture. So a hip line has a positive tilt where its left end in the
picture is the higher one, and a body leans by a positive angle where its shoulders are to the right of its ankles.

A leg of the picture (`Leg`) is 0 on the left and 1 on the right, whoever it belongs to. A side (`messages.Side`) is the runner's own.

The gait stage has trunk, tilt and frontality of each frame compiled (gait/signals.py). A test holds them to this module.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import numpy.typing as npt

from runform_live.messages import INDEX, LANDMARKS, DecidedView, Side, View

Array = npt.NDArray[np.float64]
Leg = Literal[0, 1]  # of the picture: 0 is the leg on its left, 1 the one on its right

LEGS: tuple[Leg, Leg] = (0, 1)
OTHER: dict[Side, Side] = {"left": "right", "right": "left"}

# The rows of all landmarks that a body has twice: LEFT[i] and RIGHT[i] are the same joint.
LEFT = tuple(INDEX[name] for name in LANDMARKS if name.startswith("left_"))
RIGHT = tuple(INDEX[LANDMARKS[left].replace("left_", "right_")] for left in LEFT)


def unknown_landmarks() -> Array:
    """The landmarks (landmarks, 3) of a frame in which none is known."""
    return np.full((len(LANDMARKS), 3), np.nan)


def pair(joint: str) -> list[int]:
    """The rows of a joint's left and right landmark."""
    return [INDEX[f"left_{joint}"], INDEX[f"right_{joint}"]]


def known_box(landmarks: Array) -> tuple[float, float, float, float] | None:
    """Left, top, right, bottom of the landmarks (landmarks, 3) that are known in one frame; None where none is."""
    known = [(x, y) for x, y, _ in landmarks.tolist() if math.isfinite(x) and math.isfinite(y)]
    if not known:
        return None
    xs, ys = zip(*known, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def middle(landmarks: Array, joint: str) -> Array:
    """The point (..., 2: x, y) between a joint's two sides."""
    left, right = pair(joint)
    return np.asarray((landmarks[..., left, :2] + landmarks[..., right, :2]) / 2)


def trunk(landmarks: Array) -> Array:
    """The vector (..., 2: x, y) from between the shoulders to between the hips."""
    return np.asarray(middle(landmarks, "hip") - middle(landmarks, "shoulder"))


def trunk_px(landmarks: Array) -> float:
    """The length of the trunk in one frame."""
    return _length(trunk(landmarks))


def hip_width_px(landmarks: Array, joint: str = "hip") -> float:
    """The length of the hip line in one frame, or of the line between another joint's two sides."""
    left, right = pair(joint)
    return _length(landmarks[right, :2] - landmarks[left, :2])


def _length(vector: Array) -> float:
    """Of one vector (x, y): what np.linalg.norm says, in a third of its time."""
    return math.sqrt(vector @ vector)


def hip_line(landmarks: Array, joint: str = "hip") -> tuple[Array, Array]:
    """Both ends (x, y) of the hip line in one frame, the picture's left one first."""
    left, right = (landmarks[row, :2] for row in pair(joint))
    return (right, left) if right[0] < left[0] else (left, right)


def tilt_deg(landmarks: Array, joint: str = "hip") -> float:
    """Tilt of the hip line in one frame, or of the line between another joint's two sides; positive: its left end is higher."""
    left, right = hip_line(landmarks, joint)
    return math.degrees(math.atan2(right[1] - left[1], right[0] - left[0]))


def tilt_sigma_deg(landmarks: Array, joint: str = "hip") -> float:
    """Standard deviation of that tilt, by the sigma of both ends; NaN where they are at one place."""
    left, right = (landmarks[row] for row in pair(joint))
    across_px = math.hypot(right[0] - left[0], right[1] - left[1])
    return math.degrees(math.atan(math.hypot(left[2], right[2]) / across_px)) if across_px > 0.0 else math.nan


def upright_deg(landmarks: Array) -> float:
    """Direction from between the ankles to between the shoulders in one frame, against the picture's up; positive: clockwise.

    Shoulders are carried above the feet, so that it shows how far the camera is rolled while somebody stands.
    """
    across, down = middle(landmarks, "ankle") - middle(landmarks, "shoulder")
    return math.degrees(math.atan2(-across, down))


# A person seen from behind or in front has a frontality of 0.55 to 0.75, one seen from the side less than 0.35.
FRONTAL_FLOOR = 0.35


def frontality(landmarks: Array, length_px: float | None = None) -> float:
    """How frontally a person is seen: shoulder width across the picture over trunk length; NaN where the trunk has no length.

    length_px: `trunk_px` of these landmarks, where it is known already.
    """
    left, right = pair("shoulder")
    length_px = trunk_px(landmarks) if length_px is None else length_px
    return float(abs(landmarks[right, 0] - landmarks[left, 0])) / length_px if length_px > 0.0 else math.nan


def is_frontal(landmarks: Array) -> bool:
    """Whether a person is seen from behind or in front in one frame, not from the side."""
    return frontality(landmarks) > FRONTAL_FLOOR


def side_of(leg: Leg, view: View) -> Side:
    """Whose leg it is. From behind the picture's left leg is the runner's left one, from in front it is the right one."""
    if view == "anterior":
        return "right" if leg == 0 else "left"
    return "left" if leg == 0 else "right"


def leg_of(side: Side, view: View) -> Leg:
    """Where in the picture the runner's leg of this side is."""
    return 0 if side_of(0, view) == side else 1


def view_of(side: Side, leg: Leg) -> DecidedView:
    """The view by which this leg of the picture is called so."""
    return "posterior" if side_of(leg, "posterior") == side else "anterior"


def by_view(values: tuple[float, float], view: View) -> float:
    """The one of two values (from behind, from in front) that belongs to a view."""
    return values[1] if view == "anterior" else values[0]


def is_wrong_way_round(left_px: Array, right_px: Array, view: View) -> npt.NDArray[np.bool_]:
    """Whether a network has exchanged left and right, by the places across the picture of both sides of the trunk.

    The runner's left is on the left in a view from behind, and on the right in one from in front. Never where a place or the view is unknown.
    """
    if view == "posterior":
        return left_px > right_px
    return left_px < right_px if view == "anterior" else np.zeros(np.shape(left_px), np.bool_)


def own_sides(landmarks: Array, view: View) -> Array:
    """Landmarks (landmarks, 3) of one frame with left and right as the runner's own, which a network may have exchanged.

    Shoulders and hips show it. Where the view or these landmarks are unknown, the landmarks stay as they are.
    """
    (left_shoulder, right_shoulder), (left_hip, right_hip) = pair("shoulder"), pair("hip")
    left_px = landmarks[left_shoulder, 0] + landmarks[left_hip, 0]
    right_px = landmarks[right_shoulder, 0] + landmarks[right_hip, 0]
    return exchanged_sides(landmarks) if is_wrong_way_round(left_px, right_px, view) else landmarks


def exchanged_sides(landmarks: Array) -> Array:
    """A copy of landmarks (..., landmarks, 2 or 3) in which left and right are exchanged."""
    out = landmarks.copy()
    out[..., LEFT, :], out[..., RIGHT, :] = landmarks[..., RIGHT, :], landmarks[..., LEFT, :]
    return out
