"""Render clips with exact truth: runners, clothes, rooms and cameras that no training picture has shown.

    R="python -m models.frontal.clips.render OUT"
    $R --clips 16 --seed 900                     # bodies of both makes
    $R --clips 4 --seed 950 --make blocks        # a make that is never trained on
    $R --clips 9 --seed 970 --make mesh --days   # each runner on four days
    $R --clips 14 --seed 4000 --changes          # runners who change within the run
    $R --clips 12 --seed 2100 --gait walk        # walkers; both: walks, runs, walks
    $R --clips 20 --seed 2200 --motion RBDS001_25.csv RBDS001_35.csv    # real runners' motion
    $R --clips 2 --seed 2400 --name oblique-30 --camera-angle 30

OUT is a truth folder for `runform validate`, of one seed or several: NAME.mp4, NAME.stances.csv, NAME.frames.csv and NAME.json for each
clip. In each clip the runner stands for 2.5 s, then moves. Left and right have drops of their own between -3 and 16 deg. Every third clip
is seen from in front, every fourth has 60 frames/s. A clip that exists is not made again, and two processes with different seeds may run
side by side. Each row of stances.csv says its `gait`; a stance of walking has the time that both feet are down after its contact
(`double_support_s`), and its midstance is the highest mid hip on this leg alone. Angles are those in the picture; those at midstance in the
frontal plane, which no camera's place changes, end with `_frontal_deg`. With --camera-angle the camera stands that far to the
runner's left in even clips, and to the right in odd ones. With --motion the bodies move as real runners did (trial.py): a window at
random of each trial, mirrored or not, up to 5% slower or faster. The JSON names the trial. With --smooth a seed gives the same run as it
did before the pelvis turned as fast as real ones do.

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
from fractions import Fraction
from functools import partial
from pathlib import Path

import av
import numpy as np

from ..people.body import Body
from ..people.person import Person, draw_person
from ..rendering.camera import Camera
from ..rendering.drawing import Canvas
from ..rendering.photos import photo
from .both import WalksAndRuns
from .changing import (
    REFERENCE_S,
    STANDS_FOR_S,
    Changes,
    Surroundings,
    draw_changes,
    draw_surroundings,
    kind_of,
)
from .clip import DAYS, GAITS, MOVE_S, STAND_S, Clip
from .filming import Shot, frames
from .placing import HEIGHT, WIDTH, place_camera
from .real import RealRun
from .running import Run, draw_pulses
from .strides import Moves
from .trial import Window, read_trial
from .truth import FrontalPlane, levelled, stance_row, write_frames_csv
from .walking import Walk

MEASURED_FROM_S = 0.8  # stances count from so long after the start


def make_clip(folder: Path, clip: Clip, canvas: Canvas) -> int:
    """Write the four files of a clip; the film last. Returns how many frames it has."""
    rng, day = clip.generator(), clip.day
    around = draw_surroundings(clip.generator(701), STAND_S, clip.end_s) if clip.changes else Surroundings()
    wardrobe = clip.generator(100 + day.outfit) if day else rng
    person = draw_person(rng, clip.make, wardrobe=wardrobe, creeping=clip.generator(702) if around.creep else None)
    run = _movement(rng, clip, person.body)
    drape = None
    if day:
        assert isinstance(run, Run)
        rng = clip.generator(day.setup)
        run.on_another_day(rng)
        if day.number != day.setup:  # before the same camera again
            run.on_another_day(clip.generator(day.number))
            drape = clip.generator(40 + day.number)
    canvas.set_photo(photo(wardrobe, Canvas.PHOTO_PX))
    angle_deg = clip.camera_angle_deg
    if angle_deg is not None and clip.seed[1] % 2:
        angle_deg = -angle_deg
    tall_m = float(person.body.joints["head"][1]) + 0.2
    placed = place_camera(rng, tall_m, clip.anterior, angle_deg, clip.camera_height_m)
    shot = Shot(run, person, placed.camera, clip.anterior, around)
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
    write_stances_csv(clip.file(folder, "stances.csv"), run, person, placed.level)
    write_frames_csv(clip.file(folder, "frames.csv"), run, person, placed.camera, placed.level, rate_hz)
    made = _described(clip, shot) | placed.described() | (_changes_described(shot) if clip.changes else {})
    if isinstance(run, RealRun):
        made |= run.window.described()
    clip.file(folder, "json").write_text(json.dumps(made, indent=1))
    scratch.replace(clip.file(folder, "mp4"))
    return len(times_s)


def _movement(rng: np.random.Generator, clip: Clip, body: Body) -> Moves:
    """What somebody with this body does."""
    if clip.motion:
        trial = read_trial(clip.motion)
        stand_s = min(STAND_S, float(trial.stands_s[-1]))
        return RealRun(rng, body, Window(rng, trial, stand_s, clip.end_s))
    if clip.gait == "walk":
        return Walk(rng, body, STAND_S, clip.end_s)
    pulses = None if clip.smooth else draw_pulses(clip.generator(703))
    if clip.gait == "both":
        return WalksAndRuns(rng, body, STAND_S, clip.end_s, pulses)
    return Run(rng, body, STAND_S, clip.end_s, partial(_changes_of, clip) if clip.changes else None, pulses)


def write_stances_csv(path: Path, run: Moves, person: Person, level: Camera) -> None:
    """One row for each stance that counts: not the first ones, and none that the end of the clip cuts."""
    from_s, until_s = run.stand_s + MEASURED_FROM_S, run.end_s - 0.1
    counted = [s for s in run.stances if s.initial_contact_s > from_s and s.toe_off_s < until_s]
    seen, frontal = levelled(run, person, level), levelled(run, person, FrontalPlane())
    rows = [stance_row(run, person, seen, frontal, stance) for stance in counted]
    with path.open("w", newline="") as out:
        table = csv.DictWriter(out, list(rows[0]))
        table.writeheader()
        table.writerows(rows)


def _changes_of(clip: Clip, base_deg: Mapping[str, float]) -> Changes:
    return draw_changes(clip.generator(700), kind_of(clip.seed[1]), base_deg, STAND_S + REFERENCE_S, clip.end_s)


def _described(clip: Clip, shot: Shot) -> dict[str, object]:
    """What the JSON of every clip says."""
    clothes = [worn.cloth for worn in shot.person.layers[1:]]
    loosest_m = max((cloth.puff_m + cloth.flare_m + cloth.fold_m for cloth in clothes), default=0.0)
    drop = shot.run.drop
    return {
        "seed": clip.seed, "runner": clip.runner, "outfit": clip.day.outfit if clip.day else 0,
        "setup": clip.day.setup if clip.day else 0, "make": clip.make, "view": "anterior" if clip.anterior else "posterior",
        "gait": clip.gait, "fps": clip.rate_hz, "drop_left_deg": round(float(drop["l"]), 2),
        "drop_right_deg": round(float(drop["r"]), 2), "clothes": [str(cloth.part) for cloth in clothes],
        "stands_off_m": round(loosest_m, 4),
    }  # fmt: skip


def _changes_described(shot: Shot) -> dict[str, object]:
    """What the JSON of a clip with changes says besides."""
    assert isinstance(shot.run, Run)
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
    arguments.add_argument("--make", default="any", choices=("any", "mesh", "puppet", "blocks"))
    arguments.add_argument("--gait", default="run", choices=GAITS, help="both: walks, runs, walks")
    arguments.add_argument(
        "--days",
        action="store_true",
        help="each runner on four days: NAME-1, NAME-2 in the same clothes, NAME-3 in others, NAME-4 as on the first",
    )
    arguments.add_argument(
        "--changes", action="store_true", help="runners who change within the run; names begin with change-"
    )
    arguments.add_argument(
        "--motion",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="real runners' motion (see trial.py), one file a clip in turn",
    )
    arguments.add_argument(
        "--smooth", action="store_true", help="runs whose pelvis hardly turns at midstance, as clips of old were made"
    )
    arguments.add_argument("--name", default="", help="what the names of the clips begin with")
    arguments.add_argument("--seconds", type=float, default=MOVE_S, help="time in motion")
    arguments.add_argument(
        "--fps", type=float, help="frames/s of all clips; default: 60 in every fourth, 30 in the others"
    )
    arguments.add_argument("--view", default="", choices=("posterior", "anterior"), help="of all clips")
    arguments.add_argument(
        "--camera-angle", type=float, metavar="DEG", help="how far the camera stands off the heading"
    )
    arguments.add_argument("--camera-height", type=float, metavar="M", help="of the camera above the belt")
    chosen = arguments.parse_args()
    if (chosen.gait != "run" or chosen.motion) and (chosen.days or chosen.changes):
        arguments.error("--days and --changes are for runs with the generator's own motion only")
    chosen.out.mkdir(parents=True, exist_ok=True)
    canvas = Canvas(WIDTH, HEIGHT, finer=1.0)
    for number in range(chosen.clips):
        for day in DAYS if chosen.days else (None,):
            clip = Clip(
                chosen.make, (chosen.seed, number), day, chosen.changes, chosen.gait, chosen.name, chosen.seconds,
                chosen.fps, chosen.view, chosen.camera_angle, chosen.camera_height,
                chosen.smooth, chosen.motion[number % len(chosen.motion)] if chosen.motion else None,
            )  # fmt: skip
            if not clip.file(chosen.out, "mp4").exists():
                begun_s = time.monotonic()
                count = make_clip(chosen.out, clip, canvas)
                rate = count / (time.monotonic() - begun_s)
                print(f"{clip.name}: {number + 1} of {chosen.clips}, {rate:.1f} frames/s", flush=True)


if __name__ == "__main__":
    main()
