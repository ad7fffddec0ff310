"""A finished session read once more: the angles of its frames, by the filter and the formulas that its stances were measured with.

Beside the landmarks they need two things:

- The level line. stances.csv keeps what it took from drop, adduction and lean. Sessions of early versions do not have it.
- The share of a pelvic turn that the network shows, which is less than 1 from in front. It is not kept. The midstances tell it: both the drop of
  the stance and the tilt of the pelvis line are known there.

poses.parquet holds the landmarks as they were seen, whereas the stances were measured with the motion of the camera taken out. So at the end the
angles are moved by their difference from the stances' own values at midstance. While the camera is still, that is almost nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from runform_live.body import OTHER, Array, leg_of
from runform_live.gait.geometry import Reference, inward
from runform_live.gait.signals import SMOOTHED, TILT
from runform_live.gait.stance import ANGLES, Basis, angles_deg
from runform_live.gait.window import Window
from runform_live.messages import SIDES, Side, Stance, View
from runform_live.metrics import LEVEL_COLUMN

# The metrics in the order of `stance.angles_deg`, and the fields of a stance that keep what the level line took from each.
LEVEL_PARTS = tuple(map(LEVEL_COLUMN.get, ANGLES))
KEPT_PARTS = tuple(part for part in LEVEL_PARTS if part is not None)
NEAR_S = 1.0  # from a stance: further away nothing tells where level is


def kept_level(stance: Stance) -> bool:
    """Whether a stance keeps what the level line took from each of its angles. Early versions did not."""
    return all(getattr(stance, part) is not None for part in KEPT_PARTS)


def basis_of(stance: Stance, side: Side, view: View, share: float) -> Basis:
    """What the angles of a leg are measured by, with the level line of a stance. What the stance did not keep counts as 0.

    share: of a pelvic turn that the landmarks show.
    """
    sign = inward(leg_of(stance.side, view))
    level_part_deg, adduction_part_deg, lean_part_deg = (sign * (getattr(stance, part) or 0.0) for part in KEPT_PARTS)
    level_deg = share * level_part_deg
    reference = Reference(level_deg, adduction_part_deg - (level_part_deg - level_deg), -lean_part_deg)
    return Basis(leg_of(side, view), share, reference)


LEAST_TURN_DEG = 1.0  # of a pelvis that tells the share: smaller turns are noise
SHARES = 0.5, 1.5  # that are possible


def share_of_turns(stances: Sequence[Stance], midstances: Array, view: View) -> float:
    """The share of a pelvic turn that the landmarks show; 1 is all of it, and where the stances do not tell.

    It is the median of the tilt that is seen over the turn that the stance was given. midstances (stances, channels): smoothed.
    """
    shares = []
    for stance, row in zip(stances, midstances, strict=True):
        if stance.pelvic_drop_mid_deg is None or stance.drop_level_deg is None:
            continue
        turned_deg = stance.pelvic_drop_mid_deg + stance.drop_level_deg  # against the picture's horizontal
        tilt_deg = row[TILT] if leg_of(stance.side, view) == 0 else -row[TILT]
        if abs(turned_deg) >= LEAST_TURN_DEG and math.isfinite(tilt_deg):
            shares.append(tilt_deg / turned_deg)
    share = float(np.median(shares)) if shares else 1.0
    return share if SHARES[0] <= share <= SHARES[1] else 1.0


def _filtered(window: Window, times_s: Array, landmarks: Array, marked: bool) -> Iterator[float]:
    """Push frame after frame; yields the time up to which the filter has smoothed by then (NaN: nothing yet)."""
    for time_s, points in zip(times_s.tolist(), landmarks, strict=True):
        if time_s > window.now_s:
            window.append(time_s, points, marked)
            window.smooth(window.lag_s)
            yield window.smoothed_until_s


def smoothed(times_s: Array, landmarks: Array, at_s: Array, marked: bool) -> Array:
    """The filter's channels at these times, (times, SMOOTHED); NaN where they are not known."""
    order = np.argsort(at_s, kind="stable")
    growing_s = at_s[order]
    rows = np.full((len(at_s), SMOOTHED), np.nan)
    window, done = Window(), 0
    for now_s in _filtered(window, times_s, landmarks, marked):
        until = done if math.isnan(now_s) else int(np.searchsorted(growing_s, now_s))
        if until > done:
            rows[order[done:until]] = window.at(growing_s[done:until])
            done = until
    window.smooth(0.0)
    rows[order[done:]] = window.at(growing_s[done:])
    return rows


