"""The angles of a stance: how its leg usually moves in a stance, and by how much this stance departs from that.

One stance shows an angle in nine frames of 30 a second, and a real pelvis bends by up to 5000 deg/s^2 there: a smoother of one stance cuts off the
top of that curve, or lets the noise through. But stances are alike. The frames of many of them, put about their midstances, show the usual curve
finely and quietly. Only the departure from it is smoothed. That is some tenths of a degree and bends little, so smoothing takes almost
nothing away from it, and a wide smoother is enough.

Times are in steps from midstance, so that a runner who speeds up keeps the curve.
"""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt
from numpy.polynomial.legendre import legvander

from runform_live.handover import WrittenArray

Array = npt.NDArray[np.float64]

REACH_STEPS = 0.65  # frames count so far from midstance: a usual stance of walking reaches 0.62 steps, one of running less; what a slow one (0.67) has beyond is left out
DEGREE = 16  # of the usual curve, a sum of Legendre polynomials: it follows what lasts for 30 ms
MEMORY = 0.92  # of the stances before, with each new one: the usual curve is that of about twelve
# Largest likely factors of the polynomials (deg); the first two are free. Those of the runner RBDS001 (Fukuchi et al. 2017, PeerJ 5:e3298) are half
# of them or less.
USUAL_DEG = np.array([30.0, 30.0, *(160.0 / np.arange(3, DEGREE + 1) ** 2)])
ROUNDS = 4  # of the fit, each with the variance of the one before
DEPARTURE_SD_DEG = 0.4  # of a stance from the usual curve, over its frames: 0.37 to 0.56 deg in RBDS001
NOISE_SHARE = 0.25  # at least, of what the usual curve leaves over, that is noise
# Of the departure's slope and bend within a half width: 0.4 to 1.1 deg in RBDS001.
DEPARTS_DEG = 1.0
QUIETEST_DEG = 0.03  # noise of a frame, at least: a network's is twenty times as large
FEWEST = 4  # frames


class StanceCurveState(msgspec.Struct, frozen=True):
    """All of `StanceCurve` written down."""

    normal: WrittenArray
    right: WrittenArray
    squares: WrittenArray
    frames: WrittenArray


