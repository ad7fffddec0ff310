"""One frame's landmarks as a row of signals."""

from __future__ import annotations

import math

import numpy as np
import pytest

from runform_live.gait import signals
from runform_live.messages import INDEX, LANDMARKS
from tests.makers import Landmarks, standing, swapped


def row_of(landmarks: Landmarks, marked: bool = False) -> np.ndarray:
    row = np.zeros(signals.SIGNALS)
    signals.write_signals(landmarks, marked, row)
    return row


def test_a_row_is_ordered_by_picture_side_whatever_the_network_calls_the_legs() -> None:
    points = standing()
    right, wrong = row_of(points), row_of(swapped(points))
    assert right[signals.BACK] == 1 and wrong[signals.BACK] == -1
    same = [i for i in range(signals.SIGNALS) if i != signals.BACK]
    np.testing.assert_allclose(right[same], wrong[same])
    assert right[signals.HIP_X] == points[INDEX["left_hip"], 0]
    assert right[signals.LEG + signals.KNEE_Y] == points[INDEX["right_knee"], 1]
    assert right[signals.HEEL_Y[1]] == points[INDEX["right_heel"], 1]
    assert right[signals.TRUNK_LENGTH] == pytest.approx(150)
    assert right[signals.FRONTALITY] == pytest.approx(110 / 150)


def test_a_frame_without_a_person_is_a_row_of_unknowns() -> None:
    assert np.isnan(row_of(np.full((len(LANDMARKS), 3), np.nan))).all()


def test_the_pelvis_line_is_that_of_the_stickers_where_there_are_some() -> None:
    points = standing()
    points[INDEX["left_psis"]] = 627.0, 320.0, 0.5
    points[INDEX["right_psis"]] = 653.0, 322.0, 0.5
    marked, plain = row_of(points, marked=True), row_of(points)
    assert marked[signals.TILT] == pytest.approx(math.degrees(math.atan2(2.0, 26.0)))
    assert plain[signals.TILT] == pytest.approx(0.0)
    assert marked[signals.TILT_SIGMA] < plain[signals.TILT_SIGMA]
    assert marked[signals.HIP_X] == plain[signals.HIP_X]
    assert marked[signals.STICKERS_Y] == 321.0 and math.isnan(plain[signals.STICKERS_Y])
