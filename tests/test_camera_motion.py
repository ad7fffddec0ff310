from __future__ import annotations

import math

import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from runform_live.camera_motion import STILL, CameraMotion
from tests.makers import standing


@given(
    st.floats(-30, 30), st.floats(0.5, 2.0), st.floats(-500, 500), st.floats(-500, 500),
)  # fmt: skip
def test_what_the_camera_did_is_taken_back(turn_deg: float, size: float, x_px: float, y_px: float) -> None:
    turn = math.radians(turn_deg)
    motion = CameraMotion(size * math.cos(turn), size * math.sin(turn), x_px, y_px)
    then = standing()
    now = then.copy()
    now[:, :2] = np.column_stack([then[:, :2], np.ones(len(then))]) @ motion.matrix.T
    now[:, 2] *= size
    np.testing.assert_allclose(motion.taken_back(now), then, atol=1e-8)
    assert math.isclose(motion.turn_deg, turn_deg, abs_tol=1e-9)


def test_a_camera_that_stands_leaves_landmarks_as_they_are() -> None:
    points = standing()
    assert STILL.taken_back(points) is points
    assert CameraMotion(place=3).taken_back(points) is points


def test_it_travels() -> None:
    motion = CameraMotion(0.99, 0.02, 3.5, -2.0, 1)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(motion), type=CameraMotion) == motion
