"""Following one runner with the real networks: on the shipped clip, with others in view, through a loss."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import cv2
import msgspec
import numpy as np
import pytest

from runform_live import config, handover
from runform_live.body import trunk_px
from runform_live.camera_motion import STILL, CameraMotion
from runform_live.capture.source_name import DEMO
from runform_live.capture.video import Video
from runform_live.messages import INDEX, WHOLE_TURN, Frame, Picture
from runform_live.pose.estimator import EstimatorState, PoseEstimator
from runform_live.pose.find import Candidate, PersonDetector
from runform_live.pose.flow_level import NO_LOOK
from runform_live.pose.follow import PATIENCE_S, Searching
from runform_live.pose.open import open_estimator
from runform_live.pose.recognition import Recognition
from runform_live.pose.regions import Region
from runform_live.pose.settings import PoseSettings
from runform_live.validate.unsteady import PUSHED, filmed_by
from tests.makers import demo_landmarks, seen_by

HIPS = [INDEX["left_hip"], INDEX["right_hip"]]


@pytest.fixture(scope="module")
def pose_settings() -> PoseSettings:
    return config.load().pose


def clip(start: int, count: int) -> list[Picture]:
    return [picture for _, picture in itertools.islice(Video(str(DEMO)), start, start + count)]


def follow(estimator: PoseEstimator, pictures: list[Picture], from_s: float = 0.0) -> list[np.ndarray | None]:
    """Hip centre in each picture, None where nobody is found."""
    out: list[np.ndarray | None] = []
    for number, picture in enumerate(pictures):
        seen, landmarks = seen_by(estimator, picture, from_s + number / 30)
        out.append(landmarks[HIPS, :2].mean(axis=0) if seen.found else None)
    return out


def test_the_runner_is_found_and_followed_with_one_detection(pose_settings: PoseSettings) -> None:
    estimator = open_estimator(pose_settings)
    truth = demo_landmarks()
    detections = 0
    for number, picture in enumerate(clip(120, 60)):
        seen, landmarks = seen_by(estimator, picture, number / 30)
        detections += seen.detected
        assert seen.found
        assert not seen.cut_off
        true = truth[120 + number][1]
        off = np.linalg.norm(landmarks[HIPS, :2].mean(axis=0) - true[HIPS, :2].mean(axis=0))
        assert off < 20, "hip centre within 20 px of the truth (the runner is 590 px tall)"
    assert detections <= 2


@pytest.mark.parametrize(("times", "higher"), [(0.4, 0.2), (0.45, 0.1), (0.45, 0.2), (0.6, 0.2)])
def test_a_part_of_the_runner_does_not_stay_the_runner(
    pose_settings: PoseSettings, times: float, higher: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Armour and prints draw small figures on a back; the detector found one, and both networks then see what they are shown."""
    estimator = open_estimator(pose_settings)
    real = PersonDetector.people

    def people(detector: PersonDetector, picture: Picture, part: Region) -> list[Candidate]:
        return [
            replace(
                found,
                region=replace(
                    found.region,
                    side_px=times * found.region.side_px,
                    y_px=found.region.y_px - higher * found.region.side_px,
                ),
            )
            for found in real(detector, picture, part)
        ]

    monkeypatch.setattr(PersonDetector, "people", people)
    for number, picture in enumerate(clip(20, 4)):
        _, seen = seen_by(estimator, picture, number / 30)
    true = demo_landmarks()[23][1]
    assert trunk_px(seen) == pytest.approx(trunk_px(true), rel=0.15)


def test_somebody_walking_by_does_not_become_the_runner(pose_settings: PoseSettings) -> None:
    """Another runner, smaller and in other colours, crosses the picture beside and before the runner."""
    pictures = clip(120, 89)
    other = cv2.cvtColor(clip(30, 1)[0][60:680, 520:760], cv2.COLOR_BGR2RGB)  # red shirt instead of blue
    other = cv2.resize(other, None, fx=0.8, fy=0.8)
    truth = demo_landmarks()
    estimator = open_estimator(pose_settings)
    follow(estimator, pictures[:5])
    for number, picture in enumerate(pictures[5:], start=5):
        left = int(1280 - number * 18)
        visible = other[:, max(0, -left) : max(0, 1280 - left)]
        if visible.shape[1] > 0:
            x = max(left, 0)
            picture[180 : 180 + visible.shape[0], x : x + visible.shape[1]] = visible[:, : 1280 - x]
        seen_by(estimator, picture, number / 30)
    seen, landmarks = seen_by(estimator, clip(209, 1)[0], 3.0)
    assert seen.found
    assert abs(landmarks[HIPS, 0].mean() - truth[209][1][HIPS, 0].mean()) < 30


