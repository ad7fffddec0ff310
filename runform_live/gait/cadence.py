"""The cadence: steps a minute by the midstances of both sides, its interval, and its change within a run."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from statistics import median, stdev

from runform_live.gait.gaits import LONGEST_WALKED_STEP_S
from runform_live.gait.uncertainty.change import SURE_Z, Change, between
from runform_live.gait.uncertainty.statistics import Z95, spread
from runform_live.messages import Gait, Side, Stance

FEWEST_STEPS = 3
LONGEST_STEP_S = 0.48  # from one midstance to the next in running: 125 steps a minute


def steps(
    midstances_s: Sequence[float], longest_s: float = LONGEST_STEP_S, sides: Sequence[Side] | None = None
) -> list[tuple[int, float]]:
    """How many steps each gap between two midstances is, and its length (s); empty with under FEWEST_STEPS that follow each other.

    midstances_s: of both sides, in time order. The usual length of a step is the median of the gaps of at most longest_s, in which no
    stance was missed. A gap of two usual steps is a missed stance and counts as two; longer gaps are left out. sides: of each midstance,
    where they are known: between two of one side a stance was missed, however short the gap is.
    """
    gaps_s = [after_s - before_s for before_s, after_s in itertools.pairwise(midstances_s)]
    changes = [True] * len(gaps_s) if sides is None else [one != other for one, other in itertools.pairwise(sides)]
    single_s = [gap_s for gap_s, of_both in zip(gaps_s, changes, strict=True) if of_both and gap_s <= longest_s]
    if len(single_s) < FEWEST_STEPS:
        return []
    usual_s = median(single_s)
    counted = [(round(gap_s / usual_s), gap_s) for gap_s in gaps_s if gap_s < 2.5 * usual_s]
    return [(count, gap_s) for count, gap_s in counted if count > 0]


def longest_step_s(gait: Gait) -> float:
    """The longest step of that gait: a longer gap has a missed stance, or a pause."""
    return LONGEST_WALKED_STEP_S if gait == "walk" else LONGEST_STEP_S


def cadence_of(
    midstances_s: Sequence[float], longest_s: float = LONGEST_STEP_S, sides: Sequence[Side] | None = None
) -> float | None:
    """Steps a minute over unbroken rows of steps; None where `steps` finds none.

    The steps of a row are counted over its whole length, so that the errors of single midstances cancel.
    """
    counted = steps(midstances_s, longest_s, sides)
    if not counted:
        return None
    return 60.0 * sum(count for count, _ in counted) / math.fsum(gap_s for _, gap_s in counted)


def cadence_spm(stances: Sequence[Stance]) -> float | None:
    """The cadence of stances of both sides and one gait in time order, see `cadence_of`."""
    return cadence_of(*_of(stances))


def cadence_half_spm(stances: Sequence[Stance]) -> float | None:
    """Half of the 95% interval of the cadence. None where the cadence is None, and where it rests on one gap, which has no scatter.

    The scatter of the steps is all the error: midstances are timed by the frames, and no body or cloth makes them wrong for long.
    """
    mean_spm = cadence_spm(stances)
    if mean_spm is None:
        return None
    single_s = [gap_s / count for count, gap_s in steps(*_of(stances))]
    if len(single_s) < 2:
        return None
    return mean_spm**2 / 60.0 * spread(len(single_s), stdev(single_s))


def cadence_change(before: Sequence[Stance], now: Sequence[Stance]) -> Change | None:
    """Change of the cadence (steps/min) between two parts with the stances of both sides; None where one has too few in a row."""
    spm, halves = [], []
    for stances in (before, now):
        mean_spm, half_spm = cadence_spm(stances), cadence_half_spm(stances)
        if mean_spm is None or half_spm is None:
            return None
        spm.append(mean_spm)
        halves.append(half_spm)
    half = math.hypot(*halves)
    counts = len(before), len(now)
    return Change(spm[1] - spm[0], half, SURE_Z / Z95 * half, *counts, between(before, now))


def _of(stances: Sequence[Stance]) -> tuple[list[float], float, list[Side] | None]:
    """Their midstances (s), the longest step of their gait, and in walking their sides: there two quick steps are shorter than a slow one."""
    gait = stances[0].gait if stances else "run"
    sides = [one.side for one in stances] if gait == "walk" else None
    return [one.midstance_s for one in stances], longest_step_s(gait), sides
