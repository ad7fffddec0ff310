"""Running or walking: what one step says.

Who runs flies between two contacts, and falls freely there. With the force of a spring (half a sine), the trunk of somebody who never flies but
never has both feet down rises and falls with a first harmonic of 0.68 g (the formula of contact_hips.py, with a contact time of one step). Running
lies above, and walking, in which one leg takes over from the other, far below: 0.1 g at 85 steps a minute, 0.4 g at 125 (Orendurff et al. 2004,
J Rehabil Res Dev 41:829). The length of the step counts as well: nobody walks at over 140 steps a minute for long.
"""

from __future__ import annotations

import math

TRUNK_M = 0.495  # of an adult of 1.72 m (Winter 2009, Biomechanics, table 4.1)
GRAVITY_TRUNKS_S2 = 9.81 / TRUNK_M  # trunk lengths per second squared

FLIGHT_G = 0.72  # between slow running and fast walking
WALKED_STEP_S = 0.43  # the shortest one
PER_SECOND = 37.0  # log odds of running for each second that a step is shorter than that. At 0.37 s, 0.24 g are enough
GOES_ON = 0.5  # log odds that a run goes on

# 50 steps a minute: slower than anybody who walks on a treadmill without a rail
LONGEST_WALKED_STEP_S = 1.2
SHORTEST_WALKED_STEP_S = 0.40
HIGHEST_VAULT_TRUNKS = 0.18  # 9 cm: nobody rises and falls more in walking


def acceleration_g(fall_trunks: float, step_s: float) -> float:
    """Amplitude of the trunk's acceleration (g) where it falls so far (trunk lengths) in each step."""
    return fall_trunks / 2.0 * (2.0 * math.pi / step_s) ** 2 / GRAVITY_TRUNKS_S2


def is_run(fall_trunks: float, step_s: float, runs: bool) -> bool:
    """Whether a step is one of running. runs: the steps before it were. What is unknown (NaN) speaks for running."""
    if math.isnan(fall_trunks) or math.isnan(step_s):
        return True
    flight = acceleration_g(fall_trunks, step_s)
    if flight <= 0.0:
        return False
    odds = 2.0 * math.log(flight / FLIGHT_G) + PER_SECOND * max(0.0, WALKED_STEP_S - step_s)
    return odds + GOES_ON * runs > 0.0
