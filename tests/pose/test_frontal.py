"""The frontal network on the shipped clip: landmarks on the body, the hips followed by its own region."""

from __future__ import annotations

import itertools

import msgspec
import numpy as np

from runform_live import config
from runform_live.capture.sources import DEMO, Video
from runform_live.messages import INDEX, LANDMARKS
from runform_live.pose import cards
from runform_live.pose.networks import mean_with_mirrored, shoulders_to_toes
from runform_live.pose.open import open_tracker
from tests.makers import demo_landmarks, standing

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
    for number, (_, picture) in enumerate(itertools.islice(Video(str(DEMO)), 120, 180)):
        seen = tracker.see(picture)
        assert seen.found
        assert not seen.names_sides
        assert (seen.landmarks[:, 2] > 0).all()
        true = truth[120 + number][1]
        for joint in ("shoulder", "hip", "knee", "ankle"):
            for side in ("left", "right"):
                at = INDEX[f"{side}_{joint}"]
                off = float(np.linalg.norm(seen.landmarks[at, :2] - true[at, :2]))
                errors.setdefault(joint, []).append(off)
    for joint, values in errors.items():
        assert np.median(values) < 0.03 * BODY_PX, joint


def test_it_lets_go_when_the_runner_has_left() -> None:
    settings = msgspec.structs.replace(config.load().pose, network="frontal")
    tracker = open_tracker(settings)
    for _, picture in itertools.islice(Video(str(DEMO)), 120, 125):
        assert tracker.see(picture).found
    empty = np.full((720, 1280, 3), 110, np.uint8)
    found = [tracker.see(empty).found for _ in range(60)]
    assert not found[-1]


def test_the_mean_with_the_mirrored_picture_swaps_sides_and_turns_x_back() -> None:
    card = cards.find("frontal", "landmarks")
    names, width = card.network.landmarks, card.network.input.width_px
    plain = np.zeros((1, len(names), 3), np.float32)
    mirrored = np.zeros_like(plain)
    plain[0, names["left_hip"]] = (60.0, 100.0, 1.0)
    mirrored[0, names["right_hip"]] = (width - 62.0, 104.0, 3.0)
    mean = mean_with_mirrored({"landmarks": plain}, {"landmarks": mirrored}, card)["landmarks"]
    np.testing.assert_allclose(mean[0, names["left_hip"]], (61.0, 102.0, 2.0))
    plain[0, names["c7"]] = mirrored[0, names["c7"]] = (width / 2, 10.0, 1.0)
    mean = mean_with_mirrored({"landmarks": plain}, {"landmarks": mirrored}, card)["landmarks"]
    np.testing.assert_allclose(mean[0, names["c7"]], (width / 2, 10.0, 1.0))
