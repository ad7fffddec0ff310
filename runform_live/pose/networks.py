"""ONNX networks by their card: crops of a picture in, all outputs out. A network remembers nothing from frame to frame."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime

from runform_live.errors import BadInput
from runform_live.messages import Picture
from runform_live.pose import cards
from runform_live.pose.cards import Card
from runform_live.pose.passes import Pass, PassState, next_passes
from runform_live.pose.providers import Provider, in_turn
from runform_live.pose.regions import Region, cut_with_fourth
from runform_live.pose.side_by_side import Pool, SideBySide

onnxruntime.disable_telemetry_events()  # on Windows; elsewhere the package's __init__ has done it before the import
Outputs = dict[str, npt.NDArray[np.float32]]

# Two threads that sleep while they wait. blazepose-full on two cores takes 6.6 ms a picture so, 10.7 ms with one thread, and 6.0 ms with
# two threads that spin, which would take the cores from the other stages.
THREADS = 2


def open_session(card: Card, threads: int = THREADS, provider: Provider = "cpu") -> onnxruntime.InferenceSession:
    """A session for the card's file (checked first); BadInput where ONNX Runtime refuses it. A provider that is not there any more: the processor."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # ALL includes the optimisation of the layout in memory, which takes half the time of EXTENDED.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = False  # an arena for each network keeps 30 MiB, and saves no time
    if provider == "directml":
        options.enable_mem_pattern = False  # it refuses sessions with such patterns
    names = in_turn(provider, onnxruntime.get_available_providers())
    content = card.checked_bytes()
    try:
        return onnxruntime.InferenceSession(content, options, providers=names)
    except Exception as trouble:  # ONNX Runtime raises its own untyped errors
        reason = str(trouble).splitlines()[0]
        raise BadInput(f"network {card.network.name} cannot be loaded ({reason}); install it again") from None


@dataclass(frozen=True, slots=True)
class PassOutput:
    """What one pass gave."""

    crop: Region
    outputs: Outputs  # of the picture itself, also where the pass was mirrored
    ready: npt.NDArray[np.float32]  # the network's input


class Network:
    """One ONNX network."""

    __slots__ = ("_input", "_outputs", "_scale", "_session", "beside", "card")

    def __init__(self, card: Card, threads: int = THREADS, provider: Provider = "cpu") -> None:
        """threads: in all. A network with two passes shares them out, so that the passes run side by side.

        Measured for the frontal network: both passes take 10.6 ms side by side, and 16.2 ms one after the other with two threads each.
        """
        self.card = card
        together = 2 if card.network.mirrored and threads > 1 else 1
        self._session = open_session(card, threads // together, provider)
        self.beside: SideBySide = Pool(together)  # who runs the passes
        self._input = self._session.get_inputs()[0].name
        self._outputs = [output.name for output in self._session.get_outputs()]
        described = card.network.input
        self._scale = np.float32((described.high - described.low) / 255.0)

    def prepare(self, picture: Picture, region: Region, mirrored: bool = False) -> npt.NDArray[np.float32]:
        """The region as the network's input, RGB, in the shape that its card says; `picture` is (height, width, 3) BGR."""
        described = self.card.network.input
        crop = cut_with_fourth(picture, region, described.size_px)
        if mirrored:
            crop = cv2.flip(crop, 1)
        rgb = _planes(crop) if described.channels == "first" else _pixels(crop)
        # NumPy makes floats first in less time than on the way to a product.
        ready = rgb[None].astype(np.float32)
        ready *= self._scale
        if described.low:
            ready += np.float32(described.low)
        return ready

    def warm_up(self) -> None:
        """Run once on an empty input, in each of its threads: the first run takes ten times as long as the others."""
        empty = np.zeros(self.card.network.input.shape, np.float32)
        self.beside.do(self.run, [empty] * (2 if self.card.network.mirrored else 1))

    def run(self, ready: npt.NDArray[np.float32]) -> Outputs:
        """All outputs for an input."""
        return dict(zip(self._outputs, self._session.run(self._outputs, {self._input: ready}), strict=True))

    def passes(self, region: Region, state: PassState, hurried: bool = False) -> tuple[list[Pass], PassState]:
        """The next frame's passes over a region, and the state after them: one plain pass, unless the card asks for mirrored ones."""
        return next_passes(region, state, hurried) if self.card.network.mirrored else ([Pass(region)], state)

    def look(self, picture: Picture, passes: list[Pass]) -> list[PassOutput]:
        """What each pass over the picture (BGR) gives."""
        return self.beside.do(lambda one: self._pass(picture, one), passes)

    def _pass(self, picture: Picture, one: Pass) -> PassOutput:
        ready = self.prepare(picture, one.crop, one.mirrored)
        outputs = self.run(ready)
        return PassOutput(one.crop, mirrored_back(outputs, self.card) if one.mirrored else outputs, ready)

    def brightness(self, output: PassOutput) -> float:
        """Of the crop, 0..1."""
        described = self.card.network.input
        ready = output.ready[0]
        some = ready[:, ::8, ::8] if described.channels == "first" else ready[::8, ::8]
        return (float(some.mean()) - described.low) / (described.high - described.low)


def _pixels(crop: Picture) -> npt.NDArray[np.uint8]:
    """RGB (height, width, 3) of a picture in BGR or BGRA."""
    return np.asarray(cv2.cvtColor(crop, cv2.COLOR_BGR2RGB if crop.shape[2] == 3 else cv2.COLOR_BGRA2RGB), np.uint8)


def _planes(crop: Picture) -> npt.NDArray[np.uint8]:
    """RGB (3, height, width) of a picture in BGR or BGRA."""
    height_px, width_px, channels = crop.shape
    planes = np.empty((channels, height_px, width_px), np.uint8)
    cv2.split(crop, [planes[at] for at in (2, 1, 0, 3)[:channels]])
    return planes[:3]


def open_for(decoders: Container[str], card: Card, threads: int, provider: Provider = "cpu") -> Network:
    """The card's network for a reader of these decoders; BadInput where it is made for another."""
    if card.network.decoder not in decoders:
        raise BadInput(f"network {card.network.name}: unknown decoder {card.network.decoder!r}")
    return Network(card, threads, provider)


def mirrored_back(mirrored: Outputs, card: Card) -> Outputs:
    """Outputs of a mirrored pass, with `landmarks` (1, landmarks, 3: x, y, sigma) as they lie in the picture itself."""
    back = mirrored["landmarks"][:, _exchanged(card.network.name, card.network.task, mirrored["landmarks"].shape[1])]
    back[..., 0] = card.network.input.width_px - back[..., 0]
    return mirrored | {"landmarks": back}


@cache
def _exchanged(name: str, task: str, landmarks: int) -> npt.NDArray[np.intp]:
    """For each landmark of a shipped network, the one of the other side."""
    names = cards.find(name, task).network.landmarks
    swap = np.arange(landmarks)
    for landmark, at in names.items():
        swap[at] = names[landmark.replace("left_", "?").replace("right_", "left_").replace("?", "right_")]
    return swap
