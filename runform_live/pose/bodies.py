"""What the landmarks of one frame show of a person: upright, seen from behind or in front, cut off, how sure, the same as another."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from runform_live.body import is_frontal, middle, pair, trunk, trunk_px

Landmarks = npt.NDArray[np.float64]  # (landmarks, 3: x_px, y_px, sigma_px)

_WHOLE_BODY = [row for joint in ("shoulder", "hip", "knee", "ankle") for row in pair(joint)]
_TRUNK = _WHOLE_BODY[:4]


def upright_and_frontal(landmarks: Landmarks) -> bool:
    """Whether a person is upright and seen from behind or in front: the frontal network was made for that."""
    across, down = trunk(landmarks)
    return bool(down > 2 * abs(across) and is_frontal(landmarks))


def sigma_trunks(landmarks: Landmarks) -> float:
    """Mean sigma of the whole body, in trunk lengths."""
    return float(landmarks[_WHOLE_BODY, 2].mean()) / max(trunk_px(landmarks), 1.0)


SAME_HIPS_TRUNKS = 0.33  # two networks differ by less on one person; the hips of somebody beside are further away


def same_hips(first: Landmarks, second: Landmarks) -> bool:
    """Whether two networks mean the same hips: their centres are within a third of the second one's trunk length."""
    apart_px = np.linalg.norm(middle(first, "hip") - middle(second, "hip"))
    return bool(apart_px < SAME_HIPS_TRUNKS * trunk_px(second))


SHORTEST_TRUNK = 0.03  # of the picture's height: a smaller person cannot be measured


def upright_in_view(landmarks: Landmarks, shape: tuple[int, ...]) -> bool:
    """Whether shoulders and hips lie in the picture (height, width, ...), the hips below. Else it is no runner."""
    corners = landmarks[_TRUNK, :2]
    inside = (corners > 0).all() and (corners[:, 0] < shape[1]).all() and (corners[:, 1] < shape[0]).all()
    across, down = trunk(landmarks)
    return bool(inside and down > abs(across) and down > SHORTEST_TRUNK * shape[0])


SHORTEST_LEG_TRUNKS = 1.6  # from the hips to the ankles; it is 1.7 to 1.8 when seen from hip height


def cut_off(landmarks: Landmarks, shape: tuple[int, ...]) -> bool:
    """Whether a joint of the whole body lies outside the picture (height, width, ...), or the feet must.

    A network may place feet that it cannot see at the picture's edge, so the length of the trunk says as well where they would be.
    """
    height_px, width_px = shape[:2]
    feet_y_px = float(middle(landmarks, "hip")[1]) + SHORTEST_LEG_TRUNKS * trunk_px(landmarks)
    if feet_y_px > height_px:
        return True
    points: list[list[float]] = landmarks[_WHOLE_BODY, :2].tolist()  # so few are compared faster one by one
    return any(
        x < 0.0 or y < 0.0 or x > width_px or y > height_px for x, y in points if not (math.isnan(x) or math.isnan(y))
    )
