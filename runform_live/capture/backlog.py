"""How far the stages that read the frames are behind. A file waits for the slowest one, but never for ever for one that died."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# A stage that is restarted needs about this long until it answers again.
NO_ANSWER_S = 3.0
# A new stage answers only to a new frame. While a stage does not answer, one more frame is sent this often.
ASK_S = 0.5
# After this time nobody waits for the stage until it answers.
GONE_S = 10.0


@dataclass(slots=True)
class _Consumer:
    answered: int  # number of the last frame that it answered to
    behind_since_s: float | None = None


class Backlog:
    """The last frame that each reading stage answered to."""

    __slots__ = ("_consumers",)

    def __init__(self, stages: Iterable[str], frame: int) -> None:
        """frame: number of the last frame for which no answer is expected."""
        self._consumers = {stage: _Consumer(frame) for stage in stages}

    def answered(self, stage: str, frame: int) -> None:
        """A stage answered to this frame, or starts after it."""
        consumer = self._consumers[stage]
        consumer.answered, consumer.behind_since_s = max(consumer.answered, frame), None

    def must_wait(self, stages: Iterable[str], frame: int, most_ahead: int, now_s: float) -> bool:
        """Whether one of these stages is too far behind for another frame after this one."""
        behind = [self._is_behind(self._consumers[stage], frame, most_ahead, now_s) for stage in stages]
        return any(behind)

    @staticmethod
    def _is_behind(consumer: _Consumer, frame: int, most_ahead: int, now_s: float) -> bool:
        ahead = frame - consumer.answered
        if ahead < most_ahead:
            consumer.behind_since_s = None
            return False
        if consumer.behind_since_s is None:
            consumer.behind_since_s = now_s
        silent_s = now_s - consumer.behind_since_s
        if silent_s >= GONE_S:
            return False
        extra_frames = 1 + int((silent_s - NO_ANSWER_S) / ASK_S) if silent_s >= NO_ANSWER_S else 0
        return ahead >= most_ahead + extra_frames
