"""Render clips with exact truth: runners, clothes, rooms and cameras that no training picture has shown.

    python -m models.frontal.clips.render OUT --clips 16 --seed 900                  # bodies of both makes
    python -m models.frontal.clips.render OUT --clips 14 --seed 990
    python -m models.frontal.clips.render OUT --clips 4 --seed 950 --make blocks     # a make that is never trained on
    python -m models.frontal.clips.render OUT --clips 9 --seed 970 --make mesh --days  # each runner on four days
    python -m models.frontal.clips.render OUT --clips 14 --seed 4000 --changes       # runners who change within the run

OUT is a truth folder for `runform validate`, of one seed or several: NAME.mp4, NAME.stances.csv, NAME.frames.csv and NAME.json for each
clip. In each clip the runner stands for 2.5 s, then runs. Left and right have drops of their own between -3 and 16 deg. Every third clip
is seen from in front, every fourth has 60 frames/s. A clip that exists is not made again, and two processes with different seeds may run
side by side.

With --changes a run lasts until 64 s (44 s at 60 frames/s), and names are change-MAKE-SEED-NN. In the first 20 s of running the runner
does not change (`reference_s` in the JSON). Then drop, valgus and adduction of each side change by up to 6 deg, as `changes` in the JSON
says: in two or three `steps`, in a `ramp`, in `blocks` with and without feedback, or not at all (`none`; three of fourteen). Trunk lean,
step width, cadence and arms change with them. From the start of the run, each garment creeps in a third of the runs (`creeps_m`: how far
up on the midline at the end, and how much more on the left than on the right), the light changes in a third, and sweat darkens the shirt
in a fifth. What these three change in the 40 s after the reference is meant to be that of ten minutes (`stands_for_s`).
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

from ..people.person import Person, draw_person
from ..rendering.camera import Camera, looking_at, rolled
from ..rendering.drawing import Canvas
from ..rendering.photos import photo
from .changing import (
    REFERENCE_S,
    STANDS_FOR_S,
    Changes,
    Surroundings,
    draw_changes,
    draw_surroundings,
    kind_of,
)
from .filming import Shot, frames
from .running import MEASURED_FROM_S, Run
from .truth import stance_row, standing_turn, write_frames_csv

WIDTH, HEIGHT = 1280, 720
STAND_S, RUN_S = 2.5, 7.0
CHANGES_UNTIL_S, CHANGES_FAST_UNTIL_S = 64.0, 44.0  # with --changes, at 30 and at 60 frames/s


@dataclass(frozen=True)
class Day:
    """One of several days on which a runner is filmed."""

    number: int
    setup: int  # which camera, light and room
    outfit: int  # which clothes


DAYS = (Day(1, 1, 0), Day(2, 2, 0), Day(3, 3, 1), Day(4, 1, 0))


@dataclass(frozen=True)
class Clip:
    """Which clip is to be made. A seed is (of the series, number of the runner)."""

    make: str
    seed: tuple[int, int]
    day: Day | None = None  # None: the runner's only one
    changes: bool = False  # whether the runner changes within the run

    @property
    def runner(self) -> str:
        return f"{self.make}-{self.seed[0]}-{self.seed[1]:02d}"

    @property
    def name(self) -> str:
        name = self.runner + (f"-{self.day.number}" if self.day else "")
        return f"change-{name}" if self.changes else name

    @property
    def anterior(self) -> bool:
        return self.seed[1] % 3 == 2

    @property
    def rate_hz(self) -> float:
        return 60.0 if self.seed[1] % 4 == 1 else 30.0

    @property
    def end_s(self) -> float:
        fast = self.rate_hz > 50
        if self.changes:
            return CHANGES_FAST_UNTIL_S if fast else CHANGES_UNTIL_S
        return STAND_S + (0.75 * RUN_S if fast else RUN_S)

    def generator(self, *more: int) -> np.random.Generator:
        """Random numbers of this runner. Each purpose has a number of its own, so that days share what they should."""
        return np.random.default_rng((*self.seed, *more))


def place_camera(rng: np.random.Generator, body_height_m: float, anterior: bool) -> tuple[Camera, Camera, float]:
    """A camera behind or in front, the same camera without its roll, and the roll (deg)."""
    distance, high = rng.uniform(2.0, 3.8), rng.uniform(0.6, 1.4)
    around, back = np.radians(rng.normal(0, 4)), 1.0 if anterior else -1.0
    eye = np.array([np.sin(around) * distance, high, back * np.cos(around) * distance])
    level = looking_at(eye, np.array([rng.normal(0, 0.05), 0.5 * body_height_m + rng.normal(0, 0.03), 0.0]))
    roll = float(np.clip(rng.normal(0, 2.0), -5, 5))
    focal = rng.uniform(0.62, 0.82) * HEIGHT * distance / body_height_m
    centre = np.array([WIDTH / 2, HEIGHT / 2])
    return Camera(rolled(level, roll), eye, focal, centre), Camera(level, eye, focal, centre), roll


def make_clip(folder: Path, clip: Clip, canvas: Canvas) -> int:
    """Write the four files of a clip; the film last. Returns how many frames it has."""
    rng, day = clip.generator(), clip.day
    around = draw_surroundings(clip.generator(701), STAND_S, clip.end_s) if clip.changes else Surroundings()
    wardrobe = clip.generator(100 + day.outfit) if day else rng
    person = draw_person(rng, clip.make, wardrobe=wardrobe, creeping=clip.generator(702) if around.creep else None)
    run = Run(rng, person.body, STAND_S, clip.end_s, partial(_changes_of, clip) if clip.changes else None)
    drape = None
    if day:
        rng = clip.generator(day.setup)
        run.on_another_day(rng)
        if day.number != day.setup:  # before the same camera again
            run.on_another_day(clip.generator(day.number))
            drape = clip.generator(40 + day.number)
    canvas.set_photo(photo(wardrobe, Canvas.PHOTO_PX))
    camera, level, roll_deg = place_camera(rng, float(person.body.joints["head"][1]) + 0.2, clip.anterior)
    shot = Shot(run, person, camera, clip.anterior, around)
    rate_hz = clip.rate_hz
    times_s = [number / rate_hz for number in range(int(run.end_s * rate_hz))]
    scratch = folder / f"{clip.name}.part.mp4"
    with av.open(str(scratch), "w") as film:
        stream = film.add_stream("libx264", rate=Fraction(int(rate_hz)))
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = {"crf": str(int(rng.integers(20, 29))), "preset": "veryfast", "threads": "2"}
        for picture in frames(rng, canvas, shot, times_s, drape):
            film.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        film.mux(stream.encode(None))
    write_stances_csv(folder / f"{clip.name}.stances.csv", run, person, level)
    write_frames_csv(folder / f"{clip.name}.frames.csv", run, person, camera, level, rate_hz)
    made = _described(clip, shot, roll_deg) | (_changes_described(shot) if clip.changes else {})
    (folder / f"{clip.name}.json").write_text(json.dumps(made, indent=1))
    scratch.replace(folder / f"{clip.name}.mp4")
    return len(times_s)


def write_stances_csv(path: Path, run: Run, person: Person, level: Camera) -> None:
    """One row for each stance that counts: not the first ones, and none that the end of the clip cuts."""
    from_s, until_s = run.stand_s + MEASURED_FROM_S, run.end_s - 0.1
    counted = [s for s in run.stances if s.initial_contact_s > from_s and s.toe_off_s < until_s]
    turn = standing_turn(run, person, level)
    rows = [stance_row(run, person, level, turn, stance) for stance in counted]
    with path.open("w", newline="") as out:
        table = csv.DictWriter(out, list(rows[0]))
        table.writeheader()
        table.writerows(rows)


def _changes_of(clip: Clip, base_deg: Mapping[str, float]) -> Changes:
    return draw_changes(clip.generator(700), kind_of(clip.seed[1]), base_deg, STAND_S + REFERENCE_S, clip.end_s)


def _described(clip: Clip, shot: Shot, roll_deg: float) -> dict[str, object]:
    """What the JSON of every clip says."""
    clothes = [worn.cloth for worn in shot.person.layers[1:]]
    loosest_m = max((cloth.puff_m + cloth.flare_m + cloth.fold_m for cloth in clothes), default=0.0)
    drop = shot.run.drop
    return {
        "seed": clip.seed, "runner": clip.runner, "outfit": clip.day.outfit if clip.day else 0,
        "setup": clip.day.setup if clip.day else 0, "make": clip.make, "view": "anterior" if clip.anterior else "posterior",
        "fps": clip.rate_hz, "roll_deg": round(roll_deg, 2), "drop_left_deg": round(float(drop["l"]), 2),
        "drop_right_deg": round(float(drop["r"]), 2), "clothes": [str(cloth.part) for cloth in clothes],
        "stands_off_m": round(loosest_m, 4),
    }  # fmt: skip


def _changes_described(shot: Shot) -> dict[str, object]:
    """What the JSON of a clip with changes says besides."""
    assert shot.run.changes is not None
    creeps = None
    if shot.around.creep:
        creeps = [
            {"garment": str(worn.cloth.part), "up_m": round(up, 4), "left_more_m": round(0.3 * slope, 4)}
            for worn in shot.person.layers
            for up, slope in [worn.creep]
            if (up, slope) != (0.0, 0.0)
        ]
    return {
        "reference_s": [STAND_S + MEASURED_FROM_S, STAND_S + REFERENCE_S], "stands_for_s": STANDS_FOR_S,
        "changes": shot.run.changes.described(), "creeps_m": creeps, **shot.around.described(),
    }  # fmt: skip


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
            clip = Clip(chosen.make, (chosen.seed, number), day, chosen.changes)
            if not (chosen.out / f"{clip.name}.mp4").exists():
                begun_s = time.monotonic()
                count = make_clip(chosen.out, clip, canvas)
                rate = count / (time.monotonic() - begun_s)
                print(f"{clip.name}: {number + 1} of {chosen.clips}, {rate:.1f} frames/s", flush=True)


if __name__ == "__main__":
    main()
