"""The last seconds of a runner, and what may be asked of them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from runform_live.gait.signals import FLOW_LEVEL, SHOULDERS_X, SHOULDERS_Y, TILT, TRUNK_LENGTH
from runform_live.gait.window import KEPT, Window
from runform_live.messages import LANDMARKS
from tests.makers import Landmarks, standing

RATE_HZ = 30
UNKNOWN = np.full((len(LANDMARKS), 3), np.nan)


def at_height(px: float) -> Landmarks:
    """Somebody who stands, moved down the picture."""
    return standing(centre=(640.0, 350.0 + px))


def window_of(frames: list[Landmarks | None], rate_hz: float = RATE_HZ) -> Window:
    """All of them smoothed, from 0 s on; None: a frame that did not come."""
    window = Window()
    for number, landmarks in enumerate(frames):
        if landmarks is not None:
            window.append(number / rate_hz, landmarks, marked=False, flow_level_deg=float(number))
            window.smooth(window.lag_s)
    window.smooth(0.0)
    return window


def test_between_two_frames_a_curve_that_turns_keeps_its_top() -> None:
    def height_px(time_s: float) -> float:
        return 15.0 * math.cos(2 * math.pi * (time_s - 1.0) / 0.5)

    window = window_of([at_height(height_px(number / 60)) for number in range(120)], 60.0)
    frames, between = 1.0 + np.array([-1, 0, 1]) / 60, 1.0 + np.array([-0.5, 0.5]) / 60
    at = window.at(np.concatenate([frames, between]))[:, SHOULDERS_Y]
    line = (at[:2] + at[1:3]) / 2
    true = [height_px(time_s) - height_px(1.0) for time_s in between]
    assert at[3:] - at[1] == pytest.approx(true, abs=0.01)
    assert np.abs(line - at[1] - true).min() > 0.02


@pytest.mark.parametrize("at_s", [-0.01, 0.51, 2.5 / RATE_HZ], ids=["before", "after", "beside an unknown frame"])
def test_what_lies_outside_the_known_frames_is_unknown(at_s: float) -> None:
    frames: list[Landmarks | None] = [UNKNOWN if number < 3 else standing() for number in range(15)]
    assert np.isnan(window_of(frames).at(np.array([at_s]))).all()


def test_across_a_long_gap_nothing_is_known_and_across_a_short_one_it_is() -> None:
    def across(lost: int) -> float:
        frames: list[Landmarks | None] = [standing() for _ in range(60)]
        frames[30 : 30 + lost] = [None] * lost
        return float(window_of(frames).at(np.array([(29.5 + lost / 2) / RATE_HZ]))[0, SHOULDERS_X])

    assert across(2) == pytest.approx(640.0, abs=1e-6)
    assert math.isnan(across(4))


def test_means_trends_and_shares_are_of_the_known_values_between_two_times() -> None:
    frames: list[Landmarks | None] = [at_height(2.0 * number) for number in range(60)]
    frames[10:20] = [UNKNOWN] * 10
    window = window_of(frames)
    assert window.raw_mean(FLOW_LEVEL, 0.99, 1.01) == 30.0
    assert window.mean(SHOULDERS_Y, 0.99, 1.01) == pytest.approx(200.0 + 60.0)
    assert window.trend(SHOULDERS_Y, 1.0, 1.5) == pytest.approx(2.0 * RATE_HZ)
    assert window.known_share(TILT, 0.0, 29.5 / RATE_HZ) == pytest.approx(20 / 30)
    assert window.trunk_px(1.5) == pytest.approx(150.0)


def test_where_nothing_is_known_there_is_no_mean_and_no_trend() -> None:
    window = window_of([standing()] * 10)
    assert math.isnan(window.mean(TILT, 2.0, 3.0)) and math.isnan(window.raw_mean(TRUNK_LENGTH, 2.0, 3.0))
    assert math.isnan(window.trend(TILT, 0.0, 1.9 / RATE_HZ)), "two values make no trend"
    assert window.known_share(TILT, 2.0, 3.0) == 0.0


def test_a_time_that_does_not_go_forward_is_refused() -> None:
    window = window_of([standing()] * 3)
    with pytest.raises(ValueError, match="frame times must increase"):
        window.append(1 / RATE_HZ, standing(), marked=False)


def test_the_newest_frames_are_kept_however_many_come() -> None:
    window = Window()
    for number in range(5 * KEPT // 2):
        window.append(number / 240, at_height(float(number % 7)), marked=False, flow_level_deg=float(number))
        window.smooth(window.lag_s)
        if number >= KEPT:
            assert window.oldest_s == (number + 1 - KEPT) / 240 and window.has_forgotten
    newest = 5 * KEPT // 2 - 1
    assert window.raw_mean(FLOW_LEVEL, newest / 240, math.inf) == newest
    assert window.raw_mean(FLOW_LEVEL, -math.inf, window.oldest_s) == newest + 1 - KEPT
