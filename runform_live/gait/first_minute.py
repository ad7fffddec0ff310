"""The first minute of one gait: what the rest of a run is compared with."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from runform_live.gait.run_phase import RunTime, RunTimeState
from runform_live.gait.uncertainty.statistics import FEWEST_STANCES, estimate
from runform_live.messages import Gait, Naming, Side, Stance
from runform_live.side_naming import put_right

BASELINE_S = 60.0  # of that gait; pauses do not count


class FirstMinuteState(msgspec.Struct, frozen=True):
    """A first minute written down."""

    run_time: RunTimeState
    stances: tuple[Stance, ...]
    over: bool


class FirstMinute:
    """Push stances until the minute is over; later ones are left out, and so are those of the other gait.

    The stances are kept, because their sides and angles change with the view. The minute begins anew where the camera was moved or the view
    became unsure within it.
    """

    __slots__ = ("_gait", "_run_time", "_stances", "over")

    def __init__(self, state: FirstMinuteState | None = None, gait: Gait = "run") -> None:
        """state: of a predecessor, to go on from."""
        self._gait = gait
        self._run_time = RunTime(state.run_time if state else None)
        self._stances: list[Stance] = list(state.stances) if state else []
        self.over = state.over if state else False

    def state(self) -> FirstMinuteState:
        """All of it, for a successor."""
        return FirstMinuteState(self._run_time.state(), tuple(self._stances), self.over)

    def push(self, stance: Stance) -> bool:
        """Take a stance; True where it completes the minute."""
        if self.over or stance.gait != self._gait:
            return False
        if self._stances and _conditions(self._stances[-1]) != _conditions(stance):
            self._run_time, self._stances = RunTime(), []
        self._run_time.push(stance)
        self._stances.append(stance)
        self.over = self._run_time.at(stance.toe_off_s) >= BASELINE_S
        return self.over

    def put_right(self, now: Naming) -> bool:
        """Name the stances as `now` says; whether any of them changed."""
        return put_right(self._stances, now)

    def stances(self, side: Side | None = None) -> list[Stance]:
        """Of a side, or of both in time order."""
        return [stance for stance in self._stances if side is None or stance.side == side]

    @property
    def span_s(self) -> tuple[float, float] | None:
        """From its first contact to its last toe off; None before it is over."""
        return (self._stances[0].initial_contact_s, self._stances[-1].toe_off_s) if self.over else None

    @property
    def left_s(self) -> float:
        """Seconds of that gait until it is over."""
        last_s = self._stances[-1].toe_off_s if self._stances else 0.0
        return 0.0 if self.over else max(0.0, BASELINE_S - self._run_time.at(last_s))


def mean_of_side(stances: Iterable[Stance], metric: str, side: Side) -> float | None:
    """A side's mean in a first minute (stances: its own, of both sides or of that one); None where too few of them have the metric."""
    found = estimate([getattr(one, metric) for one in stances if one.side == side], None)
    return found.mean if found is not None and found.n >= FEWEST_STANCES else None


def _conditions(stance: Stance) -> tuple[int, int]:
    return stance.camera_moves, stance.view_doubts
