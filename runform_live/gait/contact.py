"""Contact time, initial contact and toe off of a step from the trunk's oscillation.

A runner is a mass on a spring: with a half-sine ground reaction force (Morin et al. 2005, J Appl Biomech 21:167), step
time T, contact time tc and oscillation A of the mass hang together by

    A = g T (T / 8 - tc (1/4 - 1/(2 pi)))

which gives tc from what a camera sees. The error of A (scale of the picture, size of the body) makes this estimate noisy
for one runner; the duty factor of runners is not (0.30 to 0.40 of the stride at 2.5 to 4 m/s; van Oeveren et al. 2021,
Sports Biomech). The two are joined by their variances. The lowest point comes a little before the middle of the
contact, because braking is shorter than push-off (46% of contact; Cavagna 2006, J Exp Biol 209:4051).
"""

from __future__ import annotations

import math

from runform_live.gait.kernels import kernel

GRAVITY_M_S2 = 9.81
BODY_HEIGHT_M = 1.72
TRUNK_SHARE = 0.288  # hip centres to shoulder centres over body height (Winter 2009, Biomechanics, table 4.1)
DUTY_FACTOR = 0.36
DUTY_FACTOR_SD = 0.03
OSCILLATION_SD_M = 0.012
TOE_DOWN_FROM, TOE_DOWN_UNTIL = 0.2, 0.8  # of the contact
LOWEST_SHARE = 0.46


@kernel("f8(f8,f8,f8)")
def contact_time_s(step_time_s: float, oscillation_px: float, trunk_px: float) -> float:
    """Contact time of a step; NaN where the step time is unknown, the duty factor alone where the oscillation is."""
    usual = DUTY_FACTOR * 2.0 * step_time_s
    if math.isnan(oscillation_px) or math.isnan(trunk_px) or trunk_px <= 0.0:
        return usual
    metres_per_px = TRUNK_SHARE * BODY_HEIGHT_M / trunk_px
    share = 0.25 - 1.0 / (2.0 * math.pi)
    spring = (step_time_s / 8.0 - oscillation_px * metres_per_px / (GRAVITY_M_S2 * step_time_s)) / share
    usual_variance = (DUTY_FACTOR_SD * 2.0 * step_time_s) ** 2
    spring_variance = (OSCILLATION_SD_M / (GRAVITY_M_S2 * step_time_s * share)) ** 2
    joined = (usual * spring_variance + spring * usual_variance) / (usual_variance + spring_variance)
    return min(max(joined, 0.5 * step_time_s), 0.95 * step_time_s)


def contact_events(midstance_s: float, contact_s: float) -> tuple[float, float]:
    """Initial contact and toe off (s) around the lowest point of the trunk."""
    return midstance_s - LOWEST_SHARE * contact_s, midstance_s + (1.0 - LOWEST_SHARE) * contact_s


def toe_down_s(initial_contact_s: float, toe_off_s: float) -> tuple[float, float]:
    """The part of a stance in which the toe is surely on the ground, whether the heel or the forefoot lands first."""
    contact_s = toe_off_s - initial_contact_s
    return initial_contact_s + TOE_DOWN_FROM * contact_s, initial_contact_s + TOE_DOWN_UNTIL * contact_s
