"""The angles of a stance: how its leg usually moves in a stance, and by how much this stance departs from that.

One stance shows an angle in nine frames of 30 a second, and a real pelvis bends by up to 5000 deg/s^2 there: a smoother of one stance cuts off the
top of that curve, or lets the noise through. But stances are alike. The frames of many of them, put about their midstances, show the usual curve
finely and quietly. Only the departure from it is smoothed. That is some tenths of a degree and bends little, so smoothing takes almost
nothing away from it, and a wide smoother is enough.

Times are in steps from midstance, so that a runner who speeds up keeps the curve.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.gait.kernels import kernel
from runform_live.gait.solving import solve
from runform_live.handover import WrittenArray

Array = npt.NDArray[np.float64]

REACH_STEPS = 0.65  # frames count so far from midstance: a usual stance of walking reaches 0.62 steps, one of running less; what a slow one (0.67) has beyond is left out
DEGREE = 16  # of the usual curve, a sum of Legendre polynomials: it follows what lasts for 30 ms
MEMORY = 0.92  # of the stances before, with each new one: the usual curve is that of about twelve
# Largest likely factors of the polynomials (deg); the first two are free. Those of the runner RBDS001 (Fukuchi et al. 2017, PeerJ 5:e3298) are half
# of them or less.
USUAL_DEG = np.array([30.0, 30.0, *(160.0 / np.arange(3, DEGREE + 1) ** 2)])
RIDGE = 1.0 / USUAL_DEG**2
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


class KnownFrames(NamedTuple):
    """Those frames of a stance in which an angle is known."""

    steps: Array  # (frames,), their times
    weights: Array  # (frames,)
    share: Array  # (frames,), of all their weight
    middle_terms: Array  # (DEGREE,), the weighted mean of the polynomials
    terms: Array  # (frames, DEGREE), the polynomials without that mean
    weighted: Array  # (DEGREE, frames), the same, weighted
    normal: Array  # (DEGREE, DEGREE), of the normal equations
    weight: float  # their total, less that of one frame: the mean has taken it

    @classmethod
    def of(cls, steps: Array, terms: Array, weights: Array) -> KnownFrames:
        """By the polynomials (frames, DEGREE) and weights (frames,) of all of them."""
        total = weights.sum()
        share = weights / total
        middle_terms = share @ terms
        own_terms = terms - middle_terms
        weighted = own_terms.T * weights
        weight = total * (1.0 - 1.0 / len(weights))
        return cls(steps, weights, share, middle_terms, own_terms, weighted, weighted @ own_terms, weight)


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
        terms, weights, at_terms = _terms(steps), tricube(steps / REACH_STEPS), _terms(at_steps)
        out = np.full((len(at_steps), values.shape[1]), np.nan)
        known = ~np.isnan(values)
        seen = [angle for angle, count in enumerate(known.sum(axis=0).tolist()) if count >= FEWEST]
        of_mask: dict[bytes, KnownFrames] = {}  # mostly all angles are known in the same frames
        parts = {}
        for angle in seen:
            these = known[:, angle]
            mask = these.tobytes()
            if mask not in of_mask:
                of_mask[mask] = KnownFrames.of(steps[these], terms[these], weights[these])
            frames = of_mask[mask]
            own_deg = values[these, angle]
            middle_deg = frames.share @ own_deg
            missed_deg = own_deg - middle_deg
            self._learn(angle, frames, missed_deg)
            parts[angle] = frames, middle_deg, missed_deg
        if not seen:
            return out
        for angle, factors, variance in zip(seen, *self._usual(seen), strict=True):
            frames, middle_deg, missed_deg = parts[angle]
            departs_deg = departure(
                frames.steps,
                missed_deg - frames.terms @ factors,
                at_steps,
                half_width_steps,
                variance / DEPARTS_DEG**2,
            )
            out[:, angle] = middle_deg + (at_terms - frames.middle_terms) @ factors + departs_deg
        return out

    def _learn(self, angle: int, frames: KnownFrames, values: Array) -> None:
        """Take the frames of a stance into the usual curve of an angle."""
        for kept, new in (
            (self._normal, frames.normal),
            (self._right, frames.weighted @ values),
            (self._squares, frames.weights @ values**2),
            (self._frames, frames.weight),
        ):
            kept[angle] = MEMORY * kept[angle] + new

    def _usual(self, angles: list[int]) -> tuple[Array, Array]:
        """The factors (angles, DEGREE) of some angles' usual curves, and the variance (angles,) of a frame's noise.

        A ridge regression (Hoerl and Kennard 1970): the noisier the frames, and the fewer, the smaller the finer terms stay.
        """
        factors, variance = np.empty((len(angles), DEGREE)), np.empty(len(angles))
        for at, angle in enumerate(angles):
            variance[at] = fit_usual(
                self._normal[angle], self._right[angle], self._squares[angle], self._frames[angle], RIDGE, factors[at]
            )
        return factors, variance


@kernel("f8(f8[:,::1],f8[::1],f8,f8,f8[::1],f8[::1])")
def fit_usual(normal: Array, right: Array, squares: float, frames: float, ridge: Array, factors: Array) -> float:
    """Write the factors (DEGREE,) of one usual curve; the variance of a frame's noise. ridge (DEGREE,): what holds each factor back.

    normal (DEGREE, DEGREE), right (DEGREE,): the normal equations; squares, frames: of the values that they are from.
    """
    n = right.shape[0]
    used, unit = np.empty((n, n)), np.empty(n)
    variance: float = max(squares / frames, QUIETEST_DEG**2.0)
    for _ in range(ROUNDS):
        for row in range(n):
            for column in range(row + 1):
                used[row, column] = normal[row, column]
            used[row, row] += variance * ridge[row]
        # Cholesky: used = L L'
        for row in range(n):
            for column in range(row + 1):
                rest = used[row, column]
                for k in range(column):
                    rest -= used[row, k] * used[column, k]
                used[row, column] = math.sqrt(rest) if row == column else rest / used[column, column]
        for row in range(n):
            factors[row] = right[row]
            for k in range(row):
                factors[row] -= used[row, k] * factors[k]
            factors[row] /= used[row, row]
        for row in range(n - 1, -1, -1):
            for k in range(row + 1, n):
                factors[row] -= used[k, row] * factors[k]
            factors[row] /= used[row, row]
        # The trace of used^-1 normal is n less that of used^-1 times the ridge, whose diagonal is that of inverse(L)' inverse(L).
        held = 0.0
        for column in range(n):
            inverse = 0.0
            for row in range(column, n):
                unit[row] = 1.0 if row == column else 0.0
                for k in range(column, row):
                    unit[row] -= used[row, k] * unit[k]
                unit[row] /= used[row, row]
                inverse += unit[row] * unit[row]
            held += variance * ridge[column] * inverse
        left_over = squares
        for row in range(n):
            along = 0.0
            for column in range(n):
                along += normal[row, column] * factors[column]
            left_over += factors[row] * (along - 2.0 * right[row])
        found = left_over / max(frames - (n - held), NOISE_SHARE * frames)
        variance = max(found - DEPARTURE_SD_DEG**2.0, NOISE_SHARE * found, QUIETEST_DEG**2.0)
    return variance


def _terms(steps: Array) -> Array:
    """The polynomials (times, DEGREE) at times in steps, without the constant."""
    terms = np.empty((len(steps), DEGREE))
    _write_terms(np.minimum(np.maximum(steps / REACH_STEPS, -1.0), 1.0), terms)
    return terms


@kernel("void(f8[::1],f8[:,::1])")
def _write_terms(places: Array, terms: Array) -> None:
    """Write Legendre's polynomials from the first to the last degree (places, degrees) by their recurrence."""
    for at in range(places.shape[0]):
        x = places[at]
        before, now = 1.0, x
        terms[at, 0] = x
        for degree in range(2, terms.shape[1] + 1):
            before, now = now, (now * x * (2 * degree - 1) - before * (degree - 1)) / degree
            terms[at, degree - 1] = now


