"""Frames for those who only show them."""

from __future__ import annotations

import numpy as np
import pytest

from runform_live.messages import Frame
from runform_live.runtime.small_frames import HEIGHT_PX, SmallFrames


def at(stamp_s: float, height_px: int = 720, width_px: int = 1280) -> tuple[Frame, memoryview]:
    picture = np.full((height_px, width_px, 3), 7, np.uint8)
    return Frame.of(picture, 1, stamp_s, stamp_s), picture.data


def test_a_large_frame_is_sent_at_the_height_of_its_place_with_its_scale() -> None:
    small = SmallFrames().of(*at(10.0))
    assert small is not None
    frame, picture = small
    assert picture.shape == (frame.height_px, frame.width_px, 3) == (HEIGHT_PX, 836, 3)
    assert frame.scale == pytest.approx(HEIGHT_PX / 720)
    assert (picture[:, 10:-10] == 7).all()


def test_a_small_frame_is_sent_as_it_is() -> None:
    small = SmallFrames().of(*at(10.0, 240, 320))
    assert small is not None and small[0].scale == 1.0 and small[1].shape == (240, 320, 3)


@pytest.mark.parametrize(("rate_hz", "sent"), [(25, 25), (30, 30), (60, 30), (240, 35)])
def test_no_more_frames_are_sent_than_a_screen_shows(rate_hz: int, sent: int) -> None:
    frames = SmallFrames()
    found = [frames.of(*at(5.0 + number / rate_hz, 48, 64)) for number in range(rate_hz)]
    assert sum(one is not None for one in found) == pytest.approx(sent, abs=1)
