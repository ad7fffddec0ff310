"""Left and right of stances that were named before the view was found to be another: for everybody who keeps stances."""

from __future__ import annotations

import math
from collections.abc import MutableSequence

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.messages import INDEX, LANDMARKS, DecidedView, Naming, Side, Stance, View

OTHER: dict[Side, Side] = {"left": "right", "right": "left"}
LEFT = tuple(INDEX[name] for name in LANDMARKS if name.startswith("left_"))
RIGHT = tuple(INDEX[LANDMARKS[left].replace("left_", "right_")] for left in LEFT)
LEFT_TRUNK, RIGHT_TRUNK = ((INDEX[f"{side}_shoulder"], INDEX[f"{side}_hip"]) for side in ("left", "right"))


def newer(known: Naming | None, told: Naming | None) -> Naming | None:
    """The naming that holds; a message that is told once more after a restart may carry an older one."""
    if known is None or told is None:
        return known or told
    return told if told.number >= known.number else known


def exchanged(before: Naming | None, now: Naming | None) -> bool:
    """Whether left and right of what was named by `before` are now the other way round."""
    return before is not None and now is not None and before.view != now.view


def renamed(stance: Stance, now: Naming | None) -> Stance:
    """The stance as it is named now. Its angles change with the share of a turn of the pelvis that is read from that view.

    The drop's change is exact. Hip adduction is measured against the same line and changes by as many degrees; its peak is taken to
    be at the peak of the drop.
    """
    before = stance.naming
    if before is None or now is None or before.view == now.view or stance.midstance_s < now.since_s:
        return stance
    share = before.turn_share[before.view == "anterior"] / now.turn_share[now.view == "anterior"]
    changes: dict[str, object] = {"side": OTHER[stance.side], "naming": now}
    for when in ("mid", "peak"):
        drop = getattr(stance, f"pelvic_drop_{when}_deg")
        if drop is None or math.isclose(share, 1.0):
            continue
        changes[f"pelvic_drop_{when}_deg"] = drop * share
        adduction = getattr(stance, f"hip_adduction_{when}_deg")
        if adduction is not None:
            changes[f"hip_adduction_{when}_deg"] = adduction + drop * (share - 1.0)
    if stance.drop_flow_deg is not None:
        changes["drop_flow_deg"] = stance.drop_flow_deg * share
    if stance.drop_level_deg is not None:
        changes["drop_level_deg"] = stance.drop_level_deg * share
        if stance.adduction_level_deg is not None:
            changes["adduction_level_deg"] = stance.adduction_level_deg + stance.drop_level_deg * (share - 1.0)
    return msgspec.structs.replace(stance, **changes)


def leg_of(stance: Stance) -> str:
    """The picture's left ("l") or right ("r") leg, whatever it is called; "?" where it is not known by which view it is named."""
    if stance.naming is None:
        return "?"
    return "lr"[(stance.side == "left") == (stance.naming.view == "anterior")]


def view_of(side: Side, leg: str) -> DecidedView | None:
    """The view by which this leg of the picture is called so; None where the leg is unknown."""
    if leg == "?":
        return None
    return "posterior" if side[0] == leg else "anterior"


def is_wrong_way_round(
    left_px: npt.NDArray[np.float64], right_px: npt.NDArray[np.float64], view: View
) -> npt.NDArray[np.bool_]:
    """Whether what a network calls left and right is the other way round, from places across the picture of both sides of the trunk.

    The runner's left is on the left in a view from behind, and on the right in one from in front. Never where a place or the view is unknown.
    """
    if view == "posterior":
        return left_px > right_px
    return left_px < right_px if view == "anterior" else np.zeros(np.shape(left_px), np.bool_)


def own_sides(landmarks: npt.NDArray[np.float64], view: View) -> npt.NDArray[np.float64]:
    """Landmarks (landmarks, 3) of one frame with left and right as the runner's own, which a network may name the other way round.

    The shoulders and the hips show it. As they were given where the view or these landmarks are unknown.
    """
    left_px, right_px = landmarks[LEFT_TRUNK, 0].sum(), landmarks[RIGHT_TRUNK, 0].sum()
    if not is_wrong_way_round(left_px, right_px, view):
        return landmarks
    turned = landmarks.copy()
    turned[LEFT, :], turned[RIGHT, :] = landmarks[RIGHT, :], landmarks[LEFT, :]
    return turned


def put_right(stances: MutableSequence[Stance], now: Naming | None) -> bool:
    """Name all stances as it holds now, in place; whether any of them changed."""
    changed = False
    for place, stance in enumerate(stances):
        fresh = renamed(stance, now)
        if fresh is not stance:
            stances[place], changed = fresh, True
    return changed
