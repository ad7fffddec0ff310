"""What a run is measured against: bands from the settings, from the runner's own first minute or an earlier run, or none."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from runform_live.config import Band
from runform_live.gait.statistics import FEWEST_STANCES
from runform_live.messages import SIDES, Side, Stance, TargetFrom

BASELINE_S = 60.0


def below(means: Iterable[float], change_deg: float) -> Band:
    """The target that follows from a baseline: so much below its worse side."""
    return Band(high=round(max(means) - change_deg, 1))


class Targets:
    """The bands in force. With a baseline there are none until its minute is over."""

    __slots__ = ("_change_deg", "_first_s", "_metrics", "_seen", "bands", "source")

    def __init__(self, source: TargetFrom, bands: Mapping[str, Band], change_deg: float) -> None:
        """change_deg: how much lower than the baseline's worse side a baseline target's upper end lies."""
        self._change_deg = change_deg
        self._metrics = tuple(bands)
        self.choose(source, bands)

    def choose(self, source: TargetFrom, bands: Mapping[str, Band]) -> None:
        """Other targets from now on; the minute of a baseline begins with the next stance.

        bands: of a baseline only their metrics count; without any, those of the settings.
        """
        self.source = source
        self.bands: dict[str, Band] = dict(bands) if source in ("settings", "chosen") else {}
        self._first_s = math.nan
        self._seen: dict[str, dict[Side, list[float]]] = (
            {metric: {side: [] for side in SIDES} for metric in bands or self._metrics} if source == "baseline" else {}
        )

    def push(self, stance: Stance) -> bool:
        """Take a stance; True where the baseline has just become the target."""
        if not self._seen:
            return False
        if math.isnan(self._first_s):
            self._first_s = stance.initial_contact_s
        for metric, sides in self._seen.items():
            value = getattr(stance, metric)
            if value is not None:
                sides[stance.side].append(value)
        if stance.toe_off_s - self._first_s < BASELINE_S:
            return False
        for metric, sides in self._seen.items():
            means = [math.fsum(values) / len(values) for values in sides.values() if len(values) >= FEWEST_STANCES]
            if means:
                self.bands[metric] = below(means, self._change_deg)
        self._seen = {}
        return True
