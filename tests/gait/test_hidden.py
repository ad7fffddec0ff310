"""A pelvis that cannot be seen."""

from __future__ import annotations

import math

import pytest

from runform_live.gait.hidden import STANCES, HiddenPelvis
from runform_live.gait.uncertainty.sigma import HIDDEN_SIGMA_DEG

CLEAR, VAGUE = HIDDEN_SIGMA_DEG - 2.0, HIDDEN_SIGMA_DEG + 1.5


def test_what_hides_every_second_stance_leaves_a_guess_of_the_rest() -> None:
    pelvis = HiddenPelvis()
    assert not pelvis.hides(0, CLEAR)
    assert pelvis.hides(1, VAGUE)
    assert pelvis.hides(0, CLEAR), "the same pelvis against the same level"


def test_stances_of_long_ago_are_forgotten() -> None:
    pelvis = HiddenPelvis()
    assert pelvis.hides(0, VAGUE)
    seen = [pelvis.hides(leg, CLEAR) for _ in range(STANCES) for leg in (1, 0)]
    assert not seen[-1]


@pytest.mark.parametrize("leg", [0, 1])
def test_an_unknown_sigma_hides_that_stance_alone(leg: int) -> None:
    pelvis = HiddenPelvis()
    assert pelvis.hides(leg, math.nan)
    assert not pelvis.hides(leg, CLEAR)
