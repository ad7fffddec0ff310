"""How the gait core measures real runners' motion: motion capture, seen by an exact camera instead of a network.

    python -m tests.peers.real_motion FOLDER [--rate HZ] [--noise PX] [--view posterior|anterior] [--camera-height M]
        [--camera-angle DEG] [--seed N]

FOLDER holds NAME.csv (joint centres in mm; x to the runner's right, y up, z back) and NAME.contacts.csv (one row a stance). The points are
projected into a camera behind or in front of the runner, and handed to the gait core frame by frame, with noise if that is asked for. Left
and right are the picture's, so that the core finds the view from the motion alone. The drop is compared before levelling, so that it shows
no error of the level line.
"""

from __future__ import annotations

import argparse
import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from runform_live.body import exchanged_sides, leg_of, tilt_deg
from runform_live.gait.geometry import contralateral_drop_deg
from runform_live.messages import INDEX, LANDMARKS, DecidedView, Instrument, Pose, Side, Stance
from runform_live.validate.true_stance import TrueStance
from tests.makers import Monitor

Array = npt.NDArray[np.float64]

WIDTH_PX, HEIGHT_PX, BODY_PX = 1280, 720, 590.0
DISTANCE_M = 3.5  # from the camera to the mean of mid hip
SHOULDER_SHARE = 0.818  # height of the shoulders over that of the body (Drillis and Contini 1966, in Winter)
NEAREST_S = 0.12  # from a true midstance to a found one, as in runform_live/validate/agreement.py
NAMES_NO_SIDES = Instrument(names_sides=False)
# Contacts by markers: good as windows, not as times.
NO_EXACT_CONTACTS = ("RBDS0041_35", "RBDS0041_45")


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """One capture. The stances have no metrics: what is true of the picture depends on the camera."""

    name: str
    times_s: Array  # (samples,)
    points_m: Array  # (samples, landmarks, 3: x, y, z)
    runs_from: int  # the first sample of the run; the person stands before it
    stances: list[TrueStance]


@dataclass(frozen=True, slots=True)
class Camera:
    """A pinhole camera that looks at the mean of mid hip."""

    view: DecidedView = "posterior"
    height_m: float = math.nan  # above the belt; NaN: that of the hips
    distance_m: float = DISTANCE_M
    angle_deg: float = 0.0  # about the runner, from straight behind or in front; positive: towards the runner's right


