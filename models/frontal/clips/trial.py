"""A real runner's motion from files: standing first, then a part of a run on a treadmill.

NAME.csv has a row for each instant: `time_s`, `phase` ("standing" first, then "running"), and x, y, z in mm of joints and landmarks
("left_hip_x_mm"; x to the runner's right, y up, z back). NAME.contacts.csv has a row for each stance: `side`, `initial_contact_s`,
`toe_off_s`.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.interpolate import CubicSpline

from .strides import OTHER, START_S, Stance

Points = npt.NDArray[np.float64]
JOINTS = ("hip", "knee", "ankle", "heel", "toe", "asis", "psis")
NAMES = tuple(f"{side}_{joint}" for side in ("left", "right") for joint in JOINTS)
TO_BODY = np.array([-1.0, 1.0, -1.0]) / 1000  # from the files' axes and mm to x left, y up, z forward and m
SPEEDS = (0.95, 1.05)  # how fast the motion is played


@dataclass(frozen=True)
class Trial:
    """What the files of one trial hold, in the body frame (m)."""

    name: str
    stands_s: Points  # (n)
    stands: Points  # (n, points, 3)
    runs_s: Points  # (m)
    runs: Points  # (m, points, 3)
    contacts: tuple[tuple[str, float, float], ...]  # leg, initial contact, toe off (s)


def read_trial(path: Path) -> Trial:
    """The trial of NAME.csv and NAME.contacts.csv."""
    rows = _rows(path)
    at = np.array([[[float(row[f"{name}_{axis}_mm"] or "nan") for axis in "xyz"] for name in NAMES] for row in rows])
    at = _with_both_spines(at * TO_BODY)
    if np.isnan(at).any():
        raise ValueError(f"{path}: a joint is not known all the time")
    times_s = np.array([float(row["time_s"]) for row in rows])
    running = np.array([row["phase"] == "running" for row in rows])
    contacts = tuple(
        ("l" if row["side"] == "left" else "r", float(row["initial_contact_s"]), float(row["toe_off_s"]))
        for row in _rows(path.with_suffix(".contacts.csv"))
    )
    return Trial(path.stem, times_s[~running], at[~running], times_s[running], at[running], contacts)


def _with_both_spines(points: Points) -> Points:
    """Points whose spines are all known. One that is missing at times lies where the other side's is: only how they tilt forwards is used."""
    out = points.copy()
    for name in ("asis", "psis"):
        for side, other in (("left", "right"), ("right", "left")):
            if np.isnan(points[:, NAMES.index(f"{side}_{name}")]).any():
                out[:, NAMES.index(f"{side}_{name}")] = points[:, NAMES.index(f"{other}_{name}")]
    return out


def _rows(path: Path) -> list[Mapping[str, str]]:
    with path.open(newline="") as lines:
        return list(csv.DictReader(lines))


class Window:
    """A part of a trial as the motion of a clip: standing until `stand_s`, then running until `end_s`; mirrored or not."""

    def __init__(self, rng: np.random.Generator, trial: Trial, stand_s: float, end_s: float) -> None:
        self.trial, self.stand_s, self.end_s = trial, stand_s, end_s
        self.mirrored = bool(rng.uniform() < 0.5)
        self.speed = float(rng.uniform(*SPEEDS))
        first_s, last_s = float(trial.runs_s[0]), float(trial.runs_s[-1]) - self.speed * (end_s - stand_s) - 0.1
        self.from_s = float(rng.uniform(first_s, max(first_s, last_s)))
        self._runs = CubicSpline(trial.runs_s, trial.runs)
        self._stands = CubicSpline(trial.stands_s, trial.stands)
        inside = (trial.runs_s >= self.from_s) & (trial.runs_s <= self._trial_s(end_s))
        self._middle = mid_hip(trial.runs[inside]).mean(axis=0) * [1, 0, 1]
        self.leg_m = (
            sum(_far(trial.runs, "hip", "knee", leg) + _far(trial.runs, "knee", "ankle", leg) for leg in "lr") / 2
        )
        self.still = self._turned(trial.stands.mean(axis=0))

    def points(self, time_s: float) -> Points:
        """Where NAMES are (points, 3; m)."""
        share = float(np.clip((time_s - self.stand_s) / START_S, 0, 1))
        stands = self._stands(float(np.clip(time_s, 0.0, self.trial.stands_s[-1])))
        runs = self._runs(self._trial_s(max(time_s, self.stand_s))) - self._middle
        way = share * share * (3 - 2 * share)
        return self._turned((1 - way) * stands + way * runs)

    def stances(self) -> list[Stance]:
        """The stances of the window, and one more at each end."""
        step_s = float(np.median(np.diff(sorted(contact_s for _, contact_s, _ in self.trial.contacts)))) / self.speed
        out = []
        for leg, contact_s, off_s in self.trial.contacts:
            on, off = self._clip_s(contact_s), self._clip_s(off_s)
            if off > self.stand_s and on < self.end_s + 1:
                out.append(Stance(OTHER[leg] if self.mirrored else leg, on, off, math.nan, math.nan, step_s))
        return sorted(out, key=lambda stance: stance.initial_contact_s)

    def described(self) -> dict[str, object]:
        """For the JSON of a clip."""
        return {
            "motion": self.trial.name, "motion_from_s": round(self.from_s, 3), "motion_speed": round(self.speed, 4),
            "motion_mirrored": self.mirrored,
        }  # fmt: skip

    def _trial_s(self, clip_s: float) -> float:
        return self.from_s + self.speed * (clip_s - self.stand_s)

    def _clip_s(self, trial_s: float) -> float:
        return self.stand_s + (trial_s - self.from_s) / self.speed

    def _turned(self, points: Points) -> Points:
        if not self.mirrored:
            return points
        half = len(NAMES) // 2
        return np.concatenate([points[half:], points[:half]]) * [-1.0, 1.0, 1.0]


def at(points: Points, leg: str, joint: str) -> Points:
    """One of NAMES (..., 3) of points (..., points, 3). leg: "l" or "r"."""
    return np.asarray(points[..., NAMES.index(f"{'left' if leg == 'l' else 'right'}_{joint}"), :])


def mid_hip(points: Points) -> Points:
    """The middle of both hips (..., 3)."""
    return np.asarray((at(points, "l", "hip") + at(points, "r", "hip")) / 2)


def _far(points: Points, one: str, other: str, leg: str) -> float:
    """Mean distance (m) of two joints."""
    return float(np.linalg.norm(at(points, leg, one) - at(points, leg, other), axis=-1).mean())