def test_the_larger_person_in_the_middle_is_the_runner(pose_settings: PoseSettings) -> None:
    picture = clip(120, 1)[0]
    small = cv2.resize(picture[60:680, 480:800], None, fx=0.6, fy=0.6)
    picture[300 : 300 + small.shape[0], 20 : 20 + small.shape[1]] = small
    seen, landmarks = seen_by(open_estimator(pose_settings), picture, 0.0)
    assert seen.found
    assert abs(landmarks[HIPS, 0].mean() - 640) < 60


def test_after_a_loss_the_same_person_is_found_again(pose_settings: PoseSettings) -> None:
    estimator = open_estimator(pose_settings)
    assert all(hips is not None for hips in follow(estimator, clip(120, 10)))
    empty = np.full((720, 1280, 3), 120, np.uint8)
    assert follow(estimator, [empty] * 8, 1.0)[-1] is None, (
        "colours that are not the runner's are doubted after six frames"
    )
    found = follow(estimator, clip(150, 6), 1.5)
    assert found[-1] is not None
    assert abs(found[-1][0] - 640) < 60


def test_an_empty_room_is_nobody(pose_settings: PoseSettings) -> None:
    rng = np.random.default_rng(0)
    room = cv2.resize(rng.integers(60, 190, (9, 16, 3), dtype=np.uint8), (1280, 720), interpolation=cv2.INTER_CUBIC)
    estimator = open_estimator(pose_settings)
    for frame in range(8):
        seen, landmarks = seen_by(estimator, room, frame / 30)
        assert not seen.found
        assert np.isnan(landmarks).all()


def test_a_person_half_outside_is_cut_off(pose_settings: PoseSettings) -> None:
    estimator = open_estimator(pose_settings)
    for frame, picture in enumerate(clip(120, 5)):
        seen, _ = seen_by(
            estimator, np.ascontiguousarray(picture[:530]), frame / 30
        )  # ankles and feet are below the edge
    assert seen.found
    assert seen.cut_off


@pytest.mark.parametrize("rate_hz", [30, 240])
def test_a_runner_who_leaves_is_let_go_after_the_same_time_at_any_frame_rate(
    pose_settings: PoseSettings, rate_hz: int
) -> None:
    estimator = open_estimator(pose_settings)
    assert all(hips is not None for hips in follow(estimator, clip(120, 10)))
    empty = np.full((720, 1280, 3), 120, np.uint8)
    frames = 1
    while seen_by(estimator, empty, 0.3 + frames / rate_hz)[0].found and frames < 2 * rate_hz:
        frames += 1
    assert frames / rate_hz == pytest.approx(Recognition.DOUBT_S, abs=0.035)


