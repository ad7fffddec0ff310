"""Whether the pelvis can be seen at all, by the sigma that the network gives to the tilt of the pelvis line."""

from __future__ import annotations

import math

import msgspec

from runform_live.body import Leg
from runform_live.gait.uncertainty.sigma import HIDDEN_SIGMA_DEG

STANCES = 5  # the mean sigma of a leg is over so many of its last stances


class HiddenState(msgspec.Struct, frozen=True):
    """The sigmas (deg) of the last stances of each leg."""

    sigmas_deg: tuple[tuple[float, ...], tuple[float, ...]]


class HiddenPelvis:
    """Push one stance after the other."""

    __slots__ = ("_sigmas_deg",)

    def __init__(self, state: HiddenState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        left, right = state.sigmas_deg if state else ((), ())
        self._sigmas_deg: tuple[list[float], list[float]] = (list(left), list(right))

    def state(self) -> HiddenState:
        """All of it, for a successor."""
        return HiddenState((tuple(self._sigmas_deg[0]), tuple(self._sigmas_deg[1])))

    def hides(self, leg: Leg, sigma_deg: float) -> bool:
        """Whether it is hidden in this stance, or on average in the last stances of either leg; sigma_deg: NaN unknown.

        Where something hides it in every other stance, the rest is a guess as well: it is the same pelvis against the same level line.
        """
        if math.isnan(sigma_deg):
            return True
        last = self._sigmas_deg[leg]
        last[:] = [*last, sigma_deg][-STANCES:]
        means_deg = [sum(each) / len(each) for each in self._sigmas_deg if each]
        return max(sigma_deg, *means_deg) > HIDDEN_SIGMA_DEG
