"""The gait stage's core: the segmenter together with what it must say about the recording itself.

Flags are words that say what to change; they add up over the session.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import numpy.typing as npt

from runform_live.camera_motion import CameraMotion
from runform_live.gait.course import Course
from runform_live.gait.instrument import UNCLEAR_SIGMA_DEG, pelvis_sigma_deg
from runform_live.gait.levelling import Level
from runform_live.gait.segmenter import GaitSegmenter
from runform_live.messages import INDEX, GaitState, Pose, Stance, View
from runform_live.picture_quality import DARK, FRONTAL_FLOOR, RUNNER_DARK, SLOW_HZ

SIDE_ON_S = 0.7
DARK_S = 2.0
CUT_OFF_SHARE = 0.2
UNSEEN_SHARE = 0.5
JUDGE_AFTER = 30  # frames
# Frames of a runner who is followed that the stage before this one had no time for. A stage that was started anew is no slow computer.
SKIPPED_SHARE, JUDGE_SPEED_AFTER, OUTAGE_FRAMES = 0.2, 150, 30
LONGEST_FRAME_S = 1.0
MOVED_S = 1.0  # is flagged
MOVED_DEG, MOVED_TRUNKS = 0.3, 0.1  # less is a camera that focuses, or a floor that shakes
JUDGED = 10  # stances; flagged where the pelvis was hidden or seen poorly in most of the last ones

_PelvisSeen = Literal["well", "poorly", "hidden"]


def _moved(since: CameraMotion, now: CameraMotion, steady: npt.NDArray[np.float64]) -> bool:
    """Whether the camera has moved by more than it may, for somebody at these landmarks (landmarks, 3) with its motion taken back."""
    hip, shoulder = (np.append(steady[INDEX[name], :2], 1.0) for name in ("left_hip", "left_shoulder"))
    shift_px, trunk_px = np.linalg.norm((now.matrix - since.matrix) @ hip), np.linalg.norm(shoulder - hip)
    return bool(abs(now.turn_deg - since.turn_deg) > MOVED_DEG or shift_px > MOVED_TRUNKS * trunk_px)


def _pelvis_in(stance: Stance) -> _PelvisSeen:
    """How the pelvis was seen in a stance."""
    if stance.pelvic_drop_mid_deg is None:  # where the trunk is seen it is the pelvis that is not
        return "well" if stance.trunk_lean_mid_deg is None else "hidden"
    return "poorly" if pelvis_sigma_deg(stance) > UNCLEAR_SIGMA_DEG else "well"


class GaitMonitor:
    """Push one pose a frame; get stances, and at any time the state. `finish` after the last frame."""

    __slots__ = (
        "_camera", "_course", "_cut_off", "_dark_s", "_dim_s", "_first_s", "_followed", "_found", "_frames", "_last_s", "_moved_s", "_recent",
        "_segmenter", "_side_on_s", "_skipped", "_stamp_s",
    )  # fmt: skip

    def __init__(self, view: View = "unknown", level: Level | None = None, ran_s: float = 0.0) -> None:
        """level, ran_s: what is known from before a restart."""
        self._segmenter = GaitSegmenter(view, level)
        self._course = Course(ran_s)
        self._frames = self._found = self._cut_off = self._skipped = 0
        self._followed: int | None = None  # the last frame, if somebody was found in it
        self._first_s = self._last_s = math.nan
        self._dark_s = self._dim_s = self._side_on_s = self._moved_s = 0.0
        self._camera: CameraMotion | None = None  # as it was when somebody stood
        self._recent: list[_PelvisSeen] = []
        self._stamp_s = 0.0

    def calibrate(self) -> None:
        """Ask for a new standing calibration."""
        self._segmenter.calibrate()

    @property
    def level(self) -> Level | None:
        return self._segmenter.level

    @property
    def cadence_spm(self) -> float:
        return self._segmenter.cadence_spm

    def push(self, pose: Pose, landmarks: npt.NDArray[np.float64]) -> list[Stance]:
        """Take one frame; `landmarks` as in GaitSegmenter.push. A frame that is not later than the last is left out."""
        if self._frames and pose.time_s <= self._last_s:
            return []
        passed_s = min(pose.time_s - self._last_s, LONGEST_FRAME_S) if self._frames else 0.0
        if not self._frames:
            self._first_s = pose.time_s
        self._frames += 1
        self._last_s, self._stamp_s = pose.time_s, pose.stamp_s
        if self._camera is not None and pose.camera.place > self._camera.place:
            if self._segmenter.running or self._course.phase != "before":
                self._moved_s = MOVED_S
            self._segmenter.lose_level()
            self._camera = None
        steady = pose.camera.taken_back(landmarks)
        # Who sets the camera up moves it: what counts comes after the stand.
        if self._camera is None or self._segmenter.standing:
            self._camera = pose.camera
        elif self._segmenter.running and pose.camera != self._camera and _moved(self._camera, pose.camera, steady):
            self._moved_s += passed_s
        stances = self._segmenter.push(
            pose.time_s,
            steady,
            pose.names_sides,
            pose.marked,
            pose.doubts,
            pose.level,
            pose.follows,
            pose.behind,
        )
        self._course.push(pose.time_s, self._segmenter.running)
        for stance in stances:
            self._recent = [*self._recent[1 - JUDGED :], _pelvis_in(stance)]
        if self._followed is not None and pose.found and pose.frame - self._followed < OUTAGE_FRAMES:
            self._skipped += pose.frame - self._followed - 1
        self._followed = pose.frame if pose.found else None
        if pose.found:
            self._found += 1
            self._cut_off += pose.cut_off
            if pose.brightness < DARK:
                self._dark_s += passed_s
            elif pose.runner_brightness < RUNNER_DARK:
                self._dim_s += passed_s
            if self._segmenter.frontality < FRONTAL_FLOOR:
                self._side_on_s += passed_s
        return stances

    def finish(self) -> list[Stance]:
        """The stances still held back when the source has ended."""
        return self._segmenter.flush()

    def flags(self) -> tuple[str, ...]:
        """What is wrong with the recording so far, in the words of summary.json."""
        found: list[str] = []
        if self._side_on_s >= SIDE_ON_S:
            found.append("wrong_view")
        if self._dark_s >= DARK_S:
            found.append("low_light")
        if self._dim_s >= DARK_S:
            found.append("against_light")
        rate_hz = (self._frames - 1) / (self._last_s - self._first_s) if self._last_s > self._first_s else math.nan
        if self._found >= JUDGE_SPEED_AFTER and self._skipped > SKIPPED_SHARE * (self._found + self._skipped):
            found.append("slow_computer")
        elif self._frames >= JUDGE_AFTER and rate_hz < SLOW_HZ:
            found.append("low_frame_rate")
        if self._segmenter.slowed:
            found.append("slow_motion")
        if self._moved_s >= MOVED_S:
            found.append("camera_moved")
        if self._found >= JUDGE_AFTER and self._cut_off > CUT_OFF_SHARE * self._found:
            found.append("person_cut_off")
        if self._recent.count("hidden") > JUDGED / 2:
            found.append("pelvis_hidden")
        elif self._recent.count("hidden") + self._recent.count("poorly") > JUDGED / 2:
            found.append("pelvis_unclear")
        if self._frames == 0 or self._found < UNSEEN_SHARE * self._frames:
            found.append("nobody_seen")
        return tuple(found)

    def state(self) -> GaitState:
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
            time_s=0.0 if math.isnan(self._last_s) else self._last_s,
            stamp_s=self._stamp_s,
            activity=activity,
            view=segmenter.view,
            calibrated=level is not None and level.calibrated,
            level_deg=level.tilt_deg if level else None,
            level_sd_deg=level.error_deg if level and level.calibrated else None,
            upright_deg=level.upright_deg if level else None,
            cadence_spm=None if math.isnan(segmenter.cadence_spm) else segmenter.cadence_spm,
            flags=self.flags(),
            phase=self._course.phase,
            phase_since_s=0.0 if math.isnan(self._last_s) else self._course.since_s,
            ran_s=self._course.ran_s,
        )
