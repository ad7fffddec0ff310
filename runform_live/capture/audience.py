"""Whom a file waits for: it is played no faster than its slowest reader takes it. A reader that died does not hold it up for ever."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

NO_ANSWER_S = 3.0  # of a reader that has enough to do; a stage that is restarted takes about this long
ASK_S = 0.5  # then it gets one more frame so often: a new reader answers only to a new frame
GONE_S = 10.0  # then nobody waits for it until it answers


@dataclass(slots=True)
class _Reader:
    seen: int  # the last frame that it answered to
    behind_since_s: float | None = None


class Audience:
    """What each reader has seen, by frame numbers."""

    __slots__ = ("_readers",)

    def __init__(self, names: Iterable[str], frame: int) -> None:
        """frame: the last one that nobody waits for an answer to."""
        self._readers = {name: _Reader(frame) for name in names}

    def saw(self, name: str, frame: int) -> None:
        """A reader answered to this frame, or begins behind it."""
        reader = self._readers[name]
        reader.seen, reader.behind_since_s = max(reader.seen, frame), None

    def must_wait(self, names: Iterable[str], frame: int, most_ahead: int, now_s: float) -> bool:
        """Whether one of these readers has not yet seen enough for another frame after this one."""
        held_up = [self._holds_up(self._readers[name], frame, most_ahead, now_s) for name in names]
        return any(held_up)

    @staticmethod
    def _holds_up(reader: _Reader, frame: int, most_ahead: int, now_s: float) -> bool:
        ahead = frame - reader.seen
        if ahead < most_ahead:
            reader.behind_since_s = None
            return False
        if reader.behind_since_s is None:
            reader.behind_since_s = now_s
        silent_s = now_s - reader.behind_since_s
        if silent_s >= GONE_S:
            return False
        asked = 1 + int((silent_s - NO_ANSWER_S) / ASK_S) if silent_s >= NO_ANSWER_S else 0
        return ahead >= most_ahead + asked
