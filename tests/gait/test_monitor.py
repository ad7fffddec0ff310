from __future__ import annotations

import numpy as np
import pytest

from runform_live.gait.monitor import GaitMonitor
from runform_live.messages import LANDMARKS
from tests.makers import pose, running, standing

UNKNOWN = np.full((len(LANDMARKS), 3), np.nan)


def watched(
    seconds: float, rate_hz: float = 30.0, found: bool = True, squeeze: float = 1.0, **how: object
) -> GaitMonitor:
    monitor = GaitMonitor()
    for frame in range(int(seconds * rate_hz)):
        points = standing() if frame < 2 * rate_hz else running(frame / rate_hz - 2)
        points[:, 0] = 640 + squeeze * (points[:, 0] - 640)
        monitor.push(pose(frame + 1, frame / rate_hz, found, **how), points if found else UNKNOWN)  # type: ignore[arg-type]
    return monitor


@pytest.mark.parametrize(
    ("how", "flag"),
    [
        ({"squeeze": 0.3}, "wrong_view"),
        ({"brightness": 0.05}, "low_light"),
        ({"rate_hz": 15.0}, "low_frame_rate"),
        ({"cut_off": True}, "person_cut_off"),
        ({"found": False}, "nobody_seen"),
    ],
)
def test_what_is_wrong_is_flagged(how: dict[str, object], flag: str) -> None:
    assert watched(6.0, **how).flags() == (flag,)  # type: ignore[arg-type]


def test_a_good_recording_has_no_flag() -> None:
    monitor = watched(6.0)
    assert monitor.flags() == ()
    state = monitor.state()
    assert (state.activity, state.view, state.calibrated) == ("running", "posterior", True)
    assert state.cadence_spm == pytest.approx(170, rel=0.02)


def test_a_frame_that_comes_late_is_left_out() -> None:
    monitor = GaitMonitor()
    monitor.push(pose(1, 1.0), standing())
    assert monitor.push(pose(2, 0.9), standing()) == []
    assert monitor.state().time_s == 1.0


def test_nobody_is_not_standing() -> None:
    assert watched(3.0, found=False).state().activity == "nobody"
