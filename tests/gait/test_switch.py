"""Fast walking and slow running, which are hardly told apart: each contact about the switch is told once."""

from __future__ import annotations

import itertools

import pytest

from tests.gait.test_walking import film, matched, measured
from tests.walkers import Camera

# steps a minute in walking and in running, noise of the landmarks (px)
SWITCHES = [(100.0, 140.0, 1.0), (110.0, 140.0, 1.0), (120.0, 160.0, 1.0), (130.0, 140.0, 0.0), (135.0, 150.0, 0.0)]


@pytest.mark.parametrize(("walk_spm", "run_spm", "noise_px"), SWITCHES)
def test_each_contact_about_a_switch_is_told_once_in_order_and_with_its_gait(
    walk_spm: float, run_spm: float, noise_px: float
) -> None:
    camera = Camera(noise_px=noise_px)
    walker, frames = film([("walk", 16, walk_spm), ("run", 20, run_spm), ("walk", 10, walk_spm)], camera)
    found, _, _ = measured(frames, camera)
    assert [one.midstance_s for one in found] == sorted(one.midstance_s for one in found)
    assert all(one.side != other.side for one, other in itertools.pairwise(found)), "no contact is told twice"
    pairs = matched(walker.truth[1:-1], found)  # the film begins and ends within a stance
    assert all(one is not None and one.side == true.side for true, one in pairs)


def test_the_first_step_of_a_walk_is_timed_where_the_landing_from_the_run_was_no_lowest_point() -> None:
    walker, frames = film([("walk", 12, 100.0), ("run", 14, 160.0), ("walk", 10, 100.0)], Camera())
    found, _, _ = measured(frames, Camera())
    ((true, one),) = matched(walker.truth[26:27], found)
    assert one is not None and one.initial_contact_s == pytest.approx(true.initial_contact_s, abs=0.1)
