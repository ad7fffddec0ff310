"""The line of standing hips: what the picture of the pelvis has turned by since then, and what the landmarks are turned by."""

from __future__ import annotations

import itertools
import math

import cv2
import msgspec
import numpy as np
import numpy.typing as npt
import pytest

from runform_live import config
from runform_live.camera_motion import CameraMotion
from runform_live.capture.sources import DEMO, Video
from runform_live.messages import FOLLOWS_ALL, INDEX, LANDMARKS, LevelInMotion
from runform_live.pose.open import open_tracker
from runform_live.pose.standing import AGAIN_FRAMES, FEW, FIRST_FRAMES, GAIN, NOTHING_TOLD, StandingLine, level_by_flow
from runform_live.pose.tracker import PATIENCE_FRAMES
from runform_live.pose.turning import Turning
from tests.makers import standing

CENTRE = (640.0, 350.0)  # of the standing figure's hips
Picture = npt.NDArray[np.uint8]


def cloth() -> Picture:
    """A picture with something to see everywhere."""
    coarse = np.random.default_rng(4).integers(0, 255, (36, 64, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(coarse, (1280, 720), interpolation=cv2.INTER_CUBIC), dtype=np.uint8)


def turned_picture(picture: Picture, by_deg: float) -> Picture:
    """Turned about the figure's hips, clockwise positive."""
    turn = cv2.getRotationMatrix2D(CENTRE, -by_deg, 1.0)
    return np.asarray(cv2.warpAffine(picture, turn, (1280, 720), borderMode=cv2.BORDER_REFLECT), dtype=np.uint8)


def stepping(frame: int, tilt_deg: float) -> npt.NDArray[np.float64]:
    """A foot that is lifted and put down, and tilted hips, clockwise positive."""
    out = standing()
    out[INDEX["left_ankle"], 1] -= 60.0 * (frame // 10 % 2 == 0)
    out[INDEX["left_hip"], 1] -= 35.0 * math.tan(math.radians(tilt_deg))
    out[INDEX["right_hip"], 1] += 35.0 * math.tan(math.radians(tilt_deg))
    return out


@pytest.mark.parametrize("by_deg", [-8.0, -2.0, 0.0, 1.0, 5.0])
def test_the_turn_of_a_picture_is_seen_without_landmarks(by_deg: float) -> None:
    turning = Turning()
    assert math.isnan(turning.turn_deg(cloth(), standing()))
    turning.remember(cloth(), standing())
    assert turning.turn_deg(turned_picture(cloth(), by_deg), standing()) == pytest.approx(by_deg, abs=0.3)
    turning.forget()
    assert not turning.knows_standing


def stood() -> StandingLine:
    line = StandingLine()
    for _ in range(FIRST_FRAMES + 20):
        line.follow(cloth(), standing())
    return line


def test_ankles_that_jump_from_frame_to_frame_are_dark_shoes_and_no_steps() -> None:
    line, rng = StandingLine(), np.random.default_rng(8)
    for _ in range(60):  # two seconds
        points = standing()
        points[[INDEX["left_ankle"], INDEX["right_ankle"]], 1] += rng.uniform(-12.0, 12.0, 2)
        line.follow(cloth(), points)
    assert line.level == NOTHING_TOLD, "there is a picture of standing"


def test_a_constant_error_that_only_motion_has_becomes_the_level_line_for_the_most_part() -> None:
    """The network reads three degrees too much while running; the picture has not turned."""
    line = stood()
    assert line.level == NOTHING_TOLD, "standing is as it is read"
    levels = []
    for frame in range(240):
        line.follow(cloth(), stepping(frame, 3.0))
        assert line.level is not None
        levels += [line.level] if line.level.trust else []
    assert len(levels) > 200
    assert [level.tilt_deg for level in levels] == pytest.approx([3.0] * len(levels), abs=0.1)
    assert levels[0].trust < 0.5, "one look is not believed as many are"
    steady = level_by_flow(looks=60.0, levels=180.0, squares=540.0, variances=60.0)
    assert levels[-1].trust == pytest.approx(steady.trust, rel=0.05)


def test_another_stand_begins_anew() -> None:
    """Somebody else may have come: what the first runner's picture told is not the second's level."""
    line = stood()
    for frame in range(80):
        line.follow(cloth(), stepping(frame, 3.0))
    assert line.level is not None and line.level.trust > 0.3
    for _ in range(AGAIN_FRAMES + 20):
        line.follow(cloth(), standing())
    assert line.level == NOTHING_TOLD


def test_the_flow_is_believed_by_how_it_scatters_about_the_network() -> None:
    """The network doubts its tilt by 3 deg; the flow says 2 deg, and its looks scatter by more and more."""

    def said(looks: float, scatter_deg: float) -> LevelInMotion:
        return level_by_flow(looks, looks * 2.0, looks * (4.0 + scatter_deg**2), looks * 9.0)

    steady, alike, wild = (said(1000.0, scatter_deg) for scatter_deg in (0.1, 3.0, 9.0))
    assert [level.tilt_deg for level in (steady, alike, wild)] == pytest.approx([2.0] * 3)
    assert steady.trust == pytest.approx(1.0, abs=0.02)
    assert alike.trust == pytest.approx(0.5, abs=0.01), "as sure as the network: half of the way"
    assert wild.trust == pytest.approx(0.1, abs=0.01)
    assert said(1.0, 0.0).trust < 0.5 / FEW, "one look cannot scatter"


def test_a_true_drop_of_one_side_is_no_level() -> None:
    """The pelvis is four degrees lower on one side on average, as the network reads it; the cloth follows it as cloth does."""
    line = stood()
    levels_deg = []
    for frame in range(240):
        by_deg = 4.0 + 6.0 * math.sin(2 * math.pi * frame / 21)
        line.follow(turned_picture(cloth(), GAIN * by_deg), stepping(frame, by_deg))
        assert line.level is not None
        levels_deg.append(line.level.tilt_deg)
    assert np.mean(levels_deg[-84:]) == pytest.approx(0.0, abs=0.4)


def test_a_camera_that_turns_is_no_pelvis_that_turns() -> None:
    line, motion = stood(), CameraMotion(math.cos(math.radians(3.0)), math.sin(math.radians(3.0)))
    picture = turned_picture(cloth(), 3.0)
    for frame in range(80):
        points = stepping(frame, 0.0)
        points[:, :2] = (points[:, :2] - CENTRE) @ motion.matrix[:, :2].T + CENTRE
        line.follow(picture, points, motion)
    assert line.level is not None and line.level.tilt_deg == pytest.approx(0.0, abs=0.2)
    line.follow(picture, standing(), CameraMotion(place=1))
    assert line.level is None, "seen from elsewhere, the picture of standing is another"


def test_without_standing_the_level_is_unknown() -> None:
    line = StandingLine()
    for frame in range(60):
        line.follow(cloth(), stepping(frame, 3.0))
    assert line.level is None
    line.follow(cloth(), np.full((len(LANDMARKS), 3), np.nan))
    assert line.level is None


def test_a_lost_frame_does_not_change_what_the_network_tells() -> None:
    """A stance may be completed by it."""
    settings = config.load().pose
    for network in ("frontal", "blazepose-lite"):
        tracker = open_tracker(msgspec.structs.replace(settings, network=network))
        lost = tracker.see(np.full((720, 1280, 3), 110, np.uint8))
        assert not lost.found and lost.follows == tracker._follower.follows
        assert lost.doubts == tracker._follower.doubts == (network == "frontal")
        assert (lost.follows != FOLLOWS_ALL) == (network == "frontal")


def test_the_runner_takes_the_picture_of_standing_along() -> None:
    tracker = open_tracker(config.load().pose)
    turning = tracker._standing._turning
    for _, picture in itertools.islice(Video(str(DEMO)), 120, 140):
        assert tracker.see(picture).found
    assert not turning.knows_standing
    for _, picture in itertools.islice(Video(str(DEMO)), 20):
        tracker.see(picture)
    assert turning.knows_standing
    empty = np.full((720, 1280, 3), 110, np.uint8)
    for _ in range(PATIENCE_FRAMES + 30):
        tracker.see(empty)
    assert not turning.knows_standing
