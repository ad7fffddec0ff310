"""ONNX networks by their card: a region of the picture in, landmarks out. How each kind of output is read stands here too."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime

from runform_live.errors import BadInput
from runform_live.messages import INDEX, LANDMARKS
from runform_live.pose import cards, detector
from runform_live.pose.cards import Card
from runform_live.pose.regions import Region, cut, from_centre_and_reach

Picture = npt.NDArray[np.uint8]
Outputs = dict[str, npt.NDArray[np.float32]]

# Two threads that sleep while they wait: 6.6 ms a picture for blazepose-full on two cores, against 10.7 ms with one
# thread and 6.0 ms with two that spin, which would take the cores from the other stages. Layout optimisation (ALL) halves
# the time of EXTENDED. `runform bench` prints the figures of this machine.
THREADS = 2


def open_session(card: Card, threads: int = THREADS) -> onnxruntime.InferenceSession:
    """A session for the card's file (checked first); BadInput where ONNX Runtime refuses it."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.log_severity_level = 3
    content = card.checked_bytes()
    try:
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as trouble:  # ONNX Runtime raises its own untyped errors
        reason = str(trouble).splitlines()[0]
        raise BadInput(f"network {card.network.name} cannot be loaded ({reason}); install it again") from None


class Network:
    """One ONNX network that looks at regions."""

    __slots__ = ("_input", "_outputs", "_scale", "_session", "card")

    def __init__(self, card: Card, threads: int = THREADS) -> None:
        self.card = card
        self._session = open_session(card, threads)
        self._input = self._session.get_inputs()[0].name
        self._outputs = [output.name for output in self._session.get_outputs()]
        described = card.network.input
        self._scale = (described.high - described.low) / 255.0

    def prepare(self, picture: Picture, region: Region) -> npt.NDArray[np.float32]:
        """The region as the network's input (1, height, width, 3), RGB; `picture` is (height, width, 3) BGR."""
        described = self.card.network.input
        rgb = cv2.cvtColor(cut(picture, region, described.size_px), cv2.COLOR_BGR2RGB)
        ready = np.multiply(rgb, np.float32(self._scale), dtype=np.float32)
        if described.low:
            ready += np.float32(described.low)
        return np.asarray(ready[None], dtype=np.float32)

    def run(self, ready: npt.NDArray[np.float32]) -> Outputs:
        return dict(zip(self._outputs, self._session.run(self._outputs, {self._input: ready}), strict=True))


@dataclass(frozen=True, slots=True)
class Observation:
    """What a landmark network saw in one region."""

    landmarks: npt.NDArray[np.float64]  # (landmarks, 3: x_px, y_px, sigma_px) of the picture, NaN where it has none
    confidence: float  # 0..1 that there is a person
    next_region: Region


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
    return Observation(landmarks, confidence, from_centre_and_reach(in_picture[33], in_picture[34], 1.25))


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
    return Observation(landmarks, math.exp(-doubt_px / FRONTAL_DOUBT_PX), shoulders_to_toes(landmarks))


FRONTAL_DOUBT_PX = 10.0


def _middle(landmarks: npt.NDArray[np.float64], joint: str) -> npt.NDArray[np.float64]:
    """The point (x, y) between a joint's two sides."""
    middle = (landmarks[INDEX[f"left_{joint}"], :2] + landmarks[INDEX[f"right_{joint}"], :2]) / 2
    return np.asarray(middle)


def shoulders_to_toes(landmarks: npt.NDArray[np.float64]) -> Region:
    """The upright region from the shoulders to the toes that the frontal network looks at (as its pictures were made)."""
    shoulders, hips = _middle(landmarks, "shoulder"), _middle(landmarks, "hip")
    trunk_px = float(np.linalg.norm(hips - shoulders))
    return Region(float(hips[0]), float(hips[1]) + 0.4 * trunk_px, max(3.3 * trunk_px, 1.0))


def turned_back(mirrored: Outputs, card: Card) -> Outputs:
    """What was seen in the mirrored picture, `landmarks` (1, landmarks, 3: x, y, sigma), as of the picture itself."""
    names = card.network.landmarks
    other = {name: name.replace("left_", "?").replace("right_", "left_").replace("?", "right_") for name in names}
    swap = np.arange(mirrored["landmarks"].shape[1])
    for name, at in names.items():
        swap[at] = names[other[name]]
    back = mirrored["landmarks"][:, swap].copy()
    back[..., 0] = card.network.input.width_px - back[..., 0]
    return mirrored | {"landmarks": back}


