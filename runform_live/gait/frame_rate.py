"""Whether the camera gives too few pictures a second: judged second by second, and by most of the pictures.

The mean rate of a whole run does not judge a camera: it falls when the camera is unplugged, or the film is paused, for a while. The median
step does not either: steps of 33 and 50 ms in turn are a good camera with 24 pictures a second, and steps of 10 and 123 ms in turn a bad
one. So each picture is judged by the rate of the second that it lies in, and the camera by the median over its pictures. A pause has few
pictures, or none, and therefore little weight, however long it is. The same holds for a still screen of which a recorder keeps one picture a
second.
"""

from __future__ import annotations

import msgspec

from runform_live.picture_quality import SLOW_HZ

JUDGED_S = 1.0
FEWEST = 5  # pictures: the first few say nothing, for a pause may lie between them
OUTAGE_S = 1.0  # from one picture to the next: the camera or a stage was away


class FrameRate(msgspec.Struct):
    """Push one step from picture to picture after the other. Its fields are all that it knows."""

    judged: int = 0  # pictures
    slow_pictures: int = 0  # those in slow seconds
    passed_s: float = 0.0  # of the second that is not over yet
    pictures: int = 0  # in it

    def push(self, passed_s: float, pictures: int) -> None:
        """Time since the last picture, and how many pictures the camera gave in it (1 where none was skipped)."""
        if passed_s > OUTAGE_S:  # nothing is known of the camera in it, but one that does nothing else is slow
            self._judge(passed_s, 1)
            return
        self.passed_s += passed_s
        self.pictures += pictures
        if self.passed_s >= JUDGED_S:
            self._judge(self.passed_s, self.pictures)

    def _judge(self, passed_s: float, pictures: int) -> None:
        """Judge the pictures of a second that is over, and begin the next."""
        self.judged += pictures
        self.slow_pictures += pictures if pictures < SLOW_HZ * passed_s else 0
        self.passed_s, self.pictures = 0.0, 0

    @property
    def slow(self) -> bool:
        """Whether most of the pictures so far came too slowly."""
        return self.judged >= FEWEST and 2 * self.slow_pictures > self.judged
