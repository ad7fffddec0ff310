"""What each of the two networks sees and tells, and where its files are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1]
PELVIS_JOINTS = ("hip", "psis", "asis", "trochanter")


@dataclass(frozen=True)
class Plan:
    """One network."""

    file: str  # in models/frontal/ (8-bit, what ships) and in models/frontal/float/ (what it is made of)
    input_px: tuple[int, int]  # width, height
    half_px: tuple[int, int]  # about half of it, in multiples of 32, for the first part of the training
    labels: tuple[str, ...]  # the landmarks in the order of the outputs; "left" is the left of the picture
    tilt_weight: float  # weight of a degree of the pelvis against one natural unit of the maps
    across_weight: float  # and of a degree by which a limb is turned
    depths: tuple[int, ...] = (1, 2, 3, 3)  # residual blocks at strides 4 to 32

    @property
    def shipped(self) -> Path:
        """The 8-bit file."""
        return FOLDER / self.file

    @property
    def float_file(self) -> Path:
        """The file that it is made of."""
        return FOLDER / "float" / self.file

    def pair(self, joint: str) -> tuple[int, int]:
        """The rows of a joint's left and right landmark."""
        return self.labels.index(f"left_{joint}"), self.labels.index(f"right_{joint}")

    def mirrored(self) -> list[int]:
        """For each landmark the row of the same one on the other side."""
        other = {"left": "right", "right": "left"}
        sides = [(name, *name.partition("_")) for name in self.labels]
        return [
            self.labels.index(f"{other[side]}_{joint}" if side in other else name) for name, side, _, joint in sides
        ]


def _both(*joints: str) -> tuple[str, ...]:
    return tuple(f"{side}_{joint}" for joint in joints for side in ("left", "right"))


# By framing. The hips are 32 px apart in the first one's input, and 40 px in the second one's.
PLANS = {
    "body": Plan(
        "frontal.onnx", (160, 288), (96, 160),
        (*_both("shoulder", *PELVIS_JOINTS, "knee", "ankle", "heel", "toe"), "c7"), 0.1, 0.9,
    ),
    "pelvis": Plan("pelvis.onnx", (128, 128), (64, 64), _both(*PELVIS_JOINTS), 0.3, 0.3),
}  # fmt: skip
