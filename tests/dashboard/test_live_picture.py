"""Which frames the window shows: new ones, with their own landmarks, no more than it draws."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
import zmq

from runform_live.dashboard import live_picture
from runform_live.dashboard.live_picture import MOST_READY, PICTURE_H, PICTURE_W, LivePicture
from runform_live.messages import LANDMARKS, Frame
from runform_live.runtime.bus import Publisher

HEIGHT_PX, WIDTH_PX = 480, 640


class Camera:
    """Publishes frames as the capture stage does for those who only show them."""

    def __init__(self, folder: Path) -> None:
        self.address = f"ipc://{folder}/previews"
        self.context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self.publisher = Publisher(self.context, self.address)
        self.frame = 0

    def wanted_within(self, seconds: float, wanted: bool) -> bool:
        """Whether somebody wants frames, or nobody does, before so long."""
        until = time.monotonic() + seconds
        while bool(self.publisher.subscribers("frame")) != wanted:
            if time.monotonic() > until:
                return False
            time.sleep(0.01)
        return True

    def send(self, frames: int) -> None:
        """As the capture stage does: only if somebody wants them."""
        for _ in range(frames):
            self.frame += 1
            if not self.publisher.subscribers("frame"):
                continue
            picture = np.full((HEIGHT_PX, WIDTH_PX, 3), self.frame % 256, np.uint8)
            message = Frame(frame=self.frame, time_s=0.0, stamp_s=0.0, height_px=HEIGHT_PX, width_px=WIDTH_PX)
            self.publisher.send(message, picture.data)
            time.sleep(0.01)


@pytest.fixture
def camera(tmp_path: Path):
    made = Camera(tmp_path)
    yield made
    made.publisher.close()
    made.context.term()


@pytest.fixture
def shown(camera: Camera, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live_picture.dpg, "set_value", lambda *_: None)
    picture = LivePicture()
    picture.connect(camera.address)
    picture.take(spare=False)
    assert camera.wanted_within(5.0, True)
    yield picture
    picture.close()


def came(picture: LivePicture, frames: int, spare: bool = False) -> list[int]:
    """The frames that wait for their landmarks, once so many do."""
    until = time.monotonic() + 2.0
    while True:
        picture.take(spare)
        if len(picture.waiting) >= frames or time.monotonic() > until:
            return picture.waiting
        time.sleep(0.01)


def shows(picture: LivePicture, frame: int) -> bool:
    """Whether the frame is shown when its landmarks come."""
    part = picture.part_of(frame)
    if part is not None:
        picture.show_with(part, np.full((len(LANDMARKS), 3), np.nan), "posterior")
    return part is not None


def test_a_frame_is_shown_with_its_own_landmarks_in_the_size_of_its_place(camera: Camera, shown: LivePicture) -> None:
    camera.send(3)
    assert came(shown, 3) == [1, 2, 3]
    part = shown.part_of(2)
    assert part is not None and part.picture.shape == (PICTURE_H, PICTURE_W, 3)
    assert (part.picture[PICTURE_H // 2, PICTURE_W // 2] == 2).all()


def test_frames_whose_landmarks_have_passed_are_given_up(camera: Camera, shown: LivePicture) -> None:
    camera.send(3)
    came(shown, 3)
    assert shows(shown, 2) and not shows(shown, 1) and not shows(shown, 2)
    assert came(shown, 1) == [3]


def test_no_more_frames_are_kept_than_fit(camera: Camera, shown: LivePicture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_picture, "MOST_WAITING_BYTES", 2 * HEIGHT_PX * WIDTH_PX * 3)
    camera.send(5)
    came(shown, 5)
    camera.send(1)
    assert came(shown, 5) == [5, 6]


def test_pictures_that_come_close_together_are_drawn_one_after_the_other(camera: Camera, shown: LivePicture) -> None:
    camera.send(3)
    came(shown, 3)
    assert shows(shown, 1) and shows(shown, 2) and shows(shown, 3)
    drawn = 0
    while shown.undrawn_s is not None:
        drawn += 1
        shown.drawn()
    assert drawn == 3


def test_after_a_long_hold_up_only_the_newest_pictures_are_drawn(camera: Camera, shown: LivePicture) -> None:
    camera.send(9)
    came(shown, 9)
    assert all(shows(shown, frame) for frame in range(1, 10))
    drawn = 0
    while shown.undrawn_s is not None:
        drawn += 1
        shown.drawn()
    assert drawn == 1 + MOST_READY


def test_with_no_time_to_spare_none_is_sent_before_the_last_one_is_drawn(camera: Camera, shown: LivePicture) -> None:
    camera.send(2)
    assert came(shown, 2, spare=True) == [1, 2]
    assert shows(shown, 1)
    shown.take(spare=True)
    assert not shows(shown, 2)
    assert camera.wanted_within(2.0, False)
    camera.send(3)
    shown.drawn()
    assert came(shown, 0, spare=True) == []
    assert camera.wanted_within(2.0, True)
    camera.send(1)
    assert came(shown, 1, spare=True) == [6]
    assert shows(shown, 6)
