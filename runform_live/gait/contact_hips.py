"""Initial contact and toe off from the fall of the hips.

In flight the body falls freely; on the ground it is a mass on a spring, and the force is a half sine (Morin et al. 2005, J Appl Biomech
21:167). Over a step the force carries the weight on the mean, so with step time T, contact from a to b and tc = b - a

    y'' = -g + g (T / tc) (pi / 2) sin(pi (t - a) / tc)   on the ground,   y'' = -g   in flight.

The curve is fitted to the middle of the hips, in trunk lengths. Shoulders fall further than the hips do (trunk and arms move as well), so
they are not used. Acceleration g is fitted with the rest: the size of the body is not known, and the hips are not quite the centre of mass.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from runform_live.gait.contact_join import LANDING, LEAVING, Belief, Stances
from runform_live.gait.gaits import GRAVITY_TRUNKS_S2

Array = npt.NDArray[np.float64]

GRAVITY_SD = 3.0  # of GRAVITY_TRUNKS_S2, by people's size and by the centre of mass
LEAST_NOISE_TRUNKS = 0.003  # of the middle of the hips: the curve itself is off by as much
ROUNDS = 10
SETTLED = 1e-11  # of a move (s, trunk lengths): another round would change nothing
LARGEST_MOVE_S = 0.03  # of an event in one round
REACH = 0.55  # of a step, on both sides of midstance
LANDING_SD_S = 0.006  # of initial contact, where the curve fits as usual
USUAL_MISFIT, LARGEST_MISFIT = 0.004, 3.0  # trunks, and times that
# Against force plates (two runners, three trials, both legs): the real force rises like a half sine and fades more slowly, so that toe off is
# later by this share of the contact.
TAIL, TAIL_SD = 0.08, 0.04


def spring(offsets_s: Array, stances: Array, heights: Array, step_s: float, prior: Belief) -> Belief | None:
    """What the hips alone say of the events of a stance.

    offsets_s (frames,): from the midstance of their stance, within REACH steps. stances (frames,): number of the stance, from 0, of each
    frame; all are of one leg. heights (frames,): trunk lengths, up. prior: where to begin, and what holds the fit where the hips say
    little; it is no part of the result. None where there are too few frames.
    """
    of_stances = Stances(stances)
    freedom = len(heights) - len(of_stances) - 4
    if freedom < 2:
        return None
    heights = of_stances.without_means(heights)
    landing_s, leaving_s = prior.mean_s.tolist()
    gravity, velocity, variance = GRAVITY_TRUNKS_S2, 0.0, (4.0 * LEAST_NOISE_TRUNKS) ** 2
    held = np.zeros((4, 4))
    held[:2, :2], held[3, 3] = prior.precision, GRAVITY_SD**-2
    normal = held
    for _ in range(ROUNDS):
        lift, by_landing, by_leaving = _lift(offsets_s, landing_s, leaving_s, step_s)
        curve = lift - offsets_s**2 / 2.0
        columns = np.column_stack([gravity * by_landing, gravity * by_leaving, offsets_s, curve])
        terms = of_stances.without_means(columns)
        missed = heights - gravity * terms[:, 3] - velocity * terms[:, 2]
        variance = max(float(missed @ missed) / freedom, LEAST_NOISE_TRUNKS**2)
        normal = terms.T @ terms / variance + held
        right = terms.T @ missed / variance
        right[:2] += prior.weighted - prior.precision @ [landing_s, leaving_s]
        right[3] += (GRAVITY_TRUNKS_S2 - gravity) * GRAVITY_SD**-2
        move = np.linalg.solve(normal, right)
        velocity += float(move[2])
        gravity = max(gravity + float(move[3]), GRAVITY_TRUNKS_S2 / 3.0)
        landing_s, leaving_s = (
            at_s + min(max(float(step), -LARGEST_MOVE_S), LARGEST_MOVE_S)
            for at_s, step in ((landing_s, move[0]), (leaving_s, move[1]))
        )
        if not leaving_s - landing_s > 0.2 * step_s:
            return None
        if float(np.abs(move).max()) < SETTLED:
            break
    # The events' own precision, the other two terms being unknown; then without the prior.
    both = normal[:2, :2] - normal[:2, 2:] @ np.linalg.solve(normal[2:, 2:], normal[2:, :2])
    found = Belief(both - prior.precision, both @ [landing_s, leaving_s] - prior.weighted)
    contact_s = leaving_s - landing_s
    misfit = max(misfit_of(offsets_s, missed) / USUAL_MISFIT, 1.0)
    if misfit > LARGEST_MISFIT:
        return None
    error = misfit**2 * np.diag([LANDING_SD_S**2, (TAIL_SD * contact_s) ** 2])
    shift_s = np.zeros(2)
    shift_s[LANDING], shift_s[LEAVING] = 0.0, TAIL * contact_s
    return found.blurred(error, shift_s)


def misfit_of(offsets_s: Array, missed: Array) -> float:
    """The part of the residuals (frames,) that is not noise, from neighbours in time (von Neumann 1941): the curve's own error."""
    steps = np.diff(missed[np.argsort(offsets_s, kind="stable")])
    noise = float(steps @ steps) / (2 * max(len(steps), 1))
    return math.sqrt(max(float(missed @ missed) / len(missed) - noise, 0.0))


def _lift(offsets_s: Array, landing_s: float, leaving_s: float, step_s: float) -> tuple[Array, Array, Array]:
    """The twofold integral of the force over g, and its derivatives by initial contact and toe off."""
    contact_s = leaving_s - landing_s
    share = (offsets_s - landing_s) / contact_s
    inside = np.clip(share, 0.0, 1.0)
    once = (1.0 - np.cos(math.pi * inside)) / 2.0
    twice = inside / 2.0 - np.sin(math.pi * inside) / (2.0 * math.pi) + np.maximum(share - 1.0, 0.0)
    return step_s * contact_s * twice, step_s * (once * (share - 1.0) - twice), step_s * (twice - once * share)
