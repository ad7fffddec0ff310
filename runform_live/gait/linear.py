"""Small systems of linear equations, for the fits of this room."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from runform_live.gait.kernels import kernel


@kernel("b1(f8[:,::1])")
def solve_in_place(system: npt.NDArray[np.float64]) -> bool:
    """Solve n linear equations (n, n + 1: the right side last) by elimination with pivots; the solution is the last column.

    False where they have no single solution.
    """
    size = system.shape[0]
    for i in range(size):
        pivot = i
        for row in range(i + 1, size):
            if abs(system[row, i]) > abs(system[pivot, i]):
                pivot = row
        if abs(system[pivot, i]) < 1e-12:
            return False
        if pivot != i:
            for column in range(size + 1):
                system[i, column], system[pivot, column] = system[pivot, column], system[i, column]
        for row in range(size):
            if row != i:
                share = system[row, i] / system[i, i]
                for column in range(i, size + 1):
                    system[row, column] -= share * system[i, column]
    for i in range(size):
        system[i, size] /= system[i, i]
    return True
