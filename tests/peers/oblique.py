"""How far a camera that stands aside is found to do so, and how wrong the drop is that is told then.

    python -m tests.peers.oblique FOLDER [--view posterior|anterior] [--angles DEG ...] [--heights M ...] [--noise PX]
    python -m tests.peers.oblique --clips TRUTH...

FOLDER is that of `tests.peers.real_motion`: real runners' motion, seen by an exact camera. TRUTH has clips with truth whose JSON says
`camera_angle_deg` (models/frontal/clips/render.py); the product's networks see them. True are the angles in the runner's own frontal plane: what
a camera straight behind at any distance would see of the hip line and of the thigh, against the runner's own stand.

Each line is one camera, or one clip: the angles that the core finds, in brackets the outer ends of their 95% intervals, and in how many of
them the true angle lies; the drops that are told, with bias and RMSE, and what share is withheld; the same of hip adduction.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from runform_live import config
from runform_live.body import pair
from runform_live.capture.video import Video
from runform_live.gait.monitor import GaitMonitor
from runform_live.gait.oblique import CameraAngle
from runform_live.messages import DecidedView, Frame, Pose, Side, Stance
from runform_live.pose.open import open_estimator
from tests.makers import Monitor
from tests.peers.real_motion import NAMES_NO_SIDES, NEAREST_S, Array, Camera, Trial, frames, points_at, read_trials

STAND_S = 1.0
INWARD: dict[Side, float] = {"left": 1.0, "right": -1.0}


@cache
def true_angles_deg(trial: Trial) -> list[tuple[float, float]]:
    """Drop and hip adduction of each stance at midstance, in the runner's frontal plane and against the stand."""
    stand, *run = points_at(trial, np.array([STAND_S, *(stance.midstance_s for stance in trial.stances)]))
    found = []
    for stance, points in zip(trial.stances, run, strict=True):
        turned_deg = _tilt_deg(points) - _tilt_deg(stand)
        leg = 0 if stance.side == "left" else 1
        across, up = (points[pair("knee")[leg]] - points[pair("hip")[leg]])[:2]
        drop_deg, adduction_deg = turned_deg, math.degrees(math.atan2(across, -up)) + turned_deg
        found.append((INWARD[stance.side] * drop_deg, INWARD[stance.side] * adduction_deg))
    return found


def _tilt_deg(points_m: Array) -> float:
    left, right = (points_m[row] for row in pair("hip"))
    return math.degrees(math.atan2(left[1] - right[1], right[0] - left[0]))


@dataclass(slots=True)
class Seen:
    """What was found before one camera."""

    cameras: list[CameraAngle] = field(default_factory=list)
    drops: list[float] = field(default_factory=list)  # errors (deg) of what is told
    adductions: list[float] = field(default_factory=list)
    stances: int = 0

    def add(self, near: Stance, drop_deg: float, adduction_deg: float) -> None:
        """A stance that was found, and its true angles."""
        self.stances += 1
        if near.pelvic_drop_mid_deg is not None:
            self.drops.append(near.pelvic_drop_mid_deg - drop_deg)
        if near.hip_adduction_mid_deg is not None:
            self.adductions.append(near.hip_adduction_mid_deg - adduction_deg)

    def line(self, angle_deg: float) -> str:
        known = [one for one in self.cameras if not math.isnan(one.angle_deg)]
        within = sum(one.low_deg <= angle_deg <= one.high_deg for one in known)
        found = "angle unknown"
        if known:
            least, most = min(one.angle_deg for one in known), max(one.angle_deg for one in known)
            low, high = min(one.low_deg for one in known), max(one.high_deg for one in known)
            found = (
                f"found {least:4.1f} to {most:4.1f} [{low:4.1f}, {high:4.1f}] within {within} of {len(self.cameras)}"
            )
        drops, adductions = _told(self.drops, self.stances), _told(self.adductions, self.stances)
        return f"{found}  drop {drops}  adduction {adductions}"


