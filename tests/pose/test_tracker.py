"""Following one runner with the real networks: on the shipped clip, with others in view, through a loss."""

from __future__ import annotations

import itertools
from dataclasses import replace

import cv2
import numpy as np
import pytest

from runform_live import config
from runform_live.capture.sources import DEMO, Picture, Video
from runform_live.messages import INDEX
from runform_live.pose import tracker as tracker_module
from runform_live.pose.detector import Candidate, PersonDetector
from runform_live.pose.open import open_tracker
from runform_live.pose.regions import Region, trunk_px
from runform_live.pose.tracker import CHECK_FRAMES, RETRY_FRAMES, SIDEWAYS, RunnerTracker
from tests.makers import demo_landmarks

HIPS = [INDEX["left_hip"], INDEX["right_hip"]]


@pytest.fixture(scope="module")
def tracker_settings() -> config.PoseSettings:
    return config.load().pose


def clip(start: int, count: int) -> list[Picture]:
    return [picture for _, picture in itertools.islice(Video(str(DEMO)), start, start + count)]


def follow(tracker: RunnerTracker, pictures: list[Picture]) -> list[np.ndarray | None]:
    """Hip centre in each picture, None where nobody is found."""
    out: list[np.ndarray | None] = []
    for picture in pictures:
        seen = tracker.see(picture)
        out.append(seen.landmarks[HIPS, :2].mean(axis=0) if seen.found else None)
    return out


def test_the_runner_is_found_and_followed_with_one_detection(tracker_settings: config.PoseSettings) -> None:
    tracker = open_tracker(tracker_settings)
    truth = demo_landmarks()
    detections = 0
    for number, picture in enumerate(clip(120, 60)):
        seen = tracker.see(picture)
        detections += seen.detected
        assert seen.found
        assert not seen.cut_off
        true = truth[120 + number][1]
        off = np.linalg.norm(seen.landmarks[HIPS, :2].mean(axis=0) - true[HIPS, :2].mean(axis=0))
        assert off < 20, "hip centre within 20 px of the truth (the runner is 590 px tall)"
    assert detections <= 2


@pytest.mark.parametrize(("times", "higher"), [(0.4, 0.2), (0.45, 0.1), (0.45, 0.2), (0.6, 0.2)])
def test_a_part_of_the_runner_does_not_stay_the_runner(
    tracker_settings: config.PoseSettings, times: float, higher: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Armour and prints draw small figures on a back; the detector found one, and both networks then see what they are shown."""
    tracker = open_tracker(tracker_settings)
    real = PersonDetector.look

    def look(detector: PersonDetector, picture: Picture, part: Region) -> list[Candidate]:
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

    monkeypatch.setattr(PersonDetector, "look", look)
    for picture in clip(20, 4):
        seen = tracker.see(picture).landmarks
    true = demo_landmarks()[23][1]
    assert trunk_px(seen) == pytest.approx(trunk_px(true), rel=0.15)


@pytest.mark.parametrize(("looks", "believed"), [(SIDEWAYS - 1, False), (1000, True)])
def test_a_side_view_is_believed_when_it_stays(
    tracker_settings: config.PoseSettings, looks: int, believed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The finder takes armour, and some stands, for a side view now and then; somebody who has turned stays turned."""
    tracker = open_tracker(tracker_settings)
    pictures = clip(120, 5)
    for picture in pictures:
        assert tracker.see(picture).doubts  # the frontal network measures
    asked = itertools.count()
    monkeypatch.setattr(tracker_module, "frontal", lambda _: next(asked) >= looks)
    frames = CHECK_FRAMES + (SIDEWAYS + 2) * RETRY_FRAMES
    measured = [tracker.see(pictures[number % 5]).doubts for number in range(frames)]
    assert next(asked) >= min(looks, SIDEWAYS)
    assert all(measured) != believed


def test_somebody_walking_by_does_not_become_the_runner(tracker_settings: config.PoseSettings) -> None:
    """Another runner, smaller and in other colours, crosses the picture beside and before the runner."""
    pictures = clip(120, 90)
    other = cv2.cvtColor(clip(30, 1)[0][60:680, 520:760], cv2.COLOR_BGR2RGB)  # red shirt instead of blue
    other = cv2.resize(other, None, fx=0.8, fy=0.8)
    truth = demo_landmarks()
    tracker = open_tracker(tracker_settings)
    follow(tracker, pictures[:5])
    for number, picture in enumerate(pictures[5:], start=5):
        left = int(1280 - number * 18)
        visible = other[:, max(0, -left) : max(0, 1280 - left)]
        if visible.shape[1] > 0:
            x = max(left, 0)
            picture[180 : 180 + visible.shape[0], x : x + visible.shape[1]] = visible[:, : 1280 - x]
        tracker.see(picture)
    seen = tracker.see(clip(209, 1)[0])
    assert seen.found
    assert abs(seen.landmarks[HIPS, 0].mean() - truth[209][1][HIPS, 0].mean()) < 30


def test_the_larger_person_in_the_middle_is_the_runner(tracker_settings: config.PoseSettings) -> None:
    picture = clip(120, 1)[0]
    small = cv2.resize(picture[60:680, 480:800], None, fx=0.6, fy=0.6)
    picture[300 : 300 + small.shape[0], 20 : 20 + small.shape[1]] = small
    seen = open_tracker(tracker_settings).see(picture)
    assert seen.found
    assert abs(seen.landmarks[HIPS, 0].mean() - 640) < 60


def test_after_a_loss_the_same_person_is_found_again(tracker_settings: config.PoseSettings) -> None:
    tracker = open_tracker(tracker_settings)
    assert all(hips is not None for hips in follow(tracker, clip(120, 10)))
    empty = np.full((720, 1280, 3), 120, np.uint8)
    assert follow(tracker, [empty] * 8)[-1] is None, "colours that are not the runner's are doubted after six frames"
    found = follow(tracker, clip(150, 6))
    assert found[-1] is not None
    assert abs(found[-1][0] - 640) < 60


def test_an_empty_room_is_nobody(tracker_settings: config.PoseSettings) -> None:
    rng = np.random.default_rng(0)
    room = cv2.resize(rng.integers(60, 190, (9, 16, 3), dtype=np.uint8), (1280, 720), interpolation=cv2.INTER_CUBIC)
    tracker = open_tracker(tracker_settings)
    for _ in range(8):
        seen = tracker.see(room)
        assert not seen.found
        assert np.isnan(seen.landmarks).all()


def test_a_person_half_outside_is_cut_off(tracker_settings: config.PoseSettings) -> None:
    tracker = open_tracker(tracker_settings)
    for picture in clip(120, 5):
        seen = tracker.see(np.ascontiguousarray(picture[:530]))  # ankles and feet are below the edge
    assert seen.found
    assert seen.cut_off
