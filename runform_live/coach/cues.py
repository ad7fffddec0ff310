"""Which cue, on which side, and when: targets and rolling means in, one cue at a time out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from runform_live.config import Band, CoachSettings
from runform_live.errors import BadInput
from runform_live.gait.statistics import Rolling, t95
from runform_live.messages import METRICS, SIDES, Side, Stance

Direction = Literal["low", "high"]


class CueText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is shown and which sound is played; {side} stands for the side's name."""

    text: str
    sound: str


Catalogue = dict[str, dict[Direction, CueText]]


def read_catalogue(path: Path) -> Catalogue:
    """The cues of a TOML file, by metric and direction."""
    try:
        catalogue = msgspec.toml.decode(path.read_bytes(), type=Catalogue)
    except OSError as trouble:
        raise BadInput(f"cues {path} cannot be read: {trouble.strerror}") from None
    except msgspec.DecodeError as trouble:
        raise BadInput(f"cues {path}: {trouble}") from None
    for metric in catalogue:
        if metric not in METRICS:
            raise BadInput(f"cues {path}: there is no metric {metric!r}; known are {', '.join(METRICS)}")
    return catalogue


@dataclass(frozen=True, slots=True)
class Choice:
    """A cue to give now."""

    metric: str
    side: Side
    direction: Direction
    text: str
    sound: str
    reason: str


def outside(band: Band, mean: float) -> tuple[Direction, float] | None:
    """On which side of the band a mean lies and how far (> 0); None inside."""
    if band.high is not None and mean > band.high:
        return "high", mean - band.high
    if band.low is not None and mean < band.low:
        return "low", band.low - mean
    return None


class Coach:
    """Bandwidth feedback: a cue when a side's rolling mean is outside its band by more than its own uncertainty.

    The clock is the session's: a stance's toe off.
    """

    __slots__ = ("_catalogue", "_last_s", "_rolling", "_settings")

    def __init__(
        self, settings: CoachSettings, rolling_stances: int, catalogue: Mapping[str, dict[Direction, CueText]]
    ):
        self._settings = settings
        self._catalogue = catalogue
        self._rolling = Rolling(rolling_stances)
        self._last_s = -math.inf

    def push(self, stance: Stance) -> Choice | None:
        """Take a stance; the cue that is due after it, if any."""
        self._rolling.add(stance)
        if stance.toe_off_s - self._last_s < self._settings.shortest_pause_s:
            return None
        choice = self._worst()
        if choice is not None:
            self._last_s = stance.toe_off_s
        return choice

    def forget(self) -> None:
        """Start the rolling means anew (after a pause)."""
        self._rolling.clear()

    def _worst(self) -> Choice | None:
        worst, worst_excess = None, 0.0
        for metric, band in self._settings.targets.items():
            for side in SIDES:
                mean = self._rolling.estimate(side, metric)
                if mean is None or mean.sd is None or mean.n < self._settings.fewest_stances:
                    continue
                found = outside(band, mean.mean)
                if found is None or found[0] not in self._catalogue.get(metric, {}):
                    continue
                direction, distance = found
                excess = distance / max(t95(mean.n - 1) * mean.sd / math.sqrt(mean.n), 0.1)
                if excess > max(1.0, worst_excess):
                    cue = self._catalogue[metric][direction]
                    limit = band.high if direction == "high" else band.low
                    worst_excess = excess
                    worst = Choice(
                        metric,
                        side,
                        direction,
                        cue.text.format(side=side),
                        cue.sound.format(side=side),
                        f"{metric} {side}: mean {mean.mean:.1f} of {mean.n} stances, target {direction} {limit:g}",
                    )
        return worst
