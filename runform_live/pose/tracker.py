"""Follow one runner from frame to frame: the region of interest comes from the last landmarks, the detector only finds people."""

from __future__ import annotations

import math
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.handover import Array
from runform_live.messages import LANDMARKS, WHOLE_TURN, Frame, Instrument, Pose
from runform_live.picture_quality import runner_brightness
from runform_live.pose import bodies, identity
from runform_live.pose.background import Background, BackgroundState
from runform_live.pose.bodies import doubt_trunks, frontal, same_hips, upright_in_view
from runform_live.pose.covered import Covered, CoveredState, without_pelvis
from runform_live.pose.detector import Candidate, PersonDetector, whole_picture
from runform_live.pose.identity import Memory, MemoryState
from runform_live.pose.landmarks import LandmarkNetwork, LandmarkNetworkState, Observation
from runform_live.pose.markers import MarkerFinder, MarkersState
from runform_live.pose.networks import Network, Picture
from runform_live.pose.regions import Region, shoulders_to_toes, whole_body
from runform_live.pose.repeats import Repeats, RepeatsState
from runform_live.pose.standing import StandingLine, StandingState
from runform_live.pose.timing import Timer, elapsed_s, reached, within

SEEN = 0.5  # confidence that makes a person
SEEN_SMALL = 0.9  # the same in a part of the picture, where leaves and shadows look like small people
FOLLOWED = 0.1  # confidence that keeps one: strange clothes lower it, an empty treadmill gives less
STRANGE_S = 0.2  # of other colours, then somebody else may have taken the region along
RECHECK_S = 0.5
CLEARLY_BETTER = 0.15  # in strangeness
PATIENCE_S = 1.0  # that only the same person is looked for after a loss
CHECK_S = 20 / 30  # between two looks of the finder
# Times in a row that the finder must see it otherwise, for a change from the one network to the other looks like a movement: the hips
# elsewhere, or the same hips from the side. It takes some stands for a side view in one frame of three, and armour as often in a run.
OTHERWISE, SIDEWAYS = 3, 8
RETRY_S = 4 / 30  # until the follower is asked again while the finder measures
DOUBTFUL_TRUNKS = 0.12  # mean sigma of a body; a runner has 0.04 to 0.08, a small figure inside armour or print 0.2
LARGER = (1.5, 2.2, 3.3)  # times: a doubtful body may be a part of the real one
CLEARLY_SURER = 0.5
FORGET_S = 10.0  # of other colours: it is the runner in other clothes, or another runner
MOST_COMPARED = 4
# Searching costs time: the picture is gone through over several frames.
SEARCH_S, PARTS_A_SEARCH = 1 / 30, 2

Landmarks = npt.NDArray[np.float64]


def _parts(height_px: int, width_px: int) -> list[Region]:
    """Overlapping squares over the picture, large ones first: the detector misses a person under a third of its view."""
    parts: list[Region] = []
    short = min(height_px, width_px)
    for side in (short, 0.6 * short):
        columns = math.ceil(1.5 * (width_px - side) / side) + 1
        rows = math.ceil(1.5 * (height_px - side) / side) + 1
        parts.extend(
            Region(float(x), float(y), float(side))
            for y in np.linspace(side / 2, height_px - side / 2, rows)
            for x in np.linspace(side / 2, width_px - side / 2, columns)
        )
    return parts


@dataclass(frozen=True, slots=True)
class _Seen:
    """A person whom the landmark network confirmed."""

    network: LandmarkNetwork
    observation: Observation
    brightness: float
    trunk: npt.NDArray[np.float32] | None  # colours

    @property
    def landmarks(self) -> npt.NDArray[np.float64]:
        return self.observation.landmarks


