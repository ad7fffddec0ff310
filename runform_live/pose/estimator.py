"""The pose of the runner in one frame: following, camera motion, standing, flow, what covers the pelvis, stickers and light, put together."""

from __future__ import annotations

import math
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.body import unknown_landmarks
from runform_live.camera_motion import STILL, CameraMotion
from runform_live.messages import WHOLE_TURN, FlowLevel, Frame, Instrument, Picture, Pose
from runform_live.picture_quality import runner_brightness
from runform_live.pose import bodies
from runform_live.pose.camera import CameraTracker, CameraTrackerState
from runform_live.pose.covered import Covered, CoveredState, without_pelvis
from runform_live.pose.flow_level import FlowLevelState, FlowLevelTracker
from runform_live.pose.follow import Following, RunnerTracker, Tracked, TrackerState
from runform_live.pose.in_picture import InPicture, InPictureState
from runform_live.pose.look import LandmarkNetwork
from runform_live.pose.markers import MarkerFinder, MarkersState
from runform_live.pose.repeats import Repeats, RepeatsState
from runform_live.pose.side_by_side import SideBySide
from runform_live.pose.stand import StandDetector, StandState
from runform_live.pose.timing import elapsed_s
from runform_live.pose.two_networks import Person, Shot

Landmarks = npt.NDArray[np.float64]  # (landmarks, 3: x_px, y_px, sigma_px)


class EstimatorState(msgspec.Struct, frozen=True):
    """What a `PoseEstimator` knows.

    Time of the last frame that was no repeat (NaN: there was none), height and width of its picture, the place that the camera looked from
    (`CameraMotion.place`), and the states of all parts.
    """

    time_s: float
    shape: tuple[int, int] | None
    place: int
    tracker: TrackerState
    repeats: RepeatsState
    camera: CameraTrackerState
    covered: CoveredState
    stand: StandState
    flow_level: FlowLevelState
    in_picture: InPictureState
    markers: MarkersState | None


@dataclass(frozen=True, slots=True)
class Found:
    """What `PoseEstimator.find` leaves for `describe`: a frame and who is followed in it.

    repeat: who was followed when the picture that this one repeats was new; None: it is no repeat. lost_place: nothing is where it was
    in the picture.
    """

    frame: Frame
    shot: Shot
    tracked: Tracked
    repeat: Repeated | None
    lost_place: bool


@dataclass(frozen=True, slots=True)
class Repeated:
    """Of the picture that is repeated: brightness of the runner's box, the landmarks, and the network that measured them."""

    brightness: float
    landmarks: Landmarks
    network: LandmarkNetwork


