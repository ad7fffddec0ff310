"""The frontal network on the shipped clip: landmarks on the body, the hips followed by its own region."""

from __future__ import annotations

import itertools

import msgspec
import numpy as np
import pytest

from runform_live import config
from runform_live.capture.sources import DEMO, Video
from runform_live.messages import INDEX, LANDMARKS
from runform_live.pose import cards
from runform_live.pose.landmarks import LandmarkNetwork, Observation, mean_of
from runform_live.pose.networks import turned_back
from runform_live.pose.open import open_tracker
from runform_live.pose.regions import (
    DITHER_PLACE,
    DITHER_SIZE,
    DITHER_TURN_RAD,
    dithered,
    shoulders_to_toes,
    waist_to_thighs,
)
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
    tracker = open_tracker(settings)
    truth = demo_landmarks()
    errors: dict[str, list[float]] = {}
    for number, (time_s, picture) in enumerate(itertools.islice(Video(str(DEMO)), 120, 180)):
        seen, landmarks = seen_by(tracker, picture, time_s)
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
    tracker = open_tracker(settings)
    for time_s, picture in itertools.islice(Video(str(DEMO)), 120, 125):
        assert seen_by(tracker, picture, time_s)[0].found
    empty = np.full((720, 1280, 3), 110, np.uint8)
    found = [seen_by(tracker, empty, time_s + frame / 30)[0].found for frame in range(1, 61)]
    assert not found[-1]


def test_what_is_seen_in_the_mirrored_picture_swaps_sides_and_turns_x_back() -> None:
    card = cards.find("frontal", "landmarks")
    names, width = card.network.landmarks, card.network.input.width_px
    mirrored = np.zeros((1, len(names), 3), np.float32)
    mirrored[0, names["right_hip"]] = (width - 62.0, 104.0, 3.0)
    mirrored[0, names["c7"]] = (width / 2, 10.0, 1.0)
    back = turned_back({"landmarks": mirrored}, card)["landmarks"]
    np.testing.assert_allclose(back[0, names["left_hip"]], (62.0, 104.0, 3.0))
    np.testing.assert_allclose(back[0, names["c7"]], (width / 2, 10.0, 1.0))


def test_looks_at_several_cuts_count_alike_and_so_does_the_region_that_follows_from_them() -> None:
    here, there = standing(), standing() + [2.0, 4.0, 2.0]
    looks = [
        Observation(points, 0.5, shoulders_to_toes(points), behind) for points, behind in ((here, 0.8), (there, 1.0))
    ]
    seen = mean_of(looks)
    np.testing.assert_allclose(seen.landmarks, standing() + [1.0, 2.0, 1.0])
    assert (seen.confidence, seen.behind) == (0.5, pytest.approx(0.9))
    assert seen.next_region == shoulders_to_toes(seen.landmarks)


def test_in_a_hurry_it_looks_once_plain_and_mirrored_in_turn_and_means_the_same() -> None:
    calm, hurried = (
        LandmarkNetwork(cards.find("frontal", "landmarks")),
        LandmarkNetwork(cards.find("frontal", "landmarks")),
    )
    hurried.hurry(True)
    assert calm.network.ways() == (False, True)
    assert hurried.detail is not None
    for network in (hurried.network, hurried.detail.network):
        assert [network.ways() for _ in range(4)] == [(False,), (True,), (False,), (True,)]
    picture = next(itertools.islice(Video(str(DEMO)), 150, 151))[1]
    region = shoulders_to_toes(demo_landmarks()[150][1])
    both = calm.look(picture, region)[0].landmarks
    in_turn = np.mean([hurried.look(picture, region)[0].landmarks for _ in range(2)], axis=0)
    legs = [INDEX[f"{side}_{joint}"] for side in ("left", "right") for joint in ("knee", "ankle")]
    np.testing.assert_allclose(in_turn[legs], both[legs], atol=0.05)


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


def test_no_two_looks_are_at_the_same_cut_but_for_a_network_that_looks_once() -> None:
    region = shoulders_to_toes(standing())
    frontal = LandmarkNetwork(cards.find("frontal", "landmarks"))
    assert frontal.detail is not None
    for network in (frontal.network, frontal.detail.network):
        looks = [look for _ in range(20) for look in network.cuts(region)]
        assert [mirrored for mirrored, _ in looks] == [False, True] * 20
        assert len({cut for _, cut in looks}) == 40
    finder = LandmarkNetwork(cards.find("blazepose-full", "landmarks"))
    assert finder.network.cuts(region) == finder.network.cuts(region) == [(False, region)]


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


def test_cuts_are_spread_evenly_about_the_region() -> None:
    region = waist_to_thighs(standing())
    cuts = [dithered(region, number) for number in range(60)]
    x = np.array([(cut.x_px - region.x_px) / region.side_px for cut in cuts])
    size = np.array([np.log(cut.side_px / region.side_px) for cut in cuts])
    turns = np.array([cut.turn_rad for cut in cuts])
    for values, largest in ((x, DITHER_PLACE), (size, DITHER_SIZE), (turns, DITHER_TURN_RAD)):
        assert np.abs(values).max() <= largest
        assert abs(values.mean()) < 0.1 * largest
        assert values.std() == pytest.approx(largest / np.sqrt(3), rel=0.1)
    assert dithered(region, 7) == dithered(region, 7)
