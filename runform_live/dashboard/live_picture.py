"""The runner's picture with its landmarks: new frames from the bus, each shown together with what was found in it."""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from dataclasses import dataclass

import cv2
import dearpygui.dearpygui as dpg
import numpy as np
import numpy.typing as npt
import zmq

from runform_live import overlay
from runform_live.body import own_sides, pair
from runform_live.messages import Frame, Picture, View
from runform_live.runtime import topology
from runform_live.runtime.bus import Subscriber
from runform_live.runtime.keys import Keys

PICTURE_W, PICTURE_H = 530, 470  # of the texture: a quarter more than its place in the design
MOST_WAITING_BYTES = 32 << 20  # of frames, for their landmarks
MOST_READY = 3  # pictures that wait for the one before them to be drawn
MOST_READY_S = 0.1  # they wait; then newer ones overtake them
FOLLOWING = 0.03  # how fast the shown part of the picture follows the runner sideways
HIPS = pair("hip")
TAG = "picture"


@dataclass(frozen=True, slots=True)
class Part:
    """What is shown of a frame."""

    picture: Picture  # (PICTURE_H, PICTURE_W, 3; BGR)
    scale: float  # against the source
    left_px: float  # of the source's frame, where it begins


class LivePicture:
    """Owns the texture TAG and the socket that fills it."""

    def __init__(self) -> None:
        self._texture = np.zeros((PICTURE_H, PICTURE_W, 3), np.float32)
        # For their landmarks, each with its scale against the source.
        self._waiting: OrderedDict[int, tuple[Picture, float]] = OrderedDict()
        # To be shown once the one before them is on the screen, with the time (monotonic s) since when they wait.
        self._ready: deque[tuple[float, Picture]] = deque(maxlen=MOST_READY)
        self.undrawn_s: float | None = None  # since when a picture is to be drawn; None: the last one is on the screen
        self._spare = False
        self._enough = False  # of pictures, until it is
        self._seen_frame = 0  # the last one whose landmarks came
        self._runner_x_px: float | None = None
        self._pictures: Subscriber | None = None
        self._context: zmq.Context[zmq.Socket[bytes]] | None = None

    def make_texture(self) -> None:
        """Once there is a Dear PyGui context."""
        with dpg.texture_registry():
            dpg.add_raw_texture(PICTURE_W, PICTURE_H, self._texture, format=dpg.mvFormat_Float_rgb, tag=TAG)

    def connect(self, endpoint: str, keys: Keys | None = None) -> None:
        """Listen to the capture stage's pictures; further calls change nothing."""
        if self._pictures is None:
            self._context = zmq.Context()
            self._pictures = Subscriber()
            self._pictures.connect(self._context, endpoint, (), topology.PREVIEWS_WAITING, keys)

    def take(self, spare: bool) -> None:
        """Read the frames that came; they wait for their landmarks. spare: ask for none while the last picture is not yet drawn."""
        assert self._pictures is not None
        while (received := self._pictures.receive(0.0)) is not None:
            message = received.message
            if isinstance(message, Frame) and message.frame > self._seen_frame:
                self._waiting[message.frame] = message.picture(received.buffers[0].buffer), message.scale
        while sum(picture.nbytes for picture, _ in self._waiting.values()) > MOST_WAITING_BYTES:
            self._waiting.popitem(last=False)
        self._spare, self._enough = spare, spare and self.undrawn_s is not None
        self._pictures.want("frame", not self._enough)

    @property
    def waiting(self) -> list[int]:
        """The frames that wait for their landmarks."""
        return list(self._waiting)

    def part_of(self, frame: int) -> Part | None:
        """What is shown of the frame whose landmarks have come; None where it is not here. Earlier ones are given up."""
        self._seen_frame = frame
        waiting = self._waiting.get(frame)
        self._waiting = OrderedDict((number, each) for number, each in self._waiting.items() if number > frame)
        if waiting is None or self._enough:
            return None
        picture, scale = waiting
        centre_px = None if self._runner_x_px is None else self._runner_x_px * scale
        part, part_scale, left_px = overlay.upright_copy(picture, PICTURE_W, PICTURE_H, centre_px)
        return Part(part, scale * part_scale, left_px / scale)

    def show_with(self, part: Part, landmarks: npt.NDArray[np.float64], view: View) -> None:
        """Draw the landmarks (landmarks, 3) of its frame into a part, and show it.

        Where the picture before it is not yet drawn, that one is drawn first: poses that were held up come close together.
        """
        hips_x_px = float(landmarks[HIPS, 0].mean())
        if np.isfinite(hips_x_px):
            last = self._runner_x_px if self._runner_x_px is not None else hips_x_px
            self._runner_x_px = last + FOLLOWING * (hips_x_px - last)
        overlay.draw(part.picture, own_sides(landmarks, view) - (part.left_px, 0, 0), part.scale)
        if self.undrawn_s is None or self._spare:
            self.show(part.picture)
        else:
            self._ready.append((time.monotonic(), part.picture))

    def drawn(self) -> None:
        """What was shown is on the screen."""
        self.undrawn_s = None
        oldest_s = time.monotonic() - MOST_READY_S
        while len(self._ready) > 1 and self._ready[0][0] < oldest_s:
            self._ready.popleft()
        if self._ready:
            self._put(self._ready.popleft()[1])

    def show(self, picture: Picture) -> None:
        """Put a picture (PICTURE_H, PICTURE_W, 3; BGR) into its place, whatever waited for that."""
        self._ready.clear()
        self._put(picture)

    def _put(self, picture: Picture) -> None:
        np.multiply(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.float32(1 / 255), out=self._texture, dtype=np.float32)
        dpg.set_value(TAG, self._texture)
        self.undrawn_s = time.monotonic()

    def close(self) -> None:
        if self._pictures is not None:
            self._pictures.close()
        if self._context is not None:
            self._context.term()
