"""Flags of the pictures: their light, how many there are, repeated ones, slow motion, and a camera that moves."""

from __future__ import annotations

import math

import msgspec
import numpy as np

from runform_live.body import Array, middle, trunk_px
from runform_live.camera_motion import CameraMotion
from runform_live.gait.flags.flag import Flag, KnownOfTheRun, Seen
from runform_live.gait.frame_rate import OUTAGE_S, FrameRate
from runform_live.messages import Pose
from runform_live.picture_quality import DARK, RUNNER_DARK

DARK_S = 2.0  # with a runner in the picture


class LowLight(Flag):
    """The picture is dark."""

    dark_s: float = 0.0

    def see(self, seen: Seen) -> None:
        if seen.pose.found and seen.pose.brightness < DARK:
            self.dark_s += seen.passed_s

    def raised(self) -> str:
        return "low_light" if self.dark_s >= DARK_S else ""


class AgainstLight(Flag):
    """The runner is dark in a picture that is not: a silhouette before a window, or all in black."""

    dark_s: float = 0.0

    def see(self, seen: Seen) -> None:
        if seen.pose.found and seen.pose.brightness >= DARK and seen.pose.runner_brightness < RUNNER_DARK:
            self.dark_s += seen.passed_s

    def raised(self) -> str:
        return "against_light" if self.dark_s >= DARK_S else ""


# Pictures of a runner who is followed that the pose stage had no time for. A stage that was started anew is no slow computer, so longer
# outages do not count.
SKIPPED_SHARE, JUDGE_SPEED_AFTER_S = 0.2, 5.0


class TooFewPictures(Flag):
    """The computer skips pictures, or the camera gives too few of them."""

    camera: FrameRate = msgspec.field(default_factory=FrameRate)
    found: int = 0  # pictures with the runner, repeated ones included
    skipped: int = 0
    found_s: float = 0.0
    last_frame: int = 0  # this and the rest: of the last new picture
    last_s: float = math.nan
    last_found: bool = False
    repeats: int = 0  # since then

    def see(self, seen: Seen) -> None:
        pose = seen.pose
        if not math.isnan(self.last_s):
            # All that the camera gave counts, whether it was skipped or not; the same picture twice is one.
            step_s, pictures = pose.time_s - self.last_s, max(pose.frame - self.last_frame - self.repeats, 1)
            self.camera.push(step_s, pictures)
            if self.last_found and pose.found and step_s < OUTAGE_S:
                self.skipped += pictures - 1
        self.last_frame, self.last_s, self.last_found, self.repeats = pose.frame, pose.time_s, pose.found, 0
        if pose.found:
            self.found += 1
            self.found_s += seen.passed_s

    def see_repeat(self, _pose: Pose, /) -> None:
        self.found += 1
        self.repeats += 1

    def raised(self) -> str:
        if self.found_s >= JUDGE_SPEED_AFTER_S and self.skipped > SKIPPED_SHARE * (self.found + self.skipped):
            return "slow_computer"
        return "low_frame_rate" if self.camera.slow else ""


# Of a runner who is seen. Fewer are single losses, which nobody can help.
REPEATED_SHARE, FEWEST_REPEATED = 0.04, 10


class RepeatedPictures(Flag):
    """The camera or its driver gives the same picture several times."""

    found: int = 0
    repeated: int = 0

    def see(self, seen: Seen) -> None:
        self.found += seen.pose.found

    def see_repeat(self, _pose: Pose, /) -> None:
        self.found += 1
        self.repeated += 1

    def raised(self) -> str:
        many = self.repeated >= FEWEST_REPEATED and self.repeated > REPEATED_SHARE * self.found
        return "repeated_pictures" if many else ""


class InSlowMotion(Flag):
    """The film was slowed. The steps show it (gait/slow_motion.py)."""

    slowed: bool = False

    def hear(self, known: KnownOfTheRun) -> None:
        self.slowed = known.slowed

    def raised(self) -> str:
        return "slow_motion" if self.slowed else ""


MOVED_S = 1.0  # of running with a camera that is no longer where it was
MOVED_DEG, MOVED_TRUNKS = 0.3, 0.1  # less is a camera that focuses, or a floor that shakes


class CameraMoved(Flag):
    """The camera was moved during the run. Who sets it up moves it, too: only what comes after the stand counts."""

    stood: CameraMotion | None = None  # the camera as it was when somebody stood
    moved_s: float = 0.0

    def see(self, seen: Seen) -> None:
        camera = seen.pose.camera
        if self.stood is not None and camera.place > self.stood.place:
            if seen.phase != "before":
                self.moved_s = MOVED_S
            self.stood = None
        if self.stood is None or seen.standing:
            self.stood = camera
        elif seen.running and camera != self.stood and _has_moved(self.stood, camera, seen.landmarks):
            self.moved_s += seen.passed_s

    def raised(self) -> str:
        return "camera_moved" if self.moved_s >= MOVED_S else ""


def _has_moved(since: CameraMotion, now: CameraMotion, landmarks: Array) -> bool:
    """Whether the camera has moved by more than it may, for somebody at these landmarks."""
    steady = now.taken_back(landmarks)
    shift_px = np.linalg.norm((now.matrix - since.matrix) @ np.append(middle(steady, "hip"), 1.0))
    return bool(abs(now.turn_deg - since.turn_deg) > MOVED_DEG or shift_px > MOVED_TRUNKS * trunk_px(steady))
