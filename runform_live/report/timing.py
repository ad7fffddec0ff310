"""Flight time, duty factor and vertical stiffness of a run, with their 95% intervals.

The interval of each follows from the contact time: from its error, which is the same in all stances, and from the spread of the stances. A
figure whose interval is wider than all that people can have says nothing, and is withheld. Leg stiffness is not told at all: it needs the
speed of the belt, which a camera does not know.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from runform_live.gait.run_phase import PAUSE_S
from runform_live.gait.uncertainty.errors import contact_sigma_s
from runform_live.gait.uncertainty.statistics import Z95, WithInterval, spread
from runform_live.messages import Stance

# Highest minus lowest values of people, walking and running up to 7 m/s.
RANGES = {"flight_s": 0.2, "duty_factor": 0.6, "vertical_stiffness": 0.5}


@dataclass(frozen=True, slots=True)
class Timing(WithInterval):
    """A figure with half of its 95% interval; half is None where no stance tells how sure its contact time is."""

    value: float
    half: float | None


def supported(name: str, half: float | None) -> bool:
    """Whether a figure says anything: its 95% interval is narrower than the range of all people. An interval that is unknown is none."""
    return half is None or 2.0 * half < RANGES[name]


def flight_s(stances: Sequence[Stance]) -> Timing | None:
    """Mean time (s) from toe off of a foot to initial contact of the other; negative in walking, where both are on the ground.

    stances: in time order. Only neighbours of different sides without a pause between them count, and only stances whose feet were seen.
    None where there are none, or where the interval is too wide.
    """
    return _timing("flight_s", stances, lambda contact_s, step_s: step_s - contact_s)


def duty_factor(stances: Sequence[Stance]) -> Timing | None:
    """Mean share of the stride for which a foot is on the ground: contact time over the time of two steps; None as in `flight_s`.

    Minetti 1998, Proc R Soc Lond B 265:1227: below 0.5 in running, above in walking.
    """
    return _timing("duty_factor", stances, lambda contact_s, step_s: contact_s / (2.0 * step_s))


def vertical_stiffness(stances: Sequence[Stance]) -> Timing | None:
    """Vertical stiffness of running per kilogram of the body's mass (kN/m/kg), by the half sine of Morin et al. 2005, J Appl Biomech 21:167.

    With step time T and contact time tc, the largest force is m g (pi / 2) T / tc, and the body sinks by g tc (T / (2 pi) - tc / 8). Gravity
    and mass cancel in their ratio per kilogram. None as in `flight_s`, and for walking.
    """
    return _timing("vertical_stiffness", [one for one in stances if one.gait == "run"], _stiffness)


def _stiffness(contact_s: float, step_s: float) -> float:
    return math.pi * step_s / (2000.0 * contact_s**2 * (step_s / (2.0 * math.pi) - contact_s / 8.0))


def _timing(name: str, stances: Sequence[Stance], value_of: Callable[[float, float], float]) -> Timing | None:
    """A figure of contact time and step time. Its value is that of the means; its error that of the contact time, carried over."""
    pairs = _neighbours(stances)
    if not pairs:
        return None
    known = [one for one, _ in pairs]
    contacts_s = [one.toe_off_s - one.initial_contact_s for one in known]
    steps_s = [then.initial_contact_s - one.initial_contact_s for one, then in pairs]
    contact_s, step_s = math.fsum(contacts_s) / len(pairs), math.fsum(steps_s) / len(pairs)
    value, sigma_s = value_of(contact_s, step_s), contact_sigma_s(known)
    half = None
    if sigma_s is not None and len(pairs) > 1:
        by_contact = abs(value_of(contact_s + sigma_s, step_s) - value_of(contact_s - sigma_s, step_s)) / 2.0
        each = [value_of(*times_s) for times_s in zip(contacts_s, steps_s, strict=True)]
        mean = math.fsum(each) / len(each)
        sd = math.sqrt(math.fsum((one - mean) ** 2 for one in each) / (len(each) - 1))
        half = math.hypot(spread(len(each), sd), Z95 * by_contact)
    return Timing(value, half) if supported(name, half) else None


def _neighbours(stances: Sequence[Stance]) -> list[tuple[Stance, Stance]]:
    return [
        (one, then)
        for one, then in itertools.pairwise(stances)
        if one.side != then.side
        and one.gait == then.gait
        and then.midstance_s - one.midstance_s < PAUSE_S / 2
        and then.initial_contact_s > one.initial_contact_s
        and one.contact_time_s is not None
        and then.contact_time_s is not None
    ]
