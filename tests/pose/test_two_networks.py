"""Which of two networks measures a runner, with networks that see what a test says."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import cast

import numpy as np
import pytest

from runform_live import handover
from runform_live.messages import Picture
from runform_live.pose.decoding import Observation
from runform_live.pose.look import LandmarkNetwork, LandmarkNetworkState, Seen
from runform_live.pose.passes import PassState
from runform_live.pose.regions import Region, shoulders_to_toes
from runform_live.pose.two_networks import Shot, TwoNetworks, TwoNetworksState
from tests.makers import Landmarks, standing

RATE_HZ = 30
SHOT = Shot(np.zeros((720, 1280, 3), np.uint8), 1 / RATE_HZ)
REGION = shoulders_to_toes(standing())


class Sees:
    """Stands in for a landmark network: what it sees at each look, None for nobody."""

    def __init__(self, seen: Callable[[int], Landmarks | None], behind: float = math.nan) -> None:
        self._seen, self.looks, self._behind = seen, 0, behind

    def look(self, picture: Picture, region: Region, hurried: bool) -> Seen:
        landmarks = self._seen(self.looks)
        self.looks += 1
        if landmarks is None:
            return Seen(Observation(standing(), 0.0, REGION), picture)
        return Seen(Observation(landmarks, 0.9, REGION, self._behind), picture)

    def state(self) -> LandmarkNetworkState:
        return LandmarkNetworkState(PassState(self.looks), None)

    def restore(self, state: LandmarkNetworkState) -> None:
        self.looks = state.passes.crops


def two(general: Sees, precise: Sees) -> TwoNetworks:
    return TwoNetworks(cast(LandmarkNetwork, general), cast(LandmarkNetwork, precise))


def sideways() -> Landmarks:
    """The standing body, seen from the side."""
    out = standing()
    out[:, 0] = 640.0 + 0.05 * (out[:, 0] - 640.0)
    return out


def elsewhere() -> Landmarks:
    out = standing()
    out[:, 0] += 100.0
    return out


def general_measures_after(networks: TwoNetworks, seconds: float) -> float | None:
    """The time (s) after which the general network measures; None: it never does."""
    network = networks.precise
    for frame in range(1, round(seconds * RATE_HZ) + 1):
        person = networks.follow(SHOT, network, REGION, standing())
        assert person is not None
        network = person.network
        if network is networks.general:
            return frame / RATE_HZ
    return None


def after_in_a_row(times: int) -> float:
    return TwoNetworks.COMPARE_S + (times - 1) * TwoNetworks.ASK_AGAIN_S


@pytest.mark.parametrize(("other", "times"), [(sideways, TwoNetworks.SIDEWAYS), (elsewhere, TwoNetworks.ELSEWHERE)])
def test_a_runner_who_is_seen_otherwise_so_often_in_a_row_is_measured_by_the_general_network(
    other: Callable[[], Landmarks], times: int
) -> None:
    networks = two(Sees(lambda _: other()), Sees(lambda _: standing()))
    assert general_measures_after(networks, 5.0) == pytest.approx(after_in_a_row(times), abs=1.1 / RATE_HZ)


@pytest.mark.parametrize(("other", "times"), [(sideways, TwoNetworks.SIDEWAYS), (elsewhere, TwoNetworks.ELSEWHERE)])
def test_a_runner_who_is_seen_otherwise_less_often_stays_with_the_precise_network(
    other: Callable[[], Landmarks], times: int
) -> None:
    """The general network takes armour, and some stands, for a side view now and then."""
    networks = two(Sees(lambda look: other() if look % times else standing()), Sees(lambda _: standing()))
    assert general_measures_after(networks, 12.0) is None


def test_a_runner_who_turns_back_is_measured_by_the_precise_network_again() -> None:
    networks = two(
        Sees(lambda look: sideways() if look < TwoNetworks.SIDEWAYS else standing()), Sees(lambda _: standing())
    )
    took_s = general_measures_after(networks, 5.0)
    assert took_s is not None
    network = networks.general
    for frame in itertools.count(1):
        person = networks.follow(SHOT, network, REGION, standing())
        assert person is not None and frame < RATE_HZ
        network = person.network
        if network is networks.precise:
            break
    assert frame / RATE_HZ == pytest.approx(TwoNetworks.ASK_AGAIN_S, abs=0.04)


def test_nobody_is_followed_where_the_general_network_sees_nobody() -> None:
    networks = two(Sees(lambda _: None), Sees(lambda _: standing()))
    followed = [
        networks.follow(SHOT, networks.precise, REGION, standing())
        for _ in range(round(TwoNetworks.COMPARE_S * RATE_HZ))
    ]
    assert [person is not None for person in followed] == [True] * (len(followed) - 1) + [False]


def test_a_person_whom_the_precise_network_loses_is_taken_over_by_the_general_one() -> None:
    networks = two(Sees(lambda _: standing()), Sees(lambda _: None))
    person = networks.follow(SHOT, networks.precise, REGION, standing())
    assert person is not None and person.network is networks.general


def test_one_network_alone_is_never_compared() -> None:
    only = Sees(lambda _: sideways())
    networks = TwoNetworks(cast(LandmarkNetwork, only))
    assert all(networks.follow(SHOT, networks.general, REGION, sideways()) is not None for _ in range(60))
    assert only.looks == 60


@pytest.mark.parametrize("before", [0, 19, 21, 30])
def test_two_networks_go_on_where_others_were(before: int) -> None:
    def sees(look: int) -> Landmarks:
        return sideways() if look > 1 else standing()

    first, second = (two(Sees(sees), Sees(lambda _: standing())) for _ in range(2))
    for _ in range(before):
        first.follow(SHOT, first.precise, REGION, standing())
    state = handover.decode(handover.encode(first.state()), TwoNetworksState)
    assert state is not None
    second.restore(state)
    assert general_measures_after(first, 4.0) == general_measures_after(second, 4.0)
    assert first.state() == second.state()


def test_what_the_general_network_says_of_the_view_goes_with_the_person_in_the_frames_in_which_it_looks() -> None:
    networks = two(Sees(lambda _: standing(), behind=0.1), Sees(lambda _: standing(), behind=0.9))
    found = networks.confirm(SHOT, REGION, 0.5)
    assert found is not None and found.network is networks.precise
    assert (found.seen.behind, found.behind_by_general) == (0.9, 0.1)
    said = []
    for _ in range(2 * RATE_HZ):
        person = networks.follow(SHOT, networks.precise, REGION, standing())
        assert person is not None and person.network is networks.precise and person.seen.behind == 0.9
        said.append(person.behind_by_general)
    told = [frame for frame, behind in enumerate(said) if not math.isnan(behind)]
    assert len(told) == 3 and all(said[frame] == 0.1 for frame in told)
    assert np.diff(told) == pytest.approx(TwoNetworks.COMPARE_S * RATE_HZ, abs=1)


def test_a_general_network_that_measures_says_the_view_in_every_frame() -> None:
    networks = two(Sees(lambda _: standing(), behind=0.1), Sees(lambda _: None))
    person = networks.follow(SHOT, networks.general, REGION, standing())
    assert person is not None and (person.network, person.behind_by_general) == (networks.general, 0.1)
