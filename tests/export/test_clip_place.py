"""A clip of a session takes the place of a plain file alone, and a half of one is never left."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from runform_live.errors import BadInput
from runform_live.export import clip
from runform_live.messages import LANDMARKS, Picture
from tests.makers import flat

TIMES_S = np.arange(10) / 30
LANDMARKS_PX = np.full((10, len(LANDMARKS), 3), np.nan)


class Pictures:
    """Grey pictures; from `broken_s` on there is `trouble`, or none without one."""

    def __init__(self, broken_s: float = np.inf, trouble: Exception | None = None) -> None:
        self.broken_s, self.trouble = broken_s, trouble

    def at(self, time_s: float) -> Picture | None:
        if time_s < self.broken_s:
            return flat(96, 128)
        if self.trouble is not None:
            raise self.trouble
        return None

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize("name", ["a:b %d.mp4", "é" * 125 + ".mp4"])
def test_a_clip_of_any_name_is_a_film(tmp_path: Path, name: str) -> None:
    if sys.platform == "win32":
        name = name.replace(":", "")
    assert clip.write(tmp_path / name, Pictures(), TIMES_S, LANDMARKS_PX, 0.0, 1.0) == 10
    assert [path.name for path in tmp_path.iterdir()] == [name]
    with av.open((tmp_path / name).open("rb")) as film:
        assert sum(1 for _ in film.decode(video=0)) == 10


def test_a_clip_plays_as_fast_as_the_runner_ran_also_where_frames_were_lost(tmp_path: Path) -> None:
    times_s = np.concatenate([4.0 + np.arange(10) / 30, 6.5 + np.arange(10) / 30])
    landmarks = np.full((len(times_s), len(LANDMARKS), 3), np.nan)
    assert clip.write(tmp_path / "clip.mp4", Pictures(), times_s, landmarks, 0.0, 10.0) == 20
    with av.open(str(tmp_path / "clip.mp4")) as film:
        shown_s = [frame.time for frame in film.decode(video=0)]
    np.testing.assert_allclose(shown_s, times_s - 4.0, atol=1e-4)


def test_a_clip_begins_with_the_first_picture_that_there_is(tmp_path: Path) -> None:
    class Late(Pictures):
        def at(self, time_s: float) -> Picture | None:
            return super().at(time_s) if time_s > 0.15 else None

    assert clip.write(tmp_path / "clip.mp4", Late(), TIMES_S, LANDMARKS_PX, 0.0, 1.0) == 5
    with av.open(str(tmp_path / "clip.mp4")) as film:
        shown_s = [frame.time for frame in film.decode(video=0)]
    np.testing.assert_allclose(shown_s, np.arange(5) / 30, atol=1e-4)


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
def test_a_pipe_stays_where_a_clip_was_wanted(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "clip.mp4")
    with pytest.raises(BadInput, match="is a pipe"):
        clip.write(tmp_path / "clip.mp4", Pictures(), TIMES_S, LANDMARKS_PX, 0.0, 1.0)
    assert (tmp_path / "clip.mp4").is_fifo()


def test_what_was_there_stays_when_a_picture_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"old")
    with pytest.raises(RuntimeError):
        clip.write(tmp_path / "clip.mp4", Pictures(0.2, RuntimeError()), TIMES_S, LANDMARKS_PX, 0.0, 1.0)
    assert (tmp_path / "clip.mp4").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]


@pytest.mark.parametrize(
    "trouble",
    [OSError(5, "Input/output error"), av.error.InvalidDataError(1, "Invalid data found")],
    ids=["disk", "film"],
)
def test_a_film_that_cannot_be_read_is_no_fault_of_the_clips_place(tmp_path: Path, trouble: Exception) -> None:
    with pytest.raises(BadInput, match="the pictures cannot be read.*restore the film"):
        clip.write(tmp_path / "clip.mp4", Pictures(0.2, trouble), TIMES_S, LANDMARKS_PX, 0.0, 1.0)
    assert list(tmp_path.iterdir()) == []


def test_a_clip_without_a_picture_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there are no pictures from 0.0 to 1.0 s"):
        clip.write(tmp_path / "clip.mp4", Pictures(0.0), TIMES_S, LANDMARKS_PX, 0.0, 1.0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full here")
def test_a_full_disk_is_told_as_one_of_the_clips_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runform_live.file_names.for_ffmpeg", lambda _: "file:/dev/full")
    with pytest.raises(BadInput, match=r"cannot write .*clip\.mp4 \(No space left on device\); name another place"):
        clip.write(tmp_path / "clip.mp4", Pictures(), TIMES_S, LANDMARKS_PX, 0.0, 1.0)
    assert list(tmp_path.iterdir()) == []