@dataclass(frozen=True, slots=True)
class Pair:
    """A true stance and the found one; the true drop is that of the projected hip line at the true midstance."""

    true: TrueStance
    found: Stance
    true_drop_deg: float

    @property
    def found_drop_deg(self) -> float:
        """Before levelling; NaN unknown."""
        drop_deg, level_deg = self.found.pelvic_drop_mid_deg, self.found.drop_level_deg
        return math.nan if drop_deg is None or level_deg is None else drop_deg + level_deg


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the core found in one trial."""

    trial: Trial
    pairs: list[Pair]
    missed: int
    extra: int
    view: str


def read_trial(folder: Path, name: str) -> Trial:
    with (folder / f"{name}.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    points = np.full((len(rows), len(LANDMARKS), 3), np.nan)
    for landmark, at in INDEX.items():
        if f"{landmark}_x_mm" in rows[0]:
            points[:, at] = [[float(row[f"{landmark}_{axis}_mm"] or "nan") / 1000 for axis in "xyz"] for row in rows]
    with (folder / f"{name}.contacts.csv").open(newline="") as lines:
        stances = [
            TrueStance(
                side="left" if row["side"] == "left" else "right",
                initial_contact_s=float(row["initial_contact_s"]),
                midstance_s=float(row["midstance_s"]),
                toe_off_s=float(row["toe_off_s"]),
                metrics={},
            )
            for row in csv.DictReader(lines)
        ]
    times_s = np.array([float(row["time_s"]) for row in rows])
    return Trial(name, times_s, points, [row["phase"] for row in rows].index("running"), stances)


def read_trials(folder: Path) -> list[Trial]:
    names = sorted(path.name.removesuffix(".contacts.csv") for path in folder.glob("*.contacts.csv"))
    return [read_trial(folder, name) for name in names]


def points_at(trial: Trial, times_s: Array) -> Array:
    """The points (times, landmarks, 3) at any times, by cubic splines; the stand and the run are two curves."""
    out = np.empty((len(times_s), *trial.points_m.shape[1:]))
    runs = times_s >= trial.times_s[trial.runs_from]
    for span, here in ((slice(0, trial.runs_from), ~runs), (slice(trial.runs_from, None), runs)):
        known_s = trial.times_s[span]
        out[here] = spline(known_s, trial.points_m[span], np.clip(times_s[here], known_s[0], known_s[-1]))
    return out


def spline(known_s: Array, values: Array, at_s: Array) -> Array:
    """The natural cubic spline through values (samples, ...), at times within them."""
    flat, gaps_s = values.reshape(len(values), -1), np.diff(known_s)
    steps = np.diff(flat, axis=0) / gaps_s[:, None]
    bends, pivots, rest = np.zeros_like(flat), np.zeros(len(flat)), np.zeros_like(flat)
    for k in range(1, len(flat) - 1):  # Thomas's algorithm
        pivot = 2.0 * (gaps_s[k - 1] + gaps_s[k]) - gaps_s[k - 1] * pivots[k - 1]
        pivots[k] = gaps_s[k] / pivot
        rest[k] = (6.0 * (steps[k] - steps[k - 1]) - gaps_s[k - 1] * rest[k - 1]) / pivot
    for k in range(len(flat) - 2, 0, -1):
        bends[k] = rest[k] - pivots[k] * bends[k + 1]
    k = np.clip(known_s.searchsorted(at_s, "right") - 1, 0, len(gaps_s) - 1)
    gap, after = gaps_s[k][:, None], (at_s - known_s[k])[:, None]
    before = gap - after
    line = flat[k] * before / gap + flat[k + 1] * after / gap
    curve = bends[k] * before * (before**2 - gap**2) + bends[k + 1] * after * (after**2 - gap**2)
    return np.asarray((line + curve / (6.0 * gap)).reshape(len(at_s), *values.shape[1:]))


def hips_m(trial: Trial) -> float:
    """Height of the hips above the belt, of the person who stands."""
    return float(np.mean(trial.points_m[0][[INDEX["left_hip"], INDEX["right_hip"]], 1]))


def projected(points_m: Array, trial: Trial, camera: Camera) -> Array:
    """Pixels (..., 2) of points (..., 3) in the camera; left and right stay the runner's own."""
    stand_m, level_m = trial.points_m[0], hips_m(trial)
    height_m = level_m if math.isnan(camera.height_m) else camera.height_m
    body_m = float(np.mean(stand_m[[INDEX["left_shoulder"], INDEX["right_shoulder"]], 1])) / SHOULDER_SHARE
    sign = 1.0 if camera.view == "posterior" else -1.0
    pitch = math.atan2(height_m - level_m, camera.distance_m)
    cos, sin = math.cos(math.radians(camera.angle_deg)), math.sin(math.radians(camera.angle_deg))
    right, back = points_m[..., 0], points_m[..., 2]
    near, across = sign * cos * back + sin * right, sign * cos * right - sin * back
    up, ahead = points_m[..., 1] - height_m, camera.distance_m - near
    depth = ahead * math.cos(pitch) - up * math.sin(pitch)
    lift = up * math.cos(pitch) + ahead * math.sin(pitch)
    focal_px = BODY_PX * math.hypot(camera.distance_m, height_m - level_m) / body_m
    return np.stack([WIDTH_PX / 2 + focal_px * across / depth, HEIGHT_PX / 2 - focal_px * lift / depth], axis=-1)


def frames(trial: Trial, camera: Camera, rate_hz: float, noise_px: float = 0.0, seed: int = 0) -> tuple[Array, Array]:
    """Times (frames,) and landmarks (frames, landmarks, 3), left and right as in the picture; the first frame's place is by the seed."""
    random = np.random.default_rng(seed)
    times_s = np.arange(random.uniform(0.0, 1.0 / rate_hz), trial.times_s[-1], 1.0 / rate_hz)
    pixels = projected(points_at(trial, times_s), trial, camera)
    pixels += noise_px * random.standard_normal(pixels.shape)
    landmarks = np.concatenate([pixels, np.full((*pixels.shape[:2], 1), max(noise_px, 0.5))], axis=-1)
    return times_s, exchanged_sides(landmarks) if camera.view == "anterior" else landmarks


def found_stances(times_s: Array, landmarks: Array) -> list[Stance]:
    """What the gait core makes of these frames, which nobody tells the view."""
    monitor, found = Monitor(), list[Stance]()
    for number, (time_s, seen) in enumerate(zip(times_s.tolist(), landmarks, strict=True)):
        pose = Pose(frame=number, time_s=time_s, stamp_s=time_s, found=True, detected=False, brightness=0.5,
                    cut_off=False, instrument=NAMES_NO_SIDES)  # fmt: skip
        found += monitor.push(pose, seen.copy())
    return found + monitor.finish()


