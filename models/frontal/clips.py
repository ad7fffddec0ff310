"""Render clips with exact truth: runners, clothes, rooms and cameras that no training picture has seen.

    python models/frontal/clips.py OUT --clips 16 --seed 900                  # bodies of both makes
    python models/frontal/clips.py OUT --clips 14 --seed 990
    python models/frontal/clips.py OUT --clips 4 --seed 950 --make blocks     # a make that is never trained on
    python models/frontal/clips.py OUT --clips 9 --seed 970 --make mesh --days  # each runner on four days
    python models/frontal/clips.py OUT --clips 14 --seed 4000 --changes       # runners who change within the run

A truth folder for `runform validate`, of one seed or several: per clip NAME.mp4, NAME.stances.csv, NAME.frames.csv and NAME.json. Every clip stands for
2.5 s, then runs; drops from -3 to 16 deg on the left and on the right apart; every third is seen from in front, every fourth has
60 frames/s. A clip that is there is not made again; two processes with different seeds may run side by side.

With --changes a run lasts until 64 s (44 s at 60 frames/s; names: change-MAKE-SEED-NN). In the first 20 s of running the runner does not change (`reference_s` in the
JSON). Then drop, valgus and adduction of each side change by up to 6 deg, as `changes` in the JSON says: in two or three `steps`, in a
`ramp`, in `blocks` with and without feedback, or not at all (`none`; three of fourteen); with them trunk lean, step width, cadence and arms. In a third of the runs each
cloth creeps (`creeps_m`: per garment up on the midline at the end, and left more than right) or the light changes, in a fifth sweat darkens the shirt: in any kind of run, from its start. What they change
in the 40 s after that part is meant to be that of ten minutes (`stands_for_s`).
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from camera import Camera, looking_at, rolled
from changing import REFERENCE_S, STANDS_FOR_S, Changes, Surroundings, draw_changes, draw_surroundings, kind_of
from drawing import Canvas
from filming import frames
from photos import photo
from picture import LABELS, Person, draw_person, landmarks
from posing import pose_of
from running import MEASURED_FROM_S, Run, Stance

WIDTH, HEIGHT = 1280, 720
STAND_S, RUN_S = 2.5, 7.0
CHANGES_UNTIL_S, CHANGES_FAST_UNTIL_S = 64.0, 44.0  # the second one at 60 frames/s: it takes as many pictures


@dataclass(frozen=True)
class Day:
    """One of several on which a runner is filmed: in which clothes, and before which camera, in which light and room."""

    number: int
    setup: int
    outfit: int


DAYS = (Day(1, 1, 0), Day(2, 2, 0), Day(3, 3, 1), Day(4, 1, 0))
Points = dict[str, npt.NDArray[np.float64]]


def place_camera(rng: np.random.Generator, body_height_m: float, anterior: bool) -> tuple[Camera, Camera, float]:
    """A camera behind or in front, the same without its roll, and the roll (deg)."""
    distance, high = rng.uniform(2.0, 3.8), rng.uniform(0.6, 1.4)
    around, back = np.radians(rng.normal(0, 4)), 1.0 if anterior else -1.0
    eye = np.array([np.sin(around) * distance, high, back * np.cos(around) * distance])
    level = looking_at(eye, np.array([rng.normal(0, 0.05), 0.5 * body_height_m + rng.normal(0, 0.03), 0.0]))
    roll = float(np.clip(rng.normal(0, 2.0), -5, 5))
    focal = rng.uniform(0.62, 0.82) * HEIGHT * distance / body_height_m
    centre = np.array([WIDTH / 2, HEIGHT / 2])
    return Camera(rolled(level, roll), eye, focal, centre), Camera(level, eye, focal, centre), roll


def angle_deg(across: npt.NDArray[np.float64]) -> float:
    return float(np.degrees(np.arctan2(across[1], abs(across[0]))))


def stance_angles(points: Points, leg: str) -> dict[str, float]:
    """The angles of docs/architecture.md from exact pixels of a level camera; positive as there."""
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
        "pelvic_drop": angle_deg(across),
        "hip_adduction": float(np.degrees(np.arctan2(thigh @ inward, thigh @ down))),
        "knee_valgus": float(np.sign(off_line @ inward) * bend),
        "trunk_lean": float(np.degrees(np.arctan2(-trunk[0] * np.sign(across[0]), -trunk[1]))),
    }


def standing_turn(run: Run, person: Person, level: Camera) -> npt.NDArray[np.float64]:
    """The rotation of the picture (2, 2) that lays the standing person's hips level, as a standing calibration does.

    A level camera that looks down from one side sees level hips tilted; that is an offset of the view, not of the runner.
    """
    world = landmarks(person, pose_of(run.angles(0.0), person.body))
    tilt = np.radians(angle_deg(level.project(world["right_hip"]) - level.project(world["left_hip"])))
    tilt *= np.sign(level.project(world["right_hip"])[0] - level.project(world["left_hip"])[0])
    return np.array([[np.cos(tilt), np.sin(tilt)], [-np.sin(tilt), np.cos(tilt)]])


def stance_row(
    run: Run, person: Person, level: Camera, turn: npt.NDArray[np.float64], stance: Stance
) -> dict[str, object]:
    """One row of stances.csv."""
    times = np.arange(stance.initial_contact_s, stance.toe_off_s, 0.004)
    seen, heights = [], []
    for time_s in times:
        world = landmarks(person, pose_of(run.angles(time_s), person.body))
        heights.append((world["left_hip"] + world["right_hip"])[1] / 2)
        seen.append(stance_angles({name: turn @ level.project(at) for name, at in world.items()}, stance.leg))
    middle = int(np.argmin(heights))
    row: dict[str, object] = {
        "side": "left" if stance.leg == "l" else "right",
        "initial_contact_s": round(stance.initial_contact_s, 4), "midstance_s": round(float(times[middle]), 4),
        "toe_off_s": round(stance.toe_off_s, 4),
    }  # fmt: skip
    for name in seen[0]:
        row[f"{name}_mid_deg"] = round(seen[middle][name], 3)
        if name != "trunk_lean":
            row[f"{name}_peak_deg"] = round(max(angles[name] for angles in seen), 3)
    return row


def write_frames_csv(path: Path, run: Run, person: Person, camera: Camera, level: Camera, rate_hz: float) -> None:
    """Exact pixels of all landmarks and the obliquity, per frame."""
    names = [
        "frame",
        "time_s",
        "contact_left",
        "contact_right",
        *(f"{n}_{axis}_px" for n in LABELS for axis in "xy"),
        "pelvic_obliquity_2d_deg",
    ]
    with path.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(names)
        for number in range(int(run.end_s * rate_hz)):
            time_s = number / rate_hz
            world = landmarks(person, pose_of(run.angles(time_s), person.body))
            touching = [time_s < run.stand_s or run.touches(leg, time_s) for leg in "lr"]
            across = level.project(world["right_hip"]) - level.project(world["left_hip"])
            pixels = [f"{v:.2f}" for name in LABELS for v in camera.project(world[name])]
            rows.writerow([number, f"{time_s:.5f}", *map(int, touching), *pixels, f"{angle_deg(across):.3f}"])


def _runner(make: str, seed: tuple[int, int]) -> str:
    return f"{make}-{seed[0]}-{seed[1]:02d}"


def _clothes(person: Person) -> list[str]:
    return [str(layer.part) for layer in person.layers[1:]]


def _of_changes(run: Run, person: Person, around: Surroundings) -> dict[str, object]:
    """What the JSON of a clip says about what changed in it."""
    assert run.changes is not None
    creeps = None
    if around.creep:
        creeps = [
            {"garment": str(layer.part), "up_m": round(up, 4), "left_more_m": round(0.3 * slope, 4)}
            for layer, (up, slope) in zip(person.layers, person.creeps, strict=True)
            if (up, slope) != (0.0, 0.0)
        ]
    return {
        "reference_s": [STAND_S + MEASURED_FROM_S, STAND_S + REFERENCE_S], "stands_for_s": STANDS_FOR_S, "changes": run.changes.described(),
        "creeps_m": creeps, **around.described(),
    }  # fmt: skip


def make_clip(
    folder: Path,
    name: str,
    seed: tuple[int, int],
    make: str,
    canvas: Canvas,
    day: Day | None = None,
    changes: bool = False,
) -> int:
    """day: one of a runner's several; None: the only one. changes: within the run. Returns how many frames were drawn."""
    rng = np.random.default_rng(seed)
    anterior, rate_hz = seed[1] % 3 == 2, 60.0 if seed[1] % 4 == 1 else 30.0
    end_s = STAND_S + (RUN_S if rate_hz < 50 else 0.75 * RUN_S)
    if changes:
        end_s = CHANGES_UNTIL_S if rate_hz < 50 else CHANGES_FAST_UNTIL_S
    around = draw_surroundings(np.random.default_rng((*seed, 701)), STAND_S, end_s) if changes else None
    wardrobe = np.random.default_rng((*seed, 100 + day.outfit)) if day else rng
    creeping = np.random.default_rng((*seed, 702)) if around and around.creep else None
    person = draw_person(rng, make, wardrobe=wardrobe, creeping=creeping)
    changing = partial(_changing, seed, end_s) if changes else None
    run = Run(rng, person.body, STAND_S, end_s, changing)
    drape = None
    if day:
        rng = np.random.default_rng((*seed, day.setup))
        run.on_another_day(rng)
        if day.number != day.setup:  # before the same camera again
            run.on_another_day(np.random.default_rng((*seed, day.number)))
            drape = np.random.default_rng((*seed, 40 + day.number))
    canvas.hang_photo(photo(wardrobe, Canvas.PHOTO_PX))
    height_m = float(person.body.joints["head"][1]) + 0.2
    camera, level, roll = place_camera(rng, height_m, anterior)
    counted = [s for s in run.stances if s.initial_contact_s > STAND_S + MEASURED_FROM_S and s.toe_off_s < end_s - 0.1]
    turn = standing_turn(run, person, level)
    rows = [stance_row(run, person, level, turn, stance) for stance in counted]
    scratch = folder / f"{name}.part.mp4"
    with av.open(str(scratch), "w") as film:
        stream = film.add_stream("libx264", rate=Fraction(int(rate_hz)))
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = {"crf": str(int(rng.integers(20, 29))), "preset": "veryfast", "threads": "2"}
        times_s = [number / rate_hz for number in range(int(run.end_s * rate_hz))]
        for picture in frames(rng, canvas, run, person, camera, times_s, anterior, drape, around):
            film.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        film.mux(stream.encode(None))
    write_frames_csv(folder / f"{name}.frames.csv", run, person, camera, level, rate_hz)
    with (folder / f"{name}.stances.csv").open("w", newline="") as out:
        table = csv.DictWriter(out, list(rows[0]))
        table.writeheader()
        table.writerows(rows)
    made = {"seed": seed, "runner": _runner(make, seed), "outfit": day.outfit if day else 0, "setup": day.setup if day else 0,
            "make": make, "view": "anterior" if anterior else "posterior", "fps": rate_hz, "roll_deg": round(roll, 2),
            "drop_left_deg": round(float(run.drop["l"]), 2), "drop_right_deg": round(float(run.drop["r"]), 2),
            "clothes": _clothes(person), "stands_off_m": _stands_off_m(person),
            **(_of_changes(run, person, around) if around else {})}  # fmt: skip
    (folder / f"{name}.json").write_text(json.dumps(made, indent=1))
    scratch.replace(folder / f"{name}.mp4")
    return len(times_s)


