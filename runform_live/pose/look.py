"""One look at one region of a picture: its passes are cut, mirrored, run and decoded, and their mean lies in the picture again.

A look has two halves. The first one finds the whole person. The second one, the pelvis from near, is done when somebody asks for it: the
next frame does not need it, so that another thread may do it meanwhile.
"""

from __future__ import annotations

import math
from dataclasses import replace

import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.messages import INDEX, WHOLE_TURN, Instrument, Picture
from runform_live.pose import cards
from runform_live.pose.cards import Card
from runform_live.pose.decoding import DECODERS, SEE_WHETHER_ANYBODY, Observation, detail_landmarks, mean_of
from runform_live.pose.networks import THREADS, open_for
from runform_live.pose.passes import Pass, PassState
from runform_live.pose.providers import Provider
from runform_live.pose.regions import Region, waist_to_thighs


class DetailNetwork:
    """Looks at the pelvis of a person from near. State: its passes so far."""

    __slots__ = ("network", "passes")

    def __init__(self, card: Card, threads: int = THREADS, provider: Provider = "cpu") -> None:
        self.network = open_for(("detail",), card, threads, provider)
        self.passes = PassState()

    def refine(
        self, picture: Picture, landmarks: npt.NDArray[np.float64], hurried: bool = False
    ) -> npt.NDArray[np.float64]:
        """Landmarks (landmarks, 3: x_px, y_px, sigma_px) of the picture (BGR); those of the pelvis are the mean of both networks.

        One network sees the whole runner, the other one the pelvis from near. Their errors are of one size and largely independent
        (models/frontal/README.md).
        """
        return self.refined(picture, landmarks, self.next_passes(landmarks, hurried))

    def next_passes(self, landmarks: npt.NDArray[np.float64], hurried: bool = False) -> list[Pass]:
        """The passes with which the pelvis of these landmarks is to be seen; none where nobody knows where it is."""
        region = waist_to_thighs(landmarks)
        if not math.isfinite(region.side_px):
            return []
        passes, self.passes = self.network.passes(region, self.passes, hurried)
        return passes

    def refined(
        self, picture: Picture, landmarks: npt.NDArray[np.float64], passes: list[Pass]
    ) -> npt.NDArray[np.float64]:
        """As `refine`, with the passes that `next_passes` gave for these landmarks. It changes no state."""
        if not passes:
            return landmarks
        seen = [detail_landmarks(output, self.network.card) for output in self.network.look(picture, passes)]
        rows = [INDEX[name] for name in self.network.card.network.landmarks]
        refined = landmarks.copy()
        refined[rows] = (landmarks[rows] + np.mean(seen, axis=0)) / 2
        return refined


class Seen:
    """A person in a region, as one network and its detail network see it.

    whole: as the landmark network alone sees the person; the next region follows from it. `landmarks` asks the detail network at the first
    time. One thread at a time may use it.
    """

    __slots__ = ("_detail", "_landmarks", "_passes", "_picture", "whole")

    def __init__(
        self, whole: Observation, picture: Picture, detail: DetailNetwork | None = None, hurried: bool = False
    ) -> None:
        """detail: the network for the pelvis, if there is one. It takes the next of its passes here, whenever they are run."""
        self.whole, self._picture, self._detail = whole, picture, detail
        self._passes = [] if detail is None else detail.next_passes(whole.landmarks, hurried)
        self._landmarks: npt.NDArray[np.float64] | None = None

    @property
    def landmarks(self) -> npt.NDArray[np.float64]:
        """Landmarks (landmarks, 3: x_px, y_px, sigma_px) of the picture, those of the pelvis from near where that network is there."""
        if self._landmarks is None:
            whole = self.whole.landmarks
            self._landmarks = (
                whole if self._detail is None else self._detail.refined(self._picture, whole, self._passes)
            )
        return self._landmarks


class LandmarkNetworkState(msgspec.Struct, frozen=True):
    """The passes so far of a landmark network, and of its detail network if it has one."""

    passes: PassState
    detail: PassState | None


class LandmarkNetwork:
    """Landmarks of the person in a region. State: its passes so far, and those of its detail network."""

    __slots__ = ("_decode", "detail", "network", "passes")

    def __init__(self, card: Card, threads: int = THREADS, provider: Provider = "cpu") -> None:
        """With the detail network that the card names, if it names one."""
        self.network = open_for(DECODERS, card, threads, provider)
        self.passes = PassState()
        named = card.network.detail
        self.detail = DetailNetwork(cards.find(named, "detail"), threads, provider) if named else None
        self._decode = DECODERS[card.network.decoder]

    def state(self) -> LandmarkNetworkState:
        return LandmarkNetworkState(self.passes, None if self.detail is None else self.detail.passes)

    def restore(self, state: LandmarkNetworkState) -> None:
        """Go on where another network of the same card was."""
        self.passes = state.passes
        if self.detail is not None and state.detail is not None:
            self.detail.passes = state.detail

    @property
    def sees_whether_anybody(self) -> bool:
        """Whether the network itself can tell a person from none."""
        return self.network.card.network.decoder in SEE_WHETHER_ANYBODY

    @property
    def instrument(self) -> Instrument:
        """What its landmarks mean."""
        card = self.network.card.network
        return Instrument(
            network=card.name,
            names_sides=card.sides == "runner",
            reports_sigma=card.decoder not in SEE_WHETHER_ANYBODY,
            turn_share=WHOLE_TURN if card.figures is None else card.figures.turn_share,
        )

    def look(self, picture: Picture, region: Region, hurried: bool = False) -> Seen:
        """The person in a region of the picture (BGR). hurried: one pass of each network instead of two."""
        passes, self.passes = self.network.passes(region, self.passes, hurried)
        outputs = self.network.look(picture, passes)
        each = [self._decode(output.outputs, output.crop, self.network.card) for output in outputs]
        whole = each[0] if len(each) == 1 else mean_of(each)
        whole = replace(whole, brightness=self.network.brightness(outputs[0]))
        return Seen(whole, picture, self.detail, hurried)
