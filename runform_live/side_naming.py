"""Exchanges left and right of stances that were named before another view was found. All rooms that keep stances use it."""

from __future__ import annotations

import math
from collections.abc import MutableSequence

import msgspec

from runform_live.body import OTHER, Leg, by_view, leg_of
from runform_live.messages import Naming, Stance


def newer(known: Naming | None, told: Naming | None) -> Naming | None:
    """The newer of two namings. A message that is repeated after a restart may carry an older one."""
    if known is None or told is None:
        return known or told
    return told if told.number >= known.number else known


def exchanged(before: Naming | None, now: Naming | None) -> bool:
    """Whether `now` exchanges left and right of `before`."""
    return before is not None and now is not None and before.view != now.view


def renamed(stance: Stance, now: Naming | None) -> Stance:
    """The stance with its present side. Its angles change too, because from the other view the network shows another share of a pelvic turn.

    The change of the drop is exact. Hip adduction is measured against the same line, and changes by as many degrees. Its peak is assumed to
    be at the peak of the drop.
    """
    before = stance.naming
    if before is None or now is None or before.view == now.view or stance.midstance_s < now.since_s:
        return stance
    share = by_view(before.turn_share, before.view) / by_view(now.turn_share, now.view)
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


def leg_of_stance(stance: Stance) -> Leg | None:
    """The leg in the picture that a stance is on, whatever its name. None where the view of its naming is unknown."""
    return None if stance.naming is None else leg_of(stance.side, stance.naming.view)


def put_right(stances: MutableSequence[Stance], now: Naming | None) -> bool:
    """Name all stances, in place, according to `now`; True if any of them changed."""
    changed = False
    for place, stance in enumerate(stances):
        fresh = renamed(stance, now)
        if fresh is not stance:
            stances[place], changed = fresh, True
    return changed