def _told(errors: Sequence[float], stances: int) -> str:
    share = f"{100 * (1 - len(errors) / stances):3.0f}% withheld" if stances else "no stance"
    if not errors:
        return f"  -     -   {share}"
    return f"{np.mean(errors):+5.2f} {np.sqrt(np.mean(np.square(errors))):4.2f} {share}"


def exact(trials: Sequence[Trial], camera: Camera, noise_px: float) -> Seen:
    """What the gait core finds at 30 frames a second in each trial. The first stances have no stride before them, so they are left out."""
    seen = Seen()
    for trial in trials:
        monitor, stances = Monitor(camera.view), list[Stance]()
        for number, (time_s, points) in enumerate(zip(*frames(trial, camera, 30.0, noise_px), strict=True)):
            pose = Pose(frame=number, time_s=float(time_s), stamp_s=0.0, found=True, detected=False, brightness=0.5,
                        cut_off=False, instrument=NAMES_NO_SIDES)  # fmt: skip
            stances += monitor.push(pose, points.copy())
        stances += monitor.finish()
        seen.cameras.append(monitor.camera_angle)
        for true, (drop_deg, adduction_deg) in list(zip(trial.stances, true_angles_deg(trial), strict=True))[4:]:
            near = nearest(stances, true.midstance_s, true.side)
            if near is not None:
                seen.add(near, drop_deg, adduction_deg)
    return seen


def nearest(stances: Sequence[Stance], midstance_s: float, side: Side) -> Stance | None:
    near = min(stances, key=lambda one: abs(one.midstance_s - midstance_s), default=None)
    good = near is not None and abs(near.midstance_s - midstance_s) <= NEAREST_S and near.side == side
    return near if good else None


def by_networks(film: Path) -> tuple[float, str, Seen]:
    """True angle, view, and what the product finds in one clip."""
    made = json.loads(film.with_suffix(".json").read_text())
    view: DecidedView = made["view"]
    estimator, monitor, stances = open_estimator(config.load().pose), GaitMonitor(view), list[Stance]()
    for number, (time_s, picture) in enumerate(Video(str(film)), 1):
        stances += monitor.push(*estimator.see(picture, Frame.of(picture, number, time_s)))
    stances += monitor.finish()
    seen = Seen([monitor.camera_angle])
    with film.with_suffix(".stances.csv").open(newline="") as lines:
        for row in csv.DictReader(lines):
            near = nearest(stances, float(row["midstance_s"]), "left" if row["side"] == "left" else "right")
            if near is not None:
                seen.add(near, float(row["pelvic_drop_mid_frontal_deg"]), float(row["hip_adduction_mid_frontal_deg"]))
    return abs(float(made["camera_angle_deg"])), view, seen


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--clips", type=Path, nargs="+", default=[], metavar="TRUTH")
    parser.add_argument("--view", choices=("posterior", "anterior"), help="default: both, one after the other")
    parser.add_argument("--angles", type=float, nargs="+", default=[0.0, 8.0, 15.0, 22.0, 30.0, 45.0], help="deg")
    parser.add_argument(
        "--heights", type=float, nargs="+", default=[0.5, math.nan, 1.5], help="m above the belt; nan: the hips'"
    )
    parser.add_argument("--noise", type=float, default=0.0, help="px")
    asked = parser.parse_args()
    trials = read_trials(asked.folder) if asked.folder else []
    views: list[DecidedView] = [asked.view] if asked.view else ["posterior", "anterior"]
    for view in views if trials else ():
        for angle_deg in asked.angles:
            for height_m in asked.heights:
                seen = exact(trials, Camera(view, height_m, angle_deg=angle_deg), asked.noise)
                height = "hips" if math.isnan(height_m) else f"{height_m:.1f} m"
                print(f"{view:9s} {angle_deg:4.1f} deg {height:>5s}  {seen.line(angle_deg)}", flush=True)
    for film in sorted(film for folder in asked.clips for film in folder.glob("*.mp4")):
        angle_deg, view, seen = by_networks(film)
        print(f"{film.stem:28s} {view:9s} {angle_deg:4.1f} deg  {seen.line(angle_deg)}", flush=True)


if __name__ == "__main__":
    main()
