"""What the program makes of films of real people.

    python -m tests.peers.real_people FOLDER [SHEETS]

FOLDER has the films. They are people's faces and their licences are not known, so none of them is in this repository. CLIPS names those whose
view and gait were seen by eye, and where they were found; a film that is not named there is measured too. For each film this prints: how much
of it the person was followed in, the view and how likely it is, the gait, the stances, flags, how far knees and ankles lie from BlazePose's
(which was trained on real people), and how far the hip line follows the waistband's edge (`waistband.py`). SHEETS gets a sheet of pictures a film.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live import config
from runform_live.body import FRONTAL_FLOOR, frontality, hip_width_px, middle, own_sides, pair, tilt_deg, trunk_px
from runform_live.capture.video import Video
from runform_live.gait.monitor import GaitMonitor
from runform_live.messages import GAITS, Frame, Gait, Picture, Stance, View
from runform_live.pose.open import open_estimator
from runform_live.side_naming import put_right
from tests.peers import sheet, waistband

Landmarks = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Clip:
    """What a film shows, by eye. from_s, until_s: the part that counts."""

    source: str
    view: View  # "unknown": oblique, or not to be told
    gait: Gait
    from_s: float = 0.0
    until_s: float = float("inf")
    waistband: bool = False  # its lower edge is clear


_STEPS = "github.com/jacky1107/Pose-Estimation c9113bafd8 dataSet/"
_SAMPLES = "github.com/Seeeeeyo/opencap-visualizer 795d1ef108 public/samples/"
CLIPS = {
    "piperun_running.mp4": Clip("github.com/updaun/PipeRun 2c13a8fcee demo/running.mp4", "anterior", "run", 440 / 30, 790 / 30, waistband=True),
    "jacky_run.mp4": Clip(_STEPS, "anterior", "run"),
    "lsc_run.mp4": Clip(_STEPS, "anterior", "run"),
    "jacky_walk.mp4": Clip(_STEPS, "anterior", "walk"),
    "lsc_walk.mp4": Clip(_STEPS, "anterior", "walk"),
    "general-gait.mp4": Clip("github.com/dh-repo/gait-lab 5fc593b627 public/samples/", "posterior", "walk"),
    "opencap-walk-video.mp4": Clip(_SAMPLES + "walk/video.mp4", "unknown", "walk"),
    "opencap-walk_ts-video.mp4": Clip(_SAMPLES + "walk_ts/video.mp4", "unknown", "walk"),
}  # fmt: skip
UNKNOWN = Clip("", "unknown", "run")
SHEET_PICTURES = 18
SHOULDERS_TO_ANKLES = 0.78  # of the body's height (Drillis and Contini 1966, in Winter)
SMOOTH_S = 0.1  # of the smoothed comparison with the waistband


@dataclass(slots=True)
class Seen:
    """What was seen in one film."""

    frames: int = 0
    found: int = 0
    jumps: int = 0  # the person was somebody else's place a moment ago
    stances: list[Stance] = field(default_factory=list)
    activities: dict[str, int] = field(default_factory=dict)
    off_percent: list[Landmarks] = field(default_factory=list)  # of knees and ankles from BlazePose's, of body height
    crossed: int = 0  # frames in which both disagree whose leg is whose
    tilts_deg: list[tuple[float, float, float]] = field(default_factory=list)  # time, of the hip line, of the waistband
    pictures: list[Picture] = field(default_factory=list)


def watch(path: Path, clip: Clip) -> tuple[Seen, GaitMonitor]:
    """Run the product and BlazePose over a film."""
    settings = config.load().pose
    ours, theirs = open_estimator(settings), open_estimator(msgspec.structs.replace(settings, network="blazepose-full"))
    monitor, seen = GaitMonitor(), Seen()
    video = Video(str(path))
    length_s = min(clip.until_s, video.info.duration_s or clip.until_s) - clip.from_s
    hips_before = np.full(2, np.nan)
    for time_s, picture in video:
        if not clip.from_s <= time_s <= clip.until_s:
            continue
        seen.frames += 1
        frame = Frame.of(picture, seen.frames, time_s)
        pose, marks = ours.see(picture, frame)
        peer_pose, peer = theirs.see(picture, frame)
        seen.stances += monitor.push(pose, marks)
        put_right(seen.stances, monitor.naming)
        seen.activities[monitor.activity] = seen.activities.get(monitor.activity, 0) + 1
        if len(seen.pictures) < SHEET_PICTURES * (time_s - clip.from_s) / length_s:
            seen.pictures.append(sheet.drawn(picture, own_sides(marks, clip.view)))
        if not pose.found or pose.repeated:
            continue
        hips = middle(marks, "hip")
        seen.found += 1
        seen.jumps += bool(np.linalg.norm(hips - hips_before) > trunk_px(marks))
        hips_before = hips
        if peer_pose.found and pose.instrument.reports_sigma and frontality(peer) > FRONTAL_FLOOR:
            _compare_legs(seen, marks, peer)
        if clip.waistband:
            edge_deg = waistband.edge_tilt_deg(picture, (hips[0], hips[1]), hip_width_px(marks), trunk_px(marks))
            seen.tilts_deg.append((time_s, tilt_deg(marks), edge_deg))
    seen.stances += monitor.finish()
    return seen, monitor


def _compare_legs(seen: Seen, ours: Landmarks, theirs: Landmarks) -> None:
    legs = [row for joint in ("knee", "ankle") for row in pair(joint)]  # left and right knee, left and right ankle
    left, right = pair("shoulder")
    a, b = ours[legs, :2], theirs[legs, :2]
    # Left and right are the picture's for the one, the runner's own for the other.
    if (ours[left, 0] < ours[right, 0]) != (theirs[left, 0] < theirs[right, 0]):
        b = b[[1, 0, 3, 2]]
    high_px = float(np.linalg.norm(middle(theirs, "ankle") - middle(theirs, "shoulder"))) / SHOULDERS_TO_ANKLES
    straight, exchanged = (np.linalg.norm(a - other, axis=1) for other in (b, b[[1, 0, 3, 2]]))
    seen.off_percent.append(100 * straight / high_px)
    seen.crossed += bool(straight.sum() > exchanged.sum())


def follows(tilts_deg: list[tuple[float, float, float]]) -> str:
    """How far the hip line follows the edge, frame by frame and smoothed."""
    times_s, ours, edge = np.array(tilts_deg).T
    known = np.isfinite(ours) & np.isfinite(edge)
    if known.sum() < 30:
        return "the waistband's edge is not clear"
    times_s, ours, edge = times_s[known], ours[known], edge[known]
    near = (np.abs(times_s[:, None] - times_s[None, :]) <= SMOOTH_S / 2).astype(float)
    near /= near.sum(axis=1, keepdims=True)
    words = []
    for name, a, b in (("frame by frame", ours, edge), ("smoothed", near @ ours, near @ edge)):
        slope, r = np.polyfit(b, a, 1)[0], np.corrcoef(a, b)[0, 1]
        words.append(f"{name} slope {slope:.2f}, r {r:.2f}")
    return (
        f"the edge turns by SD {edge.std():.2f} deg; the hip line follows it: {'; '.join(words)} ({len(edge)} frames)"
    )


def judged(said: str, right: str, unsure: bool = False) -> str:
    """Whether what was said is what was seen by eye."""
    if right == "unknown":
        return "(by eye: not to be told)"
    if unsure:
        return "unsure" + (" (the likelier one is right)" if said == right else " (the likelier one is wrong)")
    return "right" if said == right else f"WRONG, it is {right}"


def report(path: Path, clip: Clip, seen: Seen, monitor: GaitMonitor) -> None:
    """Print what was seen."""
    naming = monitor.naming
    counts = {gait: sum(one.gait == gait for one in seen.stances) for gait in GAITS}
    print(f"{path.name}: {seen.frames} frames; {clip.source}")
    print(f"  followed in {100 * seen.found / max(seen.frames, 1):.0f}% of the frames, {seen.jumps} jumps")
    if naming is None:
        print("  view: not decided")
    else:
        print(f"  view: {naming.view}, {judged(naming.view, clip.view, naming.unsure)}")
    main: Gait = "run" if counts["run"] else "walk"
    told = judged(main, clip.gait) if seen.stances and path.name in CLIPS else ""
    print(f"  stances: {counts['run']} running, {counts['walk']} walking {told}; activity by frame: {seen.activities}")
    print(f"  flags: {', '.join(monitor.flags()) or 'none'}")
    if seen.off_percent:
        off = np.array(seen.off_percent)
        for name, columns in (("knees", [0, 1]), ("ankles", [2, 3])):
            here = off[:, columns]
            print(
                f"  {name} from BlazePose's: median {np.median(here):.1f}%, 95% within {np.percentile(here, 95):.1f}% of body height"
            )
        print(f"  whose leg is whose: the two disagree in {seen.crossed} of {len(off)} frames")
    if clip.waistband and seen.tilts_deg:
        print(f"  waistband: {follows(seen.tilts_deg)}")


def main() -> None:
    folder, sheets = Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None
    films = sorted(one for one in folder.iterdir() if one.suffix.lower() in (".mp4", ".mov", ".mkv", ".avi", ".webm"))
    if not films:
        sys.exit(f"{folder}: no film is there")
    for path in films:
        clip = CLIPS.get(path.name, UNKNOWN)
        seen, monitor = watch(path, clip)
        report(path, clip, seen, monitor)
        if sheets is not None and seen.pictures:
            sheet.write(sheets / f"{path.stem}.png", seen.pictures)


if __name__ == "__main__":
    main()
