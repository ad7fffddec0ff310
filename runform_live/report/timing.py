"""How long both feet are in the air between two stances, or on the ground."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from runform_live.gait.run_phase import PAUSE_S
from runform_live.messages import Stance


def flight_s(stances: Sequence[Stance]) -> float | None:
    """Mean time (s) from toe off of a foot to initial contact of the other; negative in walking, where both are on the ground.

    stances: in time order. Only neighbours of different sides without a pause between them count; None where there are none.
    """
    gaps_s = [then.initial_contact_s - one.toe_off_s for one, then in _neighbours(stances)]
    return math.fsum(gaps_s) / len(gaps_s) if gaps_s else None


def duty_factor(stances: Sequence[Stance]) -> float | None:
    """Mean share of the stride for which a foot is on the ground: contact time over the time of two steps; None where that is not known.

    Minetti 1998, Proc R Soc Lond B 265:1227: below 0.5 in running, above in walking.
    """
    shares = [
        one.contact_time_s / (2.0 * (then.initial_contact_s - one.initial_contact_s))
        for one, then in _neighbours(stances)
        if one.contact_time_s is not None and then.initial_contact_s > one.initial_contact_s
    ]
    return math.fsum(shares) / len(shares) if shares else None


def _neighbours(stances: Sequence[Stance]) -> list[tuple[Stance, Stance]]:
    return [
        (one, then)
        for one, then in itertools.pairwise(stances)
        if one.side != then.side and then.midstance_s - one.midstance_s < PAUSE_S / 2
    ]