class PoseEstimator:
    """The core of the pose stage: a frame in, a pose and its landmarks out. Its state is the states of its parts.

    A frame has two halves. `find` needs the network that sees the whole runner, and the frame before it. `describe` is all the rest, and
    begins with the network that sees the pelvis from near. Nothing in `find` depends on it, so that one thread may describe a frame while
    another finds the runner in the next one.
    """

    __slots__ = (
        "_camera",
        "_covered",
        "_flow_level",
        "_in_picture",
        "_markers",
        "_place",
        "_repeats",
        "_shape",
        "_stand",
        "_time_s",
        "_tracker",
    )

    def __init__(self, tracker: RunnerTracker, markers: MarkerFinder | None = None) -> None:
        """With `markers` the PSIS are the stickers' centres, or unknown."""
        self._tracker = tracker
        self._markers = markers
        self._time_s = math.nan
        self._shape: tuple[int, int] | None = None
        self._repeats = Repeats()
        self._camera = CameraTracker()
        self._covered = Covered()
        self._place = STILL.place
        self._stand = StandDetector()
        self._flow_level = FlowLevelTracker()
        self._in_picture = InPicture()

    def state(self) -> EstimatorState:
        """All that an estimator of the same settings needs to go on exactly as this one would."""
        return EstimatorState(
            time_s=self._time_s,
            shape=self._shape,
            tracker=self._tracker.state(),
            repeats=self._repeats.state(),
            camera=self._camera.state(),
            covered=self._covered.state(),
            place=self._place,
            stand=self._stand.state(),
            flow_level=self._flow_level.state(),
            in_picture=self._in_picture.state(),
            markers=None if self._markers is None else self._markers.state(),
        )

    def restore(self, state: EstimatorState) -> None:
        """Go on where an estimator of the same settings was."""
        self._time_s, self._shape = state.time_s, state.shape
        self._tracker.restore(state.tracker)
        self._repeats = Repeats(state.repeats)
        self._camera = CameraTracker(state.camera)
        self._covered = Covered(state.covered)
        self._place = state.place
        self._stand = StandDetector(state.stand)
        self._flow_level = FlowLevelTracker(state.flow_level)
        self._in_picture = InPicture(state.in_picture)
        if self._markers is not None:
            self._markers = MarkerFinder(state.markers)

    def share_work(self, beside: SideBySide) -> None:
        """Let somebody else run the passes of the networks side by side."""
        for reader in (self._tracker.networks.general, self._tracker.networks.precise):
            reader.network.beside = beside
            if reader.detail is not None:
                reader.detail.network.beside = beside

    def see(self, picture: Picture, frame: Frame, hurried: bool = False) -> tuple[Pose, Landmarks]:
        """The pose in a picture (height, width, 3; BGR) that is later than the one before, and its landmarks.

        hurried: frames arrive faster than all passes of the networks take. A picture of another size than the one before is of another
        camera or another place: the runner is searched for again, and standing and background are forgotten.

        Returns landmarks (landmarks, 3: x_px, y_px, sigma_px): NaN where nobody was found, and in a repeated picture.
        """
        return self.describe(self.find(picture, frame, hurried))

    def find(self, picture: Picture, frame: Frame, hurried: bool = False) -> Found:
        """The first half of `see`: who is followed in a picture. One thread may call it for one frame after the other."""
        height_px, width_px = picture.shape[:2]
        lost_place = self._shape is not None and self._shape != (height_px, width_px)
        if lost_place:
            self._tracker.lose_place()
            self._repeats.forget()
        shot = Shot(picture, elapsed_s(self._time_s, frame.time_s), hurried)
        # A repeat is looked at all the same while it is not sure that the picture before it showed the runner.
        if self._repeats.is_repeat(picture, frame.time_s) and not self._tracker.in_doubt:
            return Found(frame, shot, Tracked(None), self._repeated(), lost_place)
        self._time_s, self._shape = frame.time_s, (height_px, width_px)
        tracked = self._tracker.see(shot)
        if tracked.person is None:
            self._repeats.forget()
        else:
            self._repeats.remember(picture, tracked.person.seen.landmarks, frame.time_s)
        return Found(frame, shot, tracked, None, lost_place)

    def describe(self, found: Found) -> tuple[Pose, Landmarks]:
        """The second half of `see`, for each frame that `find` gave, in their order."""
        shot, tracked = found.shot, found.tracked
        if found.lost_place:
            self._covered.forget()
            self._in_picture.forget()
            self._forget_stand()
        if found.repeat is not None:
            return self._pose_of_repeat(found.frame, shot, found.repeat), unknown_landmarks()
        if tracked.may_be_other:
            self._forget_stand(line_stays=True)
            self._covered.forget()
            self._in_picture.forget()
        if tracked.person is None:
            return self._nobody(shot, found.frame, tracked.detected), unknown_landmarks()
        return self._somebody(shot, found.frame, tracked.person, tracked.detected)

    def _forget_stand(self, line_stays: bool = False) -> None:
        """What was seen of a stand is of somebody else, or from elsewhere. line_stays: its level line goes on all the same."""
        self._stand.forget()
        self._flow_level.forget(line_stays)

    def calibrate(self) -> None:
        """A person asks for another stand: what was before does not count."""
        self._stand.ask()
        self._flow_level.forget()

    def _camera_motion(self, shot: Shot, landmarks: Landmarks) -> CameraMotion:
        """How the camera has moved. One that looks from elsewhere ends a stand."""
        motion = self._camera.follow(shot.picture, landmarks, shot.elapsed_s)
        if motion.place != self._place:
            self._place = motion.place
            self._forget_stand()
        return motion

    def _somebody(self, shot: Shot, frame: Frame, person: Person, detected: bool) -> tuple[Pose, Landmarks]:
        """The pose of a person who is followed, and its landmarks."""
        camera = self._camera_motion(shot, person.landmarks)
        sees_pelvis = person.network.detail is not None  # else not well enough
        covered = sees_pelvis and self._covered.push(
            shot.picture,
            person.landmarks,
            shot.elapsed_s,
            self._stand.still,
            person.network.instrument.reports_sigma,
        )
        self._stand.push(frame.time_s, camera.taken_back(person.landmarks))
        flow_level = self._look_at_flow(shot, person, camera, covered) if sees_pelvis else None
        landmarks = self._in_picture.push(
            person.landmarks, shot.picture.shape, shot.elapsed_s, person.network.instrument.reports_sigma
        )
        if self._markers is not None:
            landmarks = self._markers.with_stickers(shot.picture, landmarks, shot.elapsed_s)
        if covered:
            landmarks = without_pelvis(landmarks)
        pose = Pose(
            frame=frame.frame,
            time_s=frame.time_s,
            stamp_s=frame.stamp_s,
            found=True,
            detected=detected,
            brightness=person.seen.brightness,
            cut_off=bodies.cut_off(person.landmarks, shot.picture.shape),
            parts_out=self._in_picture.out,
            instrument=self._instrument(person.network),
            behind=math.nan if person.network.instrument.names_sides else person.seen.behind,
            behind_by_general=person.behind_by_general,
            standing=self._stand.standing,
            flow_level=flow_level,
            camera=camera,
            runner_brightness=runner_brightness(shot.picture, person.landmarks),
            long_side_px=max(frame.height_px, frame.width_px),
        )
        return pose, landmarks

    def _look_at_flow(self, shot: Shot, person: Person, camera: CameraMotion, covered: bool) -> FlowLevel | None:
        """Which tilt the optical flow says is level. covered: something is before the pelvis."""
        standing = self._stand.standing
        if covered or (self._stand.still and standing is None):
            self._flow_level.skip()
        elif standing is not None:
            self._flow_level.stands(shot.picture, person.landmarks, standing, camera)
        else:
            self._flow_level.moves(shot.picture, person.landmarks, shot.elapsed_s, camera, shot.hurried)
        return self._flow_level.level

    def _nobody(self, shot: Shot, frame: Frame, detected: bool) -> Pose:
        """The pose of a picture in which nobody is found."""
        camera = self._camera_motion(shot, unknown_landmarks())
        self._stand.push(frame.time_s, unknown_landmarks())
        return Pose(
            frame=frame.frame,
            time_s=frame.time_s,
            stamp_s=frame.stamp_s,
            found=False,
            detected=detected,
            brightness=float(shot.picture[::16, ::16].mean()) / 255,
            cut_off=False,
            instrument=self._instrument(self._tracker.networks.precise),
            standing=self._stand.standing,
            camera=camera,
        )

    def _repeated(self) -> Repeated:
        """Who is followed in the picture that is repeated."""
        following = self._tracker.status
        assert isinstance(following, Following)
        networks = self._tracker.networks
        network = networks.general if following.by_general else networks.precise
        return Repeated(self._repeats.brightness, following.landmarks.array(), network)

    def _pose_of_repeat(self, frame: Frame, shot: Shot, repeat: Repeated) -> Pose:
        """The pose of a repeated picture: the runner is followed, and nothing is known of this moment.

        The time since the last new picture counts for the next new one.
        """
        return Pose(
            frame=frame.frame,
            time_s=frame.time_s,
            stamp_s=frame.stamp_s,
            found=True,
            detected=False,
            brightness=repeat.brightness,
            cut_off=bodies.cut_off(repeat.landmarks, shot.picture.shape),
            parts_out=self._in_picture.out,
            instrument=self._instrument(repeat.network),
            camera=self._camera.motion,
            repeated=True,
        )

    def _instrument(self, network: LandmarkNetwork) -> Instrument:
        """What the landmarks mean. Stickers show the whole of a pelvic turn."""
        if self._markers is None:
            return network.instrument
        return msgspec.structs.replace(network.instrument, marked=True, turn_share=WHOLE_TURN)
