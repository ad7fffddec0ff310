"""Running or walking: what one step says, and what the steps about it say of it.

Who runs flies between two contacts, and falls freely there. With the force of a spring (half a sine), the trunk of somebody who never flies but
never has both feet down rises and falls with a first harmonic of 0.68 g (the formula of contact_hips.py, with a contact time of one step). Running
lies above, and walking, in which one leg takes over from the other, far below: 0.1 g at 85 steps a minute, 0.4 g at 125 (Orendurff et al. 2004,
J Rehabil Res Dev 41:829). The length of the step counts as well: nobody walks at over 140 steps a minute for long.

Between two lowest points of the trunk lies the flight of running or the single support of walking. Which one it was is the hidden state of a Markov
chain of two states: each of them says it with its own log odds, and mostly the gait goes on (Rabiner 1989, Proc IEEE 77:257).
"""

from __future__ import annotations

import math

TRUNK_M = 0.495  # of an adult of 1.72 m (Winter 2009, Biomechanics, table 4.1)
GRAVITY_TRUNKS_S2 = 9.81 / TRUNK_M  # trunk lengths per second squared

FLIGHT_G = 0.72  # between slow running and fast walking
# Log odds for each e-fold of the acceleration. Usual walking (0.25 g) and running (1.2 g) would give 11, with a scatter of 0.4 in each; who limps
# or is seen badly scatters more.
PER_FOLD = 4.0
WALKED_STEP_S = 0.43  # the shortest one
PER_SECOND = 74.0  # log odds of running for each second that a step is shorter than that. At 0.37 s, 0.24 g are enough
CHANGES = (
    0.05  # probability that the gait changes from one step to the next: a spell of a gait has some twenty steps or more
)

# 50 steps a minute: slower than anybody who walks on a treadmill without a rail
LONGEST_WALKED_STEP_S = 1.2
SHORTEST_WALKED_STEP_S = 0.40
HIGHEST_VAULT_TRUNKS = 0.18  # 9 cm: nobody rises and falls more in walking


def acceleration_g(fall_trunks: float, step_s: float) -> float:
    """Amplitude of the trunk's acceleration (g) where it rises and falls so far (trunk lengths) in each step."""
    return fall_trunks / 2.0 * (2.0 * math.pi / step_s) ** 2 / GRAVITY_TRUNKS_S2


def log_odds(fall_trunks: float, step_s: float) -> float:
    """Log odds that the trunk flew between two lowest points; 0 where its way or the time is unknown (NaN)."""
    if math.isnan(fall_trunks) or math.isnan(step_s):
        return 0.0
    return rise_odds(fall_trunks, step_s) + PER_SECOND * max(0.0, WALKED_STEP_S - step_s)


def rise_odds(fall_trunks: float, step_s: float) -> float:
    """The same by how far it rose and fell alone, while the time to the next lowest point is not known."""
    return PER_FOLD * math.log(max(acceleration_g(fall_trunks, step_s), 1e-3) / FLIGHT_G)


def carried(odds: float) -> float:
    """Log odds of a step, seen from its neighbour: the gait may have changed between them."""
    share = 1.0 / (1.0 + math.exp(-min(max(odds, -50.0), 50.0)))
    runs = share * (1.0 - CHANGES) + (1.0 - share) * CHANGES
    return math.log(runs / (1.0 - runs))
