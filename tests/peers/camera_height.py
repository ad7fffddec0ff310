"""How wrong the drop is by the height of the camera, and how often its 95% interval holds the truth, on real motion seen by an exact camera.

    python -m tests.peers.camera_height FOLDER [--view posterior|anterior] [--heights M ...] [--noise PX] [--said]

FOLDER is that of `tests.peers.real_motion`. True is the drop in the runner's own frontal plane, against the runner's own stand. Each line is one
camera: the elevation that is true and the one found (mean and its own SD), then bias and RMSE of single stances, and how many intervals hold the
truth: of the means of both sides, and of left minus right. The instrument counts as one whose side means are wrong by 0.3 deg, as exact points
are at the height of the hips, so that the width by the camera's height shows. In brackets: the same intervals without that width.
--said: the gait core is told the height.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from runform_live.gait.height import Elevation
from runform_live.gait.uncertainty.errors import InstrumentErrors
from runform_live.gait.uncertainty.statistics import estimate, symmetry
from runform_live.messages import SIDES, DecidedView, Pose, Stance
from runform_live.metrics import MAIN_METRIC
from tests.makers import Monitor
from tests.peers.oblique import true_angles_deg
from tests.peers.real_motion import (
    NAMES_NO_SIDES,
    NEAREST_S,
    WIDTH_PX,
    Camera,
    Trial,
    frames,
    hips_m,
    read_trials,
)

EXACT_SD_DEG = 0.3  # of a side's mean with exact points
ERRORS = InstrumentErrors({MAIN_METRIC: EXACT_SD_DEG}, difference_sd={MAIN_METRIC: 2 * EXACT_SD_DEG})
FIRST = 4  # true stances before are left out


@dataclass(slots=True)
class Line:
    """What was found before one camera."""

    found: list[Elevation] = field(default_factory=list)
    true_deg: list[float] = field(default_factory=list)
    errors_deg: list[float] = field(default_factory=list)
    # Whether an interval holds the truth, with the width by the camera's height and without
    sides: list[tuple[bool, bool]] = field(default_factory=list)
    differences: list[tuple[bool, bool]] = field(default_factory=list)
    widths_deg: list[float] = field(default_factory=list)  # half of a side's interval

    def add(self, trial: Trial, camera: Camera, noise_px: float, said: bool) -> None:
        """Take one trial."""
        stances, elevation = measured(trial, camera, noise_px, said)
        self.found.append(elevation)
        self.true_deg.append(math.degrees(math.atan((camera.height_m - hips_m(trial)) / camera.distance_m)))
        pairs = list[tuple[Stance, float]]()
        for true, (drop_deg, _) in list(zip(trial.stances, true_angles_deg(trial), strict=True))[FIRST:]:
            near = min(stances, key=lambda one: abs(one.midstance_s - true.midstance_s), default=None)
            if near is not None and abs(near.midstance_s - true.midstance_s) < NEAREST_S and near.side == true.side:
                pairs.append((near, drop_deg))
        self.errors_deg += [
            one.pelvic_drop_mid_deg - true for one, true in pairs if one.pelvic_drop_mid_deg is not None
        ]
        self._intervals(pairs)

    def _intervals(self, pairs: Sequence[tuple[Stance, float]]) -> None:
        left, right = ([one for one, _ in pairs if one.side == side] for side in SIDES)
        truths = [float(np.mean([true for one, true in pairs if one.side == side])) for side in SIDES]
        plain = []
        for of_side, true_deg in zip((left, right), truths, strict=True):
            wide = ERRORS.estimate(MAIN_METRIC, of_side)
            narrow = estimate([one.pelvic_drop_mid_deg for one in of_side], EXACT_SD_DEG)
            plain.append(narrow)
            self.sides.append((_holds(wide, true_deg), _holds(narrow, true_deg)))
            if wide is not None and wide.ci95_high is not None:
                self.widths_deg.append(wide.ci95_high - wide.mean)
        difference_deg = truths[0] - truths[1]
        wide_difference = ERRORS.symmetry(MAIN_METRIC, left, right)
        narrow_difference = symmetry(plain[0], plain[1], 2 * EXACT_SD_DEG)
        self.differences.append((_holds(wide_difference, difference_deg), _holds(narrow_difference, difference_deg)))

    def __str__(self) -> str:
        found = f"{np.mean([one.deg for one in self.found]):+5.1f} +- {np.mean([one.sd_deg for one in self.found]):.1f}"
        errors = np.array(self.errors_deg)
        return (
            f"elevation {np.mean(self.true_deg):+5.1f} found {found} deg  drop {errors.mean():+5.2f} {math.sqrt(np.mean(errors**2)):.2f}"
            f"  sides {_share(self.sides, 0)} ({_share(self.sides, 1)}), +-{np.mean(self.widths_deg):.1f} deg"
            f"  left minus right {_share(self.differences, 0)} ({_share(self.differences, 1)})"
        )


def _holds(interval: object, true_deg: float) -> bool:
    low, high = getattr(interval, "ci95_low", None), getattr(interval, "ci95_high", None)
    return low is not None and high is not None and low <= true_deg <= high


def _share(held: Sequence[tuple[bool, bool]], which: int) -> str:
    return f"{sum(one[which] for one in held)}/{len(held)}"


def measured(trial: Trial, camera: Camera, noise_px: float, said: bool) -> tuple[list[Stance], Elevation]:
    """The stances that the gait core finds at 30 frames a second, and the camera's elevation."""
    monitor, stances = Monitor(camera.view, camera_height_cm=100.0 * camera.height_m if said else None), list[Stance]()
    for number, (time_s, seen) in enumerate(zip(*frames(trial, camera, 30.0, noise_px), strict=True)):
        pose = Pose(frame=number, time_s=float(time_s), stamp_s=0.0, found=True, detected=False, brightness=0.5,
                    cut_off=False, instrument=NAMES_NO_SIDES, long_side_px=WIDTH_PX)  # fmt: skip
        stances += monitor.push(pose, seen.copy())
    return stances + monitor.finish(), monitor.elevation


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--view", choices=("posterior", "anterior"), help="default: both, one after the other")
    parser.add_argument("--heights", type=float, nargs="+", default=[0.25, 0.5, 0.9, 1.2, 1.5], help="m above the belt")
    parser.add_argument("--noise", type=float, default=0.0, help="px")
    parser.add_argument("--said", action="store_true", help="the gait core is told the height")
    asked = parser.parse_args()
    trials = read_trials(asked.folder)
    views: list[DecidedView] = [asked.view] if asked.view else ["posterior", "anterior"]
    for view in views:
        for height_m in asked.heights:
            line = Line()
            for trial in trials:
                line.add(trial, Camera(view, height_m), asked.noise, asked.said)
            print(f"{view:9s} {height_m:.2f} m  {line}", flush=True)


if __name__ == "__main__":
    main()
