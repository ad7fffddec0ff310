"""Speed of the offline path, as ratios within one run: rounds of it alternate with rounds of what it is compared with."""

from __future__ import annotations

import os
import platform
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import llvmlite.binding  # of Numba: it knows the processor
import msgspec
import numpy as np
import numpy.typing as npt

from runform_live.capture.source_name import DEMO
from runform_live.capture.video import Video
from runform_live.config import Config
from runform_live.errors import BadInput
from runform_live.gait.monitor import GaitMonitor
from runform_live.gait.segmenter import GaitSegmenter
from runform_live.messages import Frame, Picture, Pose
from runform_live.pose.networks import Network
from runform_live.pose.open import open_estimator
from runform_live.runtime import bus_benchmark, worker_benchmark
from runform_live.runtime.figure import Bar, Figure, Written, over
from runform_live.runtime.offline import Analysis

PICTURES = 120  # of the clip, on which the networks alone and all that is outside of them are measured
ROUNDS = 3
BESIDE_S = 600.0
# Features of a processor that matter here: vectors of 256 and 512 bits, and 8-bit products in one step.
FEATURES = ("avx2", "avx512f", "avx512vnni", "avxvnni", "neon", "dotprod", "i8mm")


class Machine(msgspec.Struct, frozen=True):
    """Where it was measured. beside: the version of MediaPipe, where it was measured as well."""

    processor: str
    features: tuple[str, ...]
    cores: int
    system: str
    network: str
    threads: int
    beside: str | None = None


class Report(msgspec.Struct, frozen=True):
    """All figures as another program reads them."""

    machine: Machine
    figures: tuple[Written, ...]


def machine(config: Config, beside: str | None = None) -> Machine:
    found = llvmlite.binding.get_host_cpu_features()
    return Machine(
        processor=llvmlite.binding.get_host_cpu_name(),
        features=tuple(name for name in FEATURES if found.get(name)),
        cores=os.cpu_count() or 1,
        system=platform.system(),
        network=config.pose.network,
        threads=config.pose.threads,
        beside=beside,
    )


Passes = list[tuple[Network, list[npt.NDArray[np.float32]]]]  # of one frame: each network with the inputs of its passes


class _Recorder:
    """Keeps what each network is given, by wrapping Network.run."""

    def __init__(self) -> None:
        self._plain, self._lock = Network.run, threading.Lock()
        self.passes: Passes = []

    def __enter__(self) -> _Recorder:
        plain = self._plain

        def recorded(network: Network, ready: Any) -> Any:
            with self._lock:
                if not self.passes or self.passes[-1][0] is not network:
                    self.passes.append((network, []))
                self.passes[-1][1].append(ready)
            return plain(network, ready)

        Network.run = recorded  # type: ignore[assignment,method-assign]
        return self

    def __exit__(self, *_: object) -> None:
        Network.run = self._plain  # type: ignore[method-assign]


def _passes_of_a_frame(config: Config, pictures: list[tuple[float, Picture]]) -> Passes:
    """What the networks are given in a frame in which the runner is followed."""
    estimator = open_estimator(config.pose)
    with _Recorder() as recorder:
        for number, (time_s, picture) in enumerate(pictures[:2]):
            recorder.passes.clear()  # the first frame is searched; the second one is as all that follow
            estimator.see(picture, Frame.of(picture, number, time_s))
        return list(recorder.passes)


def _run(passes: Passes, times: int) -> None:
    for _ in range(times):
        for network, inputs in passes:
            network.beside.do(network.run, inputs)


def _rate_hz(frames: int, began: float) -> float:
    return frames / (time.perf_counter() - began)


