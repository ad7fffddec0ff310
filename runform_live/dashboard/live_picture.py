"""The runner's picture with its landmarks: newest frames from the bus, each shown together with what was found in it."""

from __future__ import annotations

from collections import OrderedDict

import cv2
import dearpygui.dearpygui as dpg
import numpy as np
import numpy.typing as npt
import zmq

from runform_live import overlay
from runform_live.messages import INDEX, Frame, View
from runform_live.runtime.bus import Subscriber

PICTURE_W, PICTURE_H = 530, 470  # of the texture: a quarter more than its place in the design
FRAMES_KEPT = 12  # a frame waits here for its landmarks, so that both are shown together
FOLLOWING = 0.03  # how fast the shown part of the picture follows the runner sideways
HIPS = [INDEX["left_hip"], INDEX["right_hip"]]
TAG = "picture"


class LivePicture:
    """Owns the texture TAG and the socket that fills it."""

    def __init__(self) -> None:
        self._texture = np.zeros((PICTURE_H, PICTURE_W, 3), np.float32)
        self._frames: OrderedDict[int, tuple[npt.NDArray[np.uint8], float, float]] = OrderedDict()
        self._shown_frame = 0
        self._runner_x_px: float | None = None
        self._pictures: Subscriber | None = None
        self._context: zmq.Context[zmq.Socket[bytes]] | None = None

    def make_texture(self) -> None:
        """Once there is a Dear PyGui context."""
        with dpg.texture_registry():
            dpg.add_raw_texture(PICTURE_W, PICTURE_H, self._texture, format=dpg.mvFormat_Float_rgb, tag=TAG)

    def connect(self, endpoint: str) -> None:
        """Listen to the capture stage; further calls change nothing."""
        if self._pictures is None:
            # Pictures come on a socket of their own with room for two: they are skipped, never waited for.
            self._context = zmq.Context()
            self._pictures = Subscriber()
            self._pictures.connect(self._context, endpoint, ("frame",), 2)

    def take_newest(self) -> None:
        """Keep the newest frame until its landmarks come."""
        assert self._pictures is not None
        newest = None
        while (received := self._pictures.receive(0.0)) is not None:
            newest = received
        if newest is None or not isinstance(newest.message, Frame):
            return
        message = newest.message
        picture = np.frombuffer(newest.buffers[0].buffer, np.uint8)
        picture = picture.reshape(message.height_px, message.width_px, 3)
        self._frames[message.frame] = overlay.upright_copy(picture, PICTURE_W, PICTURE_H, self._runner_x_px)
        while len(self._frames) > FRAMES_KEPT:
            self._frames.popitem(last=False)

    def waiting(self, frame: int) -> npt.NDArray[np.uint8] | None:
        """The picture of a frame, still without landmarks; None where it was skipped or a later one is shown already."""
        kept = self._frames.get(frame)
        return None if kept is None or frame <= self._shown_frame else kept[0]

    def show_with(self, frame: int, landmarks: npt.NDArray[np.float64], view: View) -> None:
        """Draw the landmarks (landmarks, 3) into the picture of a frame that is waiting, and show it."""
        self._shown_frame = frame
        hips_x_px = float(landmarks[HIPS, 0].mean())
        if np.isfinite(hips_x_px):
            last = self._runner_x_px if self._runner_x_px is not None else hips_x_px
            self._runner_x_px = last + FOLLOWING * (hips_x_px - last)
        picture, scale, left_px = self._frames[frame]
        left, right = landmarks[:4:2, 0].sum(), landmarks[1:4:2, 0].sum()
        swapped = (view == "posterior" and left > right) or (view == "anterior" and left < right)
        overlay.draw(picture, landmarks - (left_px, 0, 0), scale, swapped)
        self.show(picture)

    def show(self, picture: npt.NDArray[np.uint8]) -> None:
        """Put a picture (PICTURE_H, PICTURE_W, 3; BGR) into its place."""
        np.multiply(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.float32(1 / 255), out=self._texture, dtype=np.float32)
        dpg.set_value(TAG, self._texture)

    def close(self) -> None:
        if self._pictures is not None:
            self._pictures.close()
        if self._context is not None:
            self._context.term()
