"""What was cued lately, on which side, and the stances since then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from runform_live.body import OTHER
from runform_live.gait.rolling import Rolling, RollingState
from runform_live.messages import Naming, Side, Stance

STANCES = 20  # a side, that a judgement rests on


class CuedState(msgspec.Struct, frozen=True):
    """One cue written down, with the stances since."""

    metric: str
    side: Side
    time_s: float
    since: RollingState


@dataclass(frozen=True, slots=True)
class _Cue:
    time_s: float
    since: Rolling


class Cued:
    """The last cue for each metric and side. It is forgotten once it was answered by praise."""

    __slots__ = ("_cues",)

    def __init__(self, state: tuple[CuedState, ...] = ()) -> None:
        self._cues = {(one.metric, one.side): _Cue(one.time_s, Rolling(STANCES, one.since)) for one in state}

    def state(self) -> tuple[CuedState, ...]:
        """All of it, for a successor."""
        return tuple(
            CuedState(metric, side, one.time_s, one.since.state()) for (metric, side), one in self._cues.items()
        )

    def push(self, stance: Stance) -> None:
        """Take a stance, which comes after all cues so far."""
        for one in self._cues.values():
            one.since.add(stance)

    def add(self, metric: str, sides: Iterable[Side], time_s: float) -> None:
        """Note a cue. Only stances after it count from now on."""
        for side in sides:
            self._cues[metric, side] = _Cue(time_s, Rolling(STANCES))

    def remove(self, metric: str, sides: Iterable[Side]) -> None:
        for side in sides:
            del self._cues[metric, side]

    def clear(self) -> None:
        self._cues.clear()

    def holds(self, metric: str, sides: Iterable[Side]) -> bool:
        """Whether the metric was cued on all of these sides."""
        return all((metric, side) in self._cues for side in sides)

    def metrics(self) -> list[str]:
        """The metrics that were cued, each once, in the order of their cues."""
        return list(dict.fromkeys(metric for metric, _ in self._cues))

    def stances_since(self, metric: str, side: Side) -> list[Stance] | None:
        """The stances of a side since it was cued; None where it was not."""
        one = self._cues.get((metric, side))
        return None if one is None else one.since.stances(side)

    def put_right(self, naming: Naming) -> None:
        """Left and right were exchanged: so are the sides of the cues since."""
        cues = dict[tuple[str, Side], _Cue]()
        for (metric, side), one in self._cues.items():
            one.since.put_right(naming)
            cues[metric, side if one.time_s < naming.since_s else OTHER[side]] = one
        self._cues = cues