def true_drop_deg(trial: Trial, camera: Camera, side: Side, at_s: float) -> float:
    """The drop of the projected hip line against the picture's horizontal."""
    pixels = projected(points_at(trial, np.array([at_s])), trial, camera)[0]
    return float(contralateral_drop_deg(np.array(tilt_deg(pixels)), 0.0, leg_of(side, camera.view)))


def matched(trial: Trial, camera: Camera, found: Sequence[Stance]) -> Outcome:
    """Each true stance with the nearest found one, of whichever side. The first and the last true one may be missed."""
    free, pairs, missed = list(found), list[Pair](), 0
    for number, true in enumerate(trial.stances):
        near = min(free, key=lambda one: abs(one.midstance_s - true.midstance_s), default=None)
        if near is None or abs(near.midstance_s - true.midstance_s) > NEAREST_S:
            missed += 0 < number < len(trial.stances) - 1
            continue
        free.remove(near)
        pairs.append(Pair(true, near, true_drop_deg(trial, camera, true.side, true.midstance_s)))
    first_s, last_s = trial.stances[0].midstance_s, trial.stances[-1].midstance_s
    extra = sum(first_s < one.midstance_s < last_s for one in free)
    views = {one.naming.view + "?" * one.naming.unsure for one in found if one.naming is not None}
    return Outcome(trial, pairs, missed, extra, "+".join(sorted(views)))


def lines(name: str, outcomes: Sequence[Outcome]) -> list[str]:
    """The figures of some trials together. Times of events are compared where they are exact."""
    pairs = [pair for one in outcomes for pair in one.pairs]
    wrong = sum(pair.true.side != pair.found.side for pair in pairs)
    found, missed, extra = len(pairs), sum(one.missed for one in outcomes), sum(one.extra for one in outcomes)
    out = [f"{name}: stances {found} found, {missed} missed, {extra} extra, {wrong} sides wrong"]
    out[0] += f", view {outcomes[0].view}" if len(outcomes) == 1 else ""
    exact = [pair for one in outcomes if one.trial.name not in NO_EXACT_CONTACTS for pair in one.pairs]
    known = [pair for pair in exact if pair.found.contact_time_s is not None]
    if len(known) > 2:
        true_s = np.array([pair.true.toe_off_s - pair.true.initial_contact_s for pair in known])
        found_s = np.array([pair.found.contact_time_s or math.nan for pair in known])
        out.append(f"  contact time {_compared(true_s, found_s, 1e3, 'ms')}, of {len(exact)} known {len(known)}")
        for event in ("initial_contact_s", "toe_off_s"):
            off_ms = 1e3 * np.array([getattr(pair.found, event) - getattr(pair.true, event) for pair in exact])
            out.append(f"  {event[:-2]:<15} median {np.median(np.abs(off_ms)):.1f} ms, mean {off_ms.mean():+.1f} ms")
    drops = np.array([(pair.true_drop_deg, pair.found_drop_deg) for pair in pairs]).reshape(-1, 2)
    drops = drops[~np.isnan(drops).any(axis=1)]
    if len(drops) > 2:
        out.append(f"  drop at midstance {_compared(drops[:, 0], drops[:, 1], 1.0, 'deg')}")
    off_ms = 1e3 * np.array([pair.found.midstance_s - pair.true.midstance_s for pair in pairs])
    out.append(f"  midstance median {np.median(np.abs(off_ms)):.1f} ms, mean {off_ms.mean():+.1f} ms")
    return out


def _compared(true: Array, found: Array, scale: float, unit: str) -> str:
    off = scale * (found - true)
    slope, start = np.polyfit(true, found, 1)
    return f"slope {slope:.2f} (start {start:.3f}), RMS {math.sqrt(np.mean(off**2)):.2f}, bias {off.mean():+.2f} {unit}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rate", type=float, default=30.0, help="frames a second")
    parser.add_argument("--noise", type=float, default=0.0, help="px, of each landmark in each frame")
    parser.add_argument("--view", choices=("posterior", "anterior"), help="default: both, one after the other")
    parser.add_argument("--camera-height", type=float, default=math.nan, help="m above the belt; default: the hips'")
    parser.add_argument("--camera-angle", type=float, default=0.0, help="deg from straight behind or in front")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    views: list[DecidedView] = [asked.view] if asked.view else ["posterior", "anterior"]
    outcomes = []
    for view in views:
        camera = Camera(view, asked.camera_height, angle_deg=asked.camera_angle)
        for trial in read_trials(asked.folder):
            seen = frames(trial, camera, asked.rate, asked.noise, asked.seed)
            outcomes.append(matched(trial, camera, found_stances(*seen)))
            print("\n".join(lines(f"{trial.name} {view}", outcomes[-1:])), flush=True)
    print("\n".join(lines("all", outcomes)))


if __name__ == "__main__":
    main()
