"""The cadence: steps a minute by the midstances of both sides, its interval, and its change within a run."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from statistics import median, stdev

from runform_live.gait.uncertainty.change import SURE_Z, Change, between
from runform_live.gait.uncertainty.statistics import Z95, spread
from runform_live.messages import Stance

FEWEST_STEPS = 3
LONGEST_STEP_S = 0.48  # from one midstance to the next: 125 steps a minute


def steps(stances: Sequence[Stance]) -> list[tuple[int, float]]:
    """How many steps each gap between two midstances is, and its length (s); empty with under FEWEST_STEPS that follow each other.

    stances: in time order. How long a step takes is told by stances of which none between them was missed: at most LONGEST_STEP_S apart. A gap
    of two usual steps is a missed stance and counts as two; longer ones are left out.
    """
    gaps_s = [after.midstance_s - before.midstance_s for before, after in itertools.pairwise(stances)]
    single_s = [gap_s for gap_s in gaps_s if gap_s <= LONGEST_STEP_S]
    if len(single_s) < FEWEST_STEPS:
        return []
    usual_s = median(single_s)
    counted = [(round(gap_s / usual_s), gap_s) for gap_s in gaps_s if gap_s < 2.5 * usual_s]
    return [(count, gap_s) for count, gap_s in counted if count > 0]


def cadence_spm(stances: Sequence[Stance]) -> float | None:
    """Steps a minute over unbroken rows of stances; None where `steps` finds none.

    A row's steps are counted over its whole length, so that the error of single midstances falls out.
    """
    counted = steps(stances)
    if not counted:
        return None
    return 60.0 * sum(count for count, _ in counted) / math.fsum(gap_s for _, gap_s in counted)


def cadence_half_spm(stances: Sequence[Stance]) -> float | None:
    """Half of the 95% interval of the cadence; None where `cadence_spm` is, and where it rests on one gap alone, which has no scatter.

    Midstances are timed by the frames, and no body or cloth makes them wrong for long: the steps' own scatter is all the error.
    """
    mean_spm = cadence_spm(stances)
    if mean_spm is None:
        return None
    single_s = [gap_s / count for count, gap_s in steps(stances)]
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
