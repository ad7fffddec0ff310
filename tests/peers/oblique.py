"""How wrong the angles of a stance are by the angle and the height of the camera, on real runners' motion seen by an exact camera.

    python -m tests.peers.oblique FOLDER [--view posterior|anterior] [--angles DEG ...] [--heights M ...] [--noise PX]

FOLDER is that of `tests.peers.real_motion`. True are the angles in the runner's own frontal plane: what a camera straight behind at any
distance would see of the hip line and of the thigh, against the runner's own stand. Each line is one camera: the angle that the core finds, how
many stances keep a figure, and its bias and RMSE. In brackets: the same of the drop without the correction for the angle.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from runform_live.body import pair
from runform_live.gait.oblique import TOO_OBLIQUE_DEG
from runform_live.messages import DecidedView, Pose, Side, Stance
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


def found(trial: Trial, camera: Camera, noise_px: float) -> tuple[list[Stance], float]:
    """The stances that the gait core finds at 30 frames a second, and the angle of the camera that it found (deg)."""
    monitor, stances = Monitor(camera.view), list[Stance]()
    for number, (time_s, seen) in enumerate(zip(*frames(trial, camera, 30.0, noise_px), strict=True)):
        pose = Pose(frame=number, time_s=float(time_s), stamp_s=0.0, found=True, detected=False, brightness=0.5,
                    cut_off=False, instrument=NAMES_NO_SIDES)  # fmt: skip
        stances += monitor.push(pose, seen.copy())
    return stances + monitor.finish(), monitor.camera_angle_deg


def told(errors: Sequence[float]) -> str:
    return (
        f"{len(errors):3d} {np.mean(errors):+5.2f} {np.sqrt(np.mean(np.square(errors))):4.2f}"
        if errors
        else "  0   -     -  "
    )


def line(trials: Sequence[Trial], camera: Camera, noise_px: float) -> str:
    """One row of the table."""
    angles, drops, plain, adductions = list[float](), list[float](), list[float](), list[float]()
    for trial in trials:
        stances, angle_deg = found(trial, camera, noise_px)
        angles.append(angle_deg)
        share = math.cos(math.radians(min(angle_deg, TOO_OBLIQUE_DEG)))
        for true, (drop_deg, adduction_deg) in list(zip(trial.stances, true_angles_deg(trial), strict=True))[4:]:
            near = min(stances, key=lambda one: abs(one.midstance_s - true.midstance_s), default=None)
            if near is None or abs(near.midstance_s - true.midstance_s) > NEAREST_S or near.side != true.side:
                continue
            if near.pelvic_drop_mid_deg is not None:
                drops.append(near.pelvic_drop_mid_deg - drop_deg)
                plain.append(near.pelvic_drop_mid_deg / share - drop_deg)
            if near.hip_adduction_mid_deg is not None:
                adductions.append(near.hip_adduction_mid_deg - adduction_deg)
    height = "hips" if math.isnan(camera.height_m) else f"{camera.height_m:.1f} m"
    where = (
        f"{camera.view:9s} {camera.angle_deg:3.0f} deg {height:>5s}  found {min(angles):2.0f} to {max(angles):2.0f} deg"
    )
    return f"{where}  drop {told(drops)} ({told(plain)[4:]})  adduction {told(adductions)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--view", choices=("posterior", "anterior"), help="default: both, one after the other")
    parser.add_argument("--angles", type=float, nargs="+", default=[0.0, 15.0, 30.0, 45.0], help="deg")
    parser.add_argument(
        "--heights", type=float, nargs="+", default=[0.5, math.nan, 1.5], help="m above the belt; nan: the hips'"
    )
    parser.add_argument("--noise", type=float, default=0.0, help="px")
    asked = parser.parse_args()
    trials = read_trials(asked.folder)
    views: list[DecidedView] = [asked.view] if asked.view else ["posterior", "anterior"]
    for view in views:
        for angle_deg in asked.angles:
            for height_m in asked.heights:
                print(line(trials, Camera(view, height_m, angle_deg=angle_deg), asked.noise), flush=True)


if __name__ == "__main__":
    main()
