"""The mean curve of an angle over the stance, from initial contact to toe off, with its spread over the stances of a side.

The session's landmarks go through the gait core's own filter once more, and each angle comes from the core's own formula. What that
needs beside the landmarks is kept with each stance:

- The level line: what it took from the drop and from the adduction stands in stances.csv. A session of an earlier version did not
  keep it.
- How much of a turn of the pelvis the network shows (less than all of it from in front) is not kept. The midstances tell it: there
  both the value of the stance and the tilt of the pelvis line are known.

At the end each curve is moved by a constant, so that it has the stance's own value at midstance. Where the level line is known this is
next to nothing while the camera is still: poses.parquet holds the landmarks as they were seen, and the stances were measured with the
camera's motion taken out. A stance whose curve would have to be moved by more than `MOST_MOVED_DEG` is left out: it was measured of
something else (another person's side, a view that was changed afterwards).

Method of time normalisation: linear, 0 to 100% of the stance (Winter 2009, Biomechanics and Motor Control of Human Movement, chapter 2).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from runform_live.gait import channels, frames
from runform_live.gait.recent import Recent
from runform_live.gait.view import side_of
from runform_live.messages import SIDES, Side, Stance, View
from runform_live.report.rolling import thinned
from runform_live.session.pictures import landmarks_of
from runform_live.session.reader import Session

Array = npt.NDArray[np.float64]

# The metrics that there are curves of, each in the place of its angle in `frames.angles_of_row`.
METRICS = ("pelvic_drop_mid_deg", "hip_adduction_mid_deg", "knee_valgus_mid_deg", "trunk_lean_mid_deg")
LEVEL_PARTS = ("drop_level_deg", "adduction_level_deg", None, "lean_level_deg")
POINTS = 51
PERCENT = np.linspace(0.0, 100.0, POINTS)
MOST_MOVED_DEG = 2.0
LEAST_DROP_DEG = 1.0  # of a pelvis against the picture that tells how much of a turn is shown
SHARES = 0.5, 1.5  # of a turn that a network may show
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
    for kind, metric in enumerate(METRICS):
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
    """The curve of each stance, (stances, POINTS, angles in the order of METRICS), deg; NaN where the stance is left out.

    times_s (frames,), landmarks (frames, landmarks, 3: x_px, y_px, sigma_px; NaN unknown). stances: in time order. view: by which left
    and right are named. marked: the pelvis line is that of the PSIS.
    """
    curves = np.full((len(stances), POINTS, len(METRICS)), np.nan)
    rows = _smoothed(times_s, landmarks, stances, marked)
    share = _share_of_turns(stances, rows[:, -1], view)
    angles = np.empty((POINTS + 1, len(METRICS)))
    for place, stance in enumerate(stances):
        frames.angles_of_rows(rows[place], _leg(stance, view), share, *_references_deg(stance, view, share), angles)
        for kind, metric in enumerate(METRICS):
            value, part = getattr(stance, metric), LEVEL_PARTS[kind]
            if value is None or not np.isfinite(angles[:, kind]).all():
                continue
            moved_deg = value - angles[-1, kind]
            is_read_alike = part is None or getattr(stance, part) is not None
            if abs(moved_deg) <= MOST_MOVED_DEG or not is_read_alike:
                curves[place, :, kind] = angles[:-1, kind] + moved_deg
    return curves


def _leg(stance: Stance, view: View) -> int:
    """The picture's left (0) or right (1) leg."""
    return 0 if side_of(0, view) == stance.side else 1


def _references_deg(stance: Stance, view: View, share: float) -> tuple[float, float, float]:
    """The level, how far the pelvis line is seen askew, and the upright: those with which `level_parts_deg` gives what the stance kept.

    What was not kept counts as 0; the curve is moved by it in the end.
    """
    sign = 1.0 if _leg(stance, view) == 0 else -1.0
    seen_deg, sum_deg, upright_deg = (
        sign * (getattr(stance, part) or 0.0) for part in ("drop_level_deg", "adduction_level_deg", "lean_level_deg")
    )
    level_deg = share * seen_deg
    return level_deg, sum_deg - (seen_deg - level_deg), -upright_deg


def _share_of_turns(stances: Sequence[Stance], midstances: Array, view: View) -> float:
    """How much of a turn of the pelvis the landmarks show: all of it is 1. midstances (stances, channels): smoothed.

    The tilt that is seen, against the turn that the stance was given. 1 where the stances do not tell.
    """
    shares = []
    for stance, row in zip(stances, midstances, strict=True):
        if stance.pelvic_drop_mid_deg is None or stance.drop_level_deg is None:
            continue
        turned_deg = stance.pelvic_drop_mid_deg + stance.drop_level_deg  # against the picture's horizontal
        tilt_deg = row[channels.TILT] if _leg(stance, view) == 0 else -row[channels.TILT]
        if abs(turned_deg) >= LEAST_DROP_DEG and math.isfinite(tilt_deg):
            shares.append(tilt_deg / turned_deg)
    share = float(np.median(shares)) if shares else 1.0
    return share if SHARES[0] <= share <= SHARES[1] else 1.0


def _smoothed(times_s: Array, landmarks: Array, stances: Sequence[Stance], marked: bool) -> Array:
    """The filter's channels at PERCENT of each stance and at its midstance, (stances, POINTS + 1, SMOOTHED)."""
    rows = np.full((len(stances), POINTS + 1, channels.SMOOTHED), np.nan)
    waiting = list(enumerate(stances))
    recent = Recent()
    for now_s in _filtered(recent, times_s, landmarks, marked):
        while waiting and waiting[0][1].toe_off_s < now_s:
            place, stance = waiting.pop(0)
            rows[place] = recent.smoothed(_times_of(stance))
    recent.lows(0.0)
    for place, stance in waiting:
        rows[place] = recent.smoothed(_times_of(stance))
    return rows


def _filtered(recent: Recent, times_s: Array, landmarks: Array, marked: bool) -> Iterator[float]:
    """Push frame after frame; yields up to when the filter has smoothed by then."""
    for time_s, points in zip(times_s.tolist(), landmarks, strict=True):
        if time_s > recent.now_s:
            recent.append(time_s, points, marked)
            recent.lows(recent.lag_s)
            yield recent.smoothed_until_s


def _times_of(stance: Stance) -> Array:
    """PERCENT of the stance, and its midstance."""
    through_s = stance.initial_contact_s + PERCENT / 100.0 * (stance.toe_off_s - stance.initial_contact_s)
    return np.append(through_s, stance.midstance_s)
