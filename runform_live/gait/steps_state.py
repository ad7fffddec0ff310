"""The steps of a run and a walk written down, for a stage that goes on."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from runform_live.gait.lows import SeenLow
from runform_live.gait.oscillation import LowestPoints
from runform_live.gait.row import Row, Step
from runform_live.gait.slow_motion import SlowMotionState
from runform_live.gait.walked_steps import WalkedSteps


class StepState(msgspec.Struct, frozen=True):
    """One step written down; `row` is the place of its row in `StepsState.rows`."""

    row: int
    number: int
    since_s: float
    midstance_s: float
    fall_trunks: float
    initial_contact_s: float
    toe_off_s: float
    double_support_s: float
    contact_sigma_s: float
    feet_seen: bool
    low_s: float
    timed: bool

    @classmethod
    def of(cls, step: Step, row: int) -> StepState:
        """row: the place of its row."""
        return cls(row, **{name: getattr(step, name) for name in cls.__struct_fields__ if name != "row"})

    def read(self, rows: Sequence[Row]) -> Step:
        """The step; rows: all of them, by their places."""
        return Step(**msgspec.structs.asdict(self) | {"row": rows[self.row]})


class StepsState(msgspec.Struct, frozen=True):
    """All of `Steps` written down. Steps of one row share it, so it is written down once.

    The present row of running is the first one, that of walking the second one, and the walk before that the third one.
    """

    lowest: LowestPoints
    lows: tuple[SeenLow, ...]
    rows: tuple[Row, ...]
    open: tuple[StepState, ...]
    closed: tuple[StepState, ...]
    last_low_s: float
    last_run_s: float
    slow_motion: SlowMotionState
    walked: WalkedSteps
    runs_s: tuple[tuple[float, float], ...]
    told_s: float
    contacts_s: tuple[tuple[float, float], ...]
