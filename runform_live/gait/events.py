"""The events of a step: initial contact, midstance and toe off.

Contact time comes from the trunk's oscillation. A runner is a mass on a spring: with a half-sine ground reaction force (Morin et al. 2005,
J Appl Biomech 21:167), step time T, contact time tc and oscillation A of the mass obey

    A = g T (T / 8 - tc (1/4 - 1/(2 pi)))

which gives tc from what a camera sees. The error of A (scale of the picture, size of the body) makes this estimate noisy for one runner. The
duty factor of runners is not noisy: 0.30 to 0.40 of the stride at 2.5 to 4 m/s (van Oeveren et al. 2021, Sports Biomech). The two are
averaged, weighted by the inverse of their variances.
"""

from __future__ import annotations

import math

from runform_live.gait.midstance import midstance_s
from runform_live.gait.row import Step
from runform_live.gait.window import Window

GRAVITY_M_S2 = 9.81
BODY_HEIGHT_M = 1.72
TRUNK_SHARE = 0.288  # hip centres to shoulder centres over body height (Winter 2009, Biomechanics, table 4.1)
OSCILLATION_SD_M = 0.012
DUTY_FACTOR, DUTY_FACTOR_SD = 0.36, 0.03  # of the stride
SHORTEST_CONTACT, LONGEST_CONTACT = 0.5, 0.95  # of a step: runners fly between two contacts


def contact_time_s(step_s: float, oscillation_px: float, trunk_px: float) -> float:
    """Contact time of a step; NaN where the step time is unknown, by the duty factor alone where the oscillation is."""
    usual_s = DUTY_FACTOR * 2.0 * step_s
    if math.isnan(oscillation_px) or math.isnan(trunk_px) or trunk_px <= 0.0:
        return usual_s
    oscillation_m = oscillation_px * TRUNK_SHARE * BODY_HEIGHT_M / trunk_px
    share = 0.25 - 1.0 / (2.0 * math.pi)
    spring_s = (step_s / 8.0 - oscillation_m / (GRAVITY_M_S2 * step_s)) / share
    usual_variance = (DUTY_FACTOR_SD * 2.0 * step_s) ** 2
    spring_variance = (OSCILLATION_SD_M / (GRAVITY_M_S2 * step_s * share)) ** 2
    joined_s = (usual_s * spring_variance + spring_s * usual_variance) / (usual_variance + spring_variance)
    return min(max(joined_s, SHORTEST_CONTACT * step_s), LONGEST_CONTACT * step_s)


# The lowest point lies before the middle of the contact, because braking is shorter than push-off (Cavagna 2006, J Exp Biol 209:4051).
LOWEST_SHARE = 0.46


def contact_events(midstance_s: float, contact_s: float) -> tuple[float, float]:
    """Initial contact and toe off (s) around the lowest point of the trunk."""
    return midstance_s - LOWEST_SHARE * contact_s, midstance_s + (1.0 - LOWEST_SHARE) * contact_s


def toe_down_s(step: Step) -> tuple[float, float]:
    """The part of a stance in which the toe is surely on the ground, whether the heel or the forefoot lands first."""
    contact_s = step.toe_off_s - step.initial_contact_s
    return step.initial_contact_s + 0.2 * contact_s, step.initial_contact_s + 0.8 * contact_s


def find(step: Step, window: Window) -> bool:
    """Give a step its events; False where its toe off is not smoothed yet. A step of walking has them already."""
    if step.walks:
        return step.toe_off_s <= window.smoothed_until_s
    _time_contact(step, window)
    if step.toe_off_s > window.smoothed_until_s:
        return False
    step.midstance_s = midstance_s(step, window)  # now that the frames on both sides are there
    _time_contact(step, window)
    return True


def _time_contact(step: Step, window: Window) -> None:
    contact_s = contact_time_s(step.row.step_s, step.row.fall_px, window.trunk_px(step.midstance_s))
    step.initial_contact_s, step.toe_off_s = contact_events(step.midstance_s, contact_s)
