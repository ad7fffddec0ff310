"""When the next picture of a file is played."""

from __future__ import annotations

import pytest

from runform_live.capture.backlog import Backlog
from runform_live.capture.file_playback import BEHIND_WAIT_S, LEAST_AHEAD, LONGEST_WAIT_S, MOST_AHEAD, FilePlayback
from runform_live.capture.reader import PictureRead
from tests.makers import flat

POSE = ("pose",)


def playback(paced: bool = True) -> FilePlayback:
    """A file that starts at 100 s of the clock."""
    started = FilePlayback(Backlog(POSE, 0), paced)
    started.start(-1.0, 100.0)
    return started


def read(time_s: float, height_px: int = 96, width_px: int = 128) -> PictureRead:
    return PictureRead(time_s, flat(height_px, width_px))


def test_a_picture_is_played_at_its_time_and_not_before() -> None:
    film = playback()
    assert film.wait_s(read(0.5), 0, POSE, 100.49) == pytest.approx(0.01)
    assert film.wait_s(read(0.5), 0, POSE, 100.5) == 0.0


def test_the_loop_never_waits_long_for_a_picture() -> None:
    assert playback().wait_s(read(60.0), 0, POSE, 100.0) == LONGEST_WAIT_S


def test_a_late_file_plays_on_at_its_own_pace_instead_of_catching_up() -> None:
    film = playback()
    assert film.wait_s(read(1.0), 0, POSE, 103.0) == 0.0
    assert film.wait_s(read(1.04), 1, POSE, 103.0) == pytest.approx(0.04)


def test_a_small_delay_is_caught_up() -> None:
    film = playback()
    assert film.wait_s(read(1.0), 0, POSE, 101.1) == 0.0
    assert film.wait_s(read(1.1), 1, POSE, 101.1) == 0.0


@pytest.mark.parametrize(
    ("height_px", "width_px", "ahead"), [(96, 128, MOST_AHEAD), (1080, 1920, 5), (4320, 7680, LEAST_AHEAD)]
)
def test_the_larger_the_pictures_the_fewer_may_be_ahead_of_a_slow_stage(
    height_px: int, width_px: int, ahead: int
) -> None:
    film, picture = playback(), read(0.0, height_px, width_px)
    assert film.wait_s(picture, ahead - 1, POSE, 100.0) == 0.0
    assert film.wait_s(picture, ahead, POSE, 100.0) == BEHIND_WAIT_S


def test_a_file_that_stands_for_a_camera_does_not_wait_for_slow_stages() -> None:
    assert playback(paced=False).wait_s(read(0.0), 1000, POSE, 100.0) == 0.0
