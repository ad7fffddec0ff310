"""When a step is at midstance, the lowest instant of the trunk: by its own frames, or by the rhythm of the run.

The frames about the lowest point are right where landmarks are quiet; the rhythm is a few milliseconds off, for its curve
is a smooth one, and stays so where they are not. Both are joined by their variances, and how far the first scatters about the second
from step to step tells its own.
"""

from __future__ import annotations

import math
from collections import deque
from statistics import median

import msgspec

RHYTHM_SD_S = 0.008  # its constant error: on exact landmarks of rendered runners of two programs 2 and 9 ms
FIRST_SD_S = 0.006  # of the frames, until it is known
REMEMBERED = 14  # steps
FEWEST = 5
MEDIAN_OF_DIFFERENCE = 0.954  # of two normal deviates, in their SD


class MidstancesState(msgspec.Struct, frozen=True):
    """How far apart (s) frames and rhythm were in the last steps."""

    apart_s: tuple[float, ...]


class Midstances:
    """Follows the steps of one unbroken run."""

    __slots__ = ("_apart_s",)

    def __init__(self, state: MidstancesState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        self._apart_s: deque[float] = deque(state.apart_s if state else (), maxlen=REMEMBERED)

    def state(self) -> MidstancesState:
        """All of it, for a successor."""
        return MidstancesState(tuple(self._apart_s))

    def joined(self, frames_s: float, rhythm_s: float) -> float:
        """One step's midstance (s) from what its frames and what the rhythm say; NaN is nothing, and NaN where both say so."""
        if math.isnan(rhythm_s) or math.isnan(frames_s):
            return frames_s if math.isnan(rhythm_s) else rhythm_s
        apart_s = frames_s - rhythm_s
        self._apart_s.append(apart_s)
        believed = RHYTHM_SD_S**2 / (RHYTHM_SD_S**2 + self._frames_sd_s() ** 2)
        return rhythm_s + believed * apart_s

    def _frames_sd_s(self) -> float:
        """From steps of the same leg, for a leg may have its own constant difference."""
        if len(self._apart_s) < FEWEST:
            return FIRST_SD_S
        apart_s = list(self._apart_s)
        return median(abs(b - a) for a, b in zip(apart_s, apart_s[2:], strict=False)) / MEDIAN_OF_DIFFERENCE
