"""Small systems of linear equations inside kernels, where NumPy spends more time on its own checks than on the solution."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from runform_live.gait.kernels import kernel

Array = npt.NDArray[np.float64]


@kernel("b1(f8[:,::1],f8[::1])")
def solve(matrix: Array, right: Array) -> bool:
    """Solve matrix (n, n) x = right (n,) by elimination with row pivots; x is left in `right`, and `matrix` is used up.

    False where the matrix is singular, or something is unknown (NaN).
    """
    n = right.shape[0]
    for column in range(n):
        pivot = column
        for row in range(column + 1, n):
            if abs(matrix[row, column]) > abs(matrix[pivot, column]):
                pivot = row
        if not abs(matrix[pivot, column]) > 0.0:
            return False
        if pivot != column:
            for k in range(n):
                matrix[column, k], matrix[pivot, k] = matrix[pivot, k], matrix[column, k]
            right[column], right[pivot] = right[pivot], right[column]
        for row in range(column + 1, n):
            share = matrix[row, column] / matrix[column, column]
            for k in range(column + 1, n):
                matrix[row, k] -= share * matrix[column, k]
            right[row] -= share * right[column]
    for row in range(n - 1, -1, -1):
        for k in range(row + 1, n):
            right[row] -= matrix[row, k] * right[k]
        right[row] /= matrix[row, row]
        if not math.isfinite(right[row]):
            return False
    return True


@kernel("b1(f8[:,::1],f8[::1],f8[::1])")
def least_squares(terms: Array, values: Array, factors: Array) -> bool:
    """Write the factors (n,) of terms (values, n) that are nearest to values (values,), by the normal equations; False: they do not tell."""
    count, n = terms.shape
    normal = np.zeros((n, n))
    factors[:] = 0.0
    for at in range(count):
        for row in range(n):
            factors[row] += terms[at, row] * values[at]
            for column in range(n):
                normal[row, column] += terms[at, row] * terms[at, column]
    return solve(normal, factors)
