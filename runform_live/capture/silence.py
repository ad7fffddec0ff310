"""When a camera or a network stream counts as lost, and what a person is told then."""

from __future__ import annotations

from runform_live.capture.source_name import is_camera

# An open source without a picture for this long is lost.
SILENT_S = 2.0
# The same for a source that was never open. Some cameras take seconds to start.
OPENING_S = 5.0
# Some drivers never return from a call to a camera that was pulled out. After this time in one call the source is opened once more.
STUCK_S = 30.0
# After such a gap between two turns of the loop, this process stood still and not the camera.
ASLEEP_S = 1.0


class SilenceWatch:
    """How long the source has given nothing."""

    __slots__ = ("_heard_s", "_turned_s", "was_open")

    def __init__(self, was_open: bool, now_s: float) -> None:
        """was_open: the source was open at some time of the session."""
        self.was_open = was_open
        self._heard_s = self._turned_s = now_s

    def turn(self, now_s: float) -> None:
        """Call at each turn of the loop. Time in which this process stood still does not count."""
        if now_s - self._turned_s > ASLEEP_S:
            self._heard_s = now_s
        self._turned_s = now_s

    def heard(self, now_s: float) -> None:
        """The source gave something, or is opened from now on."""
        self._heard_s = now_s

    def is_lost(self, now_s: float) -> bool:
        return now_s - self._heard_s >= (SILENT_S if self.was_open else OPENING_S)


def disconnected_text(source: str) -> str:
    """A source that was open does not answer any more."""
    if is_camera(source):
        return "the camera does not answer; plug it in again"
    return "the stream stopped; check that the camera is on and reached over the network"


def silent_text(source: str, was_open: bool) -> str:
    """A source gives no picture, and no error either."""
    match is_camera(source), was_open:
        case True, True:
            return "the camera gives no pictures; check its cable, or plug it in again"
        case True, False:
            return "the camera takes long to start; wait, or plug it in again"
        case False, True:
            return "no pictures come over the network; check the connection"
        case _:
            return "the stream has not begun; check that the camera is on and reached over the network"
