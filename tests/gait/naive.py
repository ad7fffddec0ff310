"""Slow, obvious twins of the kernels and of the search for lowest points."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def local_quadratic(times: Array, values: Array, centre: float, half_width: float) -> tuple[float, float]:
    """Weighted least squares by the textbook."""
    offset = (times - centre) / half_width
    used = (np.abs(offset) < 1) & ~np.isnan(values)
    if used.sum() < 4 or not (offset[used] <= 0).any() or not (offset[used] >= 0).any():
        return np.nan, np.nan
    if offset[used & (offset >= 0)].min() - offset[used & (offset <= 0)].max() > 1:  # a hole about the centre
        return np.nan, np.nan
    weight = (1 - np.abs(offset[used]) ** 3) ** 3
    design = np.vander(offset[used], 3, increasing=True)
    normal = design.T @ (weight[:, None] * design)
    if abs(np.linalg.det(normal)) < 1e-12:
        return np.nan, np.nan
    solved = np.linalg.solve(normal, design.T @ (weight * values[used]))
    return float(solved[0]), float(solved[1] / half_width)


def lowest_points(heights: Array, needed: float) -> list[int]:
    """Lows between rises of at least `needed`, by looking at the whole curve at once (zigzag)."""
    lows, rising, extreme = [], False, 0
    for i in range(len(heights)):
        if not rising:
            if heights[i] <= heights[extreme]:
                extreme = i
            elif heights[i] - heights[extreme] > needed:
                lows.append(extreme)
                rising, extreme = True, i
        elif heights[i] >= heights[extreme]:
            extreme = i
        elif heights[extreme] - heights[i] > needed:
            rising, extreme = False, i
    return lows