def frame_angles(
    times_s: Array, landmarks: Array, stances: Sequence[Stance], view: View, at_s: Array, marked: bool = False
) -> dict[Side, Array]:
    """The angles (deg) at growing times (times,), seen from either leg: side -> (times, angles in the order of ANGLES).

    Signs are those of the stances: drop and lean of the left leg are those of the right leg with the opposite sign. An angle is NaN where
    the landmarks are unknown, further than NEAR_S from every stance, and where the nearest stance does not know it.

    times_s (frames,), landmarks (frames, landmarks, 3: x_px, y_px, sigma_px; NaN unknown). stances: in time order; those that did not keep
    what the level line took are left out. view: by which left and right are named. marked: the pelvis line is that of the PSIS.
    """
    out = {side: np.full((len(at_s), len(ANGLES)), np.nan) for side in SIDES}
    used = [stance for stance in stances if kept_level(stance)]
    if not used:
        return out
    middles_s = np.array([stance.midstance_s for stance in used])
    midstances, rows = np.split(
        smoothed(times_s, landmarks, np.concatenate([middles_s, at_s]), marked), [len(middles_s)]
    )
    share = share_of_turns(used, midstances, view)
    moves = _moves_deg(used, midstances, view, share)
    borders = np.searchsorted(at_s, (middles_s[1:] + middles_s[:-1]) / 2)
    for stance, first, end in zip(used, (0, *borders), (*borders, len(at_s)), strict=True):
        near = (at_s[first:end] >= stance.initial_contact_s - NEAR_S) & (at_s[first:end] <= stance.toe_off_s + NEAR_S)
        for side in SIDES:
            found = angles_deg(rows[first:end], basis_of(stance, side, view, share))
            found[~near] = np.nan
            found[:, [getattr(stance, metric) is None for metric in ANGLES]] = np.nan
            out[side][first:end] = found
    for side in SIDES:
        out[side] += _between(at_s, middles_s, moves[side])
    return out


# A larger difference means that the stance was measured of something else: another person, or a view that was changed afterwards.
MOST_MOVED_DEG = 2.0


def _moves_deg(stances: Sequence[Stance], midstances: Array, view: View, share: float) -> dict[Side, Array]:
    """The differences of the stances' own values from those of their midstances, seen from either leg (stances, angles).

    NaN where a difference is unknown, infinite where it is more than MOST_MOVED_DEG. Drop and lean come from the stances of both sides, adduction
    and valgus of a leg only from its own stances.
    """
    moves = {side: np.full((len(stances), len(ANGLES)), np.nan) for side in SIDES}
    for place, (stance, row) in enumerate(zip(stances, midstances, strict=True)):
        own = angles_deg(row[None], basis_of(stance, stance.side, view, share))[0]
        for kind, metric in enumerate(ANGLES):
            value = getattr(stance, metric)
            if value is None or math.isnan(own[kind]):
                continue
            moved_deg = value - own[kind]
            moved_deg = moved_deg if abs(moved_deg) <= MOST_MOVED_DEG else math.inf
            moves[stance.side][place, kind] = moved_deg
            if metric in ("pelvic_drop_mid_deg", "trunk_lean_mid_deg"):
                moves[OTHER[stance.side]][place, kind] = -moved_deg
    return moves


def _between(at_s: Array, middles_s: Array, moves: Array) -> Array:
    """The moves (stances, angles) at other times (times, angles): on a straight line between two midstances; NaN beside an infinite one."""
    out = np.zeros((len(at_s), moves.shape[1]))
    for kind in range(moves.shape[1]):
        known = ~np.isnan(moves[:, kind])
        if known.any():
            wrong = np.isinf(moves[known, kind])
            straight = np.interp(at_s, middles_s[known], np.where(wrong, 0.0, moves[known, kind]))
            beside = np.interp(at_s, middles_s[known], wrong.astype(np.float64)) > 0.0
            out[:, kind] = np.where(beside, np.nan, straight)
    return out
