"""Rendered walkers: feet on the ground, no flight, and a mid hip that is highest on one leg."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

for library in ("scipy", "anny"):
    pytest.importorskip(library, reason="rendered runners need the optional group `training`")

from models.frontal.clips.both import WalksAndRuns
from models.frontal.clips.legs import Legs
from models.frontal.clips.strides import Stance, Strides, double_support_s, single_support_s
from models.frontal.clips.walking import Walk
from models.frontal.people.body import draw_body
from models.frontal.people.posing import pose_of

STAND_S, END_S = 1.0, 4.5
BODY = draw_body(np.random.default_rng(11))


def legs(strides: Strides, time_s: float) -> Legs:
    angles = strides.angles(time_s)
    return Legs(angles, pose_of(angles, BODY), BODY)


@pytest.fixture(scope="module", params=[3, 4])
def walk(request: pytest.FixtureRequest) -> Walk:
    return Walk(np.random.default_rng(request.param), BODY, STAND_S, END_S)


def steady(strides: Strides, until_s: float = END_S) -> list[Stance]:
    """Stances after the first steps."""
    return [s for s in strides.stances if s.initial_contact_s > STAND_S + 0.8 and s.toe_off_s < until_s]


def test_a_walker_has_the_rhythm_of_walking_and_never_flies(walk: Walk) -> None:
    assert 90 <= 60 / walk.step_s <= 130
    assert 0.58 <= walk.contact_s / (2 * walk.step_s) <= 0.64
    for one, after in pairwise(walk.stances):
        assert one.leg != after.leg
        assert one.toe_off_s > after.initial_contact_s


def test_the_mid_hip_is_highest_on_one_leg_and_lowest_on_both(walk: Walk) -> None:
    for stance in steady(walk):
        begins_s, ends_s = single_support_s(walk.stances, stance)
        alone = [legs(walk, t).mid_hip for t in np.linspace(begins_s, ends_s, 15)]
        double = [legs(walk, t).mid_hip for t in np.linspace(stance.initial_contact_s, begins_s, 5)]
        assert 0.25 < np.argmax(alone) / 14 < 0.75
        assert min(double) < min(alone) + 0.004
        assert 0.02 <= max(alone) - min(double) <= 0.05


def test_every_foot_in_stance_is_on_the_ground_and_the_other_one_above_it(walk: Walk) -> None:
    for time_s in np.arange(STAND_S + 0.8, END_S - 0.3, 0.05):
        feet = legs(walk, time_s).foot
        for leg in "lr":
            if walk.touches(leg, time_s):
                assert abs(feet[leg]) < 0.012
            else:
                assert feet[leg] > -0.006


def test_both_feet_are_down_from_a_contact_to_the_toe_off_of_the_other_foot() -> None:
    left = Stance("l", 1.0, 1.7, 0.0, 0.0, 0.55, gait="walk")
    right = Stance("r", 1.55, 2.25, 0.0, 0.0, 0.55, gait="walk")
    assert double_support_s([left, right], left) is None, "nothing is known of the foot before"
    assert double_support_s([left, right], right) == pytest.approx(0.15)
    assert single_support_s([left, right], right) == (1.7, 2.25)


def test_who_walks_runs_and_walks_switches_within_one_step() -> None:
    strides = WalksAndRuns(np.random.default_rng(6), BODY, STAND_S, 8.0)
    gaits = [s.gait for s in strides.stances]
    changes = [number for number, (one, after) in enumerate(pairwise(gaits)) if one != after]
    assert [gaits[0], *(gaits[number + 1] for number in changes)] == ["walk", "run", "walk"]
    for one, after in pairwise(strides.stances):
        assert one.leg != after.leg
        assert (one.toe_off_s >= after.initial_contact_s) == (one.gait == after.gait == "walk"), "all else is a flight"
    assert all(double_support_s(strides.stances, s) is None for s in strides.stances if s.gait == "run")
