"""Frames for those who only show them: no larger and no more than a screen shows. A picture costs as much to send as it has bytes."""

from __future__ import annotations

import math

import msgspec

from runform_live import overlay
from runform_live.messages import Frame, Picture

MOST_HZ = 36.0  # half of 60 frames/s, and all of 30, come as evenly as they are
HEIGHT_PX = 470  # of the place in the window


class SmallFrames:
    """Which frames are sent, and how. State: when the last one was sent (its stamp)."""

    __slots__ = ("_sent_s",)

    def __init__(self) -> None:
        self._sent_s = -math.inf

    def of(self, frame: Frame, payload: memoryview) -> tuple[Frame, Picture] | None:
        """A frame no higher than HEIGHT_PX, with its picture; None where it comes too soon after the last one."""
        if 0.0 <= frame.stamp_s - self._sent_s < 1.0 / MOST_HZ:
            return None
        self._sent_s = frame.stamp_s
        picture = frame.picture(payload)
        if frame.height_px <= HEIGHT_PX:
            return frame, picture
        small, scale = overlay.lower_copy(picture, HEIGHT_PX)
        height_px, width_px = small.shape[:2]
        return msgspec.structs.replace(frame, height_px=height_px, width_px=width_px, scale=scale), small
