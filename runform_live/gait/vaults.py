"""Steps of walking that the feet did not show: the trunk rises over one leg between two of its lowest points.

The feet need a turn before and a turn after a step. So they show the first and the last steps of a walk badly: somebody who begins to walk lifts
the feet less, and somebody who comes from running has lifted them more. There the lowest points of the trunk tell which steps were between, and the
steps that the feet showed tell which leg each of them stands on.
"""

from __future__ import annotations

import math

import numpy as np

from runform_live.gait import walking
from runform_live.gait.gaits import SHORTEST_WALKED_STEP_S
from runform_live.gait.lows import Lows
from runform_live.gait.row import Row, Step
from runform_live.gait.signals import HIPS_Y
from runform_live.gait.window import Window

BESIDE = 0.15, 0.85  # of a step: the next lowest point lies so far from midstance
MOST = 4  # steps before the first one that the feet showed
LANDS_AFTER_S = (
    0.25  # from the last midstance of running to the landing of the first step of walking, which may be no lowest point
)
LANDING_S = 0.12  # before the lowest point: initial contact in running at 165 steps a minute
EVENTS_SD_S = 0.05  # of a contact beside running, whose lowest points are not in the middle of double support


def before(row: Row, number: int, midstance_s: float, not_before_s: float, lows: Lows, window: Window) -> list[Step]:
    """The steps just before one of a walk, back to a flight, a loss or another known step (not_before_s). number: of that step."""
    seen, steps = lows.seen, list[Step]()
    at = sum(low.time_s < midstance_s for low in seen) - 1
    if at < 0 or not _is_beside(midstance_s - seen[at].time_s, row):
        return []
    while at > 0 and len(steps) < MOST and not seen[at - 1].time_s < not_before_s and _is_vault(at, row, lows):
        steps.append(_step(row, number - len(steps) - 1, at, lows, window))
        at -= 1
    return steps[::-1]


def after(row: Row, runs_from_s: float, lows: Lows, window: Window) -> list[Step]:
    """The steps after the last one of a walk, up to the lowest point with which a run begins."""
    seen, steps = lows.seen, list[Step]()
    at = sum(low.time_s < row.last_s for low in seen)
    if at == len(seen) or not _is_beside(seen[at].time_s - row.last_s, row):
        return []
    while at + 1 < len(seen) and seen[at + 1].time_s <= runs_from_s and _is_vault(at + 1, row, lows):
        at += 1
        steps.append(_step(row, row.number + len(steps) + 1, at, lows, window))
    return steps


def _is_beside(away_s: float, row: Row) -> bool:
    return BESIDE[0] * row.step_s <= away_s <= BESIDE[1] * row.step_s


def _is_vault(at: int, row: Row, lows: Lows) -> bool:
    """Whether the trunk rises over one leg before the low at this place, in about the time of a step of this walk."""
    low, (shortest, longest) = lows.seen[at], walking.UNEVEN
    longest_s = longest * row.step_s + LANDS_AFTER_S * _flies_before(at - 1, lows)
    even = max(SHORTEST_WALKED_STEP_S, shortest * row.step_s) <= low.passed_s <= longest_s
    return even and lows.flight_odds(at) <= 0.0


def _flies_before(at: int, lows: Lows) -> bool:
    """Whether the trunk flew before the low at this place, as far as that is known."""
    return 0 < at < len(lows.seen) and lows.flight_odds(at) > 0.0


def _step(row: Row, number: int, at: int, lows: Lows, window: Window) -> Step:
    """The step between the low at this place and the one before."""
    from_s, until_s = lows.seen[at - 1].time_s, lows.seen[at].time_s
    step_s = min(row.step_s, until_s - from_s)
    lands, flies = _flies_before(at - 1, lows), _flies_before(at + 1, lows)
    if not flies:
        from_s = until_s - step_s  # where the landing was no lowest point, the one before is a midstance of running
    middle_s = from_s + step_s / 2.0
    midstance_s = _highest_frame_s(window, middle_s, walking.NEAR_STEPS * step_s)
    step = Step(row, number, math.nan, midstance_s, lows.seen[at].vault_trunks)
    half_s = (walking.duty_factor(row.step_s) - 0.5) * row.step_s  # of double support
    step.initial_contact_s = from_s - half_s
    step.toe_off_s = until_s - LANDING_S if flies else until_s + half_s
    step.contact_sigma_s = math.hypot(2.0 * walking.DUTY_SD * step_s, EVENTS_SD_S * (lands or flies))
    return step


def _highest_frame_s(window: Window, middle_s: float, within_s: float) -> float:
    """The highest instant of mid hip so near to a moment; that moment where the hips are not known."""
    frames = window.between(middle_s - within_s, middle_s + within_s)
    down_px = frames.smooth[:, HIPS_Y]
    return middle_s if np.isnan(down_px).all() else float(frames.times_s[np.nanargmin(down_px)])