class StanceCurve:
    """The stances of one leg in one gait; `measure` takes one after the other."""

    __slots__ = ("_frames", "_normal", "_right", "_squares")

    def __init__(self, angles: int, state: StanceCurveState | None = None) -> None:
        """angles: how many there are in a frame. state: of a predecessor, to go on from."""
        # The normal equations of each angle's usual curve, and its sum of squares and number of frames. The mean of each stance is taken out.
        self._normal = state.normal.array() if state else np.zeros((angles, DEGREE, DEGREE))
        self._right = state.right.array() if state else np.zeros((angles, DEGREE))
        self._squares = state.squares.array() if state else np.zeros(angles)
        self._frames = state.frames.array() if state else np.zeros(angles)

    def state(self) -> StanceCurveState:
        """All of it, for a successor."""
        parts = (self._normal, self._right, self._squares, self._frames)
        return StanceCurveState(*map(WrittenArray.of, parts))

    def measure(self, steps: Array, values: Array, at_steps: Array, half_width_steps: float) -> Array:
        """The angles (points, angles) of a stance at some times; NaN where an angle has fewer than FEWEST known frames.

        steps (frames,): times of the frames; those within REACH_STEPS of midstance count. values (frames, angles): deg, as they came.
        """
        near = np.abs(steps) < REACH_STEPS
        steps, values = steps[near], values[near]
        terms, weights = _terms(steps), tricube(steps / REACH_STEPS)
        at_terms = _terms(at_steps)
        out = np.full((len(at_steps), values.shape[1]), np.nan)
        seen = [angle for angle in range(values.shape[1]) if np.count_nonzero(~np.isnan(values[:, angle])) >= FEWEST]
        known = {angle: ~np.isnan(values[:, angle]) for angle in seen}
        parts = {}
        for angle, these in known.items():
            share = weights[these] / weights[these].sum()
            middle_deg, middle_terms = share @ values[these, angle], share @ terms[these]
            missed_deg, own_terms = values[these, angle] - middle_deg, terms[these] - middle_terms
            self._learn(angle, own_terms, missed_deg, weights[these])
            parts[angle] = middle_deg, middle_terms, missed_deg, own_terms
        if not seen:
            return out
        for angle, factors, variance in zip(seen, *self._usual(seen), strict=True):
            middle_deg, middle_terms, missed_deg, own_terms = parts[angle]
            departs_deg = departure(
                steps[known[angle]],
                missed_deg - own_terms @ factors,
                at_steps,
                half_width_steps,
                variance / DEPARTS_DEG**2,
            )
            out[:, angle] = middle_deg + (at_terms - middle_terms) @ factors + departs_deg
        return out

    def _learn(self, angle: int, terms: Array, values: Array, weights: Array) -> None:
        """Take the frames of a stance into the usual curve of an angle."""
        weighted = terms.T * weights
        for kept, new in (
            (self._normal, weighted @ terms),
            (self._right, weighted @ values),
            (self._squares, weights @ values**2),
            (self._frames, weights.sum() * (1.0 - 1.0 / len(weights))),  # one is spent on the mean
        ):
            kept[angle] = MEMORY * kept[angle] + new

    def _usual(self, angles: list[int]) -> tuple[Array, Array]:
        """The factors (angles, DEGREE) of some angles' usual curves, and the variance (angles,) of a frame's noise.

        A ridge regression (Hoerl and Kennard 1970): the noisier the frames, and the fewer, the smaller the finer terms stay.
        """
        normal, right, squares, frames = (
            kept[angles] for kept in (self._normal, self._right, self._squares, self._frames)
        )
        wanted = np.concatenate([right[:, :, None], normal], axis=2)
        ridge = np.diag(1.0 / USUAL_DEG**2)
        variance, factors = np.maximum(squares / frames, QUIETEST_DEG**2), right
        for _ in range(ROUNDS):
            solved = np.linalg.solve(normal + variance[:, None, None] * ridge, wanted)
            factors = solved[:, :, 0]
            fitted = np.einsum("ai,aij,aj->a", factors, normal, factors)
            left_over = squares - 2.0 * np.einsum("ai,ai->a", factors, right) + fitted
            freedom = np.maximum(frames - np.trace(solved[:, :, 1:], axis1=1, axis2=2), NOISE_SHARE * frames)
            variance = left_over / freedom
            variance = np.maximum.reduce(
                [variance - DEPARTURE_SD_DEG**2, NOISE_SHARE * variance, np.full(len(angles), QUIETEST_DEG**2)]
            )
        return factors, variance


def _terms(steps: Array) -> Array:
    """The polynomials (times, DEGREE) at times in steps, without the constant."""
    return np.asarray(legvander(np.clip(steps / REACH_STEPS, -1.0, 1.0), DEGREE)[:, 1:])


def tricube(offsets: Array) -> Array:
    """Weights that fall from 1 at 0 to 0 at 1 (Cleveland 1979)."""
    return np.asarray((1.0 - np.minimum(np.abs(offsets), 1.0) ** 3) ** 3)


def departure(times: Array, values: Array, at: Array, half_width: float, ridge: float) -> Array:
    """Values (points,) of a local quadratic at some times, whose slope and bend are held back by a ridge.

    times, values (frames,). Without noise (ridge 0) it is the local quadratic of smoothing.py, with much of it a weighted mean. 0 where no frame is near.
    """
    offsets = (times - at[:, None]) / half_width
    powers = np.stack([np.ones_like(offsets), offsets, offsets * offsets], axis=1)  # (points, 3, frames)
    weighted = tricube(offsets)[:, None, :] * powers
    normal = weighted @ powers.swapaxes(1, 2) + np.diag([1e-12, ridge + 1e-9, ridge + 1e-9])
    right = weighted @ values
    return np.asarray(np.linalg.solve(normal, right[..., None])[:, 0, 0])
