"""Searching and following, with a detector and a network that see what a test says."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest

from runform_live import handover
from runform_live.messages import Picture
from runform_live.pose.decoding import Observation
from runform_live.pose.find import Candidate, PersonDetector
from runform_live.pose.follow import PATIENCE_S, Following, RunnerTracker, Searching, Tracked, TrackerState
from runform_live.pose.look import LandmarkNetwork, LandmarkNetworkState, Seen
from runform_live.pose.passes import PassState
from runform_live.pose.regions import Region, shoulders_to_toes
from runform_live.pose.two_networks import Shot
from tests.makers import Landmarks, standing

RATE_HZ = 30
RED, BLUE = (20, 20, 220), (220, 20, 20)


class Room:
    """People in a picture, by where their hips are; stands in for the detector and for the network."""

    def __init__(self, *people: Landmarks) -> None:
        self.people_there = list(people)

    def people(self, picture: Picture, part: Region) -> list[Candidate]:
        return [Candidate(shoulders_to_toes(landmarks), 0.9) for landmarks in self.people_there]

    def look(self, picture: Picture, region: Region, hurried: bool) -> Seen:
        for landmarks in self.people_there:
            if shoulders_to_toes(landmarks).overlap(region) > 0.5:
                return Seen(Observation(landmarks, 0.95, shoulders_to_toes(landmarks)), picture)
        return Seen(Observation(standing(), 0.0, region), picture)

    def state(self) -> LandmarkNetworkState:
        return LandmarkNetworkState(PassState(), None)

    def restore(self, state: LandmarkNetworkState) -> None: ...


def tracker_in(room: Room) -> RunnerTracker:
    return RunnerTracker(cast(PersonDetector, room), cast(LandmarkNetwork, room))


def picture(colour: tuple[int, int, int]) -> Picture:
    return np.full((720, 1280, 3), colour, np.uint8)


def see(tracker: RunnerTracker, colour: tuple[int, int, int] = RED, frames: int = 1, rate_hz: int = RATE_HZ) -> Tracked:
    """The last of some frames in which everything has that colour."""
    for _ in range(frames):
        tracked = tracker.see(Shot(picture(colour), 1 / rate_hz))
    return tracked


def test_nobody_in_the_room_is_searched_for_and_the_time_of_it_counts() -> None:
    tracker = tracker_in(Room())
    assert tracker.status == Searching()
    tracked = see(tracker, frames=15)
    assert (tracked.person, tracked.detected) == (None, True)
    assert isinstance(tracker.status, Searching)
    assert tracker.status.lost_s == pytest.approx(0.5)


def test_at_a_high_frame_rate_not_every_frame_is_searched() -> None:
    tracker = tracker_in(Room())
    searched = sum(see(tracker, rate_hz=240).detected for _ in range(240))
    assert searched == pytest.approx(30, abs=1)


def test_somebody_is_followed_from_the_frame_of_the_search_on_without_the_detector() -> None:
    tracker = tracker_in(Room(standing()))
    assert see(tracker).detected
    assert isinstance(tracker.status, Following)
    assert tracker.status.region == shoulders_to_toes(standing())
    assert not see(tracker).detected


def test_of_two_people_the_one_nearer_to_the_middle_is_the_runner() -> None:
    tracker = tracker_in(Room(standing(centre=(200.0, 350.0)), standing()))
    person = see(tracker).person
    assert person is not None
    np.testing.assert_array_equal(person.landmarks, standing())


def test_the_runner_who_comes_back_is_followed_at_once() -> None:
    room = Room(standing())
    tracker = tracker_in(room)
    see(tracker, frames=10)
    room.people_there = []
    assert see(tracker, frames=3).person is None
    room.people_there = [standing(centre=(500.0, 350.0))]
    assert see(tracker).person is not None


def test_somebody_in_other_colours_is_the_runner_only_after_a_while_and_that_is_said() -> None:
    room = Room(standing())
    tracker = tracker_in(room)
    see(tracker, RED, 10)
    room.people_there = []
    assert not see(tracker, BLUE).may_be_other
    room.people_there = [standing(centre=(500.0, 350.0))]
    waiting = [see(tracker, BLUE) for _ in range(round(PATIENCE_S * RATE_HZ))]
    assert [tracked.person is not None for tracked in waiting] == [False] * (len(waiting) - 1) + [True]
    assert waiting[-2].may_be_other, "standing is forgotten before somebody else is followed"


def test_who_is_followed_in_other_colours_for_long_becomes_the_runner_and_that_is_said() -> None:
    tracker = tracker_in(Room(standing()))
    see(tracker, RED, 10)
    told = [see(tracker, BLUE) for _ in range(11 * RATE_HZ)]
    assert all(tracked.person is not None for tracked in told)
    assert sum(tracked.may_be_other for tracked in told) == 1
    assert tracker.in_doubt is False


def test_a_camera_that_looks_from_elsewhere_ends_following() -> None:
    tracker = tracker_in(Room(standing()))
    see(tracker, frames=3)
    tracker.lose_place()
    assert tracker.status == Searching()
    assert see(tracker).person is not None


@pytest.mark.parametrize("gone", [True, False])
def test_a_tracker_goes_on_where_another_one_was(gone: bool) -> None:
    room = Room(standing())
    first, second = tracker_in(room), tracker_in(room)
    see(first, RED, 10)
    if gone:
        room.people_there = []
    see(first, BLUE, 5)
    state = handover.decode(handover.encode(first.state()), TrackerState)
    assert state is not None and isinstance(state.status, Searching) == gone
    second.restore(state)
    room.people_there = [standing(centre=(600.0, 350.0))]
    for _ in range(40):
        one, other = see(first, BLUE), see(second, BLUE)
        assert (one.person is None, one.detected) == (other.person is None, other.detected)
        assert first.state() == second.state()