def offline(config: Config, beside: str | None = None, rounds: int = ROUNDS) -> tuple[list[Figure], str | None]:
    """The figures of the demo clip, and MediaPipe's version. beside: a Python that has MediaPipe. BadInput where it has not."""
    source = str(DEMO)
    pictures = [read for read, _ in zip(Video(source), range(PICTURES), strict=False)]
    passes = _passes_of_a_frame(config, pictures)
    _run(passes, 10)
    version: str | None = None
    values: dict[str, list[float]] = {name: [] for name in ("whole", "alone", "decoding", "outside", "beside", "copy")}
    for _ in range(rounds):
        analysis = Analysis(source, config)
        began = time.perf_counter()
        for _ in analysis:
            pass
        values["whole"].append(_rate_hz(analysis.frames, began))
        if beside is not None:
            rate_hz, version = mediapipe_hz(beside, source)
            values["beside"].append(rate_hz)
        began, spent_s = time.perf_counter(), time.process_time()
        _run(passes, PICTURES)
        networks_s = time.process_time() - spent_s
        values["alone"].append(_rate_hz(PICTURES, began))
        values["outside"].append(1e3 * (_seen_s(config, pictures) - networks_s) / len(pictures))
        began = time.perf_counter()
        decoded = sum(1 for _ in Video(source, threads=1))
        values["decoding"].append(1e3 / _rate_hz(decoded, began))
        values["copy"].append(bus_benchmark.copy_ms())
    whole = Figure("offline, 720p", "frames/s", tuple(values["whole"]))
    alone = Figure("networks alone", "frames/s", tuple(values["alone"]))
    found = [whole, alone, over("  offline against the networks alone", whole, alone, Bar(0.8))]
    if beside is not None:
        peer = Figure(f"MediaPipe Pose {version}, full", "frames/s", tuple(values["beside"]))
        found += [peer, over("  offline against MediaPipe Pose", whole, peer, Bar(2.0))]
    outside = Figure("outside networks and decoder", "ms a frame", tuple(values["outside"]), Bar(2.0, least=False))
    decoding = Figure("decoder alone", "ms a frame", tuple(values["decoding"]))
    copy = Figure("a copy of a frame in memory", "ms", tuple(values["copy"]))
    return [*found, outside, decoding, segmenter(config), copy], version


def _seen_s(config: Config, pictures: list[tuple[float, Picture]]) -> float:
    """Processor seconds, of all threads together, for these pictures once they are decoded."""
    estimator, monitor = open_estimator(config.pose), GaitMonitor()
    spent_s = time.process_time()
    for number, (time_s, picture) in enumerate(pictures):
        monitor.push(*estimator.see(picture, Frame.of(picture, number, time_s)))
    return time.process_time() - spent_s


def segmenter(config: Config) -> Figure:
    """Of the whole demo clip: steps, stances and standing included."""
    seen: list[tuple[Pose, npt.NDArray[np.float64]]] = list(Analysis(str(DEMO), config))
    rounds = []
    for _ in range(5):
        gait = GaitSegmenter()
        began = time.perf_counter()
        for pose, landmarks in seen:
            gait.push(pose, landmarks)
        rounds.append(1e6 * (time.perf_counter() - began) / len(seen))
    return Figure("segmenter", "us a frame", tuple(rounds), Bar(100.0, least=False))


def bus() -> Figure:
    """A frame between two processes; each frame is a round."""
    return Figure("720p frame on the bus", "ms", tuple(bus_benchmark.bus_ms()), Bar(2.0, least=False))


def workers(config: Config, rounds: int = ROUNDS) -> list[Figure]:
    """Two videos in two processes against one in one: with all cores for each, and with one core for each."""
    found = []
    for words, one_core_each in (("", False), (", a core each", True)):
        if one_core_each and not worker_benchmark.can_confine():
            continue
        rates: dict[int, list[float]] = {1: [], 2: []}
        for _ in range(rounds):
            for many in rates:
                rates[many].append(worker_benchmark.rate_hz(str(DEMO), config, many, one_core_each))
        one, two = (Figure(f"{many} video(s) at once{words}", "frames/s", tuple(rates[many])) for many in rates)
        found += [one, two, over("  two against one", two, one, Bar(1.7))]
    return found


def mediapipe_hz(python: str, source: str) -> tuple[float, str]:
    """Frames a second of MediaPipe Pose on a video, and its version; BadInput where that Python does not have it."""
    script = Path(__file__).with_name("beside_mediapipe.py")
    try:
        ran = subprocess.run(
            [python, str(script), source], capture_output=True, text=True, timeout=BESIDE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as trouble:
        raise BadInput(f"--beside {python}: it does not run ({trouble})") from None
    if ran.returncode or len(ran.stdout.split()) != 3:
        last = (ran.stderr.strip().splitlines() or ["it printed nothing"])[-1]
        raise BadInput(
            f"--beside {python}: MediaPipe Pose does not run there ({last}); give the Python of an environment with "
            "mediapipe==0.10.14"
        )
    version, frames, spent_s = ran.stdout.split()
    return int(frames) / float(spent_s), version


def measure(config: Config, beside: str | None, with_workers: bool) -> tuple[Machine, list[Figure]]:
    """All figures that need neither window nor sound. beside: as for `offline`; with_workers: two videos at once as well."""
    figures, version = offline(config, beside)
    figures.append(bus())
    if with_workers:
        figures += workers(config)
    return machine(config, version), figures
