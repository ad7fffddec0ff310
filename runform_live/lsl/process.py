"""The LSL stage: poses, stances and cues in, streams for other programs out."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from runform_live import handover
from runform_live.controls import Control
from runform_live.lsl import library
from runform_live.lsl.description import Description, Node, Stream, described
from runform_live.lsl.samples import Sample, Samples, SamplesState, clock_offset
from runform_live.messages import End, Pose
from runform_live.runtime import topology
from runform_live.runtime.bus import Received
from runform_live.runtime.stage import Send, Stage, StageSetup

LAST_SAMPLES_S = 0.2  # for the last samples to reach who receives them, before a stream is closed


class LslStage(Stage):
    """The outlets of a session. They are open as long as the stage runs, also where nobody receives them."""

    def __init__(self, setup: StageSetup, send: Send) -> None:
        super().__init__()
        self._send = send
        pylsl = library.load()
        library.keep_to(setup.config.export.lsl, pylsl)
        offset_s = clock_offset(time.monotonic, pylsl.local_clock)
        self._samples = Samples(offset_s, handover.decode(setup.state, SamplesState))
        streams = described(Path(setup.folder).name, setup.config.pose.network)
        self._outlets: dict[Stream, Any] = {one.stream: _opened(pylsl, one) for one in streams}
        self._over: set[str] = set()  # stages that have sent all they had

    def state_bytes(self) -> bytes:
        """The clock and what was sent last, for a successor."""
        return handover.encode(self._samples.state())

    def handle(self, received: Received) -> None:
        message = received.message
        if isinstance(message, End):
            self._over.add(message.stage)
            if self._over == topology.ends_before("lsl"):
                self._send(End(stage="lsl"))
            return
        landmarks = message.landmarks(received.buffers[0].buffer) if isinstance(message, Pose) else None
        sample = self._samples.of(message, landmarks)
        if sample is not None:
            self._push(sample)
            self.handled += 1
        if isinstance(message, Pose):
            self.lag_ms = 1e3 * (time.monotonic() - message.stamp_s)

    def _push(self, sample: Sample) -> None:
        self._outlets[sample.stream].push_sample(sample.values, sample.stamp_s)

    def control(self, control: Control) -> None:
        self._samples.of(control)

    def finish(self) -> None:
        if any(outlet.have_consumers() for outlet in self._outlets.values()):
            time.sleep(LAST_SAMPLES_S)
        self._outlets.clear()  # that closes them


def _opened(pylsl: Any, description: Description) -> Any:
    """An outlet that can be found from now on."""
    kind = pylsl.cf_string if description.text else pylsl.cf_double64
    info = pylsl.StreamInfo(
        description.name, description.type, len(description.channels), pylsl.IRREGULAR_RATE, kind, description.source_id
    )
    for node in description.nodes:
        _append(info.desc(), node)
    return pylsl.StreamOutlet(info)


def _append(element: Any, node: Node) -> None:
    name, content = node
    if isinstance(content, str):
        element.append_child_value(name, content)
        return
    child = element.append_child(name)
    for each in content:
        _append(child, each)


def create(setup: StageSetup, send: Send) -> LslStage:
    return LslStage(setup, send)
