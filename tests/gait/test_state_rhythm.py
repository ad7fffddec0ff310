"""When the gait core makes its state known: the same for the live program, offline analysis and validation."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from runform_live import handover
from runform_live.gait.monitor import GaitMonitor, MonitorState
from runform_live.gait.state_rhythm import STATE_S
from runform_live.messages import GaitState
from tests.makers import Watch, pose, running, standing


def told(rate_hz: float, seconds: float = 6.0, restarted_at: int = -1) -> tuple[list[GaitState], float]:
    """Two seconds of standing, then a run: the states that were due, and the time (s) of the first calibrated frame."""
    monitor, watch, states, calibrated_s = GaitMonitor(), Watch(), list[GaitState](), math.nan
    for frame in range(int(seconds * rate_hz)):
        if frame == restarted_at:
            monitor = GaitMonitor(state=handover.decode(handover.encode(monitor.state()), MonitorState))
        time_s = frame / rate_hz
        points = standing() if time_s < 2 else running(time_s - 2)
        monitor.push(watch(pose(frame + 1, time_s), points), points)
        if math.isnan(calibrated_s) and monitor.gait_state().calibrated:
            calibrated_s = time_s
        state = monitor.state_due()
        if state is not None:
            states.append(state)
    return states, calibrated_s


@pytest.mark.parametrize("rate_hz", [24.0, 30.0, 60.0, 120.0])
def test_the_state_is_told_about_ten_times_a_second_at_any_frame_rate(rate_hz: float) -> None:
    states, _ = told(rate_hz)
    calibrates = [not before.calibrated and after.calibrated for before, after in pairwise(states)]
    apart_s = [after.time_s - before.time_s for before, after in pairwise(states)]
    apart_s = [each_s for each_s, early in zip(apart_s, calibrates, strict=True) if not early]
    assert min(apart_s) >= STATE_S - 1e-9
    assert max(apart_s) <= STATE_S + 1 / rate_hz + 1e-9


@pytest.mark.parametrize("rate_hz", [24.0, 30.0, 60.0, 120.0])
def test_the_very_frame_that_calibrates_is_told(rate_hz: float) -> None:
    states, calibrated_s = told(rate_hz)
    assert next(state.time_s for state in states if state.calibrated) == calibrated_s


@pytest.mark.parametrize("restarted_at", [1, 31, 100])
def test_a_successor_keeps_the_rhythm(restarted_at: int) -> None:
    assert told(30.0, restarted_at=restarted_at) == told(30.0)


def test_before_the_first_frame_there_is_nothing_to_tell() -> None:
    assert GaitMonitor().state_due() is None
