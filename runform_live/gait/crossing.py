"""Whether somebody crosses a floor at an angle to the camera, where too few stances tell the angle.

Who stays on a belt, or on the spot, does not cross the picture. Who walks straight towards the camera or away from it does not, either, and has
the ankles less than half a leg apart in the picture. Seen from an angle, somebody who walks crosses the picture, and in each step the ankles
come far apart and together again. Their distance stays the same where a network exchanges the legs while they cross.

Somebody who steps sideways onto a belt looks alike. So this counts only as long as there are not enough stances to say otherwise.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.body import FRONTAL_FLOOR, frontality, middle, pair, trunk_px

APART, TOGETHER = 0.5, 0.25  # between the ankles across the picture, in lengths of the leg
LONGEST_S = 1.0  # from apart to together or back: longer than half a step
FEWEST_TURNS = 2  # from apart to together or back, in a row: one step
CROSSING_TRUNKS_S = 1.0  # across the picture: about 0.5 m/s
SHORTEST_S = 0.7  # of a way across the picture; a slower one begins anew then
LOST_S = 0.5  # without landmarks: what comes is somebody else, or elsewhere


class Crossing(msgspec.Struct, frozen=True):
    """What the frames so far have shown of the person who is in the picture."""

    seen_s: float = -math.inf  # the newest frame with the person in it
    from_s: float = math.nan  # the first one, or where the way began anew
    at_px: float = math.nan  # where the hips were in the newest one
    way_trunks: float = 0.0  # of the hips across the picture since then, positive to the right
    apart: bool | None = None  # how the ankles were last: far apart, or together
    turned_s: float = -math.inf  # when that began
    turns: int = 0  # in a row
    oblique: bool = False  # somebody was seen to cross


def after(state: Crossing, time_s: float, landmarks: npt.NDArray[np.float64]) -> Crossing:
    """After one more frame (landmarks, 3). Frames without trunk or ankles, and those from the side, say nothing."""
    length_px = trunk_px(landmarks)
    if not frontality(landmarks, length_px) >= FRONTAL_FLOOR:
        return state
    at_px, hips_y = middle(landmarks, "hip").tolist()
    leg_px = middle(landmarks, "ankle").tolist()[1] - hips_y
    if not leg_px > 0.0:
        return state
    if time_s - state.seen_s > LOST_S:
        state = Crossing(from_s=time_s, at_px=at_px, oblique=state.oblique)
    from_s, way_trunks, oblique = state.from_s, state.way_trunks + (at_px - state.at_px) / length_px, state.oblique
    left, right = pair("ankle")
    apart, turned_s, turns = _turned(state, time_s, abs(float(landmarks[left, 0] - landmarks[right, 0])) / leg_px)
    lasts_s = time_s - from_s
    if lasts_s >= SHORTEST_S:
        if abs(way_trunks) < CROSSING_TRUNKS_S * lasts_s:
            from_s, way_trunks = time_s, 0.0
        else:
            oblique = oblique or turns >= FEWEST_TURNS
    return Crossing(
        seen_s=time_s,
        from_s=from_s,
        at_px=at_px,
        way_trunks=way_trunks,
        apart=apart,
        turned_s=turned_s,
        turns=turns,
        oblique=oblique,
    )


def _turned(state: Crossing, time_s: float, ankles: float) -> tuple[bool | None, float, int]:
    """`apart`, `turned_s` and `turns` after a frame with the ankles so far apart, in lengths of the leg."""
    apart = True if ankles >= APART else False if ankles <= TOGETHER else state.apart
    if apart == state.apart:
        return apart, state.turned_s, state.turns
    in_a_row = state.apart is not None and time_s - state.turned_s <= LONGEST_S
    return apart, time_s, state.turns + 1 if in_a_row else 0
