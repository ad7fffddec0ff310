"""The line of standing hips: what the picture of the pelvis has turned by since then, and what the landmarks are turned by."""

from __future__ import annotations

import functools
import itertools
import math

import cv2
import msgspec
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runform_live import config, handover
from runform_live.camera_motion import CameraMotion
from runform_live.capture.source_name import DEMO
from runform_live.capture.video import Video
from runform_live.messages import INDEX, LANDMARKS, WHOLE_TURN, LevelInMotion, Picture
from runform_live.pose.follow import PATIENCE_S
from runform_live.pose.open import open_estimator
from runform_live.pose.standing import (
    AGAIN_S,
    FEW,
    FIRST_S,
    GAIN,
    NOTHING_TOLD,
    StandingLine,
    StandingState,
    level_by_flow,
    sigma_deg,
)
from runform_live.pose.turning import Turning
from tests.makers import running, seen_by, standing

CENTRE = (640.0, 350.0)  # of the standing figure's hips
FRAME_S = 1 / 30
RATES_HZ = (24, 30, 60, 120, 240)


@functools.cache
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
    for _ in range(round(30 * FIRST_S) + 20):
        line.follow(cloth(), standing(), FRAME_S)
    return line


def test_ankles_that_jump_from_frame_to_frame_are_dark_shoes_and_no_steps() -> None:
    line, rng = StandingLine(), np.random.default_rng(8)
    for _ in range(60):  # two seconds
        points = standing()
        points[[INDEX["left_ankle"], INDEX["right_ankle"]], 1] += rng.uniform(-12.0, 12.0, 2)
        line.follow(cloth(), points, FRAME_S)
    assert line.level == NOTHING_TOLD, "there is a picture of standing"


def test_a_constant_error_that_only_motion_has_becomes_the_level_line_for_the_most_part() -> None:
    """The network reads three degrees too much while running; the picture has not turned."""
    line = stood()
    assert line.level == NOTHING_TOLD, "standing is as it is read"
    levels = []
    for frame in range(240):
        line.follow(cloth(), stepping(frame, 3.0), FRAME_S)
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
        line.follow(cloth(), stepping(frame, 3.0), FRAME_S)
    assert line.level is not None and line.level.trust > 0.3
    for _ in range(round(30 * AGAIN_S) + 20):
        line.follow(cloth(), standing(), FRAME_S)
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
        line.follow(turned_picture(cloth(), GAIN * by_deg), stepping(frame, by_deg), FRAME_S)
        assert line.level is not None
        levels_deg.append(line.level.tilt_deg)
    assert np.mean(levels_deg[-84:]) == pytest.approx(0.0, abs=0.4)


def test_a_camera_that_turns_is_no_pelvis_that_turns() -> None:
    line, motion = stood(), CameraMotion(math.cos(math.radians(3.0)), math.sin(math.radians(3.0)))
    picture = turned_picture(cloth(), 3.0)
    for frame in range(80):
        points = stepping(frame, 0.0)
        points[:, :2] = (points[:, :2] - CENTRE) @ motion.matrix[:, :2].T + CENTRE
        line.follow(picture, points, FRAME_S, motion)
    assert line.level is not None and line.level.tilt_deg == pytest.approx(0.0, abs=0.2)
    line.follow(picture, standing(), FRAME_S, CameraMotion(place=1))
    assert line.level is None, "seen from elsewhere, the picture of standing is another"


def test_without_standing_the_level_is_unknown() -> None:
    line = StandingLine()
    for frame in range(60):
        line.follow(cloth(), stepping(frame, 3.0), FRAME_S)
    assert line.level is None
    line.follow(cloth(), np.full((len(LANDMARKS), 3), np.nan), FRAME_S)
    assert line.level is None


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_standing_is_believed_after_the_same_time_at_any_frame_rate(rate_hz: int) -> None:
    line, frames = StandingLine(), 0
    while line.level is None and frames < rate_hz:
        line.follow(cloth(), standing(), 1 / rate_hz)
        frames += 1
    assert frames / rate_hz == pytest.approx(FIRST_S, abs=0.025)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
