"""Any picture of a session, by its time."""

from __future__ import annotations

from pathlib import Path

import av
import msgspec
import numpy as np
import pytest

from runform_live import config
from runform_live.capture.picture_maker import PictureMaker
from runform_live.capture.video import Video
from runform_live.errors import BadInput
from runform_live.export import clip
from runform_live.messages import LANDMARKS
from runform_live.session import schema
from runform_live.session.film_pictures import ForwardPictures, SeekablePictures
from runform_live.session.pictures import find
from runform_live.session.reader import Session, read
from runform_live.session.record import SessionRecord
from runform_live.session.video import VideoWriter
from runform_live.value_ranges import GivenRate
from tests.capture.films import corners, seen_corners, write
from tests.makers import flat, video

COUNT = 150


def shade(number: int) -> int:
    return 40 + (number * 37) % 150  # neighbours differ


def opened(tmp_path: Path) -> SeekablePictures:
    return SeekablePictures(video(tmp_path / "run.mp4", [flat(value=shade(k)) for k in range(COUNT)]))


@pytest.mark.parametrize("order", [range(0, COUNT, 7), range(COUNT - 1, 0, -11), (3, 140, 4, 5, 141, 0)])
def test_pictures_are_found_in_any_order(tmp_path: Path, order: range) -> None:
    pictures = opened(tmp_path)
    one_by_one = [picture for _, picture in Video(str(tmp_path / "run.mp4"))]
    for number in order:
        picture = pictures.at(number / 30)
        assert picture is not None
        np.testing.assert_array_equal(picture, one_by_one[number])


def test_after_the_end_there_is_none(tmp_path: Path) -> None:
    pictures = opened(tmp_path)
    assert pictures.at(99.0) is None
    assert pictures.at(1.0) is not None, "and it goes on after that"


def test_a_recording_begun_later_has_the_sessions_own_times(tmp_path: Path) -> None:
    writer = VideoWriter(tmp_path / schema.VIDEO, 96, 128, 30.0)
    for k in range(60):
        writer.write(flat(value=shade(k)), 5.0 + k / 30)
    writer.close()
    pictures = SeekablePictures(tmp_path / schema.VIDEO, recorded=True)
    assert pictures.at(1.0) is None
    picture = pictures.at(6.0)
    assert picture is not None and abs(float(picture.mean()) - shade(30)) < 6


def test_what_is_no_video_is_bad_input(tmp_path: Path) -> None:
    path = tmp_path / "x.mkv"
    path.write_bytes(b"not a video")
    with pytest.raises(BadInput, match="cannot be read"):
        SeekablePictures(path)


def test_a_clip_holds_the_frames_asked_for(tmp_path: Path) -> None:
    times_s = np.arange(COUNT) / 30
    landmarks = np.full((COUNT, len(LANDMARKS), 3), np.nan)
    written = clip.write(tmp_path / "clip.mp4", opened(tmp_path), times_s, landmarks, 1.0, 2.0)
    assert written == 31
    with av.open(str(tmp_path / "clip.mp4")) as film:
        shown = [frame.to_ndarray(format="bgr24").mean() for frame in film.decode(video=0)]
    assert len(shown) == 31
    assert abs(shown[0] - shade(30)) < 15 and abs(shown[-1] - shade(60)) < 15
    with pytest.raises(BadInput, match="no pictures"):
        clip.write(tmp_path / "none.mp4", opened(tmp_path), times_s, landmarks, 50.0, 60.0)
    with pytest.raises(BadInput, match="cannot write"):
        clip.write(tmp_path / "no" / "folder.mp4", opened(tmp_path), times_s, landmarks, 1.0, 2.0)


def test_slow_motion_has_the_times_of_life(tmp_path: Path) -> None:
    path = video(tmp_path / "slow.mp4", [flat(value=shade(k)) for k in range(COUNT)])
    film = Video(str(path), slowed=4.0)
    assert film.info.frame_rate_hz == 120.0
    times_s = [time_s for time_s, _ in film]
    assert times_s[-1] == pytest.approx((COUNT - 1) / 120, abs=1e-4)
    pictures = SeekablePictures(path, slowed=4.0)
    for k in (5, 40, 20):  # forwards, and back
        shown = pictures.at(k / 120)
        assert shown is not None and abs(float(shown.mean()) - shade(k)) < 6
    (tmp_path / "session").mkdir()
    SessionRecord(tmp_path / "session", str(path), config.load(), "analyze", 4.0).finish("end of the file", COUNT)
    reopened = find(read(tmp_path / "session")).pictures
    assert reopened is not None
    shown = reopened.at(40 / 120)
    assert shown is not None and abs(float(shown.mean()) - shade(40)) < 6


