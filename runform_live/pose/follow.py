"""The runner from frame to frame.

Searching: nobody is followed. The picture is searched until somebody is confirmed; for PATIENCE_S after a loss only the same runner counts.
Following: the landmarks of the last frame say where to look. It ends where no network sees a person there any more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import msgspec

from runform_live.handover import WrittenArray
from runform_live.pose.bodies import upright_in_view
from runform_live.pose.find import Candidate, PeopleSearch, PersonDetector, prominence
from runform_live.pose.look import LandmarkNetwork
from runform_live.pose.recognition import Recognition, RecognitionState
from runform_live.pose.regions import Region
from runform_live.pose.timing import Timer, reached
from runform_live.pose.two_networks import Person, Shot, TwoNetworks, TwoNetworksState

SEARCH_S = 1 / 30  # between two searches: at 240 frames per second not every frame is searched
PATIENCE_S = 1.0
MOST_PEOPLE = 4  # that are looked at in one picture


class Searching(msgspec.Struct, frozen=True, tag="searching"):
    """Nobody is followed: for how long, and the time since the picture was searched (inf: it is due at once)."""

    lost_s: float = 0.0
    searched_s: float = math.inf


class Following(msgspec.Struct, frozen=True, tag="following"):
    """Somebody is followed: where to look next, the last landmarks (landmarks, 3), and whether the general network measured them."""

    region: Region
    landmarks: WrittenArray
    by_general: bool


@dataclass(frozen=True, slots=True)
class Tracked:
    """The runner in one frame; None where nobody is found.

    detected: the detector was asked. may_be_other: it may be another runner from now on, so what was learnt of the last one is void.
    """

    person: Person | None
    detected: bool = False
    may_be_other: bool = False


class TrackerState(msgspec.Struct, frozen=True):
    """All that a tracker has learnt from the frames so far."""

    status: Searching | Following
    next_part: int
    recognition: RecognitionState
    networks: TwoNetworksState


class RunnerTracker:
    """State: searching or following; what the runner looks like; what both networks and the search remember."""

    __slots__ = ("_recognition", "_search", "networks", "status")

    def __init__(
        self, detector: PersonDetector, general: LandmarkNetwork, precise: LandmarkNetwork | None = None
    ) -> None:
        """The general network confirms people; the precise one (by default the same) measures the runner in every frame."""
        self.networks = TwoNetworks(general, precise)
        self.status: Searching | Following = Searching()
        self._search = PeopleSearch(detector)
        self._recognition = Recognition()

    def state(self) -> TrackerState:
        """All that a tracker with the same networks needs to go on exactly as this one would."""
        return TrackerState(self.status, self._search.next_part, self._recognition.state(), self.networks.state())

    def restore(self, state: TrackerState) -> None:
        """Go on where a tracker with the same networks was."""
        self.status = state.status
        self._search.next_part = state.next_part
        self._recognition = Recognition(state.recognition)
        self.networks.restore(state.networks)

    @property
    def in_doubt(self) -> bool:
        """Whether the last picture may not have shown the runner any more."""
        return self._recognition.in_doubt

    def lose_place(self) -> None:
        """Nothing is where it was in the picture; what the runner looks like stays known."""
        self._recognition.forget_place()
        if isinstance(self.status, Following):
            self.status = Searching()

    def see(self, shot: Shot) -> Tracked:
        """Find the runner in the next picture."""
        status = self.status
        tracked = self._follow(shot, status) if isinstance(status, Following) else Tracked(None)
        if tracked.person is None:
            searching = status if isinstance(status, Searching) else Searching()
            return self._look_for(shot, searching, tracked)
        self._take(tracked.person, shot.elapsed_s)
        return tracked

    def _take(self, person: Person, elapsed_s: float) -> None:
        """Follow a person from now on."""
        region = person.seen.next_region
        self.status = Following(region, WrittenArray.of(person.seen.landmarks), person.network is self.networks.general)
        if not self._recognition.looks_different(person.colours):
            self._recognition.learn(region, person.colours, elapsed_s)

    def _follow(self, shot: Shot, before: Following) -> Tracked:
        """The person who was followed, or somebody else in view who is more likely the runner."""
        network = self.networks.general if before.by_general else self.networks.precise
        person = self.networks.follow(shot, network, before.region, before.landmarks.array())
        if person is None:
            return Tracked(None)
        self._recognition.watch(person.colours, shot.elapsed_s)
        outdated = self._recognition.outdated
        if outdated:
            self._recognition.forget()
        if not self._recognition.must_compare(shot.elapsed_s):
            return Tracked(person, may_be_other=outdated)
        confirmed = self.networks.compare(shot, person)
        if confirmed is not None:
            confirmed = self._runner_among(shot, confirmed)
        return Tracked(confirmed, detected=True, may_be_other=outdated)

    def _runner_among(self, shot: Shot, followed: Person) -> Person:
        """Somebody else in view who has clearly more of the runner's colours, else the person who is followed: the light has changed."""
        for candidate in self._search.whole(shot.picture)[:MOST_PEOPLE]:
            other = self.networks.confirm(shot, candidate.region, PeopleSearch.CONFIDENCE)
            if other is not None and self._recognition.prefers(other.colours, followed.colours):
                self._recognition.settle()
                return other
        return followed

    def _look_for(self, shot: Shot, before: Searching, tracked: Tracked) -> Tracked:
        """Search the picture, if it is time. tracked: what following has told of this frame."""
        timer, person, detected = Timer(before.searched_s), None, tracked.detected
        if timer.tick(shot.elapsed_s, SEARCH_S):
            detected = True
            person = self._somebody(shot, before.lost_s)
        if person is not None:
            self._take(person, shot.elapsed_s)
            return Tracked(person, detected, tracked.may_be_other)
        self.status = Searching(before.lost_s + shot.elapsed_s, timer.waited_s)
        return Tracked(None, detected, tracked.may_be_other or reached(self.status.lost_s, PATIENCE_S))

    def _somebody(self, shot: Shot, lost_s: float) -> Person | None:
        """Somebody in the whole picture, else in its next parts."""
        for people, confidence in self._search.steps(shot.picture):
            person = self._choose(shot, people, confidence, lost_s)
            if person is not None:
                return person
        return None

    def _choose(self, shot: Shot, people: list[Candidate], confidence: float, lost_s: float) -> Person | None:
        """The most prominent person at first; after a loss the one who resembles the runner most, and for PATIENCE_S nobody else."""
        height_px, width_px = shot.picture.shape[:2]
        people = sorted(people, key=lambda candidate: -prominence(candidate.region, height_px, width_px))
        best, most = None, -math.inf
        for candidate in people[:MOST_PEOPLE]:
            person = self.networks.confirm(shot, candidate.region, confidence)
            if person is None or not upright_in_view(person.landmarks, shot.picture.shape):
                continue
            if self._recognition.knows_nobody:
                return person
            if self._recognition.looks_different(person.colours) and not reached(lost_s, PATIENCE_S):
                continue
            resemblance = self._recognition.resemblance(person.seen.next_region, person.colours, height_px)
            if resemblance > most:
                best, most = person, resemblance
        return best