@pytest.mark.parametrize("cadence_spm", [140.0, 190.0])
def test_no_phase_of_running_is_standing_at_any_frame_rate(rate_hz: int, cadence_spm: float) -> None:
    line = StandingLine()
    for frame in range(3 * rate_hz):
        line.follow(cloth(), running(frame / rate_hz, cadence_spm=cadence_spm), 1 / rate_hz)
        assert line.level is None, f"a picture of standing was taken {frame / rate_hz:.2f} s into the run"


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_the_flow_is_asked_as_often_and_believed_as_much_at_any_frame_rate(
    rate_hz: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes longest; and many looks at one moment are not as good as many moments."""
    looks, real = [], Turning.turn_deg

    def look(turning: Turning, picture: Picture, landmarks: npt.NDArray[np.float64]) -> float:
        looks.append(1)
        return real(turning, picture, landmarks)

    monkeypatch.setattr(Turning, "turn_deg", look)
    line = StandingLine()
    for frame in range(5 * rate_hz):
        time_s = frame / rate_hz
        line.follow(cloth(), standing() if time_s < 1.0 else stepping(int(30 * time_s) - 30, 3.0), 1 / rate_hz)
    assert len(looks) == pytest.approx(4.0 * 7.5, abs=2)
    assert line.level is not None
    steady = level_by_flow(looks=30.0, levels=90.0, squares=270.0, variances=30.0 * sigma_deg(standing()) ** 2)
    assert line.level.trust == pytest.approx(steady.trust, abs=0.03)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["stands", "steps", "nobody", "turned"]), st.integers(1, 24)), min_size=2, max_size=5),
    st.integers(0, 60),
    st.sampled_from([FRAME_S, 1 / 50]),
)  # fmt: skip
def test_a_standing_line_goes_on_where_another_one_was(
    phases: list[tuple[str, int]], before: int, elapsed_s: float
) -> None:
    """A stand of one half second comes first; the camera is turned in some phases."""
    turned = CameraMotion(math.cos(math.radians(3.0)), math.sin(math.radians(3.0)))
    whats = [what for what, frames in [("stands", 15), *phases] for _ in range(frames)]

    def follow(line: StandingLine, frame: int) -> None:
        points = stepping(frame, 3.0) if whats[frame] in ("steps", "turned") else standing()
        if whats[frame] == "nobody":
            points = np.full_like(points, np.nan)
        line.follow(cloth(), points, elapsed_s, turned if whats[frame] == "turned" else CameraMotion(), frame % 5 == 0)

    undisturbed, before = StandingLine(), min(before, len(whats))
    for frame in range(before):
        follow(undisturbed, frame)
    successor = StandingLine(handover.decode(handover.encode(undisturbed.state()), StandingState))
    assert successor.level == undisturbed.level
    for frame in range(before, len(whats)):
        follow(undisturbed, frame)
        follow(successor, frame)
        assert successor.level == undisturbed.level
        assert successor.state() == undisturbed.state()


def test_a_lost_frame_does_not_change_what_the_network_tells() -> None:
    """A stance may be completed by it."""
    chosen = config.load().pose
    for network in ("frontal", "blazepose-lite"):
        estimator = open_estimator(msgspec.structs.replace(chosen, network=network))
        lost, _ = seen_by(estimator, np.full((720, 1280, 3), 110, np.uint8), 0.0)
        found, _ = seen_by(estimator, next(iter(Video(str(DEMO))))[1], FRAME_S)
        assert not lost.found and found.found
        told = lost.instrument
        assert told == found.instrument
        assert told.network == network
        assert told.reports_sigma == (told.turn_share != WHOLE_TURN) == (network == "frontal")


def test_the_runner_takes_the_picture_of_standing_along_after_a_second_at_any_frame_rate() -> None:
    estimator = open_estimator(config.load().pose)

    def knows_standing() -> bool:
        return estimator.state().standing.turning is not None

    for time_s, picture in itertools.islice(Video(str(DEMO)), 120, 140):
        assert seen_by(estimator, picture, time_s)[0].found
    assert not knows_standing()
    for time_s, picture in itertools.islice(Video(str(DEMO)), 20):
        seen_by(estimator, picture, 5.0 + time_s)
    assert knows_standing()
    empty = np.full((720, 1280, 3), 110, np.uint8)
    lost_s = math.nan
    for frame in range(480):
        time_s = 6.0 + frame / 240
        if not seen_by(estimator, empty, time_s)[0].found and math.isnan(lost_s):
            lost_s = time_s
        if time_s < lost_s + PATIENCE_S - 0.05:
            assert knows_standing()
    assert not knows_standing()
