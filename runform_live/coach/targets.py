"""What a run is measured against: bands from the settings, from the runner's own first minute or an earlier run, or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from runform_live.config import Band
from runform_live.gait.course import RunTime, RunTimeState
from runform_live.gait.statistics import FEWEST_STANCES, estimate
from runform_live.messages import SIDES, Naming, Stance, TargetFrom
from runform_live.naming import put_right

BASELINE_S = 60.0  # of running


def below(means: Iterable[float], change_deg: float) -> Band:
    """The target that follows from a baseline: so much below its worse side."""
    return Band(high=round(max(means) - change_deg, 1))


class TargetsState(msgspec.Struct, frozen=True):
    """Targets written down."""

    source: TargetFrom
    bands: dict[str, Band]
    run_time: RunTimeState
    baseline: tuple[str, ...]
    seen: tuple[Stance, ...]
    over: bool


class Targets:
    """The bands in force. With a baseline there are none until its minute of running is over; pauses do not count."""

    __slots__ = ("_baseline", "_change_deg", "_metrics", "_over", "_run_time", "_seen", "bands", "source")

    bands: dict[str, Band]
    _baseline: tuple[str, ...]  # metrics that a baseline is taken of; empty: none is
    _seen: list[Stance]  # in its minute. They are kept: the angles may change with the view
    _over: bool  # that minute

    def __init__(
        self, source: TargetFrom, bands: Mapping[str, Band], change_deg: float, state: TargetsState | None = None
    ) -> None:
        """change_deg: how much lower than the baseline's worse side a baseline target's upper end lies. state: of a predecessor."""
        self._change_deg = change_deg
        self._metrics = tuple(bands)
        self.choose(source, bands)
        if state is not None:
            self.source, self.bands, self._run_time = state.source, dict(state.bands), RunTime(state.run_time)
            self._baseline, self._seen, self._over = state.baseline, list(state.seen), state.over

    def state(self) -> TargetsState:
        """All of it, for a successor."""
        return TargetsState(
            self.source, dict(self.bands), self._run_time.state(), self._baseline, tuple(self._seen), self._over
        )

    def choose(self, source: TargetFrom, bands: Mapping[str, Band]) -> None:
        """Other targets from now on; the minute of a baseline begins with the next stance.

        bands: of a baseline only their metrics count; without any, those of the settings.
        """
        self.source = source
        self.bands = dict(bands) if source in ("settings", "chosen") else {}
        self._run_time = RunTime()
        self._baseline = tuple(bands or self._metrics) if source == "baseline" else ()
        self._seen, self._over = [], False

    def put_right(self, now: Naming) -> None:
        """Name the stances of a baseline as it holds now; a target that rests on them follows."""
        if put_right(self._seen, now) and self._over:
            self._aim()

    def push(self, stance: Stance) -> bool:
        """Take a stance; True where the baseline has just become the target."""
        if not self._baseline or self._over:
            return False
        self._run_time.push(stance)
        self._seen.append(stance)
        if self._run_time.at(stance.toe_off_s) < BASELINE_S:
            return False
        self._over = True
        self._aim()
        return True

    def _aim(self) -> None:
        for metric in self._baseline:
            means = _means(self._seen, metric)
            if means:
                self.bands[metric] = below(means, self._change_deg)


def _means(stances: Sequence[Stance], metric: str) -> list[float]:
    """The mean of each side that has enough stances with this metric."""
    sides = [estimate([getattr(one, metric) for one in stances if one.side == side], None) for side in SIDES]
    return [found.mean for found in sides if found is not None and found.n >= FEWEST_STANCES]
