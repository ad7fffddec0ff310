"""What the product says of runners who are only partly in the picture: the clips of a truth folder, cropped between the joints.

    python -m tests.peers.cropped TRUTH_DIR [CLIP ...]

Each line is one crop of one clip: how many stances there are, the mean and SD of each figure over those that have it, and the flags. "whole"
is the clip as it is. Every figure that is told must be near that of the whole clip.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np

from runform_live import config
from runform_live.capture.video import Video
from runform_live.gait.monitor import GaitMonitor
from runform_live.messages import Frame, Stance
from runform_live.pose.open import open_estimator

FIGURES = {
    "drop": "pelvic_drop_mid_deg", "adduction": "hip_adduction_mid_deg", "valgus": "knee_valgus_mid_deg",
    "lean": "trunk_lean_mid_deg", "contact": "contact_time_s", "width": "step_width_hip",
}  # fmt: skip
RUNS_FROM_S = 4.0
Crop = tuple[int, int, int, int]  # left, top, right, bottom (px)


def crops(video: Path, width_px: int, height_px: int) -> dict[str, Crop]:
    """Crops by the runner's exact places (NAME.frames.csv), named by what is left of the body."""
    with video.with_name(f"{video.stem}.frames.csv").open(newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if float(row["time_s"]) > RUNS_FROM_S]

    def at(joint: str, axis: str, percent: float = 50.0) -> float:
        both = [[float(row[f"{side}_{joint}_{axis}_px"]) for row in rows] for side in ("left", "right")]
        return float(np.percentile(np.maximum(*both) if percent > 50.0 else np.mean(both, axis=0), percent))

    shoulders, hips, knees, across = at("shoulder", "y"), at("hip", "y"), at("knee", "y"), at("hip", "x")
    trunk, feet = hips - shoulders, at("ankle", "y", 95.0)
    upto = {
        "to the toes": feet + 0.05 * trunk, "to the shanks": feet - 0.25 * trunk, "to the knees": knees + 0.1 * trunk,
        "to the thighs": (hips + knees) / 2, "to the waist": hips - 0.25 * trunk,
    }  # fmt: skip
    below = {
        "from the chest": shoulders + 0.2 * trunk, "from the waist": hips - 0.25 * trunk, "from the thighs": (hips + knees) / 2,
    }  # fmt: skip
    return {
        "whole": (0, 0, width_px, height_px),
        **{name: (0, 0, width_px, int(y)) for name, y in upto.items()},
        **{name: (0, int(y), width_px, height_px) for name, y in below.items()},
        "left half": (0, 0, int(across), height_px),
        "without a foot": (0, 0, int(across + 0.25 * trunk), height_px),
    }


def measured(video: Path, crop: Crop) -> tuple[list[Stance], tuple[str, ...]]:
    """The stances of a cropped film, and its flags."""
    estimator, monitor = open_estimator(config.load().pose), GaitMonitor()
    left, top, right, bottom = crop
    stances = list[Stance]()
    for number, (time_s, picture) in enumerate(Video(str(video)), start=1):
        part = np.ascontiguousarray(picture[top:bottom, left:right])
        stances += monitor.push(*estimator.see(part, Frame.of(part, number, time_s)))
    return stances + monitor.finish(), monitor.flags()


def told(stances: list[Stance]) -> str:
    """Each figure's mean and SD over the stances that have it."""
    words = []
    for name, metric in FIGURES.items():
        known = [value for stance in stances if (value := getattr(stance, metric)) is not None]
        words.append(f"{name} {np.mean(known):6.2f} +- {np.std(known):4.2f}" if known else f"{name}      -        ")
    return "  ".join(words)


def main() -> None:
    wanted = sys.argv[2:]
    for video in sorted(Path(sys.argv[1]).glob("*.mp4")):
        if wanted and video.stem not in wanted:
            continue
        info = Video(str(video)).info
        for name, crop in crops(video, info.width_px, info.height_px).items():
            stances, flags = measured(video, crop)
            print(
                f"{video.stem:10s} {name:15s} {len(stances):3d} stances  {told(stances)}  {' '.join(flags)}", flush=True
            )


if __name__ == "__main__":
    main()
