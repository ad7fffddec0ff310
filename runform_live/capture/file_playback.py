"""When the next picture of a file is played: at its own time, and not before the slower stages are ready for it."""

from __future__ import annotations

from collections.abc import Iterable

from runform_live.capture.backlog import Backlog
from runform_live.capture.reader import PictureRead

# A picture that is due within this time is played at once.
EXACT_S = 0.001
# The longest waiting time of the loop, so that it stays ready for control messages.
LONGEST_WAIT_S = 0.05
# Waiting time of the loop while a stage is too far behind.
BEHIND_WAIT_S = 0.005
# After a longer delay the file plays on at its own pace from here, instead of catching up.
LARGEST_DELAY_S = 0.2
# A file may be this far ahead of the slowest stage: 32 MiB of pictures, but at least 2 and at most 16 of them.
MOST_AHEAD_BYTES = 32 << 20
LEAST_AHEAD, MOST_AHEAD = 2, 16


class FilePlayback:
    """The clock of a file that is played."""

    __slots__ = ("_backlog", "_paced", "_zero_s")

    def __init__(self, backlog: Backlog, paced: bool) -> None:
        """paced: the file waits for slow stages."""
        self._backlog, self._paced = backlog, paced
        self._zero_s = 0.0  # the monotonic clock at time 0 of the file

    def start(self, time_s: float, now_s: float) -> None:
        """Play from this time of the file on."""
        self._zero_s = now_s - max(time_s, 0.0)

    def wait_s(self, read: PictureRead, frame: int, stages: Iterable[str], now_s: float) -> float:
        """How long this picture must wait; 0: play it now.

        frame: number of the frame before it. stages: those that the file waits for.
        """
        early_s = self._zero_s + read.time_s - now_s
        if early_s > EXACT_S:
            return min(early_s, LONGEST_WAIT_S)
        if self._paced and self._backlog.must_wait(stages, frame, _most_ahead(read.picture.nbytes), now_s):
            return BEHIND_WAIT_S
        if early_s < -LARGEST_DELAY_S:
            self._zero_s = now_s - read.time_s
        return 0.0


def _most_ahead(picture_bytes: int) -> int:
    return max(LEAST_AHEAD, min(MOST_AHEAD, MOST_AHEAD_BYTES // picture_bytes))
