"""The gait stage's core: poses in; stances, the state of the run and the flags of the recording out."""

from __future__ import annotations

import copy
import math

import msgspec

from runform_live.body import Array, unknown_landmarks
from runform_live.gait.conditions import Conditions, ConditionsState
from runform_live.gait.flags.flag import LONGEST_PICTURE_S, Seen
from runform_live.gait.flags.table import Flags
from runform_live.gait.frame_rate import OUTAGE_S
from runform_live.gait.height import Elevation
from runform_live.gait.level import Level
from runform_live.gait.oblique import CameraAngle
from runform_live.gait.run_phase import RunPhases, RunPhasesState
from runform_live.gait.segmenter import GaitSegmenter, SegmenterState
from runform_live.gait.state_rhythm import StateRhythm
from runform_live.messages import Activity, DecidedView, GaitState, Naming, Pose, Stance, View


class Clock(msgspec.Struct, frozen=True):
    """Of the last frame: its time and stamp; of the last picture that was no repeat: its time, the camera's place, whether somebody was seen."""

    time_s: float = math.nan
    stamp_s: float = 0.0
    picture_s: float = math.nan
    place: int | None = None
    found: bool = False


class MonitorState(msgspec.Struct, frozen=True):
    """A monitor written down, part by part."""

    segmenter: SegmenterState
    phases: RunPhasesState
    conditions: ConditionsState
    flags: Flags
    clock: Clock
    rhythm: StateRhythm


