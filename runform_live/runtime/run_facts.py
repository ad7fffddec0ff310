"""What the main process knows of a run, by what the stages and the person told."""

from __future__ import annotations

import math
from collections.abc import Sequence

from runform_live.messages import FEET_CUT_OFF, End, GaitState, Message, Recorder, SourceState
from runform_live.runtime.bus import Buffer

CLOSING_S = 20.0  # for the last files of a session of hours on a slow disk


class RunFacts:
    """Tell it every message. Times (s) are monotonic."""

    def __init__(self, end_after_s: float | None) -> None:
        """end_after_s: a run that has stopped ends by itself after so long; None: it does not."""
        self._end_after_s = end_after_s
        self.paused_by_hand = False
        self.recorder: Recorder | None = None  # its latest word
        self.failure: str | None = None  # why the source could not be opened at all
        self.summary: bytes = b""  # as the session stage told it (JSON); empty: it did not
        self.ended_stages: set[str] = set()  # those that have sent all they had
        self.gait: GaitState | None = None  # the latest word of the gait stage
        self._busy_s = -math.inf  # session time when somebody was last in motion
        self._opened = False  # the source, at some time
        self._closing_s: float | None = None  # since then the session stage writes its last files

    def take(self, message: Message, buffers: Sequence[Buffer], now_s: float) -> None:
        """Note one message."""
        match message:
            case GaitState():
                self.gait = message
                if not _rests(message):
                    self._busy_s = message.time_s
            case SourceState(state=state, text=text):
                self._opened = self._opened or state == "open"
                if state == "failed" and not self._opened:
                    self.failure = text
            case Recorder(closing=closing):
                self.recorder = message
                self._closing_s = now_s if closing else None
            case End(stage=stage):
                self.ended_stages.add(stage)
                if stage == "session" and buffers:
                    first = buffers[0]
                    self.summary = bytes(first if isinstance(first, bytes | memoryview) else first.buffer)

    @property
    def ends_in_s(self) -> float | None:
        """Until a run that has stopped ends by itself; None while it goes on, is paused by hand, or never ends so.

        Only standing and absence count, in one piece: a walk between them makes the time begin anew.
        """
        gait = self.gait
        if gait is None or gait.phase != "paused" or not _rests(gait):
            return None
        if self.paused_by_hand or self._end_after_s is None:
            return None
        return max(0.0, max(gait.phase_since_s, self._busy_s) + self._end_after_s - gait.time_s)

    def writes_last_files(self, now_s: float) -> bool:
        """Whether the session stage writes its last files now. Until they are there it sends no heartbeat."""
        return self._closing_s is not None and now_s - self._closing_s < CLOSING_S


def _rests(gait: GaitState) -> bool:
    """Whether somebody stands, is away, or moves without a step. Where the feet are outside the picture, no walk is seen, so motion may be one."""
    unseen_feet = FEET_CUT_OFF in gait.flags
    return gait.activity in ("standing", "nobody") or (gait.activity == "moving" and not unseen_feet)
