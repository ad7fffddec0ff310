"""What a run is measured against: bands from the settings, from the runner's own first minute or an earlier run, or none."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import msgspec

from runform_live.config import Band
from runform_live.gait.course import RunTime, RunTimeState
from runform_live.gait.statistics import FEWEST_STANCES
from runform_live.messages import SIDES, Side, Stance, TargetFrom
from runform_live.naming import swap

BASELINE_S = 60.0  # of running


def below(means: Iterable[float], change_deg: float) -> Band:
    """The target that follows from a baseline: so much below its worse side."""
    return Band(high=round(max(means) - change_deg, 1))


class TargetsState(msgspec.Struct, frozen=True):
    """Targets written down. `seen`: of a baseline that is not over, the values of each metric on the left and on the right."""

    source: TargetFrom
    bands: dict[str, Band]
    run_time: RunTimeState
    seen: dict[str, tuple[tuple[float, ...], tuple[float, ...]]]


class Targets:
    """The bands in force. With a baseline there are none until its minute of running is over; pauses do not count."""

    __slots__ = ("_change_deg", "_metrics", "_run_time", "_seen", "bands", "source")

    bands: dict[str, Band]
    _seen: dict[str, dict[Side, list[float]]]  # of a baseline that is not over

    def __init__(
        self, source: TargetFrom, bands: Mapping[str, Band], change_deg: float, state: TargetsState | None = None
    ) -> None:
        """change_deg: how much lower than the baseline's worse side a baseline target's upper end lies. state: of a predecessor."""
        self._change_deg = change_deg
        self._metrics = tuple(bands)
        self.choose(source, bands)
        if state is not None:
            self.source, self.bands, self._run_time = state.source, dict(state.bands), RunTime(state.run_time)
            self._seen = {
                metric: {"left": list(left), "right": list(right)} for metric, (left, right) in state.seen.items()
            }

    def state(self) -> TargetsState:
        """All of it, for a successor."""
        seen = {metric: (tuple(sides["left"]), tuple(sides["right"])) for metric, sides in self._seen.items()}
        return TargetsState(self.source, dict(self.bands), self._run_time.state(), seen)

    def choose(self, source: TargetFrom, bands: Mapping[str, Band]) -> None:
        """Other targets from now on; the minute of a baseline begins with the next stance.

        bands: of a baseline only their metrics count; without any, those of the settings.
        """
        self.source = source
        self.bands = dict(bands) if source in ("settings", "chosen") else {}
        self._run_time = RunTime()
        self._seen = (
            {metric: {side: [] for side in SIDES} for metric in bands or self._metrics} if source == "baseline" else {}
        )

    def exchange(self) -> None:
        """What was taken for the left was the right, and the other way round."""
        for sides in self._seen.values():
            swap(sides)

    def push(self, stance: Stance) -> bool:
        """Take a stance; True where the baseline has just become the target."""
        if not self._seen:
            return False
        self._run_time.push(stance)
        for metric, sides in self._seen.items():
            value = getattr(stance, metric)
            if value is not None:
                sides[stance.side].append(value)
        if self._run_time.at(stance.toe_off_s) < BASELINE_S:
            return False
        for metric, sides in self._seen.items():
            means = [math.fsum(values) / len(values) for values in sides.values() if len(values) >= FEWEST_STANCES]
            if means:
                self.bands[metric] = below(means, self._change_deg)
        self._seen = {}
        return True