def mean_with_mirrored(outputs: Outputs, mirrored: Outputs, card: Card) -> Outputs:
    """Mean of what a network saw and what it saw in the mirrored picture."""
    both = outputs["landmarks"] + turned_back(mirrored, card)["landmarks"]
    return outputs | {"landmarks": (both * np.float32(0.5)).astype(np.float32)}


# Of the way down from the shoulders to the lower ankle: heights of shoulder, hip and ankle after Drillis and Contini 1966 (in
# Winter, Biomechanics and Motor Control), a little more for bent knees; and how far bodies and phases of gait differ.
HIPS_SHARE, HIPS_WITHIN = 0.375, 0.02


def waist_to_thighs(landmarks: npt.NDArray[np.float64]) -> Region:
    """The upright region about the hips that the detail network looks at (as its pictures were made).

    Under long clothes a network slides the hips down the trousers; shoulders and ankles, which are seen, say where they may be.
    """
    shoulders, hips = _middle(landmarks, "shoulder"), _middle(landmarks, "hip")
    down_px = float(max(landmarks[INDEX["left_ankle"], 1], landmarks[INDEX["right_ankle"], 1]) - shoulders[1])
    if down_px > 0:
        expected_y_px = float(shoulders[1]) + HIPS_SHARE * down_px
        hips[1] = np.clip(hips[1], expected_y_px - HIPS_WITHIN * down_px, expected_y_px + HIPS_WITHIN * down_px)
    trunk_px = float(np.linalg.norm(hips - shoulders))
    return Region(float(hips[0]), float(hips[1]), max(1.1 * trunk_px, 1.0))


DECODERS: dict[str, Callable[[Outputs, Region, Card], Observation]] = {
    "blazepose_39": _blazepose_39,
    "frontal_19": _frontal_19,
}


FINDING = frozenset({"blazepose_39"})


DITHER_PLACE, DITHER_SIZE, DITHER_TURN_RAD = 0.02, 0.05, math.radians(3)  # largest; places and sizes of the side
_STEPS = (0.618034, 0.414214, 0.732051, 0.302776)  # from the square roots of 5, 2, 3 and 13: they never fall into step


def dithered(region: Region, number: int) -> Region:
    """The region a little elsewhere, larger or smaller, and turned: another way for each number, evenly spread.

    What a network sees wrong in one cut it sees wrong in the same way as long as the cut stays the same, and a person who
    stands still would be levelled by that one error. Cuts that differ make it noise, which the mean over frames removes.
    """
    across, down, size, turn = (2.0 * ((0.5 + number * step) % 1.0) - 1.0 for step in _STEPS)
    side_px = region.side_px
    return Region(
        region.x_px + DITHER_PLACE * across * side_px, region.y_px + DITHER_PLACE * down * side_px,
        side_px * math.exp(DITHER_SIZE * size), region.turn_rad + DITHER_TURN_RAD * turn,
    )  # fmt: skip


