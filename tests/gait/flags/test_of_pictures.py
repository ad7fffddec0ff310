"""Each flag of the pictures on its own."""

from __future__ import annotations

import math

from runform_live.camera_motion import CameraMotion
from runform_live.gait.flags.of_pictures import (
    FEWEST_REPEATED,
    AgainstLight,
    CameraMoved,
    InSlowMotion,
    LowLight,
    RepeatedPictures,
    TooFewPictures,
)
from tests.gait.flags.makers import Run, after, picture


def test_a_dark_picture_is_low_light_and_a_dark_runner_in_a_bright_one_is_against_light() -> None:
    dark, dim = {"brightness": 0.05, "runner_brightness": 0.05}, {"brightness": 0.5, "runner_brightness": 0.05}
    assert after(LowLight(), 2.5, **dark) == "low_light"
    assert after(LowLight(), 2.5, **dim) == ""
    assert after(AgainstLight(), 2.5, **dark) == ""
    assert after(AgainstLight(), 2.5, **dim) == "against_light"


def test_a_short_darkness_and_a_dark_room_without_a_runner_are_no_low_light() -> None:
    assert after(LowLight(), 1.5, brightness=0.05) == ""
    assert after(LowLight(), 9.0, brightness=0.05, found=False) == ""


def test_ten_pictures_a_second_are_too_few_whoever_is_to_blame() -> None:
    assert after(TooFewPictures(), 6.0) == "low_frame_rate"


def test_pictures_that_are_repeated_often_are_told() -> None:
    flag = RepeatedPictures()
    for number in range(FEWEST_REPEATED - 1):
        flag.see_repeat(picture(number))
    assert flag.raised() == "", "single losses"
    flag.see_repeat(picture(99))
    assert flag.raised() == "repeated_pictures"
    assert after(flag, 30.0) == "", "few among many"


def test_slow_motion_is_what_the_steps_show() -> None:
    flag = InSlowMotion()
    flag.hear(Run(slowed=False))
    assert flag.raised() == ""
    flag.hear(Run(slowed=True))
    assert flag.raised() == "slow_motion"


def test_a_camera_that_turns_is_told_only_while_somebody_runs() -> None:
    turned = CameraMotion(math.cos(0.02), math.sin(0.02))
    for running, standing, word in ((True, False, "camera_moved"), (False, False, ""), (False, True, "")):
        flag = CameraMoved()
        after(flag, 0.1, standing=True)
        assert after(flag, 1.5, camera=turned, running=running, standing=standing) == word


def test_a_camera_that_suddenly_looks_from_elsewhere_is_told_at_once_in_a_run() -> None:
    for phase, word in (("running", "camera_moved"), ("paused", "camera_moved"), ("before", "")):
        flag = CameraMoved()
        after(flag, 1.0, standing=True)
        assert after(flag, 0.1, camera=CameraMotion(place=1), phase=phase, running=False) == word