def measured(tmp_path: Path, film: Path, mirrored: bool = False, rate_hz: float | None = None) -> Session:
    """A session that was measured from a film, with nobody in it."""
    folder = tmp_path / "session"
    folder.mkdir()
    record = SessionRecord(folder, str(film), config.load(), "analyze")
    record.about.played(rate_hz, mirrored)
    video_read = Video(str(film), frame_rate_hz=rate_hz, mirrored=mirrored)
    record.opened(video_read.info.height_px, video_read.info.width_px, 30.0)
    frames = len(list(video_read))
    end = video_read.end()
    record.film_ended(end.flags, end.repaired)
    record.finish(end.text, frames)
    return read(folder)


def test_a_film_that_was_measured_as_mirrored_is_shown_so(tmp_path: Path) -> None:
    film = write(tmp_path / "front.mp4", [corners()] * 5)
    session = measured(tmp_path, film, mirrored=True)
    assert session.info.mirrored
    pictures = find(session).pictures
    assert pictures is not None
    shown = pictures.at(0.1)
    assert shown is not None and seen_corners(shown) == ("green", "red", "white", "blue")


def test_a_raw_stream_is_shown_at_the_rate_that_was_named(tmp_path: Path) -> None:
    film = write(tmp_path / "raw.h264", [flat(value=shade(k)) for k in range(40)], container_format="h264")
    session = measured(tmp_path, film, rate_hz=50.0)
    assert session.info.frame_rate_given_hz == 50.0
    pictures = find(session).pictures
    assert pictures is not None
    for k in (30, 2, 39):
        shown = pictures.at(k / 50)
        assert shown is not None and abs(float(shown.mean()) - shade(k)) < 8


def test_a_film_whose_clock_starts_anew_is_shown_in_the_sessions_time(tmp_path: Path) -> None:
    parts = [
        write(tmp_path / f"{name}.ts", [flat(value=shade(k)) for k in ks], options={"bf": "0"})
        for name, ks in (("a", range(40)), ("b", range(40, 70)))
    ]
    film = tmp_path / "joined.ts"
    film.write_bytes(b"".join(part.read_bytes() for part in parts))
    session = measured(tmp_path, film)
    assert session.info.flags and "clock_repaired" in session.summary.flags
    told = [event for event in session.events if event["kind"] == "clock_repaired"]
    assert [(event["restarts"], event["left_out"]) for event in told] == [(1, 0)]
    pictures = find(session).pictures
    assert pictures is not None
    for k in (60, 10, 69, 41):
        shown = pictures.at(k / 30)
        assert shown is not None and abs(float(shown.mean()) - shade(k)) < 8


def test_a_given_rate_that_the_command_line_would_refuse_is_no_rate_of_a_session() -> None:
    for rate_hz in (1e-300, 0.0, 1e6):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(rate_hz, GivenRate)
    assert msgspec.convert(25.0, GivenRate) == 25.0


def test_pictures_far_before_the_one_that_is_sought_are_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To decode a film up to a picture is quick. To turn all frames on the way there into pictures takes longer than that."""
    film = SeekablePictures(video(tmp_path / "run.mp4", [flat(value=shade(k)) for k in range(COUNT)]))
    forwards = ForwardPictures(lambda: Video(str(tmp_path / "run.mp4"), frame_rate_hz=30.0))
    made: list[float] = []
    real = PictureMaker.__call__
    monkeypatch.setattr(
        PictureMaker, "__call__", lambda self, decoded: made.append(decoded.stamp_s) or real(self, decoded)
    )
    for pictures in (film, forwards):
        made.clear()
        assert pictures.at(4.0) is not None
        assert len(made) < 20 and min(made) > 3.0
