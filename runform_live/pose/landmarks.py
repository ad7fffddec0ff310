"""The networks that see a whole person: landmarks in a region. How each kind of output is read stands here too."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.messages import INDEX, LANDMARKS, WHOLE_TURN, Instrument
from runform_live.pose import cards
from runform_live.pose.cards import Card
from runform_live.pose.detail import DetailNetwork
from runform_live.pose.networks import THREADS, Network, NetworkState, Outputs, Picture, open_for
from runform_live.pose.regions import Region, from_centre_and_reach, shoulders_to_toes


@dataclass(frozen=True, slots=True)
class Observation:
    """What a landmark network saw in one region."""

    landmarks: npt.NDArray[np.float64]  # (landmarks, 3: x_px, y_px, sigma_px) of the picture, NaN where it has none
    confidence: float  # 0..1 that there is a person
    next_region: Region
    behind: float = math.nan  # 0..1 that a back is seen; NaN where the network does not say


def _blazepose_39(outputs: Outputs, region: Region, card: Card) -> Observation:
    """BlazePose: 39 points of x, y, z, visibility and presence logits; 33 and 34 give the next region.

    The network has no measure of its own error: sigma is the card's, grown where a point is said to be hidden.
    """
    size = card.network.input.size_px
    points = outputs["landmarks"].reshape(39, 5).astype(np.float64)
    in_picture = region.to_picture(points[:, :2], size)
    visible = 1.0 / (1.0 + np.exp(-np.clip(points[:, 3], -30, 30)))
    sigma_px = card.network.sigma_input_px * region.side_px / size[1] / np.clip(visible, 0.1, 1.0)
    landmarks = np.full((len(LANDMARKS), 3), np.nan)
    for name, at in card.network.landmarks.items():
        landmarks[INDEX[name]] = (*in_picture[at], sigma_px[at])
    confidence = float(outputs["pose_flag"].ravel()[0])
    return Observation(landmarks, confidence, from_centre_and_reach(in_picture[33], in_picture[34]))


def _frontal_19(outputs: Outputs, region: Region, card: Card) -> Observation:
    """The frontal network: 19 points with their own sigma; the next region follows from shoulders and hips.

    A person whose hips are known to a small part of the region is surely there; the network has no flag of its own.
    """
    size = card.network.input.size_px
    points = outputs["landmarks"][0].astype(np.float64)
    landmarks = np.full((len(LANDMARKS), 3), np.nan)
    in_picture = region.to_picture(points[:, :2], size)
    for name, at in card.network.landmarks.items():
        landmarks[INDEX[name]] = (*in_picture[at], points[at, 2] * region.side_px / size[1])
    doubt_px = float(np.mean([points[card.network.landmarks[f"{side}_hip"], 2] for side in ("left", "right")]))
    behind = float(outputs["view"].ravel()[0])
    return Observation(landmarks, math.exp(-doubt_px / FRONTAL_DOUBT_PX), shoulders_to_toes(landmarks), behind)


FRONTAL_DOUBT_PX = 10.0


def mean_of(looks: list[Observation]) -> Observation:
    """Of a person from the shoulders to the toes, seen in several ways: the mean of places, sigmas, confidence and view."""
    landmarks = np.mean([look.landmarks for look in looks], axis=0)
    confidence, behind = (float(np.mean([getattr(look, name) for look in looks])) for name in ("confidence", "behind"))
    return Observation(landmarks, confidence, shoulders_to_toes(landmarks), behind)


DECODERS: dict[str, Callable[[Outputs, Region, Card], Observation]] = {
    "blazepose_39": _blazepose_39,
    "frontal_19": _frontal_19,
}


FINDING = frozenset({"blazepose_39"})


class LandmarkNetworkState(msgspec.Struct, frozen=True):
    """What a landmark network and its detail network (if it has one) remember from frame to frame."""

    network: NetworkState
    detail: NetworkState | None


class LandmarkNetwork:
    """Landmarks of the person in a region."""

    __slots__ = ("_decode", "detail", "network")

    def __init__(self, card: Card, threads: int = THREADS) -> None:
        """With the detail network that the card names, if it names one."""
        self.network = open_for(DECODERS, card, threads)
        named = card.network.detail
        self.detail = DetailNetwork(cards.find(named, "detail"), threads) if named else None
        self._decode = DECODERS[card.network.decoder]

    def state(self) -> LandmarkNetworkState:
        detail = None if self.detail is None else self.detail.network.state()
        return LandmarkNetworkState(self.network.state(), detail)

    def restore(self, state: LandmarkNetworkState) -> None:
        """Go on where another one of the same card was."""
        self.network.restore(state.network)
        if self.detail is not None and state.detail is not None:
            self.detail.network.restore(state.detail)

    def hurry(self, hurried: bool) -> None:
        """Whether to look at each frame only once, plain or mirrored in turn."""
        self.network.hurried = hurried
        if self.detail is not None:
            self.detail.network.hurried = hurried

    @property
    def finds(self) -> bool:
        """Whether the network itself can tell a person from none."""
        return self.network.card.network.decoder in FINDING

    @property
    def instrument(self) -> Instrument:
        """What its landmarks mean."""
        card = self.network.card.network
        return Instrument(
            network=card.name,
            names_sides=card.sides == "runner",
            reports_sigma=card.decoder not in FINDING,
            turn_share=WHOLE_TURN if card.figures is None else card.figures.turn_share,
        )

    def work_on(self, picture: Picture, region: Region) -> list[tuple[Network, list[npt.NDArray[np.float32]]]]:
        """What runs for a frame: each network, with an input for each of its looks."""
        networks = [self.network] if self.detail is None else [self.network, self.detail.network]
        return [(one, [look.ready for look in one.looks(picture, region)]) for one in networks]

    def look(self, picture: Picture, region: Region) -> tuple[Observation, float]:
        """Landmarks in the picture (BGR), and the brightness of the region (0..1)."""
        looks = self.network.looks(picture, region)
        each = [self._decode(look.outputs, look.region, self.network.card) for look in looks]
        seen = each[0] if len(each) == 1 else mean_of(each)
        if self.detail is not None:
            seen = replace(seen, landmarks=self.detail.refine(picture, seen.landmarks))
        return seen, self.network.brightness(looks[0])
