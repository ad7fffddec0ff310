"""The guided set-up on made poses: a tick or a cross each, and what comes next."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from runform_live.dashboard import status_model
from runform_live.dashboard.guide_model import CHECKS, GuideModel
from runform_live.dashboard.model import DashboardModel
from runform_live.messages import INDEX, SourceState
from tests.dashboard.test_model import gait, model
from tests.makers import pose, standing


def guide(points: np.ndarray | None = None, brightness: float = 0.5, cut_off: bool = False, rate_hz: float = 30.0,
          sharpness: float = 60.0, size: tuple[int, int] = (1280, 720), calibrated: bool = False,
          dashboard: DashboardModel | None = None) -> GuideModel:  # fmt: skip
    dashboard = dashboard or model()
    dashboard.take(pose(1, 0.0, brightness=brightness, cut_off=cut_off), 0.0)
    dashboard.take(gait(activity="standing", calibrated=calibrated), 0.0)
    found = GuideModel(dashboard)
    found.see(standing() if points is None else points, *size)
    found.take_sharpness(sharpness)
    found.hear(rate_hz)
    return found


def bad(found: GuideModel) -> set[str]:
    return {check.key for check in found.checks() if check.state == "bad"}


def test_a_good_picture_has_a_tick_everywhere_and_asks_to_stand() -> None:
    found = guide()
    assert bad(found) == set()
    assert found.phase() == "standing"
    assert guide(calibrated=True).phase() == "running"
    assert guide(calibrated=True).left_open() == ""


def side_on() -> np.ndarray:
    points = standing()
    for joint in ("shoulder", "hip", "knee", "ankle"):
        for side in ("left", "right"):
            points[INDEX[f"{side}_{joint}"], 0] = 640 + 0.2 * (points[INDEX[f"{side}_{joint}"], 0] - 640)
    return points


@pytest.mark.parametrize(
    ("found", "key"),
    [
        (guide(cut_off=True), "body"),
        (guide(size=(2560, 1440)), "size"),
        (guide(side_on()), "view"),
        (guide(standing(centre=(640, 590))), "height"),
        (guide(standing(roll_deg=9.0)), "roll"),
        (guide(brightness=0.05), "light"),
        (guide(sharpness=3.0), "sharp"),
        (guide(rate_hz=14.0), "rate"),
    ],
)
def test_what_is_wrong_has_a_cross_and_holds_the_set_up(found: GuideModel, key: str) -> None:
    assert key in bad(found)
    assert found.phase() == "framing"
    assert key in found.left_open() and "standing" in found.left_open()


def test_before_anybody_is_seen_nothing_is_known() -> None:
    found = GuideModel(model())
    assert {check.state for check in found.checks()} == {"unknown"}
    seen = model()
    nobody = guide(dashboard=seen)
    seen.take(msgspec.structs.replace(pose(2, 0.1), found=False), 0.0)
    assert {check.key for check in nobody.checks() if check.state == "unknown"} >= {
        "body",
        "size",
        "view",
        "height",
        "roll",
    }


def test_a_camera_that_is_lost_in_the_middle_of_it_leaves_nothing_known_until_it_returns() -> None:
    dashboard = model()
    found = guide(calibrated=True, dashboard=dashboard)
    dashboard.take(SourceState(state="lost", text="the camera does not answer"), 0.0)
    assert [(check.key, check.state) for check in found.checks()] == [(key, "unknown") for key in CHECKS]
    assert found.phase() == "framing"
    assert status_model.status(dashboard, 0.0).words.startswith("Camera lost")
    dashboard.take(SourceState(state="open", text=""), 0.0)
    assert bad(found) == set() and found.phase() == "running"
