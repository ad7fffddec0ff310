"""Which of two networks measures the runner.

The general network sees people in any posture and says whether there is one. The precise network is made for runners who are seen from
behind or in front, and measures them better. Both are compared from time to time. Where they do not agree (somebody has turned aside or
bends over), the general one measures, and the precise one is asked again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.messages import Picture
from runform_live.pose.bodies import same_hips, sigma_trunks, upright_and_frontal
from runform_live.pose.decoding import Observation
from runform_live.pose.look import LandmarkNetwork, LandmarkNetworkState, Seen
from runform_live.pose.recognition import Colours, trunk_colours
from runform_live.pose.regions import Region, shoulders_to_toes, whole_body
from runform_live.pose.timing import Timer

Landmarks = npt.NDArray[np.float64]  # (landmarks, 3: x_px, y_px, sigma_px)


@dataclass(frozen=True, slots=True)
class Shot:
    """A new picture (height, width, 3; BGR), the time that it stands for, and whether networks must make do with one pass."""

    picture: Picture
    elapsed_s: float
    hurried: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """A person whom a landmark network sees."""

    network: LandmarkNetwork
    look: Seen
    colours: Colours | None  # of the trunk
    behind_by_general: float = math.nan  # the general network's probability of a back; NaN: it has not looked

    @property
    def seen(self) -> Observation:
        """As the network sees the person as a whole. What the next frame follows from is taken of it: it is there at once."""
        return self.look.whole

    @property
    def landmarks(self) -> Landmarks:
        """What is measured: the pelvis is seen from near as well. The first time takes as long as that network."""
        return self.look.landmarks


class TwoNetworksState(msgspec.Struct, frozen=True):
    """The time since both networks were compared, how often in a row they disagreed, and the networks' own states."""

    compared_s: float
    disagreed: int
    general: LandmarkNetworkState
    precise: LandmarkNetworkState


class TwoNetworks:
    """State: the time since both networks were compared, and how often in a row they disagreed since."""

    __slots__ = ("_comparing", "_disagreed", "general", "precise")

    def __init__(self, general: LandmarkNetwork, precise: LandmarkNetwork | None = None) -> None:
        """precise: the general network, if it is not given. Then nothing is compared."""
        self.general, self.precise = general, precise or general
        self._comparing, self._disagreed = Timer(0.0), 0

    def state(self) -> TwoNetworksState:
        return TwoNetworksState(self._comparing.waited_s, self._disagreed, self.general.state(), self.precise.state())

    def restore(self, state: TwoNetworksState) -> None:
        """Go on where two networks of the same cards were."""
        self._comparing, self._disagreed = Timer(state.compared_s), state.disagreed
        self.general.restore(state.general)
        self.precise.restore(state.precise)

    @property
    def is_one(self) -> bool:
        return self.precise is self.general

    KEPT = 0.1  # least confidence in a person who was found before: strange clothes lower it, an empty treadmill gives less

    def look(self, network: LandmarkNetwork, shot: Shot, region: Region, confidence: float = KEPT) -> Person | None:
        """The person in a region as one network sees it; None where it is not confident that there is one."""
        look = network.look(shot.picture, region, shot.hurried)
        seen = look.whole
        if seen.confidence < confidence or not np.isfinite(seen.next_region.side_px):
            return None
        behind = seen.behind if network is self.general else math.nan
        return Person(network, look, trunk_colours(shot.picture, seen.landmarks), behind)

    def confirm(self, shot: Shot, region: Region, confidence: float) -> Person | None:
        """A person in a region of the detector: confirmed by the general network, measured by the precise one where it can."""
        found = self.look(self.general, shot, region, confidence)
        return None if found is None else self._measured(shot, found)

    def _measured(self, shot: Shot, found: Person) -> Person:
        """A person whom the general network sees, as the precise one does where both mean the same hips."""
        if self.is_one or not upright_and_frontal(found.landmarks):
            return found
        person = self.look(self.precise, shot, shoulders_to_toes(found.landmarks))
        if person is None:
            return found
        larger = self._larger(shot, person)
        if larger is not None:
            return larger
        return _confirmed(person, found) if same_hips(person.landmarks, found.landmarks) else found

    # A runner has a mean sigma of 0.04 to 0.08 trunk lengths, a small figure inside of armour or print 0.2.
    DOUBTFUL_TRUNKS = 0.12
    TIMES_LARGER = (1.5, 2.2, 3.3)
    CLEARLY_SURER = 0.5  # share of the doubtful body's sigma

    def _larger(self, shot: Shot, doubtful: Person) -> Person | None:
        """The larger body of which a doubtful one is a part, where the precise network is much surer of it and the general one agrees.

        Each network goes on to see a person in the size that it was shown. A figure that armour or a print draws on a back stays a small
        runner.
        """
        sigma = sigma_trunks(doubtful.landmarks)
        if sigma <= self.DOUBTFUL_TRUNKS:
            return None
        best, least = None, self.CLEARLY_SURER * sigma
        for times in self.TIMES_LARGER:
            person = self.look(self.precise, shot, shoulders_to_toes(doubtful.landmarks, times))
            person = person and self.look(self.precise, shot, person.seen.next_region)
            if person is not None and sigma_trunks(person.landmarks) < least:
                best, least = person, sigma_trunks(person.landmarks)
        if best is None:
            return None
        found = self.look(self.general, shot, whole_body(best.landmarks))
        if found is None or not upright_and_frontal(found.landmarks) or not same_hips(best.landmarks, found.landmarks):
            return None
        return _confirmed(best, found)

    # Between two comparisons: while both networks agree, and while they do not.
    COMPARE_S, ASK_AGAIN_S = 20 / 30, 4 / 30

    def follow(self, shot: Shot, network: LandmarkNetwork, region: Region, last: Landmarks) -> Person | None:
        """The person whom a network measured in the last frame. region: where that network looks; last: the last landmarks."""
        person = self.look(network, shot, region)
        if person is not None and not person.seen.next_region.continues(region):
            person = None
        self._comparing.add(shot.elapsed_s)
        every_s = self.ASK_AGAIN_S if network is self.general else self.COMPARE_S
        if person is not None and self._comparing.is_due(every_s):
            self._comparing.restart(every_s)
            return self.compare(shot, person)
        if person is None and network is not self.general:
            return self.look(self.general, shot, whole_body(last))
        return person

    # How often in a row the networks must disagree, for a change of network looks like a movement: about where the hips are, or whether the
    # same hips are seen from the side. The general network takes some stands for a side view in one frame of three, and armour as often in
    # a run.
    ELSEWHERE, SIDEWAYS = 3, 8

    def compare(self, shot: Shot, person: Person) -> Person | None:
        """The person who is followed, as both networks see it; None where the general network sees nobody there."""
        if self.is_one:
            return person
        if person.network is self.general:
            return self._measured(shot, person)
        larger = self._larger(shot, person)
        if larger is not None:
            return larger
        found = self.look(self.general, shot, whole_body(person.landmarks))
        if found is None:
            return None
        same = same_hips(person.landmarks, found.landmarks)
        if same and upright_and_frontal(found.landmarks):
            self._disagreed = 0
            return _confirmed(person, found)
        self._disagreed += 1
        if self._disagreed < (self.SIDEWAYS if same else self.ELSEWHERE):
            self._comparing = Timer(self.COMPARE_S - self.ASK_AGAIN_S)
            return person
        self._disagreed = 0
        return found


def _confirmed(person: Person, by: Person) -> Person:
    """A person whom the precise network measured, with what the general one says of the view."""
    return replace(person, behind_by_general=by.behind_by_general)
