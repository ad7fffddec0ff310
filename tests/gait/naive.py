"""Slow, obvious twins of the kernels."""

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


def between_frames(times: Array, values: Array, slopes: Array, at: float) -> float:
    """The cubic with these values and slopes at two times, by its four equations."""
    powers = np.arange(4)
    rows = [[t**k for k in powers] for t in times] + [[k * t ** max(k - 1, 0) for k in powers] for t in times]
    cubic = np.linalg.solve(np.array(rows), np.concatenate([values, slopes]))
    return float(cubic @ at**powers)


def angle_between(a: Array, b: Array) -> float:
    """Unsigned angle of two vectors, deg."""
    cos = np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b))
    return float(np.degrees(np.arccos(np.clip(cos, -1, 1))))


def mean_between(times: Array, values: Array, from_s: float, until_s: float) -> float:
    inside = values[(times >= from_s) & (times <= until_s) & ~np.isnan(values)]
    return float(inside.mean()) if len(inside) else np.nan


def known_share(times: Array, values: Array, from_s: float, until_s: float) -> float:
    inside = values[(times >= from_s) & (times <= until_s)]
    return float((~np.isnan(inside)).mean()) if len(inside) else 0.0


def trend_between(times: Array, values: Array, from_s: float, until_s: float) -> float:
    used = (times >= from_s) & (times <= until_s) & ~np.isnan(values)
    if used.sum() < 3 or np.ptp(times[used]) == 0:
        return np.nan
    return float(np.polyfit(times[used] - from_s, values[used], 1)[0])


def lowest_points(times: Array, heights: Array, needed: float) -> list[int]:
    """Lows between rises of at least `needed`, by looking at the whole curve at once (zigzag)."""
    lows, rising, extreme = [], False, 0
    for i in range(len(times)):
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


def rhythm(
    times: Array, values: Array, centre: float, step: float, harmonics: Array, usual: Array, near: float
) -> Array:
    """Factors of constant, drift and harmonics by weighted ridge regression with all frames at once."""
    used = ~np.isnan(values)
    steps, seen = (times[used] - centre) / step, values[used]
    angles = 2 * np.pi * np.outer(steps, harmonics)
    waves = np.stack([np.cos(angles), np.sin(angles)], axis=2).reshape(len(steps), -1)
    design = np.column_stack([np.ones_like(steps), steps, waves])
    root = np.sqrt(np.exp(-near * np.abs(steps)))
    ridge = np.zeros(design.shape[1])
    for _ in range(3):
        augmented = np.vstack([design * root[:, None], np.diag(np.sqrt(ridge + 1e-9))])
        aimed = np.concatenate([(seen - seen[0]) * root, np.zeros(design.shape[1])])
        solved = np.linalg.lstsq(augmented, aimed, rcond=None)[0]
        missed = seen - seen[0] - design @ solved
        freedom = max(len(seen) - 0.7 * design.shape[1], 2.0)
        variance = np.average(missed**2, weights=root**2) * len(seen) / freedom
        ridge[2:] = np.repeat(variance / (usual * np.hypot(solved[2], solved[3])) ** 2, 2)
    return solved
