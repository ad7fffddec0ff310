"""Whether the pelvis can be seen at all, by the network's own doubt of its tilt."""

from __future__ import annotations

import math

import msgspec

from runform_live.gait.uncertainty.sigma import HIDDEN_SIGMA_DEG

SIGMAS_OF = 5  # stances of a leg


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

    def hides(self, leg: int, sigma_deg: float) -> bool:
        """Whether it is hidden in this stance, or in the last ones of either leg on average; sigma_deg: NaN unknown.

        What hides it in every other stance leaves a guess of the rest: it is the same pelvis against the same level.
        """
        if math.isnan(sigma_deg):
            return True
        last = self._sigmas_deg[leg]
        last[:] = [*last[1 - SIGMAS_OF :], sigma_deg]
        return max(sigma_deg, *(sum(each) / len(each) for each in self._sigmas_deg if each)) > HIDDEN_SIGMA_DEG
