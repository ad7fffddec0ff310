"""The phase of a run (before it, running, paused) and the seconds of running, found from the steps alone, without a key.

The phase "running" means that the run is on, in either gait. Walking does not end a run; standing and absence do.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.gait.by_gait import of_gait
from runform_live.messages import Gait, RunPhase, Stance

PAUSE_S = 3.0  # without a step: a stumble or a lost view is shorter


class RunPhasesState(msgspec.Struct, frozen=True):
    """The phase of a run written down."""

    phase: RunPhase
    since_s: float
    ran_before_s: float
    last_running_s: float
    last_on_s: float = math.nan
    running_since_s: float = math.nan


class RunPhases:
    """Push one time a frame, with whether somebody runs or walks at that time."""

    __slots__ = ("_last_on_s", "_last_running_s", "_ran_before_s", "_running_since_s", "phase", "since_s")

    def __init__(self, state: RunPhasesState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        state = state or RunPhasesState("before", math.nan, 0.0, math.nan)
        self.phase: RunPhase = state.phase
        self.since_s = state.since_s  # when this phase began
        self._ran_before_s = state.ran_before_s  # seconds of running before this bout of it
        self._last_running_s = state.last_running_s  # when somebody ran last
        self._last_on_s = state.last_on_s  # when somebody ran or walked last
        self._running_since_s = state.running_since_s  # of this bout of running; NaN: nobody runs

    def state(self) -> RunPhasesState:
        """All of it, for a successor."""
        return RunPhasesState(
            self.phase,
            self.since_s,
            self._ran_before_s,
            self._last_running_s,
            self._last_on_s,
            self._running_since_s,
        )

    def push(self, time_s: float, running: bool, walking: bool = False) -> None:
        """Times (s) must not go back."""
        if math.isnan(self.since_s):
            self.since_s = time_s
        if running or walking:
            if self.phase != "running":
                self.phase, self.since_s = "running", time_s
            self._last_on_s = time_s
        elif self.phase == "running" and time_s - self._last_on_s > PAUSE_S:
            self._end_bout()
            self.phase, self.since_s = "paused", self._last_on_s
        if running:
            if math.isnan(self._running_since_s):
                self._running_since_s = time_s
            self._last_running_s = time_s
        elif walking:
            self._end_bout()

    def _end_bout(self) -> None:
        self._ran_before_s, self._running_since_s = self.ran_s, math.nan

    @property
    def ran_s(self) -> float:
        """Seconds of running up to now, without the pauses and without walking."""
        bout_s = self._last_running_s - self._running_since_s
        return self._ran_before_s + (0.0 if math.isnan(bout_s) else bout_s)


class RunTimeState(msgspec.Struct, frozen=True):
    """Seconds of running written down."""

    began_s: float
    last_s: float


class RunTime:
    """Seconds of running by the stances alone: from one to the next, without the gaps that are longer than PAUSE_S."""

    __slots__ = ("_began_s", "last_s")

    def __init__(self, state: RunTimeState | None = None) -> None:
        """state: of a predecessor, to go on from."""
        state = state or RunTimeState(math.nan, math.nan)
        self._began_s = state.began_s  # when a run without the pauses would have begun
        self.last_s = state.last_s  # the last toe off; NaN before the first

    def state(self) -> RunTimeState:
        """All of it, for a successor."""
        return RunTimeState(self._began_s, self.last_s)

    def push(self, stance: Stance) -> None:
        """Take the next stance."""
        gap_s = stance.initial_contact_s - self.last_s
        if math.isnan(self._began_s):
            self._began_s = stance.initial_contact_s
        elif gap_s > PAUSE_S:
            self._began_s += gap_s
        self.last_s = stance.toe_off_s

    def at(self, now_s: float) -> float:
        """Seconds of running until a time of the session after the last stance; 0 before the first."""
        return 0.0 if math.isnan(self._began_s) else now_s - self._began_s


def seconds_run(initial_contacts_s: npt.NDArray[np.float64], toe_offs_s: npt.NDArray[np.float64]) -> float:
    """Seconds of one gait over all its stances of a session: from the first contact to the last toe off, without the pauses.

    Both (stances,), in time order; 0 without a stance. In walking, stances overlap.
    """
    if not len(toe_offs_s):
        return 0.0
    gaps_s = initial_contacts_s[1:] - toe_offs_s[:-1]
    return float(toe_offs_s[-1] - initial_contacts_s[0] - gaps_s[gaps_s > PAUSE_S].sum())


def ran_s(stances: Sequence[Stance], gait: Gait = "run") -> float:
    """The same of stances of both sides and gaits, in time order: seconds of running, or of walking where that is asked for."""
    own = of_gait(stances, gait)
    return seconds_run(np.array([one.initial_contact_s for one in own]), np.array([one.toe_off_s for one in own]))
