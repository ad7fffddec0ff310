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
from runform_live.gait.kernels import kernel
from runform_live.gait.solving import solve

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


def spring(
    offsets_s: Array, stances: npt.NDArray[np.int64], heights: Array, step_s: float, prior: Belief
) -> Belief | None:
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
    events_s, normal, missed = prior.mean_s, np.empty((4, 4)), np.empty(len(heights))
    if not fit_spring(
        offsets_s, of_stances.of_frame, of_stances.counts, heights, step_s, prior.precision, prior.weighted,
        events_s, normal, missed,
    ):  # fmt: skip
        return None
    misfit = max(misfit_of(offsets_s, missed) / USUAL_MISFIT, 1.0)
    if misfit > LARGEST_MISFIT:
        return None
    landing_s, leaving_s = events_s.tolist()
    # The events' own precision, the other two terms being unknown; then without the prior.
    both = normal[:2, :2] - normal[:2, 2:] @ np.linalg.solve(normal[2:, 2:], normal[2:, :2])
    found = Belief(both - prior.precision, both @ [landing_s, leaving_s] - prior.weighted)
    contact_s = leaving_s - landing_s
    error = misfit**2 * np.diag([LANDING_SD_S**2, (TAIL_SD * contact_s) ** 2])
    shift_s = np.zeros(2)
    shift_s[LANDING], shift_s[LEAVING] = 0.0, TAIL * contact_s
    return found.blurred(error, shift_s)


def misfit_of(offsets_s: Array, missed: Array) -> float:
    """The part of the residuals (frames,) that is not noise, from neighbours in time (von Neumann 1941): the curve's own error."""
    steps = np.diff(missed[np.argsort(offsets_s, kind="stable")])
    noise = float(steps @ steps) / (2 * max(len(steps), 1))
    return math.sqrt(max(float(missed @ missed) / len(missed) - noise, 0.0))


@kernel("b1(f8[::1],i8[::1],f8[::1],f8[::1],f8,f8[:,::1],f8[::1],f8[::1],f8[:,::1],f8[::1])")
def fit_spring(
    offsets_s: Array,
    of_frame: npt.NDArray[np.int64],
    counts: Array,
    heights: Array,
    step_s: float,
    precision: Array,
    weighted: Array,
    events_s: Array,
    normal: Array,
    missed: Array,
) -> bool:
    """Fit the curve to heights (frames,) from which the mean of each stance is taken out; False where there is no contact.

    of_frame (frames,), counts (stances,): the place of each frame's stance, and its frames. precision (2, 2), weighted (2,): of the prior.
    events_s (2,): where to begin, and what was found. Filled: normal (4, 4) of both events, velocity and gravity; missed (frames,).
    """
    frames, stances = offsets_s.shape[0], counts.shape[0]
    freedom = frames - stances - 4
    gravity, velocity = GRAVITY_TRUNKS_S2, 0.0
    terms, means, move, used = np.empty((frames, 4)), np.empty((stances, 4)), np.empty(4), np.empty((4, 4))
    for _ in range(ROUNDS):
        landing_s, leaving_s = events_s[0], events_s[1]
        contact_s = leaving_s - landing_s
        means[:] = 0.0
        for frame in range(frames):
            # The twofold integral of the force over g, and its derivatives by initial contact and toe off.
            share = (offsets_s[frame] - landing_s) / contact_s
            inside = min(max(share, 0.0), 1.0)
            once = (1.0 - math.cos(math.pi * inside)) / 2.0
            twice = inside / 2.0 - math.sin(math.pi * inside) / (2.0 * math.pi) + max(share - 1.0, 0.0)
            terms[frame, 0] = gravity * step_s * (once * (share - 1.0) - twice)
            terms[frame, 1] = gravity * step_s * (twice - once * share)
            terms[frame, 2] = offsets_s[frame]
            terms[frame, 3] = step_s * contact_s * twice - offsets_s[frame] ** 2 / 2.0
            for term in range(4):
                means[of_frame[frame], term] += terms[frame, term] / counts[of_frame[frame]]
        squares = 0.0
        normal[:] = 0.0
        move[:] = 0.0
        for frame in range(frames):
            for term in range(4):
                terms[frame, term] -= means[of_frame[frame], term]
            missed[frame] = heights[frame] - gravity * terms[frame, 3] - velocity * terms[frame, 2]
            squares += missed[frame] * missed[frame]
            for term in range(4):
                move[term] += terms[frame, term] * missed[frame]
                for other in range(4):
                    normal[term, other] += terms[frame, term] * terms[frame, other]
        variance = max(squares / freedom, LEAST_NOISE_TRUNKS * LEAST_NOISE_TRUNKS)
        for term in range(4):
            move[term] /= variance
            for other in range(4):
                normal[term, other] /= variance
        for event in range(2):
            move[event] += weighted[event]
            for other in range(2):
                move[event] -= precision[event, other] * events_s[other]
                normal[event, other] += precision[event, other]
        normal[3, 3] += GRAVITY_SD**-2.0
        move[3] += (GRAVITY_TRUNKS_S2 - gravity) * GRAVITY_SD**-2.0
        used[:] = normal
        if not solve(used, move):
            return False
        velocity += move[2]
        gravity = max(gravity + move[3], GRAVITY_TRUNKS_S2 / 3.0)
        for event in range(2):
            events_s[event] += min(max(move[event], -LARGEST_MOVE_S), LARGEST_MOVE_S)
        if not events_s[1] - events_s[0] > 0.2 * step_s:
            return False
        if max(abs(move[0]), abs(move[1]), abs(move[2]), abs(move[3])) < SETTLED:
            break
    return True
