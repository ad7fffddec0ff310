"""What several sources say of the two events of a contact, joined by their errors.

Times are seconds from midstance: initial contact is negative, toe off is positive. A belief is a normal distribution of both, written as
precision (the inverse of the covariance) and precision times mean. So a source that knows one of the two only has a zero for the other.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

LANDING, LEAVING = 0, 1


class Stances:
    """Of which stance each frame is; takes the mean of each stance out, because the runner moves on the belt."""

    __slots__ = ("_members", "counts", "of_frame")

    def __init__(self, stances: npt.NDArray[np.int64]) -> None:
        """stances (frames,): a number for each frame, the same for all frames of a stance."""
        numbers = np.array(sorted(set(stances.tolist())))
        self.of_frame = numbers.searchsorted(stances)
        self._members = (numbers[:, None] == stances).astype(np.float64)
        self.counts = self._members.sum(axis=1)

    def __len__(self) -> int:
        """How many stances."""
        return len(self.counts)

    def without_means(self, rows: Array) -> Array:
        """Rows (frames,) or (frames, n) without the mean of each stance."""
        means = (self._members @ rows).T / self.counts
        return np.asarray(rows - means.T[self.of_frame])


class Belief(NamedTuple):
    """Of initial contact and toe off (s from midstance)."""

    precision: Array  # (2, 2)
    weighted: Array  # (2,), precision times mean

    @staticmethod
    def of(mean_s: Array, covariance: Array) -> Belief:
        precision: Array = np.linalg.inv(covariance).astype(np.float64)
        return Belief(precision, precision @ mean_s)

    @staticmethod
    def of_event(event: int, time_s: float, sd_s: float) -> Belief:
        """Of one event alone."""
        precision, weighted = np.zeros((2, 2)), np.zeros(2)
        precision[event, event], weighted[event] = sd_s**-2, time_s * sd_s**-2
        return Belief(precision, weighted)

    def joined(self, other: Belief) -> Belief:
        return Belief(self.precision + other.precision, self.weighted + other.weighted)

    def blurred(self, covariance: Array, shift_s: Array) -> Belief:
        """With an error of its own on top, and moved by shift_s; it holds for a singular precision as well."""
        inverse = np.linalg.inv(covariance)
        gain = inverse @ np.linalg.inv(self.precision + inverse)
        precision: Array = (inverse - gain @ inverse).astype(np.float64)
        return Belief(precision, (gain @ self.weighted + precision @ shift_s).astype(np.float64))

    @property
    def mean_s(self) -> Array:
        return np.linalg.solve(self.precision, self.weighted).astype(np.float64)

    @property
    def contact_sd_s(self) -> float:
        """Standard deviation of toe off minus initial contact."""
        (landing, both), (_, leaving) = np.linalg.inv(self.precision)
        return math.sqrt(max(landing + leaving - 2.0 * both, 0.0))
