"""Speed, as ratios within one run: what the program costs beside its networks."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections import deque
from dataclasses import dataclass
from statistics import median
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import zmq

from runform_live import isolated
from runform_live.capture.source_name import DEMO
from runform_live.capture.video import Video
from runform_live.config import Config
from runform_live.gait.segmenter import GaitSegmenter
from runform_live.messages import Frame, Pose
from runform_live.pose.networks import Network
from runform_live.pose.open import open_estimator
from runform_live.runtime.bus import Publisher, Subscriber
from runform_live.runtime.bus_folder import BusFolder
from runform_live.runtime.endpoints import Endpoints
from runform_live.runtime.offline import Analysis

BUS_FRAMES, BUS_RATE_HZ = 120, 60.0
CAPTURE = "capture"


@dataclass(frozen=True, slots=True)
class Offline:
    """Offline speed on the demo clip."""

    frames: int
    offline_hz: float
    networks_hz: float
    outside_ms: float  # everything but networks and decoding, a frame
    segmenter_us: float
    decoding_ms: float

    @property
    def ratio(self) -> float:
        return self.offline_hz / self.networks_hz


class _Stopwatch:
    """Adds up the time spent in the networks, and keeps their newest runs (network and inputs), by wrapping Network.run."""

    def __init__(self) -> None:
        self.spent_s = 0.0
        self.runs: deque[tuple[Network, tuple[Any, ...]]] = deque(maxlen=16)
        self._plain = Network.run

    def __enter__(self) -> _Stopwatch:
        plain = self._plain

        def timed(network: Network, *ready: Any) -> Any:
            began = time.perf_counter()
            outputs = plain(network, *ready)
            self.spent_s += time.perf_counter() - began
            self.runs.append((network, ready))
            return outputs

        Network.run = timed  # type: ignore[assignment,method-assign]
        return self

    def __exit__(self, *_: object) -> None:
        Network.run = self._plain  # type: ignore[method-assign]


def offline(config: Config) -> Offline:
    """Measure the offline driver against its networks alone on the same inputs."""
    source = str(DEMO)
    pictures = [(time_s, picture) for (time_s, picture), _ in zip(Video(source), range(120), strict=False)]
    estimator = open_estimator(config.pose)
    with _Stopwatch() as watch:
        for number, (time_s, picture) in enumerate(pictures[:2]):
            watch.runs.clear()  # the first frame is searched; the second one is as all that follow
            estimator.see(picture, Frame.of(picture, number, time_s))
    work = list(watch.runs)
    for _ in range(10):
        for network, inputs in work:
            network.run(*inputs)

    began = time.perf_counter()
    decoded = sum(1 for _ in Video(source))
    decoding_ms = 1e3 * (time.perf_counter() - began) / decoded

    # Alternate the two so that a machine that grows slower meanwhile slows both.
    alone_s, whole_s, frames = 0.0, 0.0, 0
    for _ in range(2):
        began = time.perf_counter()
        for _ in range(decoded // 2):
            for network, inputs in work:
                network.run(*inputs)
        alone_s += time.perf_counter() - began
        analysis = Analysis(source, config, estimator=open_estimator(config.pose))
        began = time.perf_counter()
        for _ in analysis:
            pass
        whole_s += time.perf_counter() - began
        frames += analysis.frames
    networks_hz = 2 * (decoded // 2) / alone_s

    segmenter = GaitSegmenter()
    spent_s, seen = 0.0, list[tuple[Pose, npt.NDArray[np.float64]]]()
    estimator = open_estimator(config.pose)
    with _Stopwatch() as watch:
        began = time.perf_counter()
        for number, (time_s, picture) in enumerate(pictures):
            seen.append(estimator.see(picture, Frame.of(picture, number, time_s)))
        estimator_s = time.perf_counter() - began
    for pose, landmarks in seen:
        began = time.perf_counter()
        segmenter.push(pose, landmarks)
        spent_s += time.perf_counter() - began
    outside_ms = 1e3 * (estimator_s - watch.spent_s + spent_s) / len(pictures)
    return Offline(frames, frames / whole_s, networks_hz, outside_ms, 1e6 * segmenter_s(config), decoding_ms)


def segmenter_s(config: Config) -> float:
    """Seconds a frame in the segmenter, over the whole demo clip (steps, stances and standing included)."""
    analysis = Analysis(str(DEMO), config)
    seen = list(analysis)
    best = float("inf")
    for _ in range(5):
        segmenter = GaitSegmenter()
        began = time.perf_counter()
        for pose, landmarks in seen:
            segmenter.push(pose, landmarks)
        best = min(best, (time.perf_counter() - began) / len(seen))
    return best


def bus_ms() -> tuple[float, float]:
    """Median and 95th percentile (ms) of a 720p frame from one process to another."""
    with contextlib.closing(BusFolder()) as folder:
        local = Endpoints.local(folder.path, (CAPTURE,))
        listener = subprocess.Popen(
            isolated.command("runform_live.runtime.benchmark", "listen"),
            env=isolated.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        publisher = Publisher(context, local.addresses[CAPTURE], keys=local.keys)
        assert listener.stdin is not None
        listener.stdin.write(msgspec.json.encode(local) + b"\n")
        listener.stdin.flush()
        while publisher.subscribers("frame") == 0:
            time.sleep(0.01)
        pictures = [np.full((720, 1280, 3), value, np.uint8) for value in range(4)]
        for frame in range(1, BUS_FRAMES + 1):
            now = time.monotonic()
            publisher.send(
                Frame(frame=frame, time_s=0.0, stamp_s=now, height_px=720, width_px=1280), pictures[frame % 4].data
            )
            time.sleep(1 / BUS_RATE_HZ)
        out, _ = listener.communicate(timeout=30)
        publisher.close()
        context.term()
    times_ms = [float(word) for word in out.split()]
    return median(times_ms), float(np.percentile(times_ms, 95))


def listen() -> None:
    """The other process of `bus_ms`: reads its endpoints from a pipe, and prints how long each frame was under way."""
    local = msgspec.json.decode(sys.stdin.buffer.readline(), type=Endpoints)
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    subscriber = Subscriber()
    subscriber.connect(context, local.addresses[CAPTURE], ("frame",), keys=local.keys)
    for _ in range(BUS_FRAMES):
        received = subscriber.receive(5.0)
        if received is None or not isinstance(received.message, Frame):
            break
        assert received.message.picture(received.buffers[0].buffer).shape == (720, 1280, 3)
        print(1e3 * (time.monotonic() - received.message.stamp_s))
