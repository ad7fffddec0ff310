"""A run so far, for a window that opens in the middle of it."""

from __future__ import annotations

import msgspec

from runform_live import controls
from runform_live.controls import Control
from runform_live.messages import CoachState, Cue, GaitState, Health, Message, Recorder, RunState, SourceState, Stance
from runform_live.runtime.bus import AnyMessage

SHOWN = Stance | GaitState | CoachState | Cue | SourceState | Recorder | Health | RunState | Control
NOT_SHOWN = controls.Start | controls.Stop | controls.Finish
# All of these are kept, in their order. Requests among them change how the stances around them are read, or are shown until the end.
ALL_KEPT = (
    Stance
    | controls.SetPaused
    | controls.SetRecording
    | controls.SetView
    | controls.AddNote
    | controls.MarkBlock
    | controls.StageRestarted
)

_decode = msgspec.msgpack.Decoder(list[AnyMessage]).decode


class RunSoFar:
    """Keeps all stances and the requests between them, and the newest of every other kind of message."""

    __slots__ = ("_in_order", "_newest")

    def __init__(self) -> None:
        self._in_order: list[Message] = []
        self._newest: dict[str, Message] = {}

    @staticmethod
    def is_shown(message: Message) -> bool:
        """Whether the clinician's window shows anything of a message. It shows no pictures and no landmarks."""
        return isinstance(message, SHOWN) and not isinstance(message, NOT_SHOWN)

    def note(self, message: Message) -> None:
        """Remember one message."""
        if isinstance(message, ALL_KEPT):
            self._in_order.append(message)
        elif self.is_shown(message) and not isinstance(message, Control):
            stage = message.stage if isinstance(message, Health) else ""
            self._newest[f"{message.topic} {stage}"] = message

    def packed(self) -> bytes:
        """All of it, in the order in which it must be read."""
        return msgspec.msgpack.encode([*self._in_order, *self._newest.values()])


def unpacked(packed: bytes | memoryview) -> list[AnyMessage]:
    """The messages that `packed` wrote."""
    return _decode(packed)
