"""Slow, obvious twins of the kernels and of the search for lowest points."""

from __future__ import annotations

import math

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


def spring(
    offsets: Array, of_frame: npt.NDArray[np.int64], heights: Array, step: float, precision: Array, weighted: Array
) -> Array:
    """Initial contact and toe off by Gauss and Newton, the derivatives by the formulas on paper; see contact_hips.fit_spring."""

    def without_means(columns: Array) -> Array:
        out = columns.copy()
        for stance in np.unique(of_frame):
            out[of_frame == stance] -= columns[of_frame == stance].mean(axis=0)
        return out

    events, gravity, velocity = np.linalg.solve(precision, weighted), 9.81 / 0.495, 0.0
    held = np.diag([0.0, 0.0, 0.0, 3.0**-2])
    held[:2, :2] = precision
    freedom = len(heights) - len(np.unique(of_frame)) - 4
    for _ in range(10):
        contact = events[1] - events[0]
        share = (offsets - events[0]) / contact
        inside = np.clip(share, 0.0, 1.0)
        once = (1.0 - np.cos(np.pi * inside)) / 2.0
        twice = inside / 2.0 - np.sin(np.pi * inside) / (2.0 * np.pi) + np.maximum(share - 1.0, 0.0)
        by_landing, by_leaving = step * (once * (share - 1.0) - twice), step * (twice - once * share)
        curve = step * contact * twice - offsets**2 / 2.0
        terms = without_means(np.column_stack([gravity * by_landing, gravity * by_leaving, offsets, curve]))
        missed = heights - gravity * terms[:, 3] - velocity * terms[:, 2]
        variance = max(float(missed @ missed) / freedom, 0.003**2)
        right = terms.T @ missed / variance
        right[:2] += weighted - precision @ events
        right[3] += (9.81 / 0.495 - gravity) * 3.0**-2
        move = np.linalg.solve(terms.T @ terms / variance + held, right)
        events = events + np.clip(move[:2], -0.03, 0.03)
        velocity, gravity = velocity + move[2], max(gravity + move[3], 9.81 / 0.495 / 3.0)
    return np.asarray(events)


def above_line(
    offsets: Array, stances: npt.NDArray[np.int64], heights: Array, sink: float, begin: float, end: float
) -> tuple[Array, int]:
    """Stance by stance; see contact_feet.above_line."""
    above, used = heights + sink * offsets + sink**2 / 1.9 * offsets**2, 0
    out = np.full(len(above), np.nan)
    for stance in np.unique(stances):
        own = stances == stance
        level = own & (offsets >= begin) & (offsets <= end) & ~np.isnan(above)
        used += int(level.sum())
        if level.any():
            out[own] = above[own] - above[level].mean()
    return out, used


def when_at_height(
    offsets: Array, risen: Array, expected: float, reach: float, height: float, speed: float, by_mark: float, noise: float
) -> float:  # fmt: skip
    """See contact_feet.when_at_height."""
    at = expected
    for _ in range(5):
        near = (np.abs(offsets - at) < reach) & ~np.isnan(risen)
        if near.sum() < 3:
            return math.nan
        away, values = offsets[near] - at, risen[near]
        spread = away - away.mean()
        own = spread @ spread / noise**2
        used = (own * (spread @ values) / max(spread @ spread, 1e-12) + by_mark * speed) / (own + by_mark)
        if abs(used) < 0.2 or used * speed < 0.0:
            used = math.copysign(0.2, speed)
        at += float(np.clip((height - values.mean() + used * away.mean()) / used, -reach, reach))
        if abs(at - expected) > 0.08:
            return math.nan
    return at


def rhythm(times: Array, values: Array, near: float, step: float) -> float:
    """See midstance.by_rhythm_s."""

    def terms(steps: Array) -> Array:
        waves = [wave(2 * np.pi * k * steps) for k in (1.0, 0.5, 1.5, 2.0, 3.0) for wave in (np.cos, np.sin)]
        return np.column_stack([np.ones(len(steps)), steps, *waves])

    times, values = times[~np.isnan(values)], values[~np.isnan(values)]
    grid, found = 0.0005 * np.arange(-120, 121), near
    for _ in range(2):
        used = (times - found >= -3.0 * step) & (times - found <= 0.2)
        steps, heights = (times[used] - found) / step, values[used]
        if len(heights) < 14:
            return math.nan
        heights = heights - heights[0]
        weights, bounds = np.exp(-1.4 * np.abs(steps)), np.zeros(12)
        for _ in range(3):
            normal = terms(steps).T @ (weights[:, None] * terms(steps)) + np.diag(bounds + 1e-9)
            factors = np.linalg.solve(normal, terms(steps).T @ (weights * heights))
            first = math.hypot(factors[2], factors[3])
            if first == 0.0:
                return math.nan
            missed = heights - terms(steps) @ factors
            variance = weights @ missed**2 / weights.sum() * len(heights) / max(len(heights) - 0.7 * 12, 2.0)
            bounds[4:] = np.repeat(variance / (np.array([0.1, 0.05, 0.25, 0.05]) * first) ** 2, 2)
        found += float(grid[np.argmax(terms(grid / step) @ factors)])
    return found if abs(found - near) < 0.06 else math.nan


def usual_curve(normal: Array, right: Array, squares: float, frames: float, ridge: Array) -> tuple[Array, float]:
    """See stance_curve.fit_usual."""
    variance, factors = max(squares / frames, 0.03**2), right
    for _ in range(4):
        inverse = np.linalg.inv(normal + variance * np.diag(ridge))
        factors = inverse @ right
        left_over = squares - 2.0 * factors @ right + factors @ normal @ factors
        found = left_over / max(frames - np.trace(inverse @ normal), 0.25 * frames)
        variance = max(found - 0.4**2, 0.25 * found, 0.03**2)
    return factors, float(variance)


def departure(times: Array, values: Array, at: Array, half_width: float, ridge: float) -> Array:
    """See stance_curve.departure."""
    out = []
    for point in at:
        offsets = (times - point) / half_width
        weights = (1.0 - np.minimum(np.abs(offsets), 1.0) ** 3) ** 3
        powers = np.vander(offsets, 3, increasing=True)
        normal = powers.T @ (weights[:, None] * powers) + np.diag([1e-12, ridge + 1e-9, ridge + 1e-9])
        out.append(np.linalg.solve(normal, powers.T @ (weights * values))[0])
    return np.array(out)
