"""Initial contact and toe off from the feet."""

from __future__ import annotations

import numpy as np
import pytest

from runform_live.gait import contact_feet
from runform_live.gait.contact_feet import CAMERA_TRUNKS, MARKS, Feet
from runform_live.gait.contact_join import LANDING, LEAVING
from tests.gait import naive

LANDING_S, LEAVING_S = -0.12, 0.16
FRAME_S = 1 / 30


def feet(sink: float, noise: float = 0.0, sigma: float = 0.0, stances: int = 3) -> Feet:
    """A foot on a belt that comes down before LANDING_S and leaves at LEAVING_S, each landmark as its mark says."""
    offsets_s = np.concatenate([np.arange(-0.19 + 0.011 * k, 0.21, FRAME_S) for k in range(stances)])
    numbers = np.concatenate([np.full(len(np.arange(-0.19 + 0.011 * k, 0.21, FRAME_S)), k) for k in range(stances)])
    heights = np.tile(-(sink * offsets_s + sink**2 / CAMERA_TRUNKS * offsets_s**2)[:, None], (1, 3))
    for mark in MARKS:
        event_s = (LANDING_S, LEAVING_S)[mark.event]
        height = mark.height[0] + mark.height[1] * sink
        speed = mark.speed[0] + mark.speed[1] * sink
        risen = np.maximum(height + speed * (offsets_s - event_s), 0.0)
        early = offsets_s < 0.0
        heights[:, mark.landmark] += np.where(early == (mark.event == LANDING), risen, 0.0)
    heights += noise * np.random.default_rng(3).standard_normal(heights.shape)
    return Feet(offsets_s, numbers, heights, sigma)


@pytest.mark.parametrize("sink", [1.4, -1.4])
def test_the_belt_is_found_from_the_standing_toe(sink: float) -> None:
    found = contact_feet.belt(feet(sink), 0.28, FRAME_S)
    assert found is not None and found.sink == pytest.approx(sink, abs=0.02)


@pytest.mark.parametrize("sink", [1.4, -1.4])
@pytest.mark.parametrize("expected_s", [(-0.12, 0.16), (-0.105, 0.14), (-0.135, 0.18)])
def test_both_events_are_found_from_wherever_they_are_expected(sink: float, expected_s: tuple[float, float]) -> None:
    seen = feet(sink)
    belt = contact_feet.belt(seen, 0.28, FRAME_S)
    assert belt is not None
    found = contact_feet.events(seen, belt, expected_s, FRAME_S)
    assert found.mean_s[LANDING] == pytest.approx(LANDING_S, abs=0.012)
    assert found.mean_s[LEAVING] == pytest.approx(LEAVING_S, abs=0.008)


def test_noise_of_the_feet_is_measured_about_the_belt() -> None:
    found = contact_feet.belt(feet(1.4, noise=0.01), 0.28, FRAME_S)
    assert found is not None and found.noise == pytest.approx(0.01, abs=0.004)


@pytest.mark.parametrize("worse", [{"noise": 0.02}, {"sigma": 0.05}])
def test_feet_that_are_seen_badly_count_less(worse: dict[str, float]) -> None:
    good, bad = feet(1.4), feet(1.4, **worse)
    good_belt, bad_belt = (contact_feet.belt(one, 0.28, FRAME_S) for one in (good, bad))
    assert good_belt is not None and bad_belt is not None
    sure, unsure = (
        contact_feet.events(one, belt, (-0.12, 0.16), FRAME_S) for one, belt in ((good, good_belt), (bad, bad_belt))
    )
    assert unsure.precision[LEAVING, LEAVING] < 0.8 * sure.precision[LEAVING, LEAVING]


def test_unknown_feet_say_nothing() -> None:
    seen = feet(1.4)
    blind = seen._replace(heights=np.full_like(seen.heights, np.nan))
    assert contact_feet.belt(blind, 0.28, FRAME_S) is None


@pytest.mark.parametrize("lost", [0, 5, 30])
def test_heights_above_the_belt_and_when_they_are_reached_are_those_of_the_textbook(lost: int) -> None:
    seen, rng = feet(1.4, noise=0.004), np.random.default_rng(lost)
    for mark in MARKS:
        heights = seen.heights[:, mark.landmark].copy()
        heights[rng.choice(len(heights), lost, replace=False)] = np.nan
        line = seen.offsets_s, seen.stances.astype(np.int64), heights, 1.4, -0.05, 0.05
        risen = np.empty(len(heights))
        frames = contact_feet.above_line(*line, risen)
        want, want_frames = naive.above_line(*line)
        assert frames == want_frames and risen == pytest.approx(want, abs=1e-12, nan_ok=True)
        event_s = (LANDING_S, LEAVING_S)[mark.event]
        asked = seen.offsets_s, risen, event_s + 0.01, 0.045, mark.height[0], mark.speed[0], 3.0, 0.002
        got_s, *_ = contact_feet.when_at_height(*asked)
        assert got_s == pytest.approx(naive.when_at_height(*asked), abs=1e-9, nan_ok=True)
