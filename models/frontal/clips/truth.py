"""The exact truth of a clip: angles of each stance, and the pixels of every landmark in every frame.

Quantities and signs are those of docs/architecture.md.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ..framing import LABELS, Point
from ..people.person import Person, landmarks
from ..rendering.camera import Camera
from .strides import Moves, Stance, double_support_s, single_support_s

FINE_S = 0.004  # how finely a stance is looked through for its peaks and its midstance


def tilt_deg(across: Point) -> float:
    """Tilt of a line that goes across the picture by (x, y) px: positive when it falls towards its end."""
    return float(np.degrees(np.arctan2(across[1], abs(across[0]))))


def stance_angles(points: Mapping[str, Point], leg: str) -> dict[str, float]:
    """The angles (deg) of a stance leg ("l", "r") at one instant, from exact pixels (2) of a camera without roll."""
    mine, other = ("left", "right") if leg == "l" else ("right", "left")
    hip, knee, ankle = (points[f"{mine}_{joint}"] for joint in ("hip", "knee", "ankle"))
    across = points[f"{other}_hip"] - hip
    inward = across / np.linalg.norm(across)
    down = np.array([-inward[1], inward[0]])
    down *= np.sign(down[1])
    thigh, shank = knee - hip, ankle - knee
    bend = np.degrees(np.arccos(np.clip(thigh @ shank / np.linalg.norm(thigh) / np.linalg.norm(shank), -1, 1)))
    line = ankle - hip
    off_line = thigh - line * (thigh @ line) / (line @ line)
    trunk = (points["left_shoulder"] + points["right_shoulder"] - points["left_hip"] - points["right_hip"]) / 2
    return {
        "pelvic_drop": tilt_deg(across),
        "hip_adduction": float(np.degrees(np.arctan2(thigh @ inward, thigh @ down))),
        "knee_valgus": float(np.sign(off_line @ inward) * bend),
        "trunk_lean": float(np.degrees(np.arctan2(-trunk[0] * np.sign(across[0]), -trunk[1]))),
    }


class Projects(Protocol):
    """Something that shows points of the world in a plane."""

    def project(self, points: npt.NDArray[np.floating]) -> Point:
        """Places (..., 2; right and down) of points of the world (..., 3; m)."""
        ...


class FrontalPlane:
    """The plane across the heading as a person behind sees it from afar: no camera's place changes what it shows."""

    def project(self, points: npt.NDArray[np.floating]) -> Point:
        """Places (..., 2; m) of points of the world (..., 3; m)."""
        return np.asarray(-points[..., :2], np.float64)


@dataclass(frozen=True)
class Levelled:
    """A view, turned so that the standing person's hips are level, as a standing calibration does.

    A camera that stands aside and looks down sees level hips tilted, even without roll. That is an offset of the view, not of the runner.
    """

    view: Projects
    turn: npt.NDArray[np.float64]  # (2, 2)

    def angles(self, world: Mapping[str, Point], leg: str) -> dict[str, float]:
        """The angles (deg) of a stance leg, from landmarks (3; m)."""
        return stance_angles({name: self.turn @ self.view.project(at) for name, at in world.items()}, leg)


def levelled(run: Moves, person: Person, view: Projects) -> Levelled:
    """The view, turned by how this person stands."""
    world = landmarks(person, run.pose(0.0))
    across = view.project(world["right_hip"]) - view.project(world["left_hip"])
    tilt = np.radians(tilt_deg(across)) * np.sign(across[0])
    return Levelled(view, np.array([[np.cos(tilt), np.sin(tilt)], [-np.sin(tilt), np.cos(tilt)]]))


def stance_row(run: Moves, person: Person, seen: Levelled, frontal: Levelled, stance: Stance) -> dict[str, object]:
    """One row of stances.csv: angles as they are `seen` by the camera, and those at midstance in the `frontal` plane.

    Midstance is where the mid hip is lowest in running, and where it is highest on this leg alone in walking.
    """
    times = np.arange(stance.initial_contact_s, stance.toe_off_s, FINE_S)
    worlds = [landmarks(person, run.pose(time_s)) for time_s in times]
    heights = [float((world["left_hip"] + world["right_hip"])[1]) / 2 for world in worlds]
    angles = [seen.angles(world, stance.leg) for world in worlds]
    if stance.gait == "run":
        middle = int(np.argmin(heights))
    else:  # the highest mid hip about the middle of single support; who goes over to running is higher at its end
        begins_s, ends_s = single_support_s(run.stances, stance)
        share = (times - begins_s) / (ends_s - begins_s)
        middle = int(np.argmax(np.where((share >= 0.2) & (share <= 0.8), heights, -np.inf)))
    double_s = double_support_s(run.stances, stance)
    row: dict[str, object] = {
        "side": "left" if stance.leg == "l" else "right",
        "initial_contact_s": round(stance.initial_contact_s, 4), "midstance_s": round(float(times[middle]), 4),
        "toe_off_s": round(stance.toe_off_s, 4), "gait": stance.gait,
        "double_support_s": "" if double_s is None else round(double_s, 4),
    }  # fmt: skip
    for name in angles[0]:
        row[f"{name}_mid_deg"] = round(angles[middle][name], 3)
        if name != "trunk_lean":
            row[f"{name}_peak_deg"] = round(max(at[name] for at in angles), 3)
    in_plane = frontal.angles(worlds[middle], stance.leg)
    row |= {f"{name}_mid_frontal_deg": round(angle, 3) for name, angle in in_plane.items()}
    return row


def write_frames_csv(path: Path, run: Moves, person: Person, camera: Camera, level: Camera, rate_hz: float) -> None:
    """Exact pixels of all landmarks, contacts and the obliquity, per frame. level: the camera without its roll."""
    pixels_of = [f"{name}_{axis}_px" for name in LABELS for axis in "xy"]
    names = ["frame", "time_s", "contact_left", "contact_right", *pixels_of, "pelvic_obliquity_2d_deg"]
    with path.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(names)
        for number in range(int(run.end_s * rate_hz)):
            time_s = number / rate_hz
            world = landmarks(person, run.pose(time_s))
            touching = [time_s < run.stand_s or run.touches(leg, time_s) for leg in "lr"]
            across = level.project(world["right_hip"]) - level.project(world["left_hip"])
            pixels = [f"{v:.2f}" for name in LABELS for v in camera.project(world[name])]
            rows.writerow([number, f"{time_s:.5f}", *map(int, touching), *pixels, f"{tilt_deg(across):.3f}"])
