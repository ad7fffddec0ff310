"""How walking ends: the last stances, a person who leaves, a low of the trunk that is no step, one slow step, and feet that say nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from runform_live.gait.feet import FeetRhythm
from runform_live.gait.level import LOOKS_BACK_S
from runform_live.gait.lows import Lows
from runform_live.gait.oscillation import TrunkMotion
from runform_live.gait.row import STEPS_FOR_A_RUN, Row
from runform_live.gait.walked_steps import WalkedSteps
from runform_live.messages import LANDMARKS
from tests.gait.test_walking import NEAR_S, Film, film, measured
from tests.walkers import Camera, Walker

BEHIND = Camera()
NOBODY = np.full((len(LANDMARKS), 3), np.nan)
TRUNK_PX = 100.0


def without_anybody(frames: Film, from_s: float, seconds: float) -> Film:
    """The same film, in which nobody is seen from some time on."""
    return [(time_s, points) for time_s, points in frames if time_s < from_s] + [
        (math.ceil(from_s * 30) / 30 + number / 30, NOBODY) for number in range(round(30 * seconds))
    ]


def then_on_the_spot(steps: int) -> tuple[Walker, Film]:
    """Walking with lows of the trunk, then on the spot, where the trunk hardly moves."""
    walker = Walker()
    made = [walker.spell("walk", 16, 110.0), walker.spell("walk", steps, 100.0, on_the_spot=True)]
    return walker, [frame for spell in made for frame in spell.frames(BEHIND, 30.0)]


@pytest.mark.parametrize("steps", [2, 3])
def test_the_stances_after_the_last_low_of_the_trunk_are_reported_at_the_end(steps: int) -> None:
    walker, frames = then_on_the_spot(steps)
    found, _, _ = measured(frames, BEHIND)
    for true in walker.truth[-4:-1]:
        assert any(abs(one.midstance_s - true.midstance_s) < NEAR_S for one in found), true


@pytest.mark.parametrize(("spm", "steps"), [(90.0, 14), (90.0, 15), (110.0, 14), (110.0, 15)])
def test_the_last_whole_stance_before_quiet_standing_is_reported(spm: float, steps: int) -> None:
    walker, frames = film([("walk", steps, spm)], BEHIND)
    last_s, last = frames[-1]
    stands = [(last_s + number / 30, last) for number in range(1, 100)]
    found, _, _ = measured(frames + stands, BEHIND)
    for true in walker.truth[2:-1]:
        assert any(one.side == true.side and abs(one.midstance_s - true.midstance_s) < NEAR_S for one in found), true
    assert max(one.midstance_s for one in found) < walker.truth[-1].toe_off_s, "and no stance is made of the standing"


def test_one_low_of_the_trunk_before_flat_walking_holds_no_stance_back() -> None:
    walker, frames = then_on_the_spot(24)
    found, _, _ = measured(frames, BEHIND)
    flat = [one for one in found if one.midstance_s > walker.truth[16].initial_contact_s]
    assert len(flat) >= 20
    late_s = [one.stamp_s - one.toe_off_s for one in flat[:-2]]
    assert max(late_s) < 1.5, "each is reported soon after its toe off"


def test_double_support_about_one_slow_step_is_unknown_and_never_negative() -> None:
    walker, frames = film([("walk", 12, 120.0), ("walk", 1, 68.0), ("walk", 12, 120.0)], BEHIND)
    found, _, _ = measured(frames, BEHIND)
    told_s = [one.double_support_s for one in found]
    assert all(one is None or one > 0.0 for one in told_s), told_s
    about = [one for one in found if abs(one.midstance_s - walker.truth[13].midstance_s) < 0.2]
    assert about and about[0].double_support_s is None
    assert sum(one is not None for one in told_s) >= 16


@pytest.mark.parametrize("on_the_spot", [False, True])
@pytest.mark.parametrize("gone_s", [0.2, 0.6, 2.0])
@pytest.mark.parametrize("left_s", [7.0, 7.1, 7.2, 7.3, 7.4, 7.5])
def test_somebody_who_has_left_makes_no_stance(left_s: float, gone_s: float, on_the_spot: bool) -> None:
    walker, frames = film([("walk", 24, 110.0)], BEHIND, on_the_spot=on_the_spot)
    found, _, _ = measured(without_anybody(frames, left_s, gone_s), BEHIND)
    assert len(found) >= 8
    whole = sum(true.toe_off_s < left_s for true in walker.truth)
    assert len(found) <= whole + 1
    assert max(one.midstance_s for one in found) < left_s - 0.1


def test_frames_of_a_walker_who_left_are_not_handed_on() -> None:
    _, frames = film([("walk", 16, 110.0)], BEHIND)
    _, monitor, _ = measured(without_anybody(frames, 7.0, 12.0), BEHIND)
    kept_s = len(monitor.state().segmenter.window.raw.array()) / 30
    assert kept_s == pytest.approx(LOOKS_BACK_S, abs=0.1), "those in which a stand is looked for, and no more"


def test_feet_that_are_gone_end_the_rhythm_and_need_no_frames() -> None:
    walked = WalkedSteps()
    for number in range(120):
        walked.feet.push(TrunkMotion(number / 30, 0.0, 0.0, TRUNK_PX, 20 * math.sin(2 * math.pi * number / 33)))
    assert math.isfinite(walked.earliest_s(Lows()))
    for number in range(120, 132):
        walked.feet.push(TrunkMotion(number / 30, math.nan, math.nan, TRUNK_PX, math.nan))
    assert walked.feet.turns_s == [] and walked.earliest_s(Lows()) == math.inf


def test_a_foot_that_is_held_still_half_way_makes_its_turn_when_that_is_late() -> None:
    feet = FeetRhythm()
    for number in range(100):
        feet.push(TrunkMotion(number / 30, 0.0, 0.0, TRUNK_PX, 20 * math.cos(2 * math.pi * number / 33)))
    top = feet.sign * feet.extreme
    held = TRUNK_PX * (top - feet.sign * 0.1)
    turns = [feet.push(TrunkMotion((100 + number) / 30, 0.0, 0.0, TRUNK_PX, held)) for number in range(40)]
    assert sum(turns) == 1


def test_a_walk_whose_feet_say_nothing_of_the_legs_does_not_know_them() -> None:
    row = Row("walk")
    for number in range(STEPS_FOR_A_RUN + 3):
        assert number == 0 or row.continues(0.55)
        row.add(0.01 if number % 2 else -0.01)
    assert row.is_run and not row.knows_legs
