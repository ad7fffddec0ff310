"""Rows of steps: whose leg is whose, settled by the neighbours."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runform_live.gait.cadence import LONGEST_STEP_S
from runform_live.gait.row import STEPS_FOR_A_RUN, Row, Step, lower_trunks


def row_of(lower_trunks: list[float]) -> Row:
    """A row of steps of usual length, by how much lower the left foot of the picture is in each."""
    row = Row()
    for number, lower in enumerate(lower_trunks):
        assert number == 0 or row.continues(0.36)
        row.add(lower)
    return row


@pytest.mark.parametrize("first_leg", [0, 1])
def test_one_step_that_looks_wrong_is_settled_by_its_neighbours(first_leg: int) -> None:
    lower = [0.3 if (number % 2 == 0) == (first_leg == 0) else -0.3 for number in range(8)]
    row = row_of([*lower[:7], -lower[7]])
    assert [row.leg(number) for number in range(8)] == [(first_leg + number) % 2 for number in range(8)]


@given(st.lists(st.floats(-10, 10) | st.just(math.nan), min_size=1, max_size=12))
def test_legs_alternate_whatever_is_seen(lower_trunks: list[float]) -> None:
    row = row_of(lower_trunks)
    assert math.isfinite(row.evidence)
    assert row.is_run == (len(lower_trunks) >= STEPS_FOR_A_RUN)
    legs = [Step(row, number, math.nan, 0.0).leg for number in range(6)]
    assert all(a != b for a, b in itertools.pairwise(legs))


def test_a_step_that_was_missed_counts() -> None:
    row = row_of([0.3, -0.3, 0.3])
    assert row.continues(0.72) and row.number == 4
    assert row.step_s == 0.36, "two steps in one do not count for the usual length"


@pytest.mark.parametrize("passed_s", [LONGEST_STEP_S + 0.01, 1.0, math.inf])
def test_a_longer_time_breaks_the_row(passed_s: float) -> None:
    assert not row_of([0.3, -0.3, 0.3]).continues(passed_s)
    assert not Row().continues(passed_s)


def test_where_only_swinging_feet_are_seen_the_other_one_stands() -> None:
    row = row_of([lower_trunks(math.nan, 1.0), lower_trunks(1.0, math.nan), lower_trunks(math.nan, 1.0)])
    assert row.knows_legs and [row.leg(number) for number in range(3)] == [0, 1, 0]


def test_feet_that_are_never_seen_say_nothing_of_the_legs() -> None:
    assert not row_of([lower_trunks(math.nan, math.nan)] * 9).knows_legs


def test_one_foot_that_is_never_seen_says_nothing_of_the_legs() -> None:
    for steps in range(STEPS_FOR_A_RUN, 12):
        assert not row_of([lower_trunks(math.nan, 1.0)] * steps).knows_legs
