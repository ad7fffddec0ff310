"""The rhythm of the feet."""

from __future__ import annotations

import math

import numpy as np
import pytest

from runform_live.gait.feet import LONGEST_UNSEEN_S, FeetRhythm
from runform_live.gait.oscillation import TrunkMotion

TRUNK_PX = 100.0


def turns_of(difference_px: list[float], rate_hz: float = 30.0) -> list[float]:
    feet, turns_s = FeetRhythm(), []
    for number, value in enumerate(difference_px):
        if feet.push(TrunkMotion(number / rate_hz, 0.0, 0.0, TRUNK_PX, value)):
            turns_s.append(feet.turns_s[-1] if feet.turns_s else math.nan)
    return turns_s


@pytest.mark.parametrize("dip", [0.0, 0.25], ids=["one top a step", "two tops a step"])
def test_one_turn_a_step_wherever_the_tops_are(dip: float) -> None:
    phases = np.arange(300) / 30 / 1.1
    curve = 20 * (np.sin(2 * np.pi * phases) + dip * np.sin(6 * np.pi * phases))
    apart_s = np.diff(turns_of(curve.tolist()))[3:]
    assert len(apart_s) >= 12
    assert apart_s.tolist() == pytest.approx([0.55] * len(apart_s), abs=0.02)


def test_feet_that_hardly_move_take_no_steps() -> None:
    assert turns_of((3 * np.sin(np.arange(300) / 3)).tolist()) == []


def test_a_moment_without_feet_keeps_the_rhythm_and_a_longer_one_ends_it() -> None:
    curve = (20 * np.sin(2 * np.pi * np.arange(120) / 33)).tolist()
    feet = FeetRhythm()
    for number, value in enumerate(curve):
        feet.push(TrunkMotion(number / 30, 0.0, 0.0, TRUNK_PX, math.nan if number in (70, 71, 72) else value))
    assert len(feet.turns_s) == 4
    feet.push(TrunkMotion(len(curve) / 30 + LONGEST_UNSEEN_S + 0.1, 0.0, 0.0, TRUNK_PX, 0.0))
    assert feet.turns_s == [] and math.isnan(feet.step_s(10.0))
