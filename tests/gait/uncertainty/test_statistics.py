"""Means with their intervals, and left minus right."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from runform_live.gait.uncertainty.statistics import Estimate, estimate, symmetry, t95


@pytest.mark.parametrize(("freedom", "want"), [(1, 12.706), (6, 2.447), (30, 2.042), (60, 2.000), (120, 1.980)])
def test_students_t(freedom: int, want: float) -> None:
    assert t95(freedom) == pytest.approx(want, abs=0.004)


@given(st.lists(st.one_of(st.none(), st.floats(-30, 30)), max_size=30), st.floats(0.1, 3))
def test_an_interval_surrounds_its_mean_and_is_no_narrower_than_the_instrument(
    values: list[float | None], sd: float
) -> None:
    known = [value for value in values if value is not None]
    assume(len(known) >= 2)
    found = estimate(values, sd)
    assert found is not None and found.ci95_low is not None and found.ci95_high is not None
    assert found.n == len(known)
    assert found.mean == pytest.approx(math.fsum(known) / len(known))
    assert found.mean - found.ci95_low >= 1.96 * sd - 1e-9
    assert found.ci95_high - found.mean == pytest.approx(found.mean - found.ci95_low)


def test_one_value_has_a_mean_and_no_interval_and_none_has_no_mean() -> None:
    assert estimate([None, 4.0], 1.0) == Estimate(1, 4.0, None, None, None)
    assert estimate([None, None], 1.0) is None
    assert estimate([], 1.0) is None


def test_symmetry_near_zero_has_no_index() -> None:
    both = symmetry(estimate([0.1, 0.1], 1.0), estimate([-0.2, -0.2], 1.0), 1.5)
    assert both is not None
    assert both.index_percent is None
    assert symmetry(None, estimate([1.0, 1.0], 1.0), 1.5) is None
