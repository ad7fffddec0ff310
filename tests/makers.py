"""Small makers of test input: stick runners, poses, videos."""

from __future__ import annotations

import csv
import math
from fractions import Fraction
from pathlib import Path

import av
import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.camera_motion import STILL, CameraMotion
from runform_live.gait.monitor import GaitMonitor, MonitorState
from runform_live.gait.segmenter import GaitSegmenter, SegmenterState
from runform_live.messages import (
    INDEX,
    LANDMARKS,
    FlowLevel,
    Frame,
    Instrument,
    Picture,
    Pose,
    Side,
    Stance,
    Standing,
    View,
)
from runform_live.pose.estimator import PoseEstimator
from runform_live.pose.stand import StandDetector

DATA = Path(__file__).with_name("data") / "demo"
INSTRUMENT = Instrument()
Landmarks = npt.NDArray[np.float64]


def standing(roll_deg: float = 0.0, centre: tuple[float, float] = (640.0, 350.0)) -> Landmarks:
    """A stick figure (px) that stands, seen from behind; the camera is rolled by roll_deg."""
    points = {
        "left_shoulder": (-55, -150), "right_shoulder": (55, -150), "left_hip": (-35, 0), "right_hip": (35, 0),
        "left_knee": (-33, 140), "right_knee": (33, 140), "left_ankle": (-32, 275), "right_ankle": (32, 275),
        "left_heel": (-32, 295), "right_heel": (32, 295), "left_toe": (-34, 285), "right_toe": (34, 285),
    }  # fmt: skip
    turn = math.radians(roll_deg)
    out = np.full((len(LANDMARKS), 3), np.nan)
    for name, (x, y) in points.items():
        out[INDEX[name]] = (
            centre[0] + x * math.cos(turn) - y * math.sin(turn),
            centre[1] + x * math.sin(turn) + y * math.cos(turn),
            2.0,
        )
    return out


def running(
    time_s: float,
    drop_left: float = 5.0,
    drop_right: float = 3.0,
    cadence_spm: float = 170.0,
    roll_deg: float = 0.0,
    anterior: bool = False,
    belt_px: float = 30.0,
) -> Landmarks:
    """A stick figure that runs; the drop at each midstance is exact. Step k is a left stance where k is even.

    belt_px: how far the belt carries a foot in the picture within half a stance; 0 on a floor.
    """
    phase = time_s * cadence_spm / 60.0
    tilt = math.cos(math.pi * (phase - 0.5)) * (drop_left + drop_right) / 2 + (drop_left - drop_right) / 2
    out = standing()
    middle = out[[INDEX["left_hip"], INDEX["right_hip"]], :2].mean(axis=0)
    for side, sign in (("left", -1), ("right", 1)):
        half = math.radians(tilt)
        out[INDEX[f"{side}_hip"], :2] = middle + sign * 35 * np.array([math.cos(half), math.sin(half)])
    rise = 15 * math.cos(2 * math.pi * (phase - 0.5))
    upper = [INDEX[f"{side}_{joint}"] for side in ("left", "right") for joint in ("shoulder", "hip")]
    out[upper, 1] += rise
    for side, own in (("left", 0.5), ("right", 1.5)):
        away = (phase - own + 1) % 2 - 1  # in steps, 0 at this leg's midstance
        sink = (-belt_px if anterior else belt_px) * math.sin(math.pi * away)
        lift = 60 * max(0.0, -math.cos(math.pi * away))
        for joint in ("ankle", "heel", "toe"):
            out[INDEX[f"{side}_{joint}"], 1] += sink - lift
        out[INDEX[f"{side}_knee"], 1] += rise * 0.5 - 0.3 * lift
    if anterior:
        for name in LANDMARKS:
            if name.startswith("left_"):
                a, b = INDEX[name], INDEX[name.replace("left_", "right_")]
                out[[a, b]] = out[[b, a]]
        # From in front the runner's left is on the picture's right: mirror so that the named drops stay true.
        out[:, 0] = 1280 - out[:, 0]
        for name in LANDMARKS:
            if name.startswith("left_"):
                a, b = INDEX[name], INDEX[name.replace("left_", "right_")]
                out[[a, b]] = out[[b, a]]
    if roll_deg:
        turn = math.radians(roll_deg)
        centred = out[:, :2] - (640, 350)
        out[:, 0] = 640 + centred[:, 0] * math.cos(turn) - centred[:, 1] * math.sin(turn)
        out[:, 1] = 350 + centred[:, 0] * math.sin(turn) + centred[:, 1] * math.cos(turn)
    return out


def swapped(landmarks: Landmarks) -> Landmarks:
    """The same points with left and right named the wrong way round."""
    out = landmarks.copy()
    for name in LANDMARKS:
        if name.startswith("left_"):
            a, b = INDEX[name], INDEX[name.replace("left_", "right_")]
            out[[a, b]] = landmarks[[b, a]]
    return out


def pose(
    frame: int,
    time_s: float,
    found: bool = True,
    brightness: float = 0.5,
    cut_off: bool = False,
    camera: CameraMotion = STILL,
    runner_brightness: float = math.nan,
    instrument: Instrument = INSTRUMENT,
    behind: float = math.nan,
    standing: Standing | None = None,
    flow_level: FlowLevel | None = None,
) -> Pose:
    return Pose(
        frame=frame, time_s=time_s, stamp_s=time_s, found=found, detected=False, brightness=brightness, cut_off=cut_off,
        camera=camera, runner_brightness=runner_brightness, instrument=instrument, behind=behind,
        standing=standing, flow_level=flow_level,
    )  # fmt: skip


