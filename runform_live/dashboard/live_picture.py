"""The runner's picture with its landmarks: newest frames from the bus, each shown together with what was found in it.

No more are made ready than are drawn: a window that is drawn slowly takes no time from the stages for pictures that nobody sees.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import dearpygui.dearpygui as dpg
import numpy as np
import numpy.typing as npt
import zmq

from runform_live import overlay
from runform_live.messages import INDEX, Frame, View
from runform_live.runtime import topology
from runform_live.runtime.bus import Received, Subscriber

PICTURE_W, PICTURE_H = 530, 470  # of the texture: a quarter more than its place in the design
FOLLOWING = 0.03  # how fast the shown part of the picture follows the runner sideways
HIPS = [INDEX["left_hip"], INDEX["right_hip"]]
TAG = "picture"


@dataclass(frozen=True, slots=True)
class Part:
    """What is shown of a frame."""

    frame: int
    picture: npt.NDArray[np.uint8]  # (PICTURE_H, PICTURE_W, 3; BGR)
    scale: float
    left_px: float  # of the frame, where it begins


class LivePicture:
    """Owns the texture TAG and the socket that fills it."""

    def __init__(self) -> None:
        self._texture = np.zeros((PICTURE_H, PICTURE_W, 3), np.float32)
        self._newest: Received | None = None
        self._waiting: Part | None = None  # for its landmarks
        self._undrawn = False  # shown, but not on the screen yet
        self._seen_frame = 0  # the last one whose landmarks came
        self._runner_x_px: float | None = None
        self._pictures: Subscriber | None = None
        self._context: zmq.Context[zmq.Socket[bytes]] | None = None

    def make_texture(self) -> None:
        """Once there is a Dear PyGui context."""
        with dpg.texture_registry():
            dpg.add_raw_texture(PICTURE_W, PICTURE_H, self._texture, format=dpg.mvFormat_Float_rgb, tag=TAG)

    def connect(self, endpoint: str) -> None:
        """Listen to the capture stage's pictures; further calls change nothing."""
        if self._pictures is None:
            # On a socket of their own with little room at either end: what the window is too slow for is dropped there.
            self._context = zmq.Context()
            self._pictures = Subscriber()
            self._pictures.connect(self._context, endpoint, ("frame",), topology.PREVIEWS_WAITING)

    def take_newest(self) -> None:
        """Read all that came, often, for what is not read grows old; the newest frame waits for its landmarks when its turn has come."""
        assert self._pictures is not None
        while (received := self._pictures.receive(0.0)) is not None:
            self._newest = received
        newest = self._newest
        if newest is None or self._waiting is not None or self._undrawn:
            return
        self._newest = None
        message = newest.message
        if not isinstance(message, Frame) or message.frame <= self._seen_frame:
            return
        picture = np.frombuffer(newest.buffers[0].buffer, np.uint8)
        picture = picture.reshape(message.height_px, message.width_px, 3)
        small, scale, left_px = overlay.upright_copy(picture, PICTURE_W, PICTURE_H, self._runner_x_px)
        self._waiting = Part(message.frame, small, scale, left_px)

    def part_of(self, frame: int) -> Part | None:
        """What is shown of the frame whose landmarks have come; None where another one waits. One that was passed over is given up."""
        self._seen_frame = frame
        part = self._waiting
        if part is None or part.frame > frame:
            return None
        self._waiting = None
        return part if part.frame == frame else None

    def show_with(self, part: Part, landmarks: npt.NDArray[np.float64], view: View) -> None:
        """Draw the landmarks (landmarks, 3) of its frame into a part, and show it."""
        hips_x_px = float(landmarks[HIPS, 0].mean())
        if np.isfinite(hips_x_px):
            last = self._runner_x_px if self._runner_x_px is not None else hips_x_px
            self._runner_x_px = last + FOLLOWING * (hips_x_px - last)
        left, right = landmarks[:4:2, 0].sum(), landmarks[1:4:2, 0].sum()
        swapped = (view == "posterior" and left > right) or (view == "anterior" and left < right)
        overlay.draw(part.picture, landmarks - (part.left_px, 0, 0), part.scale, swapped)
        self.show(part.picture)

    def drawn(self) -> None:
        """What was shown is on the screen."""
        self._undrawn = False

    def show(self, picture: npt.NDArray[np.uint8]) -> None:
        """Put a picture (PICTURE_H, PICTURE_W, 3; BGR) into its place."""
        np.multiply(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.float32(1 / 255), out=self._texture, dtype=np.float32)
        dpg.set_value(TAG, self._texture)
        self._undrawn = True

    def close(self) -> None:
        if self._pictures is not None:
            self._pictures.close()
        if self._context is not None:
            self._context.term()
