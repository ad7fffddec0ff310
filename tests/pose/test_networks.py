"""What a network gets, and what a mirrored pass gives, turned back."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from runform_live.pose import cards
from runform_live.pose.cards import Card
from runform_live.pose.networks import Network, PassOutput, mirrored_back
from runform_live.pose.regions import Region, cut

SHIPPED = [("blazepose-lite", "landmarks"), ("frontal", "landmarks"), ("frontal-pelvis", "detail")]


def pixels(ready: np.ndarray, card: Card) -> np.ndarray:
    """A network's input as 8-bit RGB (height, width, 3)."""
    described = card.network.input
    found = ready[0].transpose(1, 2, 0) if described.channels == "first" else ready[0]
    return np.rint((found - described.low) / (described.high - described.low) * 255).astype(np.uint8)


@pytest.mark.parametrize(("name", "task"), SHIPPED)
@pytest.mark.parametrize("shrink", [0.7, 1.5, 2.6])
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_network_gets_its_region_in_red_green_and_blue(name: str, task: str, shrink: float, mirrored: bool) -> None:
    card = cards.find(name, task)
    size_px = card.network.input.size_px
    picture = np.random.default_rng(4).integers(0, 256, (800, 600, 3)).astype(np.uint8)
    region = Region(310.0, 390.0, shrink * size_px[1], 0.04)
    ready = Network(card, threads=1).prepare(picture, region, mirrored)
    assert (ready.shape, ready.dtype) == (card.network.input.shape, np.float32)
    wanted = cut(picture, region, size_px)
    wanted = cv2.flip(wanted, 1) if mirrored else wanted
    np.testing.assert_array_equal(pixels(ready, card), wanted[..., ::-1])


@pytest.mark.parametrize(("name", "task"), SHIPPED)
def test_the_brightness_is_that_of_the_crop(name: str, task: str) -> None:
    network = Network(cards.find(name, task), threads=1)
    region = Region(200.0, 200.0, 300.0)
    ready = network.prepare(np.full((400, 400, 3), (30, 60, 90), np.uint8), region)
    assert network.brightness(PassOutput(region, {}, ready)) == pytest.approx(60 / 255, abs=1e-6)


def test_a_mirrored_pass_is_turned_back_and_its_sides_are_exchanged() -> None:
    card = cards.find("frontal", "landmarks")
    names, width = card.network.landmarks, card.network.input.width_px
    mirrored = np.zeros((1, len(names), 3), np.float32)
    mirrored[0, names["right_hip"]] = (width - 62.0, 104.0, 3.0)
    mirrored[0, names["c7"]] = (width / 2, 10.0, 1.0)
    back = mirrored_back({"landmarks": mirrored}, card)["landmarks"]
    np.testing.assert_allclose(back[0, names["left_hip"]], (62.0, 104.0, 3.0))
    np.testing.assert_allclose(back[0, names["c7"]], (width / 2, 10.0, 1.0))
