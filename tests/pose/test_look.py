"""One look at a region with the shipped networks: landmarks on the body, a sigma each, the pelvis from near."""

from __future__ import annotations

import itertools

import msgspec
import numpy as np

from runform_live import config
from runform_live.capture.source_name import DEMO
from runform_live.capture.video import Video
from runform_live.messages import INDEX, LANDMARKS
from runform_live.pose import cards
from runform_live.pose.look import LandmarkNetwork, LandmarkNetworkState
from runform_live.pose.open import open_estimator
from runform_live.pose.passes import PassState
from runform_live.pose.regions import shoulders_to_toes
from tests.makers import demo_landmarks, seen_by, standing

BODY_PX = 590.0


def test_its_card_names_every_landmark_and_whose_sides() -> None:
    card = cards.find("frontal", "landmarks")
    assert set(card.network.landmarks) == set(LANDMARKS)
    assert card.network.sides == "picture"


def test_its_region_reaches_from_the_shoulders_to_the_toes() -> None:
    region = shoulders_to_toes(standing())
    top, bottom = region.y_px - region.side_px / 2, region.y_px + region.side_px / 2
    for name in ("left_shoulder", "right_shoulder", "left_toe", "right_heel"):
        assert top < standing()[INDEX[name], 1] < bottom


def test_landmarks_lie_on_the_body_with_a_sigma_each() -> None:
    settings = msgspec.structs.replace(config.load().pose, network="frontal")
    estimator = open_estimator(settings)
    truth = demo_landmarks()
    errors: dict[str, list[float]] = {}
    for number, (time_s, picture) in enumerate(itertools.islice(Video(str(DEMO)), 120, 180)):
        seen, landmarks = seen_by(estimator, picture, time_s)
        assert seen.found
        assert not seen.instrument.names_sides
        assert (landmarks[:, 2] > 0).all()
        true = truth[120 + number][1]
        for joint in ("shoulder", "hip", "knee", "ankle"):
            for side in ("left", "right"):
                at = INDEX[f"{side}_{joint}"]
                off = float(np.linalg.norm(landmarks[at, :2] - true[at, :2]))
                errors.setdefault(joint, []).append(off)
    for joint, values in errors.items():
        assert np.median(values) < 0.03 * BODY_PX, joint


def test_it_lets_go_when_the_runner_has_left() -> None:
    settings = msgspec.structs.replace(config.load().pose, network="frontal")
    estimator = open_estimator(settings)
    for time_s, picture in itertools.islice(Video(str(DEMO)), 120, 125):
        assert seen_by(estimator, picture, time_s)[0].found
    empty = np.full((720, 1280, 3), 110, np.uint8)
    found = [seen_by(estimator, empty, time_s + frame / 30)[0].found for frame in range(1, 61)]
    assert not found[-1]


def test_the_detail_network_is_named_by_the_card_and_replaces_only_the_pelvis() -> None:
    network = LandmarkNetwork(cards.find("frontal", "landmarks"))
    assert network.detail is not None
    seen = network.detail.network.card.network.landmarks
    assert set(seen) == {
        f"{side}_{joint}" for side in ("left", "right") for joint in ("hip", "psis", "asis", "trochanter")
    }
    picture = next(itertools.islice(Video(str(DEMO)), 150, 151))[1]
    landmarks = demo_landmarks()[150][1].copy()
    refined = network.detail.refine(picture, landmarks)
    kept = [INDEX[name] for name in LANDMARKS if name not in seen]
    np.testing.assert_array_equal(refined[kept], landmarks[kept])
    for side in ("left", "right"):
        at = INDEX[f"{side}_hip"]
        assert np.linalg.norm(refined[at, :2] - landmarks[at, :2]) < 0.02 * BODY_PX


def test_hips_that_are_somewhat_off_are_drawn_to_where_the_pelvis_is_seen() -> None:
    network = LandmarkNetwork(cards.find("frontal", "landmarks"))
    assert network.detail is not None
    picture = next(itertools.islice(Video(str(DEMO)), 150, 151))[1]
    true = demo_landmarks()[150][1]
    hips = [INDEX["left_hip"], INDEX["right_hip"]]
    moved = true.copy()
    moved[hips, 1] += 0.02 * BODY_PX
    refined = network.detail.refine(picture, moved)
    assert abs((refined[hips, 1] - true[hips, 1]).mean()) < 0.012 * BODY_PX


def test_nobody_is_refined_where_nobody_is() -> None:
    network = LandmarkNetwork(cards.find("frontal", "landmarks"))
    assert network.detail is not None
    nowhere = np.full((len(LANDMARKS), 3), np.nan)
    assert np.isnan(network.detail.refine(np.zeros((480, 640, 3), np.uint8), nowhere)).all()


def test_one_hurried_pass_after_the_other_means_the_same_as_two_passes_at_once() -> None:
    calm, hurried = (LandmarkNetwork(cards.find("frontal", "landmarks")) for _ in range(2))
    picture = next(itertools.islice(Video(str(DEMO)), 150, 151))[1]
    region = shoulders_to_toes(demo_landmarks()[150][1])
    both = calm.look(picture, region).landmarks
    in_turn = np.mean([hurried.look(picture, region, hurried=True).landmarks for _ in range(2)], axis=0)
    legs = [INDEX[f"{side}_{joint}"] for side in ("left", "right") for joint in ("knee", "ankle")]
    np.testing.assert_allclose(in_turn[legs], both[legs], atol=0.05)
    assert calm.state() == LandmarkNetworkState(PassState(2), PassState(2))
    assert hurried.state() == LandmarkNetworkState(PassState(2, True), PassState(2, True))


def test_a_network_goes_on_with_the_next_crop_where_another_one_was() -> None:
    first, second = (LandmarkNetwork(cards.find("frontal", "landmarks")) for _ in range(2))
    picture = next(itertools.islice(Video(str(DEMO)), 150, 151))[1]
    region = shoulders_to_toes(demo_landmarks()[150][1])
    for hurried in (False, True, True):
        first.look(picture, region, hurried)
    second.restore(first.state())
    for hurried in (True, False):
        one, other = (network.look(picture, region, hurried) for network in (first, second))
        assert one.landmarks.tobytes() == other.landmarks.tobytes()
