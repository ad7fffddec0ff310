"""Rows of steps: whose leg is whose, settled by the neighbours."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runform_live.gait.chain import STEPS_FOR_A_RUN, Chain, Step


@pytest.mark.parametrize("first_leg", [0, 1])
def test_one_step_that_looks_wrong_is_settled_by_its_neighbours(first_leg: int) -> None:
    chain = Chain()
    for number in range(8):
        lower = 0.3 if (number % 2 == 0) == (first_leg == 0) else -0.3
        chain.add(number, -lower if number == 7 else lower)
    assert [chain.leg(number) for number in range(8)] == [(first_leg + number) % 2 for number in range(8)]


@given(st.lists(st.floats(-10, 10) | st.just(math.nan), min_size=1, max_size=12))
def test_legs_alternate_whatever_is_seen(lower_trunks: list[float]) -> None:
    chain = Chain()
    for number, lower in enumerate(lower_trunks):
        chain.add(number, lower)
    assert math.isfinite(chain.evidence)
    assert chain.is_run == (len(lower_trunks) >= STEPS_FOR_A_RUN)
    legs = [Step(0.0, number, chain).leg for number in range(6)]
    assert all(a != b for a, b in itertools.pairwise(legs))