class DetailNetwork:
    """Looks closer at the pelvis of a person who is found: its landmarks at a finer scale, each with its own sigma."""

    __slots__ = ("_looks", "network")

    def __init__(self, card: Card, threads: int = THREADS) -> None:
        if card.network.decoder != "detail":
            raise BadInput(f"network {card.network.name}: unknown decoder {card.network.decoder!r}")
        self.network = Network(card, threads)
        self._looks = 0

    def refine(self, picture: Picture, landmarks: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Landmarks (landmarks, 3: x_px, y_px, sigma_px) of the picture (BGR) with those that it sees put in their place."""
        region = waist_to_thighs(landmarks)
        if not math.isfinite(region.side_px):
            return landmarks
        described = self.network.card.network
        refined = landmarks.copy()
        rows = [INDEX[name] for name in described.landmarks]
        # Long clothes draw the first network's hips downwards: a first look finds them, the others measure.
        refined[rows] = self._look(picture, region, mirrored=False)
        found = waist_to_thighs(refined)
        centred = replace(region, x_px=found.x_px, y_px=found.y_px)
        looks = []
        for mirrored in (False, True) if described.mirrored else (False,):
            self._looks += 1
            looks.append(self._look(picture, dithered(centred, self._looks), mirrored))
        refined[rows] = np.mean(looks, axis=0)
        return refined

    def _look(self, picture: Picture, region: Region, mirrored: bool) -> npt.NDArray[np.float64]:
        """Its landmarks (as many as it has, 3: x_px, y_px, sigma_px) in a region of the picture."""
        described = self.network.card.network
        ready = self.network.prepare(picture, region)
        outputs = (
            turned_back(self.network.run(flipped(ready)), self.network.card) if mirrored else self.network.run(ready)
        )
        points = outputs["landmarks"][0, list(described.landmarks.values())].astype(np.float64)
        in_picture = region.to_picture(points[:, :2], described.input.size_px)
        return np.column_stack([in_picture, points[:, 2] * region.side_px / described.input.height_px])


def run_with_mirrored(network: Network, ready: npt.NDArray[np.float32]) -> Outputs:
    """What a network sees in an input (1, height, width, 3), and where its card says so in the mirrored one as well."""
    outputs = network.run(ready)
    if network.card.network.mirrored:
        outputs = mean_with_mirrored(outputs, network.run(flipped(ready)), network.card)
    return outputs


def flipped(ready: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """An input (1, height, width, 3) mirrored."""
    return np.ascontiguousarray(ready[:, :, ::-1])


class LandmarkNetwork:
    """Landmarks of the person in a region."""

    __slots__ = ("_decode", "detail", "network")

    def __init__(self, card: Card, threads: int = THREADS) -> None:
        """With the detail network that the card names, if it names one."""
        if card.network.decoder not in DECODERS:
            raise BadInput(f"network {card.network.name}: unknown decoder {card.network.decoder!r}")
        self.network = Network(card, threads)
        named = card.network.detail
        self.detail = DetailNetwork(cards.find(named, "detail"), threads) if named else None
        self._decode = DECODERS[card.network.decoder]

    @property
    def finds(self) -> bool:
        """Whether the network itself can tell a person from none."""
        return self.network.card.network.decoder in FINDING

    @property
    def doubts(self) -> bool:
        """Whether the network itself says how sure it is of each landmark."""
        return self.network.card.network.decoder not in FINDING

    @property
    def names_sides(self) -> bool:
        """Whether "left" is the runner's own, as far as the network knows; else it is the picture's."""
        return self.network.card.network.sides == "runner"

    def work_on(self, picture: Picture, region: Region) -> list[tuple[Network, npt.NDArray[np.float32]]]:
        """The runs of a look: each network with an input, as often as it runs."""
        runs = [(self.network, self.network.prepare(picture, region))]
        if self.detail is not None:
            closer = self.detail.network
            runs.append((closer, closer.prepare(picture, region)))
        return [run for run in runs for _ in range(2 if run[0].card.network.mirrored else 1)] + runs[1:]

    def look(self, picture: Picture, region: Region) -> tuple[Observation, float]:
        """Landmarks in the picture (BGR), and the brightness of the region (0..1)."""
        ready = self.network.prepare(picture, region)
        seen = self._decode(run_with_mirrored(self.network, ready), region, self.network.card)
        if self.detail is not None:
            seen = replace(seen, landmarks=self.detail.refine(picture, seen.landmarks))
        described = self.network.card.network.input
        brightness = (float(ready[0, ::8, ::8].mean()) - described.low) / (described.high - described.low)
        return seen, brightness


class PersonDetector:
    """People in the whole picture, or in one part of it."""

    __slots__ = ("_anchors", "network")

    def __init__(self, card: Card, threads: int = THREADS) -> None:
        if card.network.decoder != "blazepose_anchors":
            raise BadInput(f"network {card.network.name}: unknown decoder {card.network.decoder!r}")
        self.network = Network(card, threads)
        self._anchors = detector.anchors(card.network.input.width_px)

    def look(self, picture: Picture, part: Region) -> list[detector.Candidate]:
        """Candidates in a square part of the picture (BGR), best first."""
        size = self.network.card.network.input.width_px
        outputs = self.network.run(self.network.prepare(picture, part))
        people = detector.decode(outputs["boxes"][0], outputs["scores"][0, :, 0], self._anchors, part, size)
        return [person for person in people if math.isfinite(person.region.side_px)]
