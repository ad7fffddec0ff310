"""The runner stands still: the detail network takes references, and the level line stays where it was."""

from __future__ import annotations

import itertools

import numpy as np
import numpy.typing as npt
import pytest

from runform_live import config
from runform_live.capture.sources import DEMO, Video
from runform_live.messages import INDEX, LANDMARKS
from runform_live.pose import cards
from runform_live.pose.detail import DetailNetwork
from runform_live.pose.open import open_tracker
from runform_live.pose.standing import AGAIN_FRAMES, FIRST_FRAMES, StandingWatch
from runform_live.pose.tracker import PATIENCE_FRAMES, RunnerTracker
from tests.makers import standing

HIPS = [INDEX["left_hip"], INDEX["right_hip"]]


def tilt_deg(landmarks: npt.NDArray[np.float64]) -> float:
    across = landmarks[HIPS[1], :2] - landmarks[HIPS[0], :2]
    return float(np.degrees(np.arctan2(across[1], across[0])))


@pytest.fixture
def detail() -> DetailNetwork:
    return DetailNetwork(cards.find("frontal-pelvis", "detail"))


def of(tracker: RunnerTracker) -> DetailNetwork:
    detail = tracker._follower.detail
    assert detail is not None
    return detail


def test_the_shipped_network_compares(detail: DetailNetwork) -> None:
    assert detail.compares
    assert not detail.has_reference


def test_references_leave_the_line_of_standing_hips_where_it_was() -> None:
    frames = list(itertools.islice(Video(str(DEMO)), 45))
    before, after = [], []
    tracker = open_tracker(config.load().pose)
    for _, picture in frames:
        had = of(tracker).has_reference
        (after if had else before).append(tilt_deg(tracker.see(picture).landmarks))
    assert FIRST_FRAMES <= len(before) <= FIRST_FRAMES + 5
    assert abs(np.mean(after) - np.mean(before)) < 0.5


def test_a_run_gives_none_and_a_runner_who_left_takes_them_along() -> None:
    tracker = open_tracker(config.load().pose)
    for _, picture in itertools.islice(Video(str(DEMO)), 120, 150):
        assert tracker.see(picture).found
    assert not of(tracker).has_reference
    for _, picture in itertools.islice(Video(str(DEMO)), 20):
        tracker.see(picture)
    assert of(tracker).has_reference
    empty = np.full((720, 1280, 3), 110, np.uint8)
    for _ in range(PATIENCE_FRAMES + 30):
        tracker.see(empty)
    assert not of(tracker).has_reference


def test_the_watch_counts_quiet_frames_and_begins_anew_after_a_step(detail: DetailNetwork) -> None:
    picture = np.full((720, 1280, 3), 90, np.uint8)
    watch, still = StandingWatch(detail), standing()
    stepping = still.copy()
    stepping[INDEX["left_ankle"], 1] -= 40.0
    for _ in range(FIRST_FRAMES - 1):
        watch.watch(picture, still)
    watch.watch(picture, stepping)
    for _ in range(FIRST_FRAMES - 1):
        watch.watch(picture, still)
    assert not detail.has_reference
    watch.watch(picture, still)
    assert detail.has_reference


def test_they_are_renewed_only_by_a_stand_as_long_as_a_calibration(
    detail: DetailNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int] = []
    plain = DetailNetwork.take_references

    def counted(self: DetailNetwork, cuts: list[npt.NDArray[np.float32]]) -> None:
        taken.append(len(cuts))
        plain(self, cuts)

    monkeypatch.setattr(DetailNetwork, "take_references", counted)
    picture = np.full((720, 1280, 3), 90, np.uint8)
    watch, still = StandingWatch(detail), standing()
    nowhere = np.full((len(LANDMARKS), 3), np.nan)
    for frames, expected in ((FIRST_FRAMES, 1), (AGAIN_FRAMES - 1, 1), (AGAIN_FRAMES, 2)):
        for _ in range(frames):
            watch.watch(picture, still)
        assert len(taken) == expected
        watch.watch(picture, nowhere)
