"""How MediaPipe Pose (its own wheel, its own pipeline) measures the clips of a truth folder, through the same gait core.

    python -m tests.peers.compare TRUTH_DIR [ENVIRONMENT]

The wheel needs an environment of its own (older numpy); it is made where it is missing.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from runform_live.gait.instrument import Instrument
from runform_live.gait.monitor import GaitMonitor
from runform_live.messages import INDEX, LANDMARKS, METRICS, Pose, Stance
from runform_live.validate.agreement import agree, match
from runform_live.validate.run import lines
from runform_live.validate.truth import read_clips

WHEEL = ("mediapipe==0.10.14", "numpy<2")
# MediaPipe's numbers of the landmarks that the gait core reads.
MARKS = {"left_shoulder": 11, "right_shoulder": 12, "left_hip": 23, "right_hip": 24, "left_knee": 25, "right_knee": 26,
         "left_ankle": 27, "right_ankle": 28, "left_heel": 29, "right_heel": 30, "left_toe": 31, "right_toe": 32}  # fmt: skip


def environment(folder: Path) -> Path:
    """The Python of an environment that has the wheel."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *WHEEL], check=True)
    return python


def measured(python: Path, video: Path) -> list[Stance]:
    """The stances of one video from MediaPipe's landmarks."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "points.npz"
        subprocess.run([str(python), str(Path(__file__).with_name("look.py")), str(video), str(out)], check=True,
                       stderr=subprocess.DEVNULL)  # fmt: skip
        with np.load(out) as kept:
            points, times_s = kept["points"], kept["times_s"]
    monitor, found = GaitMonitor(), []
    for frame, (time_s, seen) in enumerate(zip(times_s, points, strict=True), start=1):
        landmarks = np.full((len(LANDMARKS), 3), np.nan)
        for name, at in MARKS.items():
            landmarks[INDEX[name]] = (*seen[at], 4.0)
        pose = Pose(frame=frame, time_s=float(time_s), stamp_s=0.0, found=bool(np.isfinite(seen).all()), detected=False,
                    brightness=0.5, cut_off=False, doubts=False)  # fmt: skip
        found += monitor.push(pose, landmarks)
    return found + monitor.finish()


def main() -> None:
    python = environment(Path(sys.argv[2] if len(sys.argv) > 2 else ".venv-mediapipe"))
    print(f"MediaPipe Pose ({WHEEL[0]}, full, smoothing off), truth {sys.argv[1]}")
    matches = []
    for clip in read_clips(Path(sys.argv[1])):
        matches.append(match(clip, measured(python, clip.video)))
        print("\n".join(lines(agree(clip.name, matches[-1:], METRICS, Instrument({})))), flush=True)
    print("\n".join(lines(agree("all", matches, METRICS, Instrument({})))))


if __name__ == "__main__":
    main()