class TrackerState(msgspec.Struct, frozen=True):
    """All that a tracker has learnt from the frames so far.

    The last frame's time (NaN: there was none), height and width; the region to look at next, None while nobody is followed; whether
    the finder measures; the last landmarks (landmarks, 3); how long the runner has looked strange, and been lost; the times since a
    strange runner was compared, since a search, and since both networks were compared; how often these disagreed in a row; the part of
    the picture that is searched next; and the parts' own states.
    """

    time_s: float
    shape: tuple[int, int] | None
    region: Region | None
    finder_measures: bool
    last: Array | None
    strange_s: float
    compared_s: float
    lost_s: float
    searched_s: float
    unchecked_s: float
    otherwise: int
    next_part: int
    memory: MemoryState
    standing: StandingState
    background: BackgroundState
    finder: LandmarkNetworkState
    follower: LandmarkNetworkState
    markers: MarkersState | None
    repeats: RepeatsState
    covered: CoveredState


class RunnerTracker:
    """State: the region to look at next, the memory of the runner, and what its parts know (see `TrackerState`)."""

    __slots__ = (
        "_background",
        "_checking",
        "_comparing",
        "_covered",
        "_current",
        "_detector",
        "_elapsed_s",
        "_finder",
        "_follower",
        "_last",
        "_lost_s",
        "_markers",
        "_memory",
        "_next_part",
        "_otherwise",
        "_region",
        "_repeats",
        "_searching",
        "_shape",
        "_standing",
        "_strange_s",
        "_time_s",
    )

    def __init__(
        self,
        detector: PersonDetector,
        finder: LandmarkNetwork,
        follower: LandmarkNetwork | None = None,
        markers: MarkerFinder | None = None,
    ) -> None:
        """`finder` confirms people; `follower` (the same, if not given) measures the runner in every frame.

        With `markers` the PSIS are the stickers' centres, or unknown.

        Where the two do not agree on where the hips are (seen from the side, bent over), the finder's landmarks are taken
        and the follower is asked again from time to time.
        """
        self._detector = detector
        self._finder = finder
        self._follower = self._current = follower or finder
        self._time_s, self._elapsed_s = math.nan, 0.0
        self._shape: tuple[int, int] | None = None
        self._checking = Timer(0.0)
        self._otherwise = 0
        self._last: npt.NDArray[np.float64] | None = None
        self._region: Region | None = None
        self._markers = markers
        self._standing = StandingLine()
        self._background = Background()
        self._memory = Memory()
        self._repeats = Repeats()
        self._covered = Covered()
        self._strange_s, self._comparing = 0.0, Timer()
        self._lost_s, self._searching = 0.0, Timer()
        self._next_part = 0

    def state(self) -> TrackerState:
        """All that a tracker with the same networks needs to go on exactly as this one would."""
        return TrackerState(
            time_s=self._time_s,
            shape=self._shape,
            region=self._region,
            finder_measures=self._current is not self._follower,
            last=None if self._last is None else Array.of(self._last),
            strange_s=self._strange_s,
            compared_s=self._comparing.waited_s,
            lost_s=self._lost_s,
            searched_s=self._searching.waited_s,
            unchecked_s=self._checking.waited_s,
            otherwise=self._otherwise,
            next_part=self._next_part,
            memory=self._memory.state(),
            standing=self._standing.state(),
            background=self._background.state(),
            finder=self._finder.state(),
            follower=self._follower.state(),
            markers=None if self._markers is None else self._markers.state(),
            repeats=self._repeats.state(),
            covered=self._covered.state(),
        )

    def restore(self, state: TrackerState) -> None:
        """Go on where a tracker with the same networks was."""
        self._time_s, self._shape, self._region = state.time_s, state.shape, state.region
        self._current = self._finder if state.finder_measures else self._follower
        self._last = None if state.last is None else state.last.array()
        self._strange_s, self._comparing = state.strange_s, Timer(state.compared_s)
        self._lost_s, self._searching = state.lost_s, Timer(state.searched_s)
        self._checking, self._otherwise = Timer(state.unchecked_s), state.otherwise
        self._next_part = state.next_part
        self._memory = Memory.of(state.memory)
        self._standing = StandingLine(state.standing)
        self._background = Background(state.background)
        self._repeats = Repeats(state.repeats)
        self._covered = Covered(state.covered)
        self._finder.restore(state.finder)
        self._follower.restore(state.follower)
        if self._markers is not None:
            self._markers = MarkerFinder(state.markers)

    def work_on(self, picture: Picture) -> list[tuple[Network, list[npt.NDArray[np.float32]]]]:
        """What runs on every frame, here on this one: each network, with an input for each of its looks."""
        self.see(picture, Frame.of(picture, 1, 0.0))
        region = self._region or whole_picture(*picture.shape[:2])
        return self._follower.work_on(picture, region)

    def see(self, picture: Picture, frame: Frame, hurried: bool = False) -> tuple[Pose, Landmarks]:
        """The pose in one frame (height, width, 3; BGR), which is later than the one before, and its landmarks.

        hurried: frames arrive faster than all passes of the networks take. A picture of another size than the one before is of another
        camera or another place: the runner is searched for again, and the standing and the background are forgotten.

        Returns landmarks (landmarks, 3: x_px, y_px, sigma_px): NaN where nobody was found, and in a repeated picture.
        """
        time_s = frame.time_s
        if self._shape is not None and self._shape != picture.shape[:2]:
            self._lose_place()
        # Where the last picture may not have shown the runner any more, it is looked at again.
        if self._repeats.repeated(picture, time_s) and self._strange_s == 0.0:
            return self._again(frame)
        self._elapsed_s, self._time_s = elapsed_s(self._time_s, time_s), time_s
        self._shape = picture.shape[0], picture.shape[1]
        self._follower.hurry(hurried)
        seen, detected = None, False
        if self._region is not None:
            seen = self._follow(picture, self._region)
        if seen is not None and self._is_strange(seen):
            detected = True
            confirmed = self._checked(picture, seen)
            seen = self._find_better(picture, confirmed) if confirmed is not None else None
        if seen is None and self._searching.tick(self._elapsed_s, SEARCH_S):
            detected = True
            seen = self._find(picture)
        if seen is None:
            return self._nobody(picture, frame, detected)
        self._current = seen.network
        self._region = seen.observation.next_region
        self._lost_s, self._searching = 0.0, Timer()
        if self._memory.strangeness(seen.trunk) <= identity.STRANGER:
            self._memory.learn(self._region, seen.trunk, self._elapsed_s)
        landmarks = self._last = seen.landmarks
        self._repeats.took(picture, landmarks, time_s)
        camera = self._background.follow(picture, landmarks, self._elapsed_s)
        level, covered = None, False
        if self._follower.detail is not None and seen.network is self._follower:
            covered = self._covered.push(
                picture, landmarks, self._elapsed_s, self._standing.stands, seen.network.instrument.reports_sigma
            )
            if covered:
                self._standing.watch(landmarks, self._elapsed_s, camera)
            else:
                self._standing.follow(picture, landmarks, self._elapsed_s, camera, hurried)
            level = self._standing.level
        cut_off = bodies.cut_off(landmarks, picture.shape)
        if self._markers is not None:
            landmarks = self._markers.put(picture, landmarks, self._elapsed_s)
        if covered:
            landmarks = without_pelvis(landmarks)
        pose = Pose(
            frame=frame.frame,
            time_s=time_s,
            stamp_s=frame.stamp_s,
            found=True,
            detected=detected,
            brightness=seen.brightness,
            cut_off=cut_off,
            instrument=self._instrument(seen.network),
            behind=seen.observation.behind,
            level=level,
            camera=camera,
            runner_brightness=runner_brightness(picture, seen.landmarks),
        )
        return pose, landmarks

    def _nobody(self, picture: Picture, frame: Frame, detected: bool) -> tuple[Pose, Landmarks]:
        """Nobody is in the picture; after PATIENCE_S the standing is forgotten."""
        self._region = self._last = None
        self._repeats.forget()
        self._lost_s += self._elapsed_s
        if reached(self._lost_s, PATIENCE_S):
            self._standing.forget()
            self._covered.forget()
        nowhere = np.full((len(LANDMARKS), 3), np.nan)
        pose = Pose(
            frame=frame.frame,
            time_s=frame.time_s,
            stamp_s=frame.stamp_s,
            found=False,
            detected=detected,
            brightness=float(picture[::16, ::16].mean()) / 255,
            cut_off=False,
            instrument=self._instrument(self._follower),
            camera=self._background.follow(picture, nowhere, self._elapsed_s),
        )
        return pose, nowhere

    def _again(self, frame: Frame) -> tuple[Pose, Landmarks]:
        """The pose of a repeated picture, which says nothing of this moment. The time since the last new picture counts for the next one."""
        assert self._last is not None and self._shape is not None
        pose = Pose(
            frame=frame.frame,
            time_s=frame.time_s,
            stamp_s=frame.stamp_s,
            found=True,
            detected=False,
            brightness=self._repeats.brightness,
            cut_off=bodies.cut_off(self._last, self._shape),
            instrument=self._instrument(self._current),
            camera=self._background.motion,
            repeated=True,
        )
        return pose, np.full((len(LANDMARKS), 3), np.nan)

    def _lose_place(self) -> None:
        """Nothing is where it was in the picture; how the runner looks stays known."""
        self._repeats.forget()
        self._covered.forget()
        self._region = self._last = self._memory.region = None
        self._standing.forget()

    def _instrument(self, network: LandmarkNetwork) -> Instrument:
        """What its landmarks mean. Stickers show the whole of a pelvic turn."""
        found = network.instrument
        if self._markers is None:
            return found
        return msgspec.structs.replace(found, marked=True, turn_share=WHOLE_TURN)

    def _confirm(self, picture: Picture, region: Region, confidence: float) -> _Seen | None:
        """A person in a detector's region, seen by the finder and, where that is another network, by the follower."""
        seen = self._look(self._finder, picture, region, confidence)
        return None if seen is None else self._measured(picture, seen)

    def _measured(self, picture: Picture, found: _Seen) -> _Seen:
        """The follower's view of a person whom the finder sees, where both mean the same hips; else the finder's."""
        if self._follower is self._finder:
            return found
        if not frontal(found.landmarks):
            return found
        region = shoulders_to_toes(found.landmarks)
        seen = self._look(self._follower, picture, region, FOLLOWED)
        if seen is None:
            return found
        return self._larger(picture, seen) or (seen if same_hips(seen.landmarks, found.landmarks) else found)

    def _larger(self, picture: Picture, doubtful: _Seen) -> _Seen | None:
        """The larger body of which a doubtful one is a part, where the follower is much surer of it and the finder agrees.

        Each network goes on to see the size that it was shown: a figure that armour or a print draws on a back stays a small runner.
        """
        doubt = doubt_trunks(doubtful.landmarks)
        if doubt <= DOUBTFUL_TRUNKS:
            return None
        best, least = None, CLEARLY_SURER * doubt
        for times in LARGER:
            seen = self._look(self._follower, picture, shoulders_to_toes(doubtful.landmarks, times), FOLLOWED)
            seen = seen and self._look(self._follower, picture, seen.observation.next_region, FOLLOWED)
            if seen is not None and doubt_trunks(seen.landmarks) < least:
                best, least = seen, doubt_trunks(seen.landmarks)
        if best is None:
            return None
        found = self._look(self._finder, picture, whole_body(best.landmarks), FOLLOWED)
        if found is None or not frontal(found.landmarks) or not same_hips(best.landmarks, found.landmarks):
            return None
        return best

    @staticmethod
    def _look(network: LandmarkNetwork, picture: Picture, region: Region, confidence: float) -> _Seen | None:
        observation, brightness = network.look(picture, region)
        if observation.confidence < confidence or not np.isfinite(observation.next_region.side_px):
            return None
        return _Seen(network, observation, brightness, identity.colours(picture, observation.landmarks))

    def _follow(self, picture: Picture, region: Region) -> _Seen | None:
        seen = self._look(self._current, picture, region, FOLLOWED)
        if seen is not None and not seen.observation.next_region.continues(region):
            seen = None
        self._checking.add(self._elapsed_s)
        every_s = RETRY_S if self._current is self._finder else CHECK_S
        if seen is not None and self._checking.is_due(every_s):
            self._checking.restart(every_s)
            return self._checked(picture, seen)
        if seen is None and self._current is not self._finder and self._last is not None:
            return self._look(self._finder, picture, whole_body(self._last), FOLLOWED)
        return seen

    def _checked(self, picture: Picture, seen: _Seen) -> _Seen | None:
        """What is followed, as both networks see it; None where the finder sees nobody there."""
        if self._follower is self._finder:
            return seen
        if seen.network is self._finder:
            return self._measured(picture, seen)
        larger = self._larger(picture, seen)
        if larger is not None:
            return larger
        region = whole_body(seen.landmarks)
        found = self._look(self._finder, picture, region, FOLLOWED)
        if found is None:
            return None
        same = same_hips(seen.landmarks, found.landmarks)
        if same and frontal(found.landmarks):
            self._otherwise = 0
            return seen
        self._otherwise += 1
        if self._otherwise < (SIDEWAYS if same else OTHERWISE):
            self._checking = Timer(CHECK_S - RETRY_S)
            return seen
        self._otherwise = 0
        return found

    def _is_strange(self, seen: _Seen) -> bool:
        """Whether it is time to ask if this is still the runner: somebody walking through may take the region along."""
        suspected = self._strange_s > 0 and seen.trunk is None  # colours that cannot be seen clear nobody
        if not suspected and self._memory.strangeness(seen.trunk) <= identity.STRANGER:
            self._strange_s, self._comparing = 0.0, Timer()
            return False
        self._strange_s += self._elapsed_s
        if not within(self._strange_s, FORGET_S):
            self._memory = Memory()
            self._standing.forget()
            self._covered.forget()
        return reached(self._strange_s, STRANGE_S) and self._comparing.tick(self._elapsed_s, RECHECK_S)

    def _find_better(self, picture: Picture, seen: _Seen) -> _Seen:
        """Somebody else in view who looks much more like the runner, else the one who is followed (the light changed)."""
        height_px, width_px = picture.shape[:2]
        own = self._memory.strangeness(seen.trunk)
        for person in self._detector.look(picture, whole_picture(height_px, width_px))[:MOST_COMPARED]:
            other = self._confirm(picture, person.region, SEEN)
            if other is not None and other.trunk is not None:
                if self._memory.strangeness(other.trunk) < min(own - CLEARLY_BETTER, identity.STRANGER):
                    self._strange_s, self._comparing = 0.0, Timer()
                    return other
        return seen

    def _find(self, picture: Picture) -> _Seen | None:
        """Somebody in the whole picture, else in the next parts of it, large ones first."""
        height_px, width_px = picture.shape[:2]
        seen = self._choose(picture, self._detector.look(picture, whole_picture(height_px, width_px)), SEEN)
        parts = _parts(height_px, width_px)
        for _ in range(PARTS_A_SEARCH):
            if seen is not None:
                break
            seen = self._choose(picture, self._detector.look(picture, parts[self._next_part % len(parts)]), SEEN_SMALL)
            self._next_part += 1
        return seen

    def _choose(self, picture: Picture, people: list[Candidate], confidence: float) -> _Seen | None:
        """The most prominent person at first; after a loss the one who fits the memory, for a while nobody else."""
        height_px, width_px = picture.shape[:2]
        people = sorted(people, key=lambda person: -identity.prominence(person.region, height_px, width_px))
        best, best_fit = None, -np.inf
        for person in people[:MOST_COMPARED]:
            seen = self._confirm(picture, person.region, confidence)
            if seen is None or not upright_in_view(seen.landmarks, picture.shape):
                continue
            if self._memory.empty:
                return seen
            if self._memory.strangeness(seen.trunk) > identity.STRANGER and not reached(self._lost_s, PATIENCE_S):
                continue
            fit = self._memory.likeness(seen.observation.next_region, seen.trunk, height_px)
            if fit > best_fit:
                best, best_fit = seen, fit
        return best
