"""An unbroken row of steps: legs alternate in it, so that what one step leaves unsure the others settle."""

from __future__ import annotations

import math
from dataclasses import dataclass

STEPS_FOR_A_RUN = 3
SIDE_MEMORY = 0.85
SIDE_CLIP = 0.5


@dataclass(slots=True)
class Chain:
    """Steps are numbered; one that was missed counts."""

    steps: int = 0
    evidence: float = 0.0  # positive: even steps stand on the picture's left leg

    @property
    def is_run(self) -> bool:
        return self.steps >= STEPS_FOR_A_RUN

    def add(self, number: int, lower_trunks: float) -> None:
        """Take a step; lower_trunks: how much lower the picture's left foot is at midstance than the right one (NaN unknown)."""
        self.steps += 1
        if not math.isnan(lower_trunks):
            sign = 1.0 if number % 2 == 0 else -1.0
            self.evidence = SIDE_MEMORY * self.evidence + sign * max(-SIDE_CLIP, min(SIDE_CLIP, lower_trunks))

    def leg(self, number: int) -> int:
        """0 where that step stands on the picture's left leg, else 1."""
        return 0 if (self.evidence > 0) == (number % 2 == 0) else 1


@dataclass(slots=True)
class Step:
    """A step whose stance is not reported yet."""

    midstance_s: float
    number: int
    chain: Chain
    initial_contact_s: float = math.nan
    toe_off_s: float = math.nan

    @property
    def leg(self) -> int:
        return self.chain.leg(self.number)