def pose_at(
    time_s: float,
    instrument: Instrument = INSTRUMENT,
    behind: float = math.nan,
    flow_level: FlowLevel | None = None,
) -> Pose:
    """The pose of a runner in the frame of that time, at 30 frames a second."""
    return pose(round(30 * time_s), time_s, instrument=instrument, behind=behind, flow_level=flow_level)


class Watch:
    """Says in each pose who stands, as the pose stage does."""

    def __init__(self) -> None:
        self._detector, self._place = StandDetector(), STILL.place

    def __call__(self, pose: Pose, landmarks: Landmarks) -> Pose:
        """landmarks: as they are in the picture."""
        if pose.repeated:
            return pose
        if pose.camera.place != self._place:
            self._detector.forget()
            self._place = pose.camera.place
        self._detector.push(pose.time_s, pose.camera.taken_back(landmarks))
        return msgspec.structs.replace(pose, standing=self._detector.standing)

    def calibrate(self) -> None:
        self._detector.ask()


class Segmenter(GaitSegmenter):
    """A segmenter whose poses say who stands."""

    def __init__(self, view: View = "unknown", state: SegmenterState | None = None) -> None:
        super().__init__(view, state)
        self._watch = Watch()

    def push(self, pose: Pose, landmarks: Landmarks) -> list[Stance]:
        return super().push(self._watch(pose, landmarks), landmarks)

    def calibrate(self) -> None:
        super().calibrate()
        self._watch.calibrate()


class Monitor(GaitMonitor):
    """A monitor whose poses say who stands."""

    def __init__(
        self, view: View = "unknown", state: MonitorState | None = None, camera_height_cm: float | None = None
    ) -> None:
        super().__init__(view, state, camera_height_cm)
        self._watch = Watch()

    def push(self, pose: Pose, landmarks: Landmarks) -> list[Stance]:
        return super().push(self._watch(pose, landmarks), landmarks)


def seen_by(estimator: PoseEstimator, picture: Picture, time_s: float, hurried: bool = False) -> tuple[Pose, Landmarks]:
    """What a tracker sees in one picture of that time."""
    return estimator.see(picture, Frame.of(picture, 1, time_s), hurried)


def stance(side: Side = "left", midstance_s: float = 1.0, drop: float | None = 4.0, **changes: object) -> Stance:
    values: dict[str, object] = {
        "side": side, "initial_contact_s": midstance_s - 0.12, "midstance_s": midstance_s,
        "toe_off_s": midstance_s + 0.14, "pelvic_drop_mid_deg": drop, "pelvic_drop_peak_deg": drop,
        "hip_adduction_mid_deg": 10.0, "hip_adduction_peak_deg": 11.0, "knee_valgus_mid_deg": 2.0,
        "knee_valgus_peak_deg": 3.0, "trunk_lean_mid_deg": 1.0, "contact_time_s": 0.26, "step_width_hip": 0.3,
        "quality": 0.8, "drop_level_deg": 0.0, "adduction_level_deg": 0.0, "lean_level_deg": 0.0,
    }  # fmt: skip
    return Stance(**(values | changes))  # type: ignore[arg-type]


def stances(count: int, drop_left: float = 5.0, drop_right: float = 3.0, step_s: float = 0.36) -> list[Stance]:
    """Alternating stances, left first."""
    return [
        stance("left" if k % 2 == 0 else "right", 1.0 + k * step_s, drop_left if k % 2 == 0 else drop_right)
        for k in range(count)
    ]


def demo_truth() -> list[dict[str, str]]:
    """The exact stances of the shipped clip."""
    with (DATA / "demo.stances.csv").open(newline="") as lines:
        return list(csv.DictReader(lines))


def demo_landmarks() -> list[tuple[float, Landmarks]]:
    """The exact landmarks of every frame of the shipped clip."""
    out = []
    with (DATA / "demo.frames.csv").open(newline="") as lines:
        for row in csv.DictReader(lines):
            points = np.full((len(LANDMARKS), 3), np.nan)
            for name in LANDMARKS:
                if row.get(f"{name}_x_px"):
                    points[INDEX[name]] = float(row[f"{name}_x_px"]), float(row[f"{name}_y_px"]), 1.0
            out.append((float(row["time_s"]), points))
    return out


def video(
    path: Path,
    pictures: list[Picture],
    rate: int = 30,
    stamps_s: list[float] | None = None,
    tags: dict[str, str] | None = None,
) -> Path:
    """Write a small H.264 file; stamps_s gives every picture its own time."""
    with av.open(str(path), "w") as container:
        container.metadata.update(tags or {})
        stream = container.add_stream("libx264", rate=rate, options={"preset": "ultrafast", "crf": "18"})
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        base = Fraction(1, 12800)
        stream.codec_context.time_base = base
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="bgr24")
            frame.pts = round((stamps_s[number] if stamps_s else number / rate) / base)
            frame.time_base = base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def flat(height_px: int = 96, width_px: int = 128, value: int = 90) -> Picture:
    return np.full((height_px, width_px, 3), value, np.uint8)
