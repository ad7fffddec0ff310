"""How the raw output of each kind of landmark network is read: points of the crop become landmarks of the picture."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from runform_live.body import unknown_landmarks
from runform_live.messages import INDEX
from runform_live.pose import cards
from runform_live.pose.cards import Card
from runform_live.pose.networks import Outputs, PassOutput
from runform_live.pose.regions import Region, from_centre_and_reach, shoulders_to_toes


@dataclass(frozen=True, slots=True)
class Observation:
    """A person as a landmark network sees it in one region."""

    landmarks: npt.NDArray[np.float64]  # (landmarks, 3: x_px, y_px, sigma_px) of the picture, NaN where it has none
    confidence: float  # 0..1 that there is a person
    next_region: Region
    behind: float = math.nan  # 0..1 that a back is seen; NaN where the network does not say
    brightness: float = math.nan  # of the region, 0..1


def _blazepose_39(outputs: Outputs, crop: Region, card: Card) -> Observation:
    """BlazePose: 39 points of x, y, z, visibility and presence logits; 33 and 34 give the next region.

    The network does not report a sigma. It is the card's, larger where a point is said to be hidden. It names the runner's own left and
    right, so the order of the shoulders tells whether it takes what it sees for a back.
    """
    size = card.network.input.size_px
    points = outputs["landmarks"].reshape(39, 5).astype(np.float64)
    in_picture = crop.to_picture(points[:, :2], size)
    visible = 1.0 / (1.0 + np.exp(-np.clip(points[:, 3], -30, 30)))
    sigma_px = card.network.sigma_input_px * crop.side_px / size[1] / np.clip(visible, 0.1, 1.0)
    landmarks = unknown_landmarks()
    for name, at in card.network.landmarks.items():
        landmarks[INDEX[name]] = (*in_picture[at], sigma_px[at])
    confidence = float(outputs["pose_flag"].ravel()[0])
    next_region = from_centre_and_reach(in_picture[33], in_picture[34])
    return Observation(landmarks, confidence, next_region, _behind_by_shoulders(points[:, :2], card))


# Of the shoulders' order, in trunk lengths. From behind or in front the shoulders are 0.6 to 0.7 apart. Less than 0.25 is no clear word.
SHOULDERS_SOFTNESS = 0.12


def _behind_by_shoulders(points: npt.NDArray[np.float64], card: Card) -> float:
    """The probability of a back by the order of the named shoulders (points, 2; input px); NaN where the trunk has no length.

    The other signs of BlazePose add nothing. The depth of the nose against the ears changes sign with the shoulders, and the face is called
    visible from behind as well: on real people the logit of the nose's visibility is 5 to 8 from behind, and 9 to 11 from in front.
    """
    left, right, left_hip, right_hip = (
        points[card.network.landmarks[name]] for name in ("left_shoulder", "right_shoulder", "left_hip", "right_hip")
    )
    trunk = float(np.linalg.norm((left + right - left_hip - right_hip) / 2.0))
    if trunk <= 0.0:
        return math.nan
    order = float(np.clip((right[0] - left[0]) / trunk, -1.0, 1.0))
    return 1.0 / (1.0 + math.exp(-order / SHOULDERS_SOFTNESS))


# The network does not say whether there is a person. One whose hips are known to a small part of the input (160 px wide) is surely there.
FRONTAL_HIP_SIGMA_PX = 10.0


@cache
def _rows(name: str) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The rows of a shipped network's landmarks in ours, and in its output."""
    named = cards.find(name, "landmarks").network.landmarks
    return np.array([INDEX[landmark] for landmark in named]), np.array(list(named.values()))


def _frontal_19(outputs: Outputs, crop: Region, card: Card) -> Observation:
    """The frontal network: 19 points with a sigma each; the next region follows from shoulders and hips."""
    size = card.network.input.size_px
    points = outputs["landmarks"][0].astype(np.float64)
    landmarks = unknown_landmarks()
    in_picture = crop.to_picture(points[:, :2], size)
    rows, at = _rows(card.network.name)
    landmarks[rows, :2] = in_picture[at]
    landmarks[rows, 2] = points[at, 2] * crop.side_px / size[1]
    left, right = card.network.landmarks["left_hip"], card.network.landmarks["right_hip"]
    hip_sigma_px = float(points[left, 2] + points[right, 2]) / 2
    confidence = math.exp(-hip_sigma_px / FRONTAL_HIP_SIGMA_PX)
    return Observation(landmarks, confidence, shoulders_to_toes(landmarks), outputs["view"].item())


# Networks of a whole person, by the decoder that their card names; and those that can tell a person from none.
DECODERS: dict[str, Callable[[Outputs, Region, Card], Observation]] = {
    "blazepose_39": _blazepose_39,
    "frontal_19": _frontal_19,
}
SEE_WHETHER_ANYBODY = frozenset({"blazepose_39"})


def mean_of(passes: list[Observation]) -> Observation:
    """The mean of several passes over a person from the shoulders to the toes: places, sigmas, confidence and view."""
    landmarks = np.add.reduce([one.landmarks for one in passes]) / len(passes)
    confidence = sum(one.confidence for one in passes) / len(passes)
    behind = sum(one.behind for one in passes) / len(passes)
    return Observation(landmarks, confidence, shoulders_to_toes(landmarks), behind)


def detail_landmarks(output: PassOutput, card: Card) -> npt.NDArray[np.float64]:
    """The card's landmarks, in its order, (landmarks, 3: x_px, y_px, sigma_px of the picture), from a pass of the detail network."""
    described = card.network
    points = output.outputs["landmarks"][0, list(described.landmarks.values())].astype(np.float64)
    in_picture = output.crop.to_picture(points[:, :2], described.input.size_px)
    landmarks = np.empty((len(points), 3))
    landmarks[:, :2] = in_picture
    landmarks[:, 2] = points[:, 2] * output.crop.side_px / described.input.height_px
    return landmarks
