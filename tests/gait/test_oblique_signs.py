"""The camera's angle by the swing of the legs against each other, from frames."""

from __future__ import annotations

import math

import numpy as np
import pytest

from runform_live.gait.oblique import OBLIQUE_DEG, CameraAngle
from runform_live.gait.oblique_signs import signs_of
from runform_live.gait.row import Row, Step
from runform_live.gait.uncertainty.camera_angle import USUAL_SD_DEG
from runform_live.gait.window import Window
from runform_live.messages import INDEX
from tests.makers import Segmenter, pose_at, running, standing
from tests.walkers import Camera, Walker

LEG_PX = 275.0
SWING_PX = 0.4 * LEG_PX  # of one ankle, fore and aft, to each side of the hips
BELT_SHARE = 0.2  # of the way back, by which a foot sinks before a camera that looks down from behind
FEET = [INDEX[f"{side}_{joint}"] for side in ("left", "right") for joint in ("ankle", "heel", "toe")]


def seen(
    time_s: float,
    angle_deg: float,
    roll_deg: float = 0.0,
    stand_s: float = 0.0,
    anterior: bool = False,
    on_the_spot: bool = False,
) -> np.ndarray:
    """Somebody who runs, seen from an angle: what goes back goes across the picture by the sine of the angle."""
    points = standing() if time_s < stand_s else running(time_s - stand_s, anterior=anterior, belt_px=0.0)
    if time_s >= stand_s and not on_the_spot:
        phase = (time_s - stand_s) * 170.0 / 60.0
        for leg, own in ((0, 0.5), (1, 1.5)):
            back_px = SWING_PX * math.cos(math.pi * (phase - own) - math.radians(113.0))
            sideways_px = back_px * math.sin(math.radians(angle_deg)) * (-1.0 if anterior else 1.0)
            foot = [FEET[3 * leg + k] for k in range(3)]
            points[foot, 0] += sideways_px
            points[foot, 1] += BELT_SHARE * back_px * (-1.0 if anterior else 1.0)
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
    on_the_spot: bool = False,
) -> tuple[CameraAngle, bool]:
    segmenter = Segmenter("anterior" if anterior else "posterior")
    for frame in range(240):
        points = seen(frame / 30, angle_deg, roll_deg, stand_s, anterior, on_the_spot)
        points[:, 0] += travel_px_s * frame / 30
        points[[INDEX[name] for name in unseen]] = np.nan
        segmenter.push(pose_at(frame / 30), points)
    return segmenter.camera_angle, segmenter.oblique


@pytest.mark.parametrize("anterior", [False, True])
@pytest.mark.parametrize("angle_deg", [0.0, 15.0, 30.0, -30.0])
def test_the_legs_swing_across_by_the_sine_of_the_angle(angle_deg: float, anterior: bool) -> None:
    camera, oblique = found(angle_deg, anterior=anterior)
    assert camera.low_deg <= abs(angle_deg) <= camera.high_deg
    assert oblique == (angle_deg != 0.0)


@pytest.mark.parametrize("stand_s", [2.5, 0.0])
@pytest.mark.parametrize("roll_deg", [-12.0, 0.0, 12.0])
def test_a_camera_that_is_rolled_is_not_oblique(roll_deg: float, stand_s: float) -> None:
    straight, aside = found(0.0, roll_deg, stand_s), found(20.0, roll_deg, stand_s)
    assert not straight[1] and straight[0].angle_deg < 4.0
    assert aside[1] and aside[0].angle_deg > OBLIQUE_DEG


def test_somebody_who_crosses_a_floor_is_seen_from_the_same_angle_as_on_a_belt() -> None:
    assert found(20.0, travel_px_s=40.0)[0].angle_deg == pytest.approx(found(20.0)[0].angle_deg, abs=0.5)


def test_without_ankles_the_knees_tell_the_angle() -> None:
    """A single stride, whose legs are known."""
    ankles = [INDEX["left_ankle"], INDEX["right_ankle"]]
    window, step_s = Window(), 60.0 / 170.0
    for frame in range(90):
        points = seen(frame / 30, 20.0)
        points[ankles] = np.nan
        window.append(frame / 30, points, marked=False)
        window.smooth(window.lag_s)
    row = Row(steps=5, number=4, evidence=1.0, intervals_s=[step_s])
    signs = signs_of(Step(row, 4, 3.5 * step_s, 4.5 * step_s), window, 0.0)
    assert math.isnan(signs.ankle.value)
    assert math.degrees(math.asin(abs(signs.knee.value))) == pytest.approx(20.0, abs=6.0)


@pytest.mark.parametrize("angle_deg", [0.0, 30.0])
def test_who_jogs_on_the_spot_shows_no_angle_from_wherever_and_the_interval_is_wide(angle_deg: float) -> None:
    """The legs do not swing, so nothing swings across from 30 deg either."""
    camera, oblique = found(angle_deg, on_the_spot=True)
    assert math.isnan(camera.angle_deg) and camera.sd_deg == USUAL_SD_DEG and not oblique


@pytest.mark.parametrize(("cadence_spm", "angle_deg"), [(60.0, 15.0), (60.0, 30.0), (110.0, 15.0)])
def test_a_slow_walkers_short_steps_do_not_hide_the_angle(cadence_spm: float, angle_deg: float) -> None:
    """An exact walker on a belt, turned under the camera."""
    segmenter, spell = Segmenter("posterior"), Walker().spell("walk", 24, cadence_spm)
    turn = math.radians(angle_deg)
    for number in range(math.floor(30 * spell.until_s)):
        turned = {
            name: np.array([x * math.cos(turn) + z * math.sin(turn), y, z * math.cos(turn) - x * math.sin(turn)])
            for name, (x, y, z) in spell.points(number / 30).items()
        }
        segmenter.push(pose_at(number / 30), Camera().seen(turned, np.random.default_rng(1)))
    camera = segmenter.camera_angle
    assert camera.low_deg < angle_deg < camera.high_deg
    assert segmenter.oblique