@pytest.mark.parametrize("rate_hz", [30, 240])
def test_an_empty_room_is_searched_as_often_at_any_frame_rate(pose_settings: PoseSettings, rate_hz: int) -> None:
    estimator = open_estimator(pose_settings)
    empty = np.full((720, 1280, 3), 120, np.uint8)
    searched = sum(seen_by(estimator, empty, frame / rate_hz)[0].detected for frame in range(rate_hz // 2))
    assert searched == pytest.approx(15, abs=1)


@pytest.mark.parametrize("as_large", [(640, 360), (960, 540)])
def test_pictures_of_another_size_are_of_another_place(pose_settings: PoseSettings, as_large: tuple[int, int]) -> None:
    """A camera came back with other settings: the runner is found again there, and standing is not known any more."""
    estimator = open_estimator(pose_settings)
    for number, picture in enumerate(clip(0, 42)):
        before, _ = seen_by(estimator, picture, number / 30)
    assert before.standing is not None and before.flow_level is not None and before.camera == STILL
    for number, picture in enumerate(clip(120, 4), start=42):
        after, landmarks = seen_by(estimator, np.asarray(cv2.resize(picture, as_large), dtype=np.uint8), number / 30)
        assert after.found and after.detected == (number == 42)
        assert after.camera == CameraMotion(place=1) and after.standing is None and after.flow_level is None
    true = demo_landmarks()[123][1][HIPS, :2].mean(axis=0) * as_large[0] / 1280
    assert np.linalg.norm(landmarks[HIPS, :2].mean(axis=0) - true) < 20 * as_large[0] / 1280


@pytest.mark.parametrize("network", ["frontal", "blazepose-lite"])
def test_a_lost_frame_does_not_change_what_the_network_tells(pose_settings: PoseSettings, network: str) -> None:
    """A stance may be completed by it."""
    estimator = open_estimator(msgspec.structs.replace(pose_settings, network=network))
    lost, _ = seen_by(estimator, np.full((720, 1280, 3), 110, np.uint8), 0.0)
    found, _ = seen_by(estimator, clip(0, 1)[0], 1 / 30)
    assert not lost.found and found.found
    told = lost.instrument
    assert told == found.instrument
    assert told.network == network
    assert told.reports_sigma == (told.turn_share != WHOLE_TURN) == (network == "frontal")


def test_any_network_shows_that_somebody_stands_and_the_flow_needs_one_that_sees_the_pelvis(
    pose_settings: PoseSettings,
) -> None:
    estimator = open_estimator(msgspec.structs.replace(pose_settings, network="blazepose-lite"))
    poses = [seen_by(estimator, picture, number / 30)[0] for number, picture in enumerate(clip(0, 42))]
    assert poses[-1].standing is not None and poses[-1].flow_level is None


def test_a_stand_is_forgotten_when_a_person_asks_for_another_one(pose_settings: PoseSettings) -> None:
    """The line of the first one may have been taken while the runner still leaned on the rail."""
    estimator, poses, asked = open_estimator(pose_settings), [], 44
    for number, picture in enumerate(clip(0, 88)):
        if number == asked:
            estimator.calibrate()
        poses.append(seen_by(estimator, picture, number / 30)[0])
    before, after = poses[asked - 1], poses[asked]
    assert before.standing is not None and before.standing.from_s == 0.0 and before.flow_level == NO_LOOK
    assert after.standing is None and after.flow_level is None
    assert poses[-1].standing is not None and poses[-1].standing.from_s >= asked / 30
    assert poses[-1].flow_level == NO_LOOK


def test_the_runner_takes_the_stand_along_after_a_second_out_of_the_picture(pose_settings: PoseSettings) -> None:
    estimator = open_estimator(pose_settings)

    def has_picture() -> bool:
        return estimator.state().flow_level.reference is not None

    for number, picture in enumerate(clip(120, 20)):
        assert seen_by(estimator, picture, number / 30)[0].found
    assert not has_picture()
    for number, picture in enumerate(clip(0, 42)):
        seen_by(estimator, picture, 5.0 + number / 30)
    assert has_picture()
    empty = np.full((720, 1280, 3), 110, np.uint8)
    lost_s = math.nan
    for frame in range(480):
        time_s = 7.0 + frame / 240
        if not seen_by(estimator, empty, time_s)[0].found and math.isnan(lost_s):
            lost_s = time_s
        if time_s < lost_s + PATIENCE_S - 0.05:
            assert has_picture()
    assert not has_picture()


# What is shown from one moment on (s of the shipped clip), and for how long (s).
MOMENTS = {"standing": (0.0, 1.5), "first steps": (3.4, 0.7), "run": (4.3, 0.7), "camera pushed": (5.1, 1.0), "nobody": (0.0, 1.4)}  # fmt: skip
AFTERWARDS_S = 0.6
HandedOver = dict[str, tuple[bytes, list[tuple[float, Picture, bytes]]]]


def shown(moments: list[str]) -> list[Picture]:
    """The clip's pictures of these moments, one after the other."""
    pictures, filmed = [], filmed_by("pushed")
    for moment in moments:
        from_s, lasts_s = MOMENTS[moment]
        part = clip(round(30 * from_s), round(30 * lasts_s))
        if moment == "camera pushed":
            part = [filmed(6.0, picture) for picture in part]
        if moment == "nobody":
            part = [np.full_like(picture, 110) for picture in part]
        pictures += part
    return pictures


def written(estimator: PoseEstimator, picture: Picture, time_s: float) -> bytes:
    """All of what the estimator sees, to the last bit. As on a slow machine, some of the frames are hurried."""
    seen, landmarks = seen_by(estimator, picture, time_s, hurried=time_s % 1.4 > 1.0)
    return msgspec.msgpack.encode(seen) + landmarks.tobytes()


@pytest.fixture(scope="module")
def handed_over(pose_settings: PoseSettings) -> HandedOver:
    """Of an undisturbed estimator: its state at the end of each moment, and each frame that it saw afterwards (time, picture, sighting)."""
    estimator, saw, states = open_estimator(pose_settings), [], {}
    order = [*MOMENTS, "run"]
    ends = {
        moment: round(30 * sum(MOMENTS[before][1] for before in order[: number + 1]))
        for number, moment in enumerate(MOMENTS)
    }
    for number, picture in enumerate(shown(order)):
        states |= {moment: handover.encode(estimator.state()) for moment, end in ends.items() if number == end}
        saw.append((number / 30, picture, written(estimator, picture, number / 30)))
    lasts = round(30 * AFTERWARDS_S)
    return {moment: (states[moment], saw[end : end + lasts]) for moment, end in ends.items()}


@pytest.fixture(scope="module")
def successor(pose_settings: PoseSettings) -> PoseEstimator:
    """It has seen other things before: all of that must be replaced."""
    estimator = open_estimator(pose_settings)
    follow(estimator, shown(["run", "nobody"])[10:32])
    return estimator


@pytest.mark.parametrize("moment", MOMENTS)
def test_every_sighting_after_a_tracker_was_handed_over_is_the_undisturbed_one(
    handed_over: HandedOver, successor: PoseEstimator, moment: str
) -> None:
    state, afterwards = handed_over[moment]
    told = handover.decode(state, EstimatorState)
    assert told is not None
    successor.restore(told)
    assert handover.encode(successor.state()) == state
    assert len(afterwards) == round(30 * AFTERWARDS_S)
    for time_s, picture, saw in afterwards:
        assert written(successor, picture, time_s) == saw, f"{time_s:.2f} s"


def test_the_moments_of_the_handing_over_are_what_they_are_called(handed_over: HandedOver) -> None:
    told = {}
    for moment, (written_down, _) in handed_over.items():
        state = handover.decode(written_down, EstimatorState)
        assert state is not None
        told[moment] = state
    assert [state.flow_level.reference is not None for state in told.values()] == [True, True, True, True, False]
    assert told["run"].camera.motion == STILL
    assert told["camera pushed"].camera.motion.turn_deg == pytest.approx(PUSHED[0], abs=0.05)
    nobody = told["nobody"].tracker.status
    assert isinstance(nobody, Searching) and nobody.lost_s > 1.0


def test_a_frame_may_be_described_after_the_runner_was_found_in_later_ones(pose_settings: PoseSettings) -> None:
    in_turn, ahead = open_estimator(pose_settings), open_estimator(pose_settings)
    pictures = clip(110, 12)
    pictures[6] = pictures[5]  # a repeat
    frames = [Frame.of(picture, number, number / 30) for number, picture in enumerate(pictures)]
    seen = [in_turn.see(picture, frame) for picture, frame in zip(pictures, frames, strict=True)]
    found = [ahead.find(picture, frame) for picture, frame in zip(pictures, frames, strict=True)]
    for (pose, landmarks), one in zip(seen, found, strict=True):
        later, later_landmarks = ahead.describe(one)
        assert msgspec.msgpack.encode(later) == msgspec.msgpack.encode(pose)
        assert later_landmarks.tobytes() == landmarks.tobytes()
    assert handover.encode(ahead.state()) == handover.encode(in_turn.state())
