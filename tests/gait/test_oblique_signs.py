"""The camera's angle by the swing of the legs against each other, from frames."""

from __future__ import annotations

import math

import numpy as np
import pytest

from runform_live.gait.oblique import OBLIQUE_DEG, CameraAngle
from runform_live.messages import INDEX
from tests.makers import Segmenter, pose_at, running, standing

LEG_PX = 275.0
SWING_PX = 0.4 * LEG_PX  # of one ankle, fore and aft, to each side of the hips
FEET = [INDEX[f"{side}_{joint}"] for side in ("left", "right") for joint in ("ankle", "heel", "toe")]


def seen(
    time_s: float, angle_deg: float, roll_deg: float = 0.0, stand_s: float = 0.0, anterior: bool = False
) -> np.ndarray:
    """Somebody who runs, seen from an angle: what goes back goes across the picture by the sine of the angle."""
    points = standing() if time_s < stand_s else running(time_s - stand_s, anterior=anterior, belt_px=0.0)
    if time_s >= stand_s:
        phase = (time_s - stand_s) * 170.0 / 60.0
        for leg, own in ((0, 0.5), (1, 1.5)):
            back_px = SWING_PX * math.cos(math.pi * (phase - own) - math.radians(113.0))
            sideways_px = back_px * math.sin(math.radians(angle_deg)) * (-1.0 if anterior else 1.0)
            points[[FEET[3 * leg + k] for k in range(3)], 0] += sideways_px
            points[INDEX["left_knee" if leg == 0 else "right_knee"], 0] += 0.5 * sideways_px
    turn = math.radians(roll_deg)
    x, y = (points[:, :2] - (640.0, 350.0)).T
    points[:, 0] = 640.0 + x * math.cos(turn) - y * math.sin(turn)
    points[:, 1] = 350.0 + x * math.sin(turn) + y * math.cos(turn)
    return points


def found(
    angle_deg: float,
    roll_deg: float = 0.0,
    stand_s: float = 0.0,
    anterior: bool = False,
    travel_px_s: float = 0.0,
    unseen: tuple[str, ...] = (),
) -> tuple[CameraAngle, bool]:
    segmenter = Segmenter("anterior" if anterior else "posterior")
    for frame in range(240):
        points = seen(frame / 30, angle_deg, roll_deg, stand_s, anterior)
        points[:, 0] += travel_px_s * frame / 30
        points[[INDEX[name] for name in unseen]] = np.nan
        segmenter.push(pose_at(frame / 30), points)
    return segmenter.camera_angle, segmenter.oblique


@pytest.mark.parametrize("anterior", [False, True])
@pytest.mark.parametrize("angle_deg", [0.0, 15.0, 30.0, -30.0])
def test_the_legs_swing_across_by_the_sine_of_the_angle(angle_deg: float, anterior: bool) -> None:
    camera, oblique = found(angle_deg, anterior=anterior)
    assert camera.low_deg - 3.0 <= abs(angle_deg) <= camera.high_deg + 3.0
    assert oblique == (angle_deg != 0.0)


@pytest.mark.parametrize("stand_s", [2.5, 0.0])
@pytest.mark.parametrize("roll_deg", [-12.0, 0.0, 12.0])
def test_a_camera_that_is_rolled_is_not_oblique(roll_deg: float, stand_s: float) -> None:
    straight, aside = found(0.0, roll_deg, stand_s), found(20.0, roll_deg, stand_s)
    assert not straight[1] and straight[0].angle_deg < 4.0
    assert aside[1] and aside[0].angle_deg > OBLIQUE_DEG


def test_somebody_who_crosses_a_floor_is_seen_from_the_same_angle_as_on_a_belt() -> None:
    assert found(20.0, travel_px_s=40.0)[0].angle_deg == pytest.approx(found(20.0)[0].angle_deg, abs=0.5)


def test_without_feet_the_knees_tell_the_angle() -> None:
    feet = tuple(f"{side}_{joint}" for side in ("left", "right") for joint in ("heel", "toe"))
    assert found(20.0, unseen=feet)[0].angle_deg > OBLIQUE_DEG
