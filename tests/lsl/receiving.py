"""A program that receives the streams of a run, as another program on this computer would."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pylsl

from tests.running import wait_until

FOUND_S = 60.0  # stages may have to compile first
# Before anything else of LSL: what is searched for, it is searched for on this computer. No other test uses LSL in this process.
pylsl.set_config_content("[multicast]\nResolveScope = machine\n[ports]\nIPv6 = disable\n[log]\nlevel = -3\n")


@dataclass
class Received:
    """One stream, its description, and what came so far."""

    inlet: pylsl.StreamInlet
    info: pylsl.StreamInfo
    stamps_s: list[float] = field(default_factory=list)
    samples: list[list[float | str]] = field(default_factory=list)

    @property
    def labels(self) -> list[str]:
        return [str(label) for label in self.info.get_channel_labels() or []]

    def column(self, label: str) -> list[float | str]:
        place = self.labels.index(label)
        return [sample[place] for sample in self.samples]

    def told(self, *path: str) -> str:
        """A text of the description."""
        element = self.info.desc()
        for name in path:
            element = element.child(name)
        return str(element.child_value())

    def take(self) -> int:
        """Receive what is there; how many samples there are now."""
        while True:
            sample, stamp_s = self.inlet.pull_sample(0.0)
            if sample is None:
                return len(self.samples)
            self.stamps_s.append(stamp_s)
            self.samples.append(sample)


def session_in(parent: Path) -> Path:
    """The folder of the session that has just begun there."""
    assert wait_until(lambda: parent.is_dir() and any(parent.iterdir()), FOUND_S)
    (folder,) = parent.iterdir()
    return folder


def streams_of(folder: Path) -> dict[str, Received]:
    """The three streams of a running session, open, by the last word of their names."""
    found = pylsl.resolve_bypred(f"starts-with(source_id, 'runform_live:{folder.name}:')", 3, FOUND_S)
    streams = {}
    for one in found:
        inlet = pylsl.StreamInlet(one)
        inlet.open_stream(FOUND_S)
        streams[one.name().split()[-1]] = Received(inlet, inlet.info(FOUND_S))
    return streams
