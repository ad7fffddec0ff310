"""The gait stage's core: the segmenter together with what it must say about the recording itself.

Flags are words that say what to change; they add up over the session.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.body import FRONTAL_FLOOR, middle, trunk_px
from runform_live.camera_motion import CameraMotion
from runform_live.gait.course import Course, CourseState
from runform_live.gait.frame_rate import OUTAGE_S, FrameRate, FrameRateState
from runform_live.gait.instrument import UNCLEAR_SIGMA_DEG, pelvis_sigma_deg
from runform_live.gait.levelling import Level
from runform_live.gait.segmenter import GaitSegmenter, SegmenterState
from runform_live.gait.setting import Setting, SettingState
from runform_live.messages import (
    LANDMARKS,
    VIEW_UNSURE,
    DecidedView,
    GaitState,
    Naming,
    Pose,
    Stance,
    View,
)
from runform_live.picture_quality import DARK, RUNNER_DARK, SMALL_TRUNK_PX

SIDE_ON_S = 0.7
DARK_S = 2.0
CUT_OFF_SHARE = 0.2
UNSEEN_SHARE = 0.5
SMALL_SHARE = 0.5
JUDGE_AFTER_S = 1.0  # of a runner who is seen
# Frames of a runner who is followed that the stage before this one had no time for. A stage that was started anew is no slow computer.
SKIPPED_SHARE, JUDGE_SPEED_AFTER_S = 0.2, 5.0
LONGEST_FRAME_S = 1.0
# Repeated pictures among those of a runner who is seen, in a run of some seconds: fewer are single losses, which nobody can help.
REPEATED_SHARE, FEWEST_REPEATED = 0.04, 10
MOVED_S = 1.0  # is flagged
MOVED_DEG, MOVED_TRUNKS = 0.3, 0.1  # less is a camera that focuses, or a floor that shakes
JUDGED = 10  # stances; flagged where the pelvis was hidden or seen poorly in most of the last ones

_PelvisSeen = Literal["well", "poorly", "hidden"]


def _moved(since: CameraMotion, now: CameraMotion, steady: npt.NDArray[np.float64]) -> bool:
    """Whether the camera has moved by more than it may, for somebody at these landmarks (landmarks, 3) with its motion taken back."""
    shift_px = np.linalg.norm((now.matrix - since.matrix) @ np.append(middle(steady, "hip"), 1.0))
    return bool(abs(now.turn_deg - since.turn_deg) > MOVED_DEG or shift_px > MOVED_TRUNKS * trunk_px(steady))


def _pelvis_in(stance: Stance) -> _PelvisSeen:
    """How the pelvis was seen in a stance."""
    if stance.pelvic_drop_mid_deg is None:  # where the trunk is seen it is the pelvis that is not
        return "well" if stance.trunk_lean_mid_deg is None else "hidden"
    return "poorly" if pelvis_sigma_deg(stance) > UNCLEAR_SIGMA_DEG else "well"


@dataclass(slots=True)
class Seen:
    """What was seen so far: counts of frames, seconds, and the last frame. `state` gives and takes a copy."""

    frames: int = 0
    found: int = 0
    cut_off: int = 0
    skipped: int = 0
    repeated: int = 0  # pictures that showed the one before once more
    found_s: float = 0.0
    dark_s: float = 0.0
    dim_s: float = 0.0
    side_on_s: float = 0.0
    moved_s: float = 0.0
    small_s: float = 0.0
    last_frame: int = 0
    new_s: float = math.nan  # time of the last picture that was no repeat
    repeats: int = 0  # since then
    last_s: float = math.nan
    last_stamp_s: float = 0.0
    last_found: bool = False


class MonitorState(msgspec.Struct, frozen=True):
    """A monitor written down, part by part."""

    segmenter: SegmenterState
    course: CourseState
    rate: FrameRateState
    seen: Seen
    camera: CameraMotion | None
    pelvis: tuple[_PelvisSeen, ...]
    setting: SettingState


class GaitMonitor:
    """Push one pose a frame; get stances, and at any time the state of the run. `finish` after the last frame."""

    __slots__ = ("_camera", "_course", "_pelvis", "_rate", "_seen", "_segmenter", "_setting")

    def __init__(self, view: View = "unknown", state: MonitorState | None = None) -> None:
        """view: where it is known; "unknown" finds it. state: of a predecessor, to go on from; its view holds then."""
        self._segmenter = GaitSegmenter(view, state.segmenter if state else None)
        self._course = Course(state.course if state else None)
        self._rate = FrameRate(state.rate if state else None)
        self._seen = replace(state.seen) if state else Seen()
        self._camera = state.camera if state else None  # as it was when somebody stood
        self._pelvis: list[_PelvisSeen] = list(state.pelvis) if state else []  # in the last stances
        self._setting = Setting(state.setting if state else None)

    def state(self) -> MonitorState:
        """All that a successor needs to go on exactly from here."""
        return MonitorState(
            segmenter=self._segmenter.state(),
            course=self._course.state(),
            rate=self._rate.state(),
            seen=replace(self._seen),
            camera=self._camera,
            pelvis=tuple(self._pelvis),
            setting=self._setting.state(),
        )

    def calibrate(self) -> None:
        """Ask for a new standing calibration."""
        self._segmenter.calibrate()

    def fix_view(self, view: DecidedView) -> None:
        """A person says from where the runner is seen: that holds until the camera looks from elsewhere."""
        self._segmenter.fix_view(view)

    @property
    def naming(self) -> Naming | None:
        """How left and right are named now; None before the view is decided."""
        return self._segmenter.naming

    @property
    def level(self) -> Level | None:
        return self._segmenter.level

    @property
    def cadence_spm(self) -> float:
        return self._segmenter.cadence_spm

    def push(self, pose: Pose, landmarks: npt.NDArray[np.float64]) -> list[Stance]:
        """Take one frame; `landmarks` as in GaitSegmenter.push. A frame that is not later than the last is left out."""
        if pose.time_s <= self._seen.last_s:
            return []
        if pose.repeated:
            return self._pass_repeat(pose)
        passed_s = 0.0 if math.isnan(self._seen.new_s) else min(pose.time_s - self._seen.new_s, LONGEST_FRAME_S)
        self._count(pose, passed_s)
        if self._camera is not None and pose.camera.place > self._camera.place:
            if self._segmenter.running or self._course.phase != "before":
                self._seen.moved_s = MOVED_S
            self._segmenter.lose_level()
            self._setting.camera_moved(pose.time_s)
            self._camera = None
        steady = pose.camera.taken_back(landmarks)
        # Who sets the camera up moves it: what counts comes after the stand.
        if self._camera is None or self._segmenter.standing:
            self._camera = pose.camera
        elif self._segmenter.running and pose.camera != self._camera and _moved(self._camera, pose.camera, steady):
            self._seen.moved_s += passed_s
        stances = self._segmenter.push(pose, steady)
        self._course.push(pose.time_s, self._segmenter.running)
        self._setting.push(pose.time_s, pose.found, self.naming is None or self.naming.unsure)
        for stance in stances:
            self._pelvis = [*self._pelvis[1 - JUDGED :], _pelvis_in(stance)]
        if pose.found:
            if pose.brightness < DARK:
                self._seen.dark_s += passed_s
            elif pose.runner_brightness < RUNNER_DARK:
                self._seen.dim_s += passed_s
            if trunk_px(landmarks) < SMALL_TRUNK_PX:
                self._seen.small_s += passed_s
            if self._segmenter.frontality < FRONTAL_FLOOR:
                self._seen.side_on_s += passed_s
        return [self._setting.of(stance) for stance in stances]

    def _pass_repeat(self, pose: Pose) -> list[Stance]:
        """Count a picture that repeats the one before: it says nothing of its moment. After some time nobody is seen any more."""
        seen = self._seen
        seen.frames += 1
        seen.found += 1
        seen.cut_off += pose.cut_off
        seen.repeated += 1
        seen.repeats += 1
        seen.last_s, seen.last_stamp_s = pose.time_s, pose.stamp_s
        if pose.time_s - seen.new_s <= OUTAGE_S:
            return []
        stances = self._segmenter.push(pose, np.full((len(LANDMARKS), 3), np.nan))
        self._course.push(pose.time_s, self._segmenter.running)
        return [self._setting.of(stance) for stance in stances]

    def _count(self, pose: Pose, passed_s: float) -> None:
        """Frames, seconds and the frame rate; passed_s: since the last new picture, LONGEST_FRAME_S at most."""
        seen = self._seen
        if not math.isnan(seen.new_s):
            # Of the camera, whether this frame's predecessors were skipped or not; one picture twice is one.
            step_s, frames = pose.time_s - seen.new_s, max(pose.frame - seen.last_frame - seen.repeats, 1)
            self._rate.push(step_s, frames)
            if seen.last_found and pose.found and step_s < OUTAGE_S:
                seen.skipped += frames - 1
        seen.frames += 1
        seen.last_frame, seen.last_s, seen.last_stamp_s = pose.frame, pose.time_s, pose.stamp_s
        seen.new_s, seen.repeats = pose.time_s, 0
        seen.last_found = pose.found
        if pose.found:
            seen.found += 1
            seen.found_s += passed_s
            seen.cut_off += pose.cut_off

    def finish(self) -> list[Stance]:
        """The stances still held back when the source has ended."""
        return [self._setting.of(stance) for stance in self._segmenter.flush()]

    def flags(self) -> tuple[str, ...]:
        """What is wrong with the recording so far, in the words of summary.json."""
        seen, found = self._seen, list[str]()
        if seen.side_on_s >= SIDE_ON_S:
            found.append("wrong_view")
        if self.naming is not None and self.naming.unsure:
            found.append(VIEW_UNSURE)
        if seen.dark_s >= DARK_S:
            found.append("low_light")
        if seen.dim_s >= DARK_S:
            found.append("against_light")
        if seen.found_s >= JUDGE_SPEED_AFTER_S and seen.skipped > SKIPPED_SHARE * (seen.found + seen.skipped):
            found.append("slow_computer")
        elif self._rate.slow:
            found.append("low_frame_rate")
        if seen.repeated >= FEWEST_REPEATED and seen.repeated > REPEATED_SHARE * seen.found:
            found.append("repeated_pictures")
        if self._segmenter.slowed:
            found.append("slow_motion")
        if seen.moved_s >= MOVED_S:
            found.append("camera_moved")
        if seen.found_s >= JUDGE_AFTER_S and seen.cut_off > CUT_OFF_SHARE * seen.found:
            found.append("person_cut_off")
        if seen.found_s >= JUDGE_AFTER_S and seen.small_s > SMALL_SHARE * seen.found_s:
            found.append("small_runner")
        if self._pelvis.count("hidden") > JUDGED / 2:
            found.append("pelvis_hidden")
        elif self._pelvis.count("hidden") + self._pelvis.count("poorly") > JUDGED / 2:
            found.append("pelvis_unclear")
        if seen.frames == 0 or seen.found < UNSEEN_SHARE * seen.frames:
            found.append("nobody_seen")
        return tuple(found)

    def gait_state(self) -> GaitState:
        """Where the stage is now."""
        segmenter = self._segmenter
        level = segmenter.level
        activity: Literal["nobody", "standing", "running", "moving"] = "moving"
        if math.isnan(segmenter.frontality):
            activity = "nobody"
        elif segmenter.running:
            activity = "running"
        elif segmenter.standing:
            activity = "standing"
        return GaitState(
            time_s=0.0 if math.isnan(self._seen.last_s) else self._seen.last_s,
            stamp_s=self._seen.last_stamp_s,
            activity=activity,
            view=segmenter.view,
            calibrated=level is not None and level.calibrated,
            level_deg=level.tilt_deg if level else None,
            level_sd_deg=level.error_deg if level and level.calibrated else None,
            upright_deg=level.upright_deg if level else None,
            cadence_spm=None if math.isnan(segmenter.cadence_spm) else segmenter.cadence_spm,
            flags=self.flags(),
            phase=self._course.phase,
            phase_since_s=0.0 if math.isnan(self._seen.last_s) else self._course.since_s,
            ran_s=self._course.ran_s,
            naming=self.naming,
            body=level.body if level else None,
        )