class GaitMonitor:
    """Push one pose a frame; get stances, and at any time the state of the run. `finish` after the last frame."""

    __slots__ = ("_clock", "_conditions", "_flags", "_phases", "_rhythm", "_segmenter")

    def __init__(
        self, view: View = "unknown", state: MonitorState | None = None, camera_height_cm: float | None = None
    ) -> None:
        """view: where it is known; "unknown" finds it. state: of a predecessor, to go on from; its view holds then.

        camera_height_cm: of the lens above the belt, where a person said it.
        """
        self._segmenter = GaitSegmenter(view, state.segmenter if state else None, camera_height_cm)
        self._phases = RunPhases(state.phases if state else None)
        self._conditions = Conditions(state.conditions if state else None)
        self._flags = copy.deepcopy(state.flags) if state else Flags()
        self._clock = state.clock if state else Clock()
        self._rhythm = state.rhythm if state else StateRhythm()

    def state(self) -> MonitorState:
        """All that a successor needs to go on exactly from here."""
        return MonitorState(
            segmenter=self._segmenter.state(),
            phases=self._phases.state(),
            conditions=self._conditions.state(),
            flags=copy.deepcopy(self._flags),
            clock=self._clock,
            rhythm=self._rhythm,
        )

    def calibrate(self) -> None:
        """Ask for a new standing calibration."""
        self._segmenter.calibrate()

    def fix_view(self, view: DecidedView) -> None:
        """A person says from where the runner is seen: that holds until the camera looks from elsewhere."""
        self._segmenter.fix_view(view)
        self._flags.hear(self._segmenter)

    @property
    def naming(self) -> Naming | None:
        """How left and right are named now; None before the view is decided."""
        return self._segmenter.naming

    @property
    def level(self) -> Level | None:
        """The level line; None where there is none yet."""
        return self._segmenter.level

    @property
    def camera_angle(self) -> CameraAngle:
        """How far the camera stands to the side of the runner's heading, as far as it is known."""
        return self._segmenter.camera_angle

    @property
    def elevation(self) -> Elevation:
        """From how far above the hips the camera looks at them."""
        return self._segmenter.elevation

    @property
    def cadence_spm(self) -> float:
        """Steps a minute; NaN where nobody runs or walks."""
        return self._segmenter.cadence_spm

    def push(self, pose: Pose, landmarks: Array) -> list[Stance]:
        """Take one frame; `landmarks` as they are in the picture. A frame that is not later than the last is left out."""
        if pose.time_s <= self._clock.time_s:
            return []
        if pose.repeated:
            return self._push_repeat(pose)
        passed_s = pose.time_s - self._clock.picture_s
        self._follow_camera(pose)
        self._clock = Clock(pose.time_s, pose.stamp_s, pose.time_s, pose.camera.place, pose.found)
        standing, running, phase = self._segmenter.standing, self._segmenter.running, self._phases.phase
        stances = self._segmenter.push(pose, pose.camera.taken_back(landmarks))
        self._phases.push(pose.time_s, self._segmenter.running, self._segmenter.walking)
        if self._conditions.push(pose.time_s, pose.found, self.naming is None or self.naming.unsure):
            self._segmenter.somebody_is_back()
        self._flags.see(
            Seen(
                pose=pose,
                landmarks=landmarks,
                passed_s=0.0 if math.isnan(passed_s) else min(passed_s, LONGEST_PICTURE_S),
                frontality=self._segmenter.frontality,
                stances=stances,
                standing=standing,
                running=running,
                phase=phase,
            )
        )
        return self._told(stances)

    def _push_repeat(self, pose: Pose) -> list[Stance]:
        """Take a picture that repeats the one before: it says nothing of its moment. After OUTAGE_S nobody is seen any more."""
        self._flags.see_repeat(pose)
        self._clock = msgspec.structs.replace(self._clock, time_s=pose.time_s, stamp_s=pose.stamp_s)
        if pose.time_s - self._clock.picture_s <= OUTAGE_S:
            return []
        self._clock = msgspec.structs.replace(self._clock, found=False)
        stances = self._segmenter.push(pose, unknown_landmarks())
        self._phases.push(pose.time_s, self._segmenter.running, self._segmenter.walking)
        return self._told(stances)

    def _follow_camera(self, pose: Pose) -> None:
        """A camera that suddenly looks from elsewhere loses the level line."""
        if self._clock.place is not None and pose.camera.place > self._clock.place:
            self._segmenter.camera_elsewhere()
            self._conditions.camera_moved(pose.time_s)

    def finish(self) -> list[Stance]:
        """The stances still held back when the source has ended."""
        return self._told(self._segmenter.flush())

    def _told(self, stances: list[Stance]) -> list[Stance]:
        """The stances with their conditions; the flags hear what is known of the run by now."""
        self._flags.hear(self._segmenter)
        return [self._conditions.of(stance) for stance in stances]

    def flags(self) -> tuple[str, ...]:
        """What is wrong with the recording so far, in the words of summary.json."""
        return self._flags.raised()

    @property
    def activity(self) -> Activity:
        """What the person in the picture does."""
        if math.isnan(self._segmenter.frontality):
            return "moving" if self._clock.found else "nobody"  # somebody without a trunk in the picture
        if self._segmenter.running:
            return "running"
        if self._segmenter.walking:
            return "walking"
        return "standing" if self._segmenter.standing else "moving"

    def state_due(self) -> GaitState | None:
        """The state after the newest frame, if it is to be told (see StateRhythm). Ask once after each `push`."""
        calibrated = self.level is not None and self.level.calibrated
        if math.isnan(self._clock.time_s) or not self._rhythm.is_due(self._clock.time_s, calibrated):
            return None
        self._rhythm = self._rhythm.told(self._clock.time_s, calibrated)
        return self.gait_state()

    def gait_state(self) -> GaitState:
        """Where the stage is now."""
        level, began = self._segmenter.level, not math.isnan(self._clock.time_s)
        return GaitState(
            time_s=self._clock.time_s if began else 0.0,
            stamp_s=self._clock.stamp_s,
            activity=self.activity,
            view=self._segmenter.view,
            calibrated=level is not None and level.calibrated,
            level_deg=level.tilt_deg if level else None,
            level_sd_deg=level.error_deg if level and level.calibrated else None,
            upright_deg=level.upright_deg if level else None,
            cadence_spm=None if math.isnan(self.cadence_spm) else self.cadence_spm,
            flags=self.flags(),
            phase=self._phases.phase,
            phase_since_s=self._phases.since_s if began else 0.0,
            ran_s=self._phases.ran_s,
            naming=self.naming,
            body=level.body if level else None,
        )