def _stands_off_m(person: Person) -> float:
    """How far the loosest of a mesh's clothes stands off the body."""
    return round(max((cloth.puff_m + cloth.flare_m + cloth.fold_m for cloth in person.layers[1:]), default=0.0), 4)


def _changing(seed: tuple[int, int], end_s: float, base_deg: Mapping[str, float]) -> Changes:
    return draw_changes(np.random.default_rng((*seed, 700)), kind_of(seed[1]), base_deg, STAND_S + REFERENCE_S, end_s)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--clips", type=int, default=16)
    arguments.add_argument("--seed", type=int, default=900)
    arguments.add_argument(
        "--days",
        action="store_true",
        help="each runner on four days: NAME-1, NAME-2 in the same clothes, NAME-3 in others, NAME-4 as on the first",
    )
    arguments.add_argument(
        "--changes", action="store_true", help="runners who change within the run; names begin with change-"
    )
    arguments.add_argument("--make", default="any", choices=("any", "mesh", "puppet", "blocks"))
    chosen = arguments.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    canvas = Canvas(WIDTH, HEIGHT, finer=1.0)
    for number in range(chosen.clips):
        for day in DAYS if chosen.days else (None,):
            name = _runner(chosen.make, (chosen.seed, number)) + (f"-{day.number}" if day else "")
            name = f"change-{name}" if chosen.changes else name
            if not (chosen.out / f"{name}.mp4").exists():
                begun_s = time.monotonic()
                count = make_clip(chosen.out, name, (chosen.seed, number), chosen.make, canvas, day, chosen.changes)
                rate = count / (time.monotonic() - begun_s)
                print(f"{name}: {number + 1} of {chosen.clips}, {rate:.1f} frames/s", flush=True)


if __name__ == "__main__":
    main()
