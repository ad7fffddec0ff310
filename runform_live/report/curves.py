"""The mean curve of an angle over the stance, from initial contact to toe off, with its spread over the stances of a side.

The session's landmarks go through the gait core's own filter once more, and each angle comes from the core's own formula
(gait/reread.py).

At the end each curve is moved by a constant, so that it has the stance's own value at midstance. Where the level line is known this is
next to nothing while the camera is still: poses.parquet holds the landmarks as they were seen, and the stances were measured with the
camera's motion taken out. A stance whose curve would have to be moved by more than `MOST_MOVED_DEG` is left out: it was measured of
something else (another person's side, a view that was changed afterwards).

Method of time normalisation: linear, 0 to 100% of the stance (Winter 2009, Biomechanics and Motor Control of Human Movement, chapter 2).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from runform_live.gait.reread import (
    LEVEL_PARTS,
    MOST_MOVED_DEG,
    basis_of,
    share_of_turns,
    smoothed,
)
from runform_live.gait.signals import SMOOTHED
from runform_live.gait.stance import ANGLES, angles_deg
from runform_live.messages import SIDES, Side, Stance, View
from runform_live.report.rolling import thinned
from runform_live.session.landmarks import landmarks_of
from runform_live.session.reader import Session

Array = npt.NDArray[np.float64]

POINTS = 51
PERCENT = np.linspace(0.0, 100.0, POINTS)
MOST_STANCES = 5000  # evenly over the run, where there are more: half an hour has so many


@dataclass(frozen=True, slots=True)
class MeanCurve:
    """The stances of one side; mean and sd (POINTS,) in degrees at PERCENT of the stance. sd is NaN where there is one stance."""

    count: int
    mean: Array
    sd: Array


@dataclass(frozen=True, slots=True)
class StanceCurves:
    """Mean curves by metric and side. A side without a whole stance is not there.

    midstance_percent: when midstance was in the stance, the mean over the stances that are in the curves; NaN without any.
    """

    means: dict[str, dict[Side, MeanCurve]]
    midstance_percent: float

    def __bool__(self) -> bool:
        return any(self.means.values())


def of_session(session: Session, known: tuple[Array, Array] | None = None) -> StanceCurves:
    """The curves of a session. known: its times and landmarks (`landmarks_of`) where they were read already.

    Raises BadInput where poses.parquet is missing or damaged.
    """
    times_s, landmarks = landmarks_of(session) if known is None else known
    marked = session.info.model.pelvis_line == "psis_markers"
    stances = thinned(session.stances, MOST_STANCES)
    return mean_curves(stances, stance_curves(times_s, landmarks, stances, session.info.view, marked))


def mean_curves(stances: Sequence[Stance], curves: Array) -> StanceCurves:
    """Mean and spread of the curves (stances, POINTS, angles) of stances."""
    means: dict[str, dict[Side, MeanCurve]] = {}
    whole: npt.NDArray[np.bool_] = np.asarray(np.isfinite(curves).all(axis=1))  # of each stance and angle
    for kind, metric in enumerate(ANGLES):
        means[metric] = {}
        for side in SIDES:
            mine = [place for place, stance in enumerate(stances) if stance.side == side and whole[place, kind]]
            if mine:
                found = curves[mine, :, kind]
                sd = found.std(axis=0, ddof=1) if len(mine) > 1 else np.full(POINTS, np.nan)
                means[metric][side] = MeanCurve(len(mine), found.mean(axis=0), sd)
    percents = [
        100.0 * (stance.midstance_s - stance.initial_contact_s) / (stance.toe_off_s - stance.initial_contact_s)
        for stance, has in zip(stances, whole, strict=True)
        if has.any() and stance.toe_off_s > stance.initial_contact_s
    ]
    return StanceCurves(means, math.fsum(percents) / len(percents) if percents else math.nan)


def stance_curves(
    times_s: Array, landmarks: Array, stances: Sequence[Stance], view: View, marked: bool = False
) -> Array:
    """The curve of each stance, (stances, POINTS, angles in the order of ANGLES), deg; NaN where the stance is left out.

    times_s (frames,), landmarks (frames, landmarks, 3: x_px, y_px, sigma_px; NaN unknown). stances: in time order. view: by which left
    and right are named. marked: the pelvis line is that of the PSIS.
    """
    curves = np.full((len(stances), POINTS, len(ANGLES)), np.nan)
    rows = _smoothed(times_s, landmarks, stances, marked)
    share = share_of_turns(stances, rows[:, -1], view)
    for place, stance in enumerate(stances):
        angles = angles_deg(rows[place], basis_of(stance, stance.side, view, share))
        for kind, metric in enumerate(ANGLES):
            value, part = getattr(stance, metric), LEVEL_PARTS[kind]
            if value is None or not np.isfinite(angles[:, kind]).all():
                continue
            moved_deg = value - angles[-1, kind]
            is_read_alike = part is None or getattr(stance, part) is not None
            if abs(moved_deg) <= MOST_MOVED_DEG or not is_read_alike:
                curves[place, :, kind] = angles[:-1, kind] + moved_deg
    return curves


def _smoothed(times_s: Array, landmarks: Array, stances: Sequence[Stance], marked: bool) -> Array:
    """The filter's channels at PERCENT of each stance and at its midstance, (stances, POINTS + 1, SMOOTHED)."""
    at_s = np.array([_times_of(stance) for stance in stances]).ravel()
    return smoothed(times_s, landmarks, at_s, marked).reshape(len(stances), POINTS + 1, SMOOTHED)


def _times_of(stance: Stance) -> Array:
    """PERCENT of the stance, and its midstance."""
    through_s = stance.initial_contact_s + PERCENT / 100.0 * (stance.toe_off_s - stance.initial_contact_s)
    return np.append(through_s, stance.midstance_s)
