"""What a run is measured against: bands from the settings, from the runner's own first minute, or none."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

from runform_live.config import Band
from runform_live.gait.statistics import FEWEST_STANCES
from runform_live.messages import SIDES, Side, Stance

Source = Literal["settings", "baseline", "none"]
BASELINE_S = 60.0


class Targets:
    """The bands in force. With a baseline there are none until its minute is over."""

    __slots__ = ("_change_deg", "_first_s", "_seen", "bands", "source")

    def __init__(self, source: Source, bands: Mapping[str, Band], change_deg: float) -> None:
        """change_deg: how much lower than the baseline's worse side a baseline target's upper end lies."""
        self.source = source
        self.bands: dict[str, Band] = dict(bands) if source == "settings" else {}
        self._change_deg = change_deg
        self._first_s = math.nan
        self._seen: dict[str, dict[Side, list[float]]] = (
            {metric: {side: [] for side in SIDES} for metric in bands} if source == "baseline" else {}
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
                self.bands[metric] = Band(high=round(max(means) - self._change_deg, 1))
        self._seen = {}
        return True
