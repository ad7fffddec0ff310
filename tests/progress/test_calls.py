"""How often a change is called one: where there is none, and where there is one of a known size.

A session's means are wrong by what the network's card says: a part that is the same in each session of a runner who keeps clothes and camera, and a
part that is new each time. Stances scatter on top of that.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import msgspec
import numpy as np
import pytest

from runform_live.progress.change import z_of_looks
from runform_live.progress.point import Point
from runform_live.progress.series import Series, progress
from tests.progress.makers import DROP, MODEL, STRIDE_SD_DEG, point, run

SD, CHANGE_SD = MODEL.instrument_sd_deg[DROP], MODEL.instrument_change_sd_deg[DROP]
RUNNERS = 2000
MOST = 0.05 * RUNNERS + 2.33 * math.sqrt(0.05 * 0.95 * RUNNERS)  # what a rate of 5% exceeds once in a hundred tries
COUNT = 60


@cache
def level_day(day: int) -> Point:
    """A session whose drops are 0 on average, exactly."""
    found = point(run({"left": 0.0, "right": 0.0}, count=COUNT, seed=day), float(day))
    return with_drop(found, -(found.summary.sides["left"][DROP].mean or 0.0))


def with_drop(one: Point, more_deg: float) -> Point:
    """The same session with a left drop that is larger by so much."""
    sides = one.summary.sides
    left = sides["left"][DROP]
    moved = {name: (getattr(left, name) or 0.0) + more_deg for name in ("mean", "ci95_low", "ci95_high")}
    sides = sides | {"left": sides["left"] | {DROP: msgspec.structs.replace(left, **moved)}}
    return Point(one.info, msgspec.structs.replace(one.summary, sides=sides))


def seen(seed: int, true_drops: Sequence[float], same_setup: bool) -> Series:
    """The series of a runner with these true drops on the left, as the instrument sees them."""
    rng = np.random.default_rng(seed)
    new_sd = CHANGE_SD / math.sqrt(2.0) if same_setup else SD
    always = rng.normal(0.0, math.sqrt(max(SD**2 - new_sd**2, 0.0)))
    days = [
        with_drop(level_day(day), drop + always + rng.normal(0.0, math.hypot(new_sd, STRIDE_SD_DEG / math.sqrt(COUNT / 2))))
        for day, drop in enumerate(true_drops)
    ]  # fmt: skip
    return progress(days, same_setup=same_setup, metrics=[DROP]).series[DROP]


def calls(found: Series) -> list[str]:
    return [one.change.call for one in found.columns["left"] if one.change is not None]


@pytest.mark.parametrize("same_setup", [True, False])
@pytest.mark.parametrize("sessions", [2, 8])
def test_without_a_true_change_at_most_one_runner_in_twenty_is_ever_said_to_have_one(
    sessions: int, same_setup: bool
) -> None:
    called = sum("changed" in calls(seen(seed, [6.0] * sessions, same_setup)) for seed in range(RUNNERS))
    assert called <= MOST


@pytest.mark.parametrize("same_setup", [True, False])
def test_the_interval_of_a_change_holds_the_true_one(same_setup: bool) -> None:
    held = 0
    for seed in range(RUNNERS):
        found = seen(seed, [8.0, 4.5], same_setup).columns["left"][1].change
        assert found is not None and found.low is not None and found.high is not None
        held += found.low <= -3.5 <= found.high
    assert RUNNERS - held <= MOST


def test_eight_sessions_with_falling_drops_find_the_true_change() -> None:
    """The true drop falls by 5 deg over the programme. Made of stances, and both sides are looked at: the right one does not change."""
    left = [9.0, 8.4, 7.8, 7.0, 6.2, 5.4, 4.6, 4.0]
    rng = np.random.default_rng(7)
    days = [
        point(
            run(
                {"left": drop + rng.normal(0.0, CHANGE_SD / math.sqrt(2.0)), "right": 4.0 + rng.normal(0.0, 0.3)},
                count=400,
                seed=day,
            ),
            float(day),
        )
        for day, drop in enumerate(left)
    ]
    found = progress(days, same_setup=True).series[DROP]
    for drop, value in zip(left[1:], found.columns["left"][1:], strict=True):
        assert value.change is not None and value.change.low is not None and value.change.high is not None
        assert value.change.low <= drop - left[0] <= value.change.high
    assert calls(found)[-1] == "changed"
    assert calls(found)[0] == "not_sure", "0.6 deg cannot be told"
    assert {one.change.call for one in found.columns["right"] if one.change} == {"not_sure"}


def test_most_runners_who_change_by_twice_what_can_be_told_are_seen_to_change() -> None:
    drops = [9.0, 8.0, 7.0, 6.0, 5.5, 5.0, 4.5, 3.0]
    called = sum(calls(seen(seed, drops, True))[-1] == "changed" for seed in range(200))
    assert called >= 190


@pytest.mark.parametrize(("looks", "z"), [(1, 1.96), (2, 2.21), (3, 2.35), (5, 2.51), (7, 2.61), (9, 2.69), (20, 2.91)])
def test_with_more_looks_more_is_needed_as_in_the_published_table(looks: int, z: float) -> None:
    """Dunnett 1964, Biometrics 20:482, two-sided 5%, with endless degrees of freedom."""
    assert z_of_looks(looks) == pytest.approx(z, abs=0.006)
