"""Somebody who crosses a floor at an angle to the camera, without a single stance."""

from __future__ import annotations

import math

import numpy as np

from runform_live import handover
from runform_live.gait.crossing import Crossing, after
from runform_live.messages import INDEX
from tests.makers import Segmenter, pose_at, running, standing

TRUNK_PX, LEG_PX = 150.0, 275.0


def walker(time_s: float, trunks_s: float, apart: float, exchanged: bool = False) -> np.ndarray:
    """Frontal trunk; the hips go across at that speed, and the ankles come so far apart (lengths of the leg), 1.1 s a stride."""
    points = standing()
    away = 0.5 * apart * LEG_PX * math.cos(2.0 * math.pi * time_s / 1.1)
    for side, sign in (("left", -1.0), ("right", 1.0)):
        points[INDEX[f"{side}_ankle"], 0] = 640.0 + sign * (abs(away) if exchanged else away)
    points[:, 0] += trunks_s * TRUNK_PX * time_s
    return points


def seen(seconds: float, **of_walker: float) -> Crossing:
    state = Crossing()
    for frame in range(round(30 * seconds)):
        state = after(state, frame / 30, walker(frame / 30, **of_walker))
    return state


def test_one_stride_across_the_picture_is_enough_on_either_way() -> None:
    assert seen(1.2, trunks_s=2.0, apart=0.7).oblique
    assert seen(1.2, trunks_s=-2.0, apart=0.7).oblique


def test_legs_that_a_network_exchanges_tell_the_same() -> None:
    assert seen(1.2, trunks_s=2.0, apart=0.7, exchanged=True).oblique


def test_who_stays_in_his_place_does_not_cross() -> None:
    assert not seen(8.0, trunks_s=0.0, apart=0.7).oblique
    assert not seen(8.0, trunks_s=0.3, apart=0.7).oblique, "somebody drifts on a belt"


def test_who_glides_across_with_the_feet_together_is_a_camera_that_moves() -> None:
    assert not seen(3.0, trunks_s=2.0, apart=0.3).oblique


def test_a_walk_that_begins_after_a_stand_is_seen_too() -> None:
    state = Crossing()
    for frame in range(90):
        state = after(state, frame / 30, walker(0.0, 0.0, 0.2))
    for frame in range(60):
        state = after(state, 3.0 + frame / 30, walker(frame / 30, 2.0, 0.7))
    assert state.oblique


def test_somebody_who_turns_up_elsewhere_has_not_crossed() -> None:
    state = seen(0.6, trunks_s=0.0, apart=0.7)
    for frame in range(18):
        points = walker(frame / 30, 0.0, 0.7)
        points[:, 0] += 600.0
        state = after(state, 3.0 + frame / 30, points)
    assert not state.oblique


def test_a_successor_goes_on() -> None:
    state = seen(1.2, trunks_s=2.0, apart=0.7)
    assert handover.decode(handover.encode(state), Crossing) == state


def test_it_is_said_only_as_long_as_no_stances_say_otherwise() -> None:
    """Somebody walks sideways onto a belt, and runs there straight before the camera."""
    segmenter = Segmenter("posterior")
    for frame in range(36):
        segmenter.push(pose_at(frame / 30), walker(frame / 30, 2.0, 0.7))
    assert segmenter.oblique
    stances = 0
    for frame in range(36, 330):
        points = standing() if frame < 96 else running((frame - 96) / 30)
        stances += len(segmenter.push(pose_at(frame / 30), points))
        assert segmenter.oblique == (stances < 6)
    assert stances > 6


def test_who_crosses_after_enough_stances_is_not_looked_for_any_more() -> None:
    """Somebody who leaves the belt walks out of the picture."""
    segmenter = Segmenter("posterior")
    for frame in range(240):
        points = standing() if frame < 60 else running((frame - 60) / 30)
        segmenter.push(pose_at(frame / 30), points)
    before = segmenter.state().crossing
    for frame in range(240, 276):
        segmenter.push(pose_at(frame / 30), walker((frame - 240) / 30, 2.0, 0.7))
    assert not segmenter.oblique and segmenter.state().crossing == before
