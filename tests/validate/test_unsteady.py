from __future__ import annotations

import numpy as np
import pytest

from runform_live.pose.camera import CameraTracker
from runform_live.validate.unsteady import CAMERAS, FLOOR_DEG, HAND_DEG, PUSHED, PUSHED_S, Camera, filmed_by, motion
from tests.pose.test_camera import NOBODY, room


def test_a_push_comes_once_and_stays() -> None:
    assert motion("pushed", PUSHED_S) == (0.0, 0.0, 0.0)
    assert motion("pushed", PUSHED_S + 0.01) == motion("pushed", 60.0) == PUSHED


@pytest.mark.parametrize(("camera", "turn_deg"), [("hand", HAND_DEG), ("floor", FLOOR_DEG / 2**0.5)])
def test_how_far_a_camera_wanders(camera: Camera, turn_deg: float) -> None:
    turns = [motion(camera, time_s)[0] for time_s in np.arange(0, 300, 0.02)]
    assert np.std(turns) == pytest.approx(turn_deg, rel=0.05)
    assert abs(np.mean(turns)) < 0.1 * turn_deg


@pytest.mark.parametrize("camera", CAMERAS)
def test_the_motion_is_the_one_that_is_said(camera: Camera) -> None:
    """As another instrument sees it: signs, sizes and the point that it turns about."""
    tracker, filmed = CameraTracker(), filmed_by(camera)
    picture = room()
    height, width = picture.shape[:2]
    first = motion(camera, 0.0)
    for frame in range(30 * 7):
        seen = tracker.follow(filmed(frame / 30, picture), NOBODY, 1 / 30)
    turn_deg, right, down = (now - then for now, then in zip(motion(camera, frame / 30), first, strict=True))
    assert seen.turn_deg == pytest.approx(turn_deg, abs=0.06)
    middle = np.array([width / 2, height / 2])
    if camera == "pushed":  # the others do not begin where they would stand still
        shift = np.append(middle, 1.0) @ seen.matrix.T - middle
        assert shift == pytest.approx(np.array([right, down]) * height, abs=0.5)
