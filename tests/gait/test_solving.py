"""Small systems of linear equations."""

from __future__ import annotations

import numpy as np
import pytest

from runform_live.gait.solving import least_squares, solve


@pytest.mark.parametrize("size", [1, 2, 4, 12])
def test_a_solution_is_that_of_lapack(size: int) -> None:
    rng = np.random.default_rng(size)
    matrix, right = rng.standard_normal((size, size)), rng.standard_normal(size)
    matrix[0, 0] = 0.0 if size > 1 else matrix[0, 0]  # needs another pivot
    want = np.linalg.solve(matrix, right)
    assert solve(matrix, right)
    assert right == pytest.approx(want, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("entry", [0.0, np.nan])
def test_a_singular_or_unknown_matrix_has_no_solution(entry: float) -> None:
    assert not solve(np.full((2, 2), entry), np.ones(2))


def test_least_squares_are_those_of_lapack() -> None:
    rng = np.random.default_rng(1)
    terms, values, factors = rng.standard_normal((20, 5)), rng.standard_normal(20), np.empty(5)
    assert least_squares(terms, values, factors)
    assert factors == pytest.approx(np.linalg.lstsq(terms, values, rcond=None)[0], rel=1e-9, abs=1e-9)
    assert not least_squares(np.ones((20, 2)), values, np.empty(2))
