"""What a stage of a live run is, and what it knows when it starts."""

from __future__ import annotations

from typing import Protocol

import msgspec

from runform_live import file_names
from runform_live.config import Config
from runform_live.controls import Control
from runform_live.messages import Message, PainScore, Person, Prescribed, View
from runform_live.programmes import PlannedSession
from runform_live.runtime import topology
from runform_live.runtime.bus import Buffer, Received
from runform_live.runtime.keys import Keys


class StageSetup(msgspec.Struct, frozen=True):
    """All that a stage knows when it starts."""

    stage: str
    endpoints: dict[str, str]
    config: Config
    source: str
    frame_rate_hz: float | None = None  # at which a film plays, said by a person; None: by its own clock
    mirrored: bool = False  # the source mirrors its pictures and does not say so
    loop: bool = False  # a file is played again and again
    view: View = "unknown"
    folder: str = ""
    record_video: bool = False
    person: Person | None = None  # whose session it is; None: nobody was named
    prescribed: Prescribed | None = None  # the session of a programme that it is; None: a free run
    planned: PlannedSession | None = None  # its blocks
    pain_before: PainScore | None = None
    paced: bool = True  # a file waits for slow stages; a camera cannot, nor a file that stands for one
    restarted: bool = False
    state: bytes = b""  # the predecessor's, as its `state_bytes` wrote it down; empty: there was none
    control_seq: int = 0  # of the newest control that this state contains
    keys: Keys | None = None  # of this run, where its endpoints can be reached by others
    stages: tuple[str, ...] = topology.STAGES  # of this run

    def to_bytes(self) -> bytes:
        """As the stage's process reads it. Names may hold bytes that are no UTF-8, which msgpack does not take."""
        source, folder = file_names.storable(self.source), file_names.storable(self.folder)
        return msgspec.msgpack.encode(msgspec.structs.replace(self, source=source, folder=folder))

    @staticmethod
    def from_bytes(written: bytes) -> StageSetup:
        """The setup that `to_bytes` wrote."""
        setup = msgspec.msgpack.decode(written, type=StageSetup)
        source, folder = file_names.native(setup.source), file_names.native(setup.folder)
        return msgspec.structs.replace(setup, source=source, folder=folder)


class Send(Protocol):
    def __call__(self, message: Message, *buffers: Buffer) -> None: ...


class Stage:
    """What the loop (`stage_loop.py`) drives. A stage overrides what concerns it, and keeps its figures up to date."""

    skips_frames = False  # those that wait too long while newer ones come

    def __init__(self) -> None:
        self.handled = 0  # messages or frames done
        self.dropped = 0  # missed or skipped
        self.lag_ms = 0.0  # from a frame's stamp to the end of its work here
        self.state = "ready"

    def handle(self, received: Received) -> None:
        """Take one message."""
        raise NotImplementedError

    def idle(self) -> float:
        """Do what is due without a message; return how long to wait for the next one (s)."""
        return 0.5

    def control(self, control: Control) -> None:
        """Do what a person or the supervisor asks for, where it concerns this stage."""

    def state_bytes(self) -> bytes:
        """All that a successor needs to go on from here (see `runform_live.handover`); empty: it can begin anew."""
        return b""

    def finish(self) -> None:
        """Close what is open; the process ends."""
