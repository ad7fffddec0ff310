"""A run so far, for a window that opens in the middle of it."""

from __future__ import annotations

import msgspec

from runform_live.messages import (
    Any_,
    CoachState,
    Control,
    Cue,
    GaitState,
    Health,
    Recorder,
    RunState,
    SourceState,
    Stance,
)

# Wishes that change how the stances around them are read, or that are shown for the rest of the run.
KEPT_ACTIONS = frozenset({"pause", "resume", "record", "stop_record", "view", "note", "block", "restarted"})
TOLD = (Stance, GaitState, CoachState, Cue, SourceState, Recorder, Health, RunState, Control)
NOT_TOLD_ACTIONS = frozenset({"start", "stop", "finish"})

_decode = msgspec.msgpack.Decoder(list[Any_]).decode


class Story:
    """Keeps all stances and the wishes between them, and of everything else what was said last."""

    __slots__ = ("_in_order", "_newest")

    def __init__(self) -> None:
        self._in_order: list[Any_] = []
        self._newest: dict[str, Any_] = {}

    @staticmethod
    def concerns(message: Any_) -> bool:
        """Whether such a window shows anything of a message. Pictures and landmarks it does not."""
        if isinstance(message, Control):
            return message.action not in NOT_TOLD_ACTIONS
        return isinstance(message, TOLD)

    def note(self, message: Any_) -> None:
        """Remember one message."""
        if isinstance(message, Stance) or (isinstance(message, Control) and message.action in KEPT_ACTIONS):
            self._in_order.append(message)
        elif not isinstance(message, Control) and self.concerns(message):
            who = message.stage if isinstance(message, Health) else ""
            self._newest[f"{message.__struct_config__.tag} {who}"] = message

    def packed(self) -> bytes:
        """All of it, in the order in which it must be read."""
        return msgspec.msgpack.encode([*self._in_order, *self._newest.values()])


def unpacked(told: bytes | memoryview) -> list[Any_]:
    """What `packed` made."""
    return _decode(told)