def tricube(offsets: Array) -> Array:
    """Weights that fall from 1 at 0 to 0 at 1 (Cleveland 1979)."""
    return np.asarray((1.0 - np.minimum(np.abs(offsets), 1.0) ** 3) ** 3)


def departure(times: Array, values: Array, at: Array, half_width: float, ridge: float) -> Array:
    """Values (points,) of a local quadratic at some times, whose slope and bend are held back by a ridge.

    times, values (frames,). Without noise (ridge 0) it is the local quadratic of smoothing.py, with much of it a weighted mean. 0 where no frame is near.
    """
    out = np.empty(len(at))
    _depart(times, values, at, half_width, ridge, out)
    return out


@kernel("void(f8[::1],f8[::1],f8[::1],f8,f8,f8[::1])")
def _depart(times: Array, values: Array, at: Array, half_width: float, ridge: float, out: Array) -> None:
    """Write what `departure` says."""
    normal, right, powers = np.empty((3, 3)), np.empty(3), np.empty(3)
    for point in range(at.shape[0]):
        normal[:] = 0.0
        right[:] = 0.0
        for frame in range(times.shape[0]):
            offset = (times[frame] - at[point]) / half_width
            distance = abs(offset)
            if distance >= 1.0:
                continue
            closeness = 1.0 - distance * distance * distance
            weight = closeness * closeness * closeness
            powers[0], powers[1], powers[2] = 1.0, offset, offset * offset
            for row in range(3):
                right[row] += weight * powers[row] * values[frame]
                for column in range(3):
                    normal[row, column] += weight * powers[row] * powers[column]
        normal[0, 0] += 1e-12
        normal[1, 1] += ridge + 1e-9
        normal[2, 2] += ridge + 1e-9
        solve(normal, right)
        out[point] = right[0]
