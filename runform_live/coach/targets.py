"""What a run is measured against: bands from the settings, from the runner's own first minute or an earlier run, or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from runform_live.gait.first_minute import FirstMinute, FirstMinuteState, mean_of_side
from runform_live.messages import SIDES, Band, Gait, Naming, Side, Stance, TargetFrom
from runform_live.metrics import MAIN_METRIC


def below(means: Iterable[float], change_deg: float) -> Band:
    """The target that follows from a baseline: so much below its worse side."""
    return Band(high=round(max(means) - change_deg, 1))


def from_first(first: Iterable[Stance], metric: str, change_deg: float) -> Band | None:
    """The target that a first minute gives (first: its stances); None where neither side has a mean in it."""
    known = list(first)
    means = [mean for side in SIDES if (mean := mean_of_side(known, metric, side)) is not None]
    return below(means, change_deg) if means else None


class TargetsState(msgspec.Struct, frozen=True):
    """Targets written down."""

    source: TargetFrom
    bands: dict[str, Band]
    metric: str
    first: FirstMinuteState


class Targets:
    """The bands in force, and the first minute, which is watched whatever they come from.

    A baseline gives a target for one metric only, the trained one: a runner changes one thing at a time. There is none until the
    minute is over.
    """

    __slots__ = ("_change_deg", "_gait", "_metric", "bands", "first", "source")

    bands: dict[str, Band]
    first: FirstMinute

    def __init__(
        self,
        source: TargetFrom,
        bands: Mapping[str, Band],
        change_deg: float,
        state: TargetsState | None = None,
        metric: str = MAIN_METRIC,
        gait: Gait = "run",
    ) -> None:
        """change_deg: how far below the first minute's worse side a baseline target lies. metric: the trained one. gait: the one that
        they hold for, and whose first minute it is.

        state: of a predecessor, to go on from.
        """
        self._change_deg = change_deg
        self._gait = gait
        self._metric = state.metric if state else metric
        self.source = state.source if state else source
        self.bands = dict(state.bands) if state else _fixed(source, bands)
        self.first = FirstMinute(state.first if state else None, gait)

    def state(self) -> TargetsState:
        """All of it, for a successor."""
        return TargetsState(self.source, dict(self.bands), self._metric, self.first.state())

    def choose(self, source: TargetFrom, bands: Mapping[str, Band]) -> None:
        """Other targets from now on. A baseline takes a new first minute, which begins with the next stance.

        bands: of a baseline only the metric counts that is named first; without any, it is the trained one.
        """
        self.source, self.bands = source, _fixed(source, bands)
        if source == "baseline":
            self._metric = next(iter(bands), self._metric)
            self.first = FirstMinute(gait=self._gait)

    def train(self, metric: str) -> None:
        """Another metric is trained: a baseline's target is for it from now on, by the same first minute."""
        self._metric = metric
        self._aim()

    def put_right(self, now: Naming) -> None:
        """Name the stances of the first minute as it holds now; a target that rests on them follows."""
        if self.first.put_right(now):
            self._aim()

    def push(self, stance: Stance) -> bool:
        """Take a stance; True where the first minute has just become full."""
        just_over = self.first.push(stance)
        if just_over:
            self._aim()
        return just_over

    def first_mean(self, metric: str, side: Side) -> float | None:
        """A side's mean in the first minute; None while it is not over, or where too few stances have the metric."""
        return mean_of_side(self.first.stances(), metric, side) if self.first.over else None

    def _aim(self) -> None:
        """Set a baseline's target, once its minute is over."""
        if self.source != "baseline":
            return
        band = from_first(self.first.stances(), self._metric, self._change_deg) if self.first.over else None
        self.bands = {} if band is None else {self._metric: band}


def _fixed(source: TargetFrom, bands: Mapping[str, Band]) -> dict[str, Band]:
    """The bands of targets that hold at once."""
    return dict(bands) if source in ("settings", "chosen") else {}
