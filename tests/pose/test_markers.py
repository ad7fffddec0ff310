"""Stickers on made pictures whose exact centres are known, and what is no sticker."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from runform_live import handover
from runform_live.messages import INDEX
from runform_live.pose.markers import MarkerFinder, MarkersState
from tests.makers import standing

PSIS = [INDEX["left_psis"], INDEX["right_psis"]]
GREEN, PINK, CLOTH = (40, 220, 60), (180, 60, 240), (50, 40, 45)
FRAME_S = 1 / 30
Spot = tuple[float, float]


def picture(spots: list[Spot], colour: tuple[int, int, int] = GREEN, seed: int = 0, radius: float = 4.0) -> np.ndarray:
    """A trunk in dark cloth with a light shirt above, and round spots of one colour at exact places (px from the outer edge)."""
    out = np.full((720, 1280, 3), 120, np.uint8)
    out[180:330, 560:720] = (190, 120, 90)
    out[330:420, 560:720] = CLOTH
    fine = 16
    for x, y in spots:
        left, top = int(x) - 12, int(y) - 12
        grid = (np.mgrid[0 : 24 * fine, 0 : 24 * fine] + 0.5) / fine
        covered = np.hypot(grid[1] + left - x, grid[0] + top - y) < radius
        share = covered.reshape(24, fine, 24, fine).mean(axis=(1, 3))[..., None]
        part = out[top : top + 24, left : left + 24]
        part[:] = np.round(part * (1 - share) + np.array(colour) * share).astype(np.uint8)
    noise = np.random.default_rng(seed).normal(0, 3, out.shape)
    return np.clip(cv2.GaussianBlur(out, (0, 0), 0.8) + noise, 0, 255).astype(np.uint8)


def learnt(colour: tuple[int, int, int] = GREEN) -> MarkerFinder:
    finder = MarkerFinder()
    for k in range(MarkerFinder.ENOUGH + 2):
        finder.with_stickers(picture([(627.0, 322.0), (653.0, 322.0)], colour, k), standing(), FRAME_S)
    assert finder.knows_colour
    return finder


@pytest.mark.parametrize("colour", [GREEN, PINK])
def test_centres_are_found_to_a_fraction_of_a_pixel(colour: tuple[int, int, int]) -> None:
    finder = learnt(colour)
    rng = np.random.default_rng(5)
    errors = []
    for k in range(30):
        true = np.array([[627.0, 322.0], [653.0, 322.0]]) + rng.uniform(-2, 2, (2, 2))
        found = finder.with_stickers(picture([tuple(p) for p in true], colour, k), standing(), FRAME_S)[PSIS, :2]
        errors.append(found - true)
    assert np.sqrt(np.mean(np.square(errors))) < 0.2


def test_left_is_named_as_the_hips_are() -> None:
    points = standing()
    hips = [INDEX["left_hip"], INDEX["right_hip"]]
    shoulders = [INDEX["left_shoulder"], INDEX["right_shoulder"]]
    points[hips], points[shoulders] = points[hips[::-1]], points[shoulders[::-1]]
    found = learnt().with_stickers(picture([(627.0, 322.0), (653.0, 322.0)]), points, FRAME_S)[PSIS, 0]
    assert found[0] > found[1]


def test_one_sticker_gone_is_unknown_not_guessed() -> None:
    finder = learnt()
    assert np.isnan(finder.with_stickers(picture([(627.0, 322.0)]), standing(), FRAME_S)[PSIS]).all()
    assert np.isfinite(finder.with_stickers(picture([(627.0, 322.0), (653.0, 322.0)]), standing(), FRAME_S)[PSIS]).all()


def test_without_stickers_nothing_is_taken_for_them() -> None:
    finder = MarkerFinder()
    for k in range(30):
        assert np.isnan(finder.with_stickers(picture([], seed=k), standing(), FRAME_S)[PSIS]).all()
    assert not finder.knows_colour


def test_a_spot_of_another_colour_beside_them_changes_nothing() -> None:
    finder = learnt()
    clean = finder.with_stickers(picture([(627.0, 322.0), (653.0, 322.0)]), standing(), FRAME_S)[PSIS, :2]
    both = picture([(627.0, 322.0), (653.0, 322.0)])
    cv2.circle(both, (690, 330), 4, (30, 30, 240), -1)
    np.testing.assert_allclose(finder.with_stickers(both, standing(), FRAME_S)[PSIS, :2], clean, atol=0.2)


def test_nobody_in_the_frame_is_unknown() -> None:
    nobody = np.full_like(standing(), np.nan)
    assert np.isnan(learnt().with_stickers(picture([(627.0, 322.0), (653.0, 322.0)]), nobody, FRAME_S)[PSIS]).all()


def test_stickers_are_believed_after_the_same_time_at_any_frame_rate() -> None:
    """Pictures that follow at once show the same spots: eight of them are no eight votes."""
    both = [picture([(627.0, 322.0), (653.0, 322.0)], seed=seed) for seed in range(3)]
    for rate_hz in (24, 60, 240):
        finder, frame = MarkerFinder(), 0
        while not finder.knows_colour and frame < rate_hz:
            finder.with_stickers(both[frame % 3], standing(), 1 / rate_hz)
            frame += 1
        assert frame / rate_hz == pytest.approx(MarkerFinder.ENOUGH / 30, abs=0.1), rate_hz


@pytest.mark.parametrize("before", [0, 3, MarkerFinder.ENOUGH - 1, MarkerFinder.ENOUGH, MarkerFinder.ENOUGH + 3])
def test_a_finder_goes_on_where_another_one_was(before: int) -> None:
    pictures = [picture([(627.0, 322.0), (653.0, 322.0)], seed=seed) for seed in range(MarkerFinder.ENOUGH + 6)]
    undisturbed = MarkerFinder()
    for shown in pictures[:before]:
        undisturbed.with_stickers(shown, standing(), 1 / 50)
    successor = MarkerFinder(handover.decode(handover.encode(undisturbed.state()), MarkersState))
    for shown in pictures[before:]:
        one, other = (finder.with_stickers(shown, standing(), 1 / 50) for finder in (undisturbed, successor))
        assert one.tobytes() == other.tobytes()
        assert successor.state() == undisturbed.state()
