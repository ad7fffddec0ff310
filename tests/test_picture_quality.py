from __future__ import annotations

import math

import numpy as np
import pytest

from runform_live.messages import INDEX, LANDMARKS
from runform_live.picture_quality import RUNNER_DARK, runner_brightness
from tests.makers import standing


def test_a_silhouette_is_dark_though_the_room_is_bright_and_black_tights_with_bare_shanks_are_not() -> None:
    points = standing()
    room = np.full((720, 1280, 3), 200, np.uint8)
    assert runner_brightness(room, points) == pytest.approx(200 / 255)
    body = np.nanmin(points[:, 1]), np.nanmax(points[:, 1])
    dark = room.copy()
    dark[int(body[0]) - 20 : int(body[1]) + 20, 500:780] = 20
    assert runner_brightness(dark, points) < RUNNER_DARK < dark.mean() / 255
    knees_px = int(points[INDEX["left_knee"], 1])
    dark[knees_px:, 500:780] = 120
    assert runner_brightness(dark, points) > RUNNER_DARK


def test_who_is_not_in_the_picture_has_no_brightness() -> None:
    nobody = np.full((len(LANDMARKS), 3), np.nan)
    assert math.isnan(runner_brightness(np.zeros((720, 1280, 3), np.uint8), nobody))
    beside = standing()
    beside[:, 0] += 5000
    assert math.isnan(runner_brightness(np.zeros((720, 1280, 3), np.uint8), beside))
