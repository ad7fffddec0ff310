"""A camera of another computer, as a source of pictures (`runform serve camera` there). What lies behind does not know the difference.

It asks for each picture, so that never more than two are on their way: where the network is slow, pictures are left out at the camera, and
those that come are new. Their times are those of the camera's own clock, told by the clock here (`remote_clock.py`).
"""

from __future__ import annotations

import time

import cv2

from runform_live.capture.source_info import SourceInfo
from runform_live.errors import BadInput
from runform_live.messages import Picture
from runform_live.runtime import remote_wire
from runform_live.runtime.remote_clock import RemoteClock
from runform_live.runtime.remote_link import Link
from runform_live.runtime.remote_wire import Note, OtherVersion, Reads, Refused, Shot, Want

OPENING_S = 8.0  # for the first picture: cameras take seconds to start
SILENT_S = 1.5  # without a usable picture the link counts as broken
ASK_S, ASK_AT_FIRST_S = (
    0.25,
    0.04,
)  # between two requests where no picture comes; at first the clocks are compared often
OLDEST_S = 2.0  # a picture that is told to be older than this is not from now
LEAST_STEP_S = 0.002  # between two pictures; no camera of this program is faster, and more would be a flood
MOST_IN_VAIN = 1000  # messages without a picture that can be used; more are no mistake of the network

_reads = Reads(Shot | Note)


class RemoteCamera:
    """`read` gives (monotonic time here, picture), or None where the link is broken or the camera there is lost."""

    def __init__(self, address: str, mirrored: bool = False) -> None:
        """Raises BadInput, in a line, where no picture comes."""
        self._mirrored = mirrored
        self._clock = RemoteClock()
        self._number, self._stamp_s = 0, float("-inf")
        self._rate_hz: float | None = None
        self._camera_lost = False
        self._first: tuple[float, Picture] | None = None
        self._link = Link(address, "camera")
        try:
            self._first = self._next(OPENING_S, ASK_AT_FIRST_S)
            if self._first is None:
                raise BadInput(self._why())
        except BaseException:
            self._link.close()
            raise
        height_px, width_px = self._first[1].shape[:2]
        self.info = SourceInfo(height_px, width_px, self._rate_hz, None)

    def read(self) -> tuple[float, Picture] | None:
        first, self._first = self._first, None
        try:
            return first or self._next(SILENT_S, ASK_S)
        except BadInput:
            return None  # it is said when the camera is opened once more

    def close(self) -> None:
        self._link.close()

    def _why(self) -> str:
        if self._camera_lost:
            return f"{self._link.place.name} is there, but its camera does not answer; check the camera's cable there"
        return self._link.why_silent()

    def _next(self, wait_s: float, ask_s: float) -> tuple[float, Picture] | None:
        """The next picture that can be used; None where none came in time. Raises BadInput where the other end is no camera of this version."""
        asked_s = time.monotonic()
        until_s = asked_s + wait_s
        in_vain = 0
        self._ask()
        while not self._camera_lost and (now_s := time.monotonic()) < until_s:
            if now_s - asked_s >= ask_s:
                self._ask()
                asked_s = now_s
            parts = self._link.receive(min(ask_s, until_s - now_s))
            if parts is None:
                continue
            if (in_vain := in_vain + 1) > MOST_IN_VAIN:
                raise self._link.is_odd()
            try:
                said = _reads(parts)
                arrived_s = time.monotonic()
                self._clock.heard(said.asked_s, said.heard_s, arrived_s)
                if isinstance(said, Note):
                    self._camera_lost = said.camera == "lost"
                elif len(parts) == 2 and (read := self._taken(said, parts[1], arrived_s)) is not None:
                    return read
            except Refused:
                continue
            except OtherVersion:
                raise BadInput(
                    f"{self._link.place.name} has another version of runform; install the same version on both computers"
                ) from None
        return None

    def _taken(self, shot: Shot, part: remote_wire.Buffer, arrived_s: float) -> tuple[float, Picture] | None:
        """A picture whose number, time and bytes are all right; None where the number or the time is not. Raises Refused."""
        if shot.number <= self._number:
            return None
        self._number = shot.number  # it is not on its way any more, whether it can be used or not
        if not remote_wire.is_time(shot.stamp_s) or shot.stamp_s < self._stamp_s + LEAST_STEP_S:
            return None
        stamp_s = self._clock.here_s(shot.stamp_s, arrived_s)
        if stamp_s is None or self._clock.jumped:
            return None
        if abs(arrived_s - stamp_s) > OLDEST_S:
            return None
        picture = remote_wire.unpacked(shot.height_px, shot.width_px, shot.packing, part)
        self._stamp_s, self._rate_hz = shot.stamp_s, shot.rate_hz
        if self._mirrored:
            picture = cv2.flip(picture, 1)
        return min(stamp_s, arrived_s), picture

    def _ask(self) -> None:
        now_s = time.monotonic()
        self._clock.asked(now_s)
        self._link.send(remote_wire.header(Want(self._number, now_s)))
