"""ONNX networks by their card: a region of the picture in, all outputs out."""

from __future__ import annotations

from collections.abc import Container
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import cv2
import msgspec
import numpy as np
import numpy.typing as npt
import onnxruntime

from runform_live.errors import BadInput
from runform_live.pose.cards import Card
from runform_live.pose.regions import Region, cut, dithered

onnxruntime.disable_telemetry_events()  # on Windows; elsewhere the package's __init__ has done it before the import
Picture = npt.NDArray[np.uint8]
Outputs = dict[str, npt.NDArray[np.float32]]

# Two threads that sleep while they wait: 6.6 ms a picture for blazepose-full on two cores, against 10.7 ms with one
# thread and 6.0 ms with two that spin, which would take the cores from the other stages. A network that looks twice does so
# side by side, each look on its own thread: 10.6 ms for both looks of the frontal network instead of 16.2, and the processor
# works 21 ms instead of 26. Layout optimisation (ALL) halves the time of EXTENDED. `runform bench` prints the figures of this machine.
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


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a region of the picture."""

    region: Region
    outputs: Outputs  # as of the picture itself, where the look was mirrored
    ready: npt.NDArray[np.float32]  # what the network was given


class NetworkState(msgspec.Struct, frozen=True):
    """What a network remembers from frame to frame: its looks so far (each is at another cut), and which way was the last one."""

    looks: int
    last_mirrored: bool


class Network:
    """One ONNX network that looks at regions."""

    __slots__ = (
        "_input",
        "_last_mirrored",
        "_looks",
        "_outputs",
        "_scale",
        "_session",
        "_side_by_side",
        "card",
        "hurried",
    )

    def __init__(self, card: Card, threads: int = THREADS) -> None:
        """With so many threads, for one look or shared among the two of a network that looks twice."""
        self.card = card
        together = 2 if card.network.mirrored and threads > 1 else 1
        self._session = open_session(card, threads // together)
        self._side_by_side = ThreadPoolExecutor(together) if together > 1 else None
        self._input = self._session.get_inputs()[0].name
        self._outputs = [output.name for output in self._session.get_outputs()]
        described = card.network.input
        self._scale = (described.high - described.low) / 255.0
        self.hurried = False  # frames come faster than it can look at them in both ways
        self._last_mirrored = True
        self._looks = 0

    def state(self) -> NetworkState:
        return NetworkState(self._looks, self._last_mirrored)

    def restore(self, state: NetworkState) -> None:
        """Go on where another one was."""
        self._looks, self._last_mirrored = state.looks, state.last_mirrored

    def prepare(self, picture: Picture, region: Region, mirrored: bool = False) -> npt.NDArray[np.float32]:
        """The region as the network's input (1, height, width, 3), RGB; `picture` is (height, width, 3) BGR."""
        described = self.card.network.input
        rgb = cv2.cvtColor(cut(picture, region, described.size_px), cv2.COLOR_BGR2RGB)
        if mirrored:
            rgb = cv2.flip(rgb, 1)
        ready = np.multiply(rgb, np.float32(self._scale), dtype=np.float32)
        if described.low:
            ready += np.float32(described.low)
        return np.asarray(ready[None], dtype=np.float32)

    def run(self, *ready: npt.NDArray[np.float32]) -> list[Outputs]:
        """All outputs for each of these inputs, side by side where it has the threads."""
        if len(ready) == 1 or self._side_by_side is None:
            return [self._run(one) for one in ready]
        return list(self._side_by_side.map(self._run, ready))

    def _run(self, ready: npt.NDArray[np.float32]) -> Outputs:
        return dict(zip(self._outputs, self._session.run(self._outputs, {self._input: ready}), strict=True))

    def ways(self) -> tuple[bool, ...]:
        """How to look at the next frame, mirrored or not, where the card says both: in a hurry the one and the other in turn.

        Frames that come fast are many: their mean over a moment holds both ways all the same.
        """
        if not self.hurried:
            return (False, True)
        self._last_mirrored = not self._last_mirrored
        return (self._last_mirrored,)

    def cuts(self, region: Region) -> list[tuple[bool, Region]]:
        """The next frame's looks, mirrored or not, each with where it looks; one that looks in both ways never twice at the same cut."""
        if not self.card.network.mirrored:
            return [(False, region)]
        out = []
        for mirrored in self.ways():
            self._looks += 1
            out.append((mirrored, dithered(region, self._looks)))
        return out

    def looks(self, picture: Picture, region: Region) -> list[Look]:
        """The next frame's looks at a region of the picture (BGR)."""
        cuts = self.cuts(region)
        inputs = [self.prepare(picture, place, mirrored) for mirrored, place in cuts]
        return [
            Look(place, turned_back(outputs, self.card) if mirrored else outputs, ready)
            for (mirrored, place), ready, outputs in zip(cuts, inputs, self.run(*inputs), strict=True)
        ]

    def brightness(self, look: Look) -> float:
        """Of what was looked at, 0..1."""
        described = self.card.network.input
        return (float(look.ready[0, ::8, ::8].mean()) - described.low) / (described.high - described.low)


def open_for(decoders: Container[str], card: Card, threads: int) -> Network:
    """The card's network for a reader of these decoders; BadInput where it is made for another."""
    if card.network.decoder not in decoders:
        raise BadInput(f"network {card.network.name}: unknown decoder {card.network.decoder!r}")
    return Network(card, threads)


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
