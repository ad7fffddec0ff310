"""What processes tell each other: messages on the bus, the setup of a stage, the state that a successor is given."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import zmq

from runform_live import config, handover
from runform_live.gait.process import GaitStageState
from runform_live.gait.segmenter import GaitSegmenter
from runform_live.messages import SCHEMA_VERSION, End, Frame, FrameAgain, Health, Pose, StageState
from runform_live.runtime.bus import Publisher, Subscriber
from runform_live.runtime.stage import StageSetup
from tests import makers
from tests.fuzz import bytes_damage, shaped_damage
from tests.fuzz.target import Target, in_file

FILE, MARKER = "parts", "the end of the case"
Z = 30
NOT_OURS = (
    msgspec.MsgspecError,
    UnicodeDecodeError,
    RecursionError,
)  # the supervisor alone can write to the pipe of a stage


def _messages() -> list[list[bytes]]:
    """Messages with their payloads, as they travel."""
    picture = np.zeros((4, 5, 3), np.uint8)
    landmarks = makers.standing()
    sent: list[tuple[Any, tuple[bytes, ...]]] = [
        (Frame.of(picture, 1, 0.1), (picture.tobytes(),)),
        (FrameAgain(frame=1, time_s=0.1, stamp_s=0.0, height_px=4, width_px=5), (picture.tobytes(),)),
        (makers.pose(1, 0.1), (landmarks.tobytes(),)),
        (makers.stances(2)[1], ()),
        (Health(stage="gait", pid=1, handled=1, dropped=0, rate_hz=1.0, lag_ms=0.0, state="ready", memory_mib=1.0), ()),
        (StageState(stage="gait", control_seq=1), (b"state",)),
        (End(stage="gait"), ()),
    ]
    return [[one.topic.encode(), msgspec.msgpack.encode((SCHEMA_VERSION, one)), *payloads] for one, payloads in sent]


def make_messages(sound: Path) -> None:
    for number, parts in enumerate(_messages()):
        (sound / f"{number}").write_bytes(msgspec.msgpack.encode(parts))


def in_message(sound: Path, case: Path, chance: random.Random) -> str:
    parts: list[bytes] = msgspec.msgpack.decode(chance.choice(sorted(sound.iterdir())).read_bytes(), type=list[bytes])
    kind = chance.random()
    if kind < 0.6:
        parts[1], done = shaped_damage.in_msgpack(parts[1], chance)
    elif kind < 0.7:
        parts[0], done = bytes_damage.binary(parts[0], chance)
    elif kind < 0.8:
        del parts[chance.randrange(len(parts))]
        done = "a part is gone"
    elif kind < 0.9:
        parts[-1], done = bytes_damage.binary(parts[-1], chance)
    else:
        parts += [b"x" * chance.choice((0, 1, 1000))] * chance.choice((1, 3))
        done = "parts added"
    (case / FILE).write_bytes(msgspec.msgpack.encode(parts))
    return done


class Wire:
    """A subscriber and a raw socket that it listens to."""

    def __init__(self) -> None:
        self.context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self.raw = self.context.socket(zmq.XPUB)
        self.raw.bind("inproc://fuzz")
        self.subscriber = Subscriber()
        self.subscriber.connect(self.context, "inproc://fuzz", [""])
        self.raw.poll(5000)
        self.raw.recv()


_wires: list[Wire] = []


def hear(case: Path) -> None:
    """A stage takes the message with its payload, or never hears of it; and it hears the next one."""
    if not _wires:
        _wires.append(Wire())
    wire = _wires[0]
    marker = [b"end", msgspec.msgpack.encode((SCHEMA_VERSION, End(stage="gait", seq=77)))]
    for path in sorted(case.iterdir()):
        parts = msgspec.msgpack.decode(path.read_bytes(), type=list[bytes])
        for one in (parts, marker):
            if one:
                wire.raw.send_multipart(one)
    heard = False
    for _ in range(2 * len(list(case.iterdir()))):
        received = wire.subscriber.receive(0.0 if heard else 2.0)
        if received is None:
            break
        message = received.message
        if isinstance(message, Frame):
            message.picture(received.buffers[0].buffer)
        elif isinstance(message, Pose):
            message.landmarks(received.buffers[0].buffer)
        elif isinstance(message, StageState):
            assert received.buffers[0] is not None
        heard = heard or (isinstance(message, End) and message.seq == 77)
    assert heard, "a sound message after it was not heard"


def make_setup(sound: Path) -> None:
    endpoints = {name: f"ipc:///tmp/x/{name}" for name in ("capture", "pose")}
    made = StageSetup("gait", endpoints, config.load(), "0", folder="session", state=b"abc")
    (sound / FILE).write_bytes(made.to_bytes())


def read_setup(case: Path) -> None:
    StageSetup.from_bytes((case / FILE).read_bytes())


def make_state(sound: Path) -> None:
    from runform_live.gait.monitor import GaitMonitor

    monitor = GaitMonitor("posterior")
    for k in range(90):
        monitor.push(makers.pose(k + 1, k / Z), makers.running(k / Z))
    (sound / FILE).write_bytes(handover.encode(GaitStageState(monitor.state(), 3.0, False)))


def read_state(case: Path) -> None:
    """A state that is one of the kind can be gone on from, or is refused as documented."""
    handover.decode((case / FILE).read_bytes(), GaitStageState)


assert Publisher and GaitSegmenter
BUS = (
    Target("bus message", make_messages, in_message, hear, weight=2.0),
    Target("setup of a stage", make_setup, in_file(FILE, shaped_damage.in_msgpack), read_setup, allowed=NOT_OURS),
    Target(
        "state of a stage",
        make_state,
        in_file(FILE, shaped_damage.in_msgpack),
        read_state,
        allowed=(msgspec.MsgspecError,),
    ),
)
