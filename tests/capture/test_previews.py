"""Thumbnails of cameras, with cameras made up at their edge."""

from __future__ import annotations

import threading
import time
from typing import ClassVar

import numpy as np
import pytest

from runform_live.capture import previews as module
from runform_live.capture.previews import THUMBNAIL_PX, Previews, thumbnail
from runform_live.capture.settings import CaptureSettings
from runform_live.errors import BadInput
from runform_live.messages import Picture
from tests.running import wait_until


class MadeCamera:
    """Gives pictures of one grey; `gone` cameras stop answering after some."""

    opened: ClassVar[set[int]] = set()
    unplugged: ClassVar[set[int]] = {1}

    def __init__(self, number: int, _wished: CaptureSettings) -> None:
        if number in self.unplugged:
            raise BadInput(f"camera {number} does not answer")
        self.number, self.left = number, 3 if number == 2 else 10**6
        self.opened.add(number)

    def read(self) -> tuple[float, Picture] | None:
        time.sleep(0.005)
        self.left -= 1
        return (0.0, np.full((480, 640, 3), 40 * self.number, np.uint8)) if self.left > 0 else None

    def close(self) -> None:
        self.opened.discard(self.number)


def test_only_cameras_that_answer_are_shown_and_all_are_free_after_closing() -> None:
    cameras = {0: "C920", 1: ""}
    previews = Previews(lambda: cameras, MadeCamera)
    try:
        assert wait_until(lambda: [seen.number for seen in previews.newest()] == [0], 5)
        cameras[3] = ""
        previews.look_again()
        assert wait_until(lambda: [seen.number for seen in previews.newest()] == [0, 3], 5), "plugged in meanwhile"
        assert previews.newest()[1].thumbnail.max() == 120
        assert [seen.name for seen in previews.newest()] == ["C920", ""]
    finally:
        previews.close()
    assert MadeCamera.opened == set()


def test_a_camera_that_is_unplugged_leaves_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    previews = Previews(lambda: {2: ""}, MadeCamera)
    try:
        assert wait_until(lambda: len(previews.newest()) == 1, 5)
        monkeypatch.setattr(MadeCamera, "unplugged", {2})
        assert wait_until(lambda: previews.newest() == [], 5)
    finally:
        previews.close()


def test_a_camera_that_hangs_leaves_the_list_and_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SILENT_S", 0.2)
    monkeypatch.setattr(module, "CLOSING_S", 0.2)
    hangs, freed = threading.Event(), threading.Event()

    class Hangs(MadeCamera):
        def read(self) -> tuple[float, Picture] | None:
            if hangs.is_set():
                freed.wait()
            return super().read()

    previews = Previews(
        lambda: {0: "", 3: ""}, lambda number, wished: (Hangs if number == 3 else MadeCamera)(number, wished)
    )
    assert wait_until(lambda: [seen.number for seen in previews.newest()] == [0, 3], 5)
    hangs.set()
    assert wait_until(lambda: [seen.number for seen in previews.newest()] == [0], 5)
    previews.close()
    assert MadeCamera.opened == {3}, "the one that answers is free"
    freed.set()
    assert wait_until(lambda: MadeCamera.opened == set(), 5), "the other is, as soon as it returns"


@pytest.mark.parametrize(("height", "width"), [(480, 640), (1920, 1080), (90, 1600)])
def test_a_thumbnail_shows_the_whole_picture_undistorted(height: int, width: int) -> None:
    found = thumbnail(np.full((height, width, 3), 200, np.uint8))
    assert found.shape == (THUMBNAIL_PX[1], THUMBNAIL_PX[0], 3)
    rows, columns = np.flatnonzero(found[:, :, 0].max(axis=1)), np.flatnonzero(found[:, :, 0].max(axis=0))
    assert len(columns) / len(rows) == pytest.approx(width / height, rel=0.06)
    assert len(rows) == THUMBNAIL_PX[1] or len(columns) == THUMBNAIL_PX[0]
