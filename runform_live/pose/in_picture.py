"""Which parts of the runner are in the picture. What is not there is unknown: a network goes on to place it, and is often wrong.

A network that sees half of a body places the other half beyond the picture's edge, or squeezes a whole body into what it sees. Four things
show that a landmark is not seen:

- It lies outside the picture, or so close to an edge that its part of the body is cut.
- It lies near an edge, and the network's own sigma of it is large.
- Of the hips: no knee is seen. A squeezed body has its hips inside the picture, with a small sigma.
- Of shoulders and of the whole body: the sigma is large, wherever they are. Legs alone sometimes pass for a body.

Lengths are in trunk lengths. What goes for a whole part is judged over a stride, so that one swing of a leg decides nothing. The limits come
from three rendered runs that were cropped between the joints (`python -m tests.peers.cropped`), where it is known which joints the picture
shows. Of uncropped clips, rendered and real, nothing is taken away.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.body import pair, trunk_px
from runform_live.messages import BODY_PARTS, INDEX, LANDMARKS, BodyPart
from runform_live.pose.bodies import sigma_trunks

Landmarks = npt.NDArray[np.float64]  # (landmarks, 3: x_px, y_px, sigma_px)
Seen = npt.NDArray[np.bool_]  # (landmarks,)
Joints = Literal["shoulders", "hips", "knees", "feet"]


@dataclass(frozen=True, slots=True)
class Limits:
    """When a landmark of a part counts as not seen, in trunk lengths."""

    margin: float  # to the nearest edge of the picture, at least
    sigma: float  # at most, near an edge


NEAR_EDGE = 0.4
SHARP: Mapping[Joints, Limits] = {
    "shoulders": Limits(0.10, 0.100),  # 5 cm: the head is outside. Seen shoulders have a sigma of 0.03 to 0.09
    "hips": Limits(0.10, 0.030),  # seen 0.015 to 0.025
    "knees": Limits(0.05, 0.120),  # seen 0.05 to 0.11; outside 0.11 to 0.18
    "feet": Limits(0.05, 0.100),  # seen 0.02 to 0.10; outside 0.07 to 0.38
}
ROWS: Mapping[Joints, list[int]] = {
    "shoulders": [*pair("shoulder"), INDEX["c7"]],
    "hips": [row for joint in ("hip", "psis", "asis", "trochanter") for row in pair(joint)],
    "knees": pair("knee"),
    "feet": [row for joint in ("ankle", "heel", "toe") for row in pair(joint)],
}
_MARGINS, _SIGMAS = np.zeros(len(LANDMARKS)), np.full(len(LANDMARKS), np.inf)
for _joints, _limits in SHARP.items():
    _MARGINS[ROWS[_joints]], _SIGMAS[ROWS[_joints]] = _limits.margin, _limits.sigma
SHOULDERS, HIPS, KNEES, ANKLES = (pair(joint) for joint in ("shoulder", "hip", "knee", "ankle"))
MEMORY_S = 0.7  # of what the last frames say: about a stride
OUT_SHARE, IN_SHARE = 0.25, 0.1  # of the frames: a part goes out, and comes back
NO_BODY_TRUNKS = 0.19  # mean sigma of the whole body. Real people have up to 0.12 over a second; legs alone that pass for a body 0.2 to 0.4


class InPictureState(msgspec.Struct, frozen=True):
    """Share of the last frames in which each part was not seen, the mean sigma of the body (NaN: no frame came), and the parts that are out."""

    shares: tuple[float, ...] = tuple(math.nan for _ in BODY_PARTS)
    sigma_trunks: float = math.nan
    out: tuple[BodyPart, ...] = ()


class InPicture:
    """Push one frame after the other."""

    __slots__ = ("_state",)

    def __init__(self, state: InPictureState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        self._state = state or InPictureState()

    def state(self) -> InPictureState:
        """All of it, for a successor."""
        return self._state

    def forget(self) -> None:
        """Somebody else may come, or the camera looks from elsewhere."""
        self._state = InPictureState()

    @property
    def out(self) -> tuple[BodyPart, ...]:
        """The parts that are outside of the picture, in the order of BODY_PARTS."""
        return self._state.out

    def push(self, landmarks: Landmarks, shape: tuple[int, ...], elapsed_s: float, reports_sigma: bool) -> Landmarks:
        """A copy of a frame's landmarks in which those that are not seen are NaN.

        shape: of the picture (height, width, ...). reports_sigma: the network gives its own sigma for each landmark.
        """
        before, weight = self._state, 1.0 - math.exp(-elapsed_s / MEMORY_S)
        across, down = seen_within(landmarks, shape, reports_sigma)
        blurred = reports_sigma and _is_blurred(landmarks)
        now = _parts_out(across, down, blurred)
        shares = tuple(
            _blended(share, float(part in now), weight) for part, share in zip(BODY_PARTS, before.shares, strict=True)
        )
        sigma = _blended(before.sigma_trunks, sigma_trunks(landmarks) if reports_sigma else math.nan, weight)
        out = tuple(
            part
            for part, share in zip(BODY_PARTS, shares, strict=True)
            if share > (IN_SHARE if part in before.out else OUT_SHARE)
        )
        self._state = InPictureState(shares, sigma, out)
        shown = landmarks.copy()
        shown[~(across & down)] = np.nan
        shown[_rows_out(out, no_body=sigma > NO_BODY_TRUNKS)] = np.nan
        return shown


def seen_within(landmarks: Landmarks, shape: tuple[int, ...], reports_sigma: bool) -> tuple[Seen, Seen]:
    """Which landmarks of one frame are seen, as far as the left and right edges and the upper and lower edges of the picture tell."""
    trunk = max(trunk_px(landmarks), 1.0)
    places, sigma = landmarks[:, :2].T / trunk, landmarks[:, 2] / trunk
    far_edges = np.array([[shape[1]], [shape[0]]]) / trunk
    to_edges = np.minimum(places, far_edges - places)
    seen = to_edges >= _MARGINS
    if reports_sigma:
        seen &= (to_edges >= NEAR_EDGE) | (sigma <= _SIGMAS)
    return seen[0], seen[1]


def _is_blurred(landmarks: Landmarks) -> bool:
    """Whether the network is unsure of the shoulders, wherever they are."""
    left, right = SHOULDERS
    return bool((landmarks[left, 2] + landmarks[right, 2]) / 2 > SHARP["shoulders"].sigma * trunk_px(landmarks))


def _parts_out(across: Seen, down: Seen, blurred: bool) -> set[BodyPart]:
    """The parts that one frame does not show. One knee may swing out of the picture; of the feet, the standing one is enough."""
    if across.all() and down.all():
        found = set[BodyPart]()
    else:
        out = {
            "shoulders": not down[SHOULDERS].all(),
            "hips": not down[HIPS].all(),
            "knees": not down[KNEES].any(),
            "feet": not down[ANKLES].all(),
            "side": not across[[*SHOULDERS, *HIPS, *KNEES, *ANKLES]].all(),
        }
        found = {part for part in BODY_PARTS if out[part]}
    # Shoulders are blurred in half a body as well, whichever half it is.
    return {"shoulders"} if blurred and not found else found


def _rows_out(out: tuple[BodyPart, ...], no_body: bool) -> list[int]:
    """The landmarks that are unknown where these parts are out. Of feet that are out, the swinging one may still be seen."""
    if no_body or "side" in out:
        return list(range(len(LANDMARKS)))
    rows = [row for joints in ("shoulders", "hips", "knees") if joints in out for row in ROWS[joints]]
    return [*rows, *ROWS["hips"]] if "knees" in out else rows


def _blended(before: float, now: float, weight: float) -> float:
    """A running mean; NaN before: the first value counts in full. NaN now: it stays as it is."""
    if math.isnan(now):
        return before
    return now if math.isnan(before) else before + weight * (now - before)
