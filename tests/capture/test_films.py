"""Films of every kind: what plays is read as it plays, what cannot be read is refused in one line."""

from __future__ import annotations

import os
import shutil
import socket
import sys
import threading
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from runform_live.capture.source_info import FilmEnd
from runform_live.capture.sources import File
from runform_live.capture.video import Video
from runform_live.errors import BadInput
from runform_live.session.film_pictures import ForwardPictures, SeekablePictures
from tests.capture.films import corners, seen_corners, write
from tests.makers import flat

POSIX = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs the files of a POSIX system")


def shade(number: int) -> int:
    return 40 + (number * 37) % 150  # neighbours differ


def shades(count: int) -> list[np.ndarray]:
    return [flat(value=shade(number)) for number in range(count)]


def refused(source: Path | str, **options: float) -> str:
    """The line that a film is refused with."""
    with pytest.raises(BadInput) as told:
        Video(str(source), **options)  # type: ignore[arg-type]
    line = str(told.value)
    assert "\n" not in line and ";" in line, "one line: what is wrong; what to do"
    return line


# -- the clock --------------------------------------------------------------------------------------------------------


def joined(tmp_path: Path, ending: str = "ts") -> Path:
    """Two recordings, one behind the other in one file: 60 pictures, then 40 with a clock of their own."""
    parts = [
        write(tmp_path / f"{name}.{ending}", shades(60)[:count], options={"bf": "0"})
        for name, count in (("a", 60), ("b", 40))
    ]
    path = tmp_path / f"joined.{ending}"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    return path


def test_joined_transport_streams_go_on_in_time_and_say_so(tmp_path: Path) -> None:
    film = Video(str(joined(tmp_path)))
    found = list(film)
    assert [time_s for time_s, _ in found] == pytest.approx([number / 30 for number in range(100)], abs=1e-3)
    assert film.end().flags == ("clock_repaired",)
    assert "clock starts anew once" in film.end().text


def test_any_picture_of_a_film_with_a_broken_clock_is_found_again(tmp_path: Path) -> None:
    path = joined(tmp_path)
    one_by_one = list(Video(str(path)))
    pictures = ForwardPictures(lambda: Video(str(path)))
    for number in (5, 80, 20, 99, 0):
        time_s, expected = one_by_one[number]
        found = pictures.at(time_s)
        assert found is not None
        np.testing.assert_array_equal(found, expected)
    pictures.close()


def test_a_live_run_from_such_a_film_tells_it_at_the_end(tmp_path: Path) -> None:
    source = File(str(joined(tmp_path)))
    while source.read() is not None:
        pass
    assert source.end().flags == ("clock_repaired",) and "starts anew" in source.end().text
    assert source.end().repaired == {"restarts": 1, "guessed": 0, "left_out": 0}


def test_negative_times_begin_at_zero(tmp_path: Path) -> None:
    path = write(tmp_path / "early.mkv", shades(20), stamps_s=[number / 30 - 0.2 for number in range(20)])
    assert [time_s for time_s, _ in Video(str(path))] == pytest.approx([number / 30 for number in range(20)], abs=2e-3)


def test_an_edit_list_that_cuts_the_beginning_is_followed(tmp_path: Path) -> None:
    path = write(tmp_path / "b.mp4", shades(20), options={"bf": "2", "b-adapt": "0"})
    film = Video(str(path))
    times_s = [time_s for time_s, _ in film]
    assert times_s == pytest.approx([number / 30 for number in range(20)], abs=1e-3)
    assert film.end().flags == ()


def numbered(number: int) -> np.ndarray:
    """A picture that tells its number."""
    picture = flat(96, 160, 40)
    picture[20:76, 10 + 3 * number : 14 + 3 * number] = 220
    return picture


def number_in(picture: np.ndarray) -> int:
    return round((float(np.flatnonzero(picture[48, :, 1] > 130).mean()) - 11.5) / 3)


B_FRAMES = [{"bf": "3", "b-adapt": "0"}, {"bf": "3", "b-adapt": "0", "x264-params": "b-pyramid=strict:open-gop=1"}]


@pytest.mark.parametrize("options", [*B_FRAMES, {"bf": "16", "b-adapt": "0", "x264-params": "b-pyramid=none"}])
@pytest.mark.parametrize("gop", ["250", "12"])
@pytest.mark.parametrize("codec", ["libx264", "mpeg4"])
def test_a_film_that_knows_only_when_a_picture_is_decoded_is_seen_as_a_player_shows_it(
    tmp_path: Path, options: dict[str, str], gop: str, codec: str
) -> None:
    if codec == "mpeg4":
        options = {"bf": "2"}
    path = write(tmp_path / "b.avi", [numbered(number) for number in range(45)], codec, options={"g": gop} | options)
    film = Video(str(path))
    found = list(film)
    assert [time_s for time_s, _ in found] == pytest.approx([number / 30 for number in range(45)], abs=1e-3)
    assert [number_in(picture) for _, picture in found] == list(range(45))
    assert film.end() == FilmEnd(), "the times are right; nothing was guessed"
    pictures = SeekablePictures(path)
    for number in (40, 13, 24, 2, 44):
        sought = pictures.at(number / 30)
        assert sought is not None and number_in(sought) == number
    pictures.close()


def test_a_raw_stream_that_was_packed_into_avi_keeps_all_its_pictures(tmp_path: Path) -> None:
    stream = write(
        tmp_path / "raw.h264", [numbered(number) for number in range(45)], options=B_FRAMES[0], container_format="h264"
    )
    path = tmp_path / "packed.avi"
    with av.open(str(stream)) as given, av.open(str(path), "w") as packed:
        out = packed.add_stream_from_template(given.streams.video[0])
        for number, packet in enumerate(given.demux(given.streams.video[0])):
            if packet.size:
                packet.stream, packet.time_base = out, Fraction(1, 30)
                packet.pts = packet.dts = number
                packed.mux(packet)
    found = list(Video(str(path)))
    assert [time_s for time_s, _ in found] == pytest.approx([number / 30 for number in range(45)], abs=1e-3)
    assert [number_in(picture) for _, picture in found] == list(range(45))


def test_a_film_that_begins_before_zero_has_the_times_that_stand_in_it(tmp_path: Path) -> None:
    plain = write(tmp_path / "plain.mkv", shades(60), options={"bf": "2", "g": "250"})
    path = tmp_path / "early.mkv"
    options = {"avoid_negative_ts": "disabled", "output_ts_offset": "-1"}
    with av.open(str(plain)) as given, av.open(str(path), "w", options=options) as early:
        out = early.add_stream_from_template(given.streams.video[0])
        for packet in given.demux(given.streams.video[0]):
            if packet.size:
                packet.stream = out
                early.mux(packet)
    film = Video(str(path))
    assert [time_s for time_s, _ in film] == pytest.approx([number / 30 for number in range(60)], abs=2e-3)
    assert film.end() == FilmEnd()


# -- damage ----


def noisy(count: int) -> list[np.ndarray]:
    chance = np.random.default_rng(1)
    return [chance.integers(0, 255, (96, 160, 3), np.uint8) for _ in range(count)]


def test_a_cut_matroska_film_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "whole.mkv", noisy(90))
    assert len(list(Video(str(path)))) == 90
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    film = Video(str(cut))
    assert len(list(film)) < 60
    assert film.end().flags == ("video_cut_short",)


@pytest.mark.parametrize("ending", ["mkv", "mp4"])
def test_damaged_pictures_are_not_used_and_it_is_said(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path / f"whole.{ending}", noisy(90), options={"g": "30"})
    whole = Video(str(path))
    seen = {round(time_s * 30): picture for time_s, picture in whole}
    assert len(seen) == 90 and whole.end() == FilmEnd()
    held = bytearray(path.read_bytes())
    middle = len(held) // 2
    held[middle : middle + 40000] = np.random.default_rng(2).bytes(40000)
    damaged = tmp_path / f"damaged.{ending}"
    damaged.write_bytes(held)
    film = Video(str(damaged))
    used = {round(time_s * 30): picture for time_s, picture in film}
    assert film.end().flags == ("video_cut_short",)
    assert 20 < len(used) < 90
    for number, picture in used.items():
        assert float(np.abs(picture.astype(float) - seen[number]).mean()) < 3


# -- raw streams ------------------------------------------------------------------------------------------------------

RAW = {
    ".h264": ("libx264", "yuv420p", "h264", {"bf": "2", "b-adapt": "0"}),
    ".hevc": ("libx265", "yuv420p", "hevc", {"x265-params": "log-level=none"}),
    ".mjpeg": ("mjpeg", "yuvj420p", "mjpeg", {}),
    ".m4v": ("mpeg4", "yuv420p", "m4v", {}),
    ".m2v": ("mpeg2video", "yuv420p", "mpeg2video", {}),
}


def raw(tmp_path: Path, ending: str, count: int = 30) -> Path:
    codec, pixel, container, options = RAW[ending]
    return write(
        tmp_path / f"raw{ending}", shades(count), codec, 30, pixel, options=options, container_format=container
    )


@pytest.mark.parametrize("ending", RAW)
def test_a_raw_stream_asks_for_its_rate(tmp_path: Path, ending: str) -> None:
    assert "--frame-rate" in refused(raw(tmp_path, ending))


def test_a_film_whose_pictures_all_have_one_time_asks_for_its_rate_as_well(tmp_path: Path) -> None:
    path = write(tmp_path / "still.mp4", shades(30), stamps_s=[0.0] * 30, options={"bf": "0"})
    assert "there are no times in it" in refused(path)
    times_s = [time_s for time_s, _ in Video(str(path), frame_rate_hz=25.0)]
    assert times_s == pytest.approx([number / 25 for number in range(30)])


@pytest.mark.parametrize("ending", RAW)
def test_with_its_rate_a_raw_stream_is_read_and_every_picture_found_again(tmp_path: Path, ending: str) -> None:
    path = raw(tmp_path, ending)
    film = Video(str(path), frame_rate_hz=50.0)
    found = list(film)
    assert film.info.frame_rate_hz == 50.0 and film.end().flags == ()
    assert [time_s for time_s, _ in found] == pytest.approx([number / 50 for number in range(30)])
    for number, (_, picture) in enumerate(found):
        assert abs(float(picture.mean()) - shade(number)) < 8
    pictures = ForwardPictures(lambda: Video(str(path), frame_rate_hz=50.0))
    for number in (20, 3, 29):
        again = pictures.at(number / 50)
        assert again is not None
        np.testing.assert_array_equal(again, found[number][1])
    assert pictures.at(3.0) is None


def test_a_named_rate_goes_before_the_films_clock_and_with_slow_motion(tmp_path: Path) -> None:
    path = write(tmp_path / "wrong.mp4", shades(30))
    assert [time_s for time_s, _ in Video(str(path), frame_rate_hz=60.0)] == pytest.approx(
        [number / 60 for number in range(30)]
    )
    film = Video(str(path), frame_rate_hz=30.0, slowed=4.0)
    assert [time_s for time_s, _ in film] == pytest.approx([number / 120 for number in range(30)])
    assert film.info.frame_rate_hz == 120.0
    rest = File(str(path), after_s=0.5, frame_rate_hz=30.0)
    read = rest.read()
    assert read is not None and read[0] == pytest.approx(16 / 30)


# -- interlaced films -------------------------------------------------------------------------------------------------


def weave(first: np.ndarray, then: np.ndarray, order: str) -> np.ndarray:
    """One interlaced frame of two moments."""
    out = first.copy()
    if order == "tff":
        out[1::2] = then[1::2]
    else:
        out[0::2] = then[0::2]
    return out


def bar(number: int) -> np.ndarray:
    picture = flat(96, 160, 40)
    picture[20:76, 10 + 2 * number : 30 + 2 * number] = 220
    return picture


@pytest.mark.parametrize("order", ["tff", "bff"])
@pytest.mark.parametrize(("codec", "ending"), [("libx264", "mkv"), ("mpeg2video", "mpg"), ("libx264", "ts")])
def test_an_interlaced_film_shows_each_field_at_its_own_time(
    tmp_path: Path, order: str, codec: str, ending: str
) -> None:
    options = {"flags": "+ilme+ildct"} | ({"x264-params": f"{order}=1", "bf": "0"} if codec == "libx264" else {})
    frames = [weave(bar(2 * number), bar(2 * number + 1), order) for number in range(20)]
    path = write(tmp_path / f"dv.{ending}", frames, codec, 25, options=options, fields=order)
    film = Video(str(path))
    found = list(film)
    assert film.info.frame_rate_hz == 50.0
    assert [time_s for time_s, _ in found] == pytest.approx([number / 50 for number in range(40)], abs=1e-3)
    lefts = [int(np.flatnonzero(picture[48, :, 1] > 130)[0]) for _, picture in found]
    assert lefts == [10 + 2 * number for number in range(40)]
    sought = SeekablePictures(path).at(0.5)
    assert sought is not None and abs(int(np.flatnonzero(sought[48, :, 1] > 130)[0]) - 60) <= 1


# -- which stream -----------------------------------------------------------------------------------------------------


def with_cover(path: Path, film_at: int) -> Path:
    """An MP4 with a large picture beside the film, before it or behind it."""
    with av.open(str(path), "w") as container:
        for number in range(2):
            if number == film_at:
                film = container.add_stream("libx264", rate=30)
                film.height, film.width, film.pix_fmt = 96, 128, "yuv420p"
            else:
                cover = container.add_stream("mjpeg", rate=1)
                cover.height, cover.width, cover.pix_fmt = 192, 256, "yuvj420p"
                cover.disposition = av.stream.Disposition.attached_pic
        container.mux(cover.encode(av.VideoFrame.from_ndarray(flat(192, 256, 200), format="bgr24")))
        container.mux(cover.encode(None))
        for picture in shades(12):
            container.mux(film.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(film.encode(None))
    return path


@pytest.mark.parametrize("film_at", [0, 1])
@pytest.mark.parametrize("ending", ["mp4", "mkv", "mov"])
def test_a_cover_picture_is_not_the_film(tmp_path: Path, film_at: int, ending: str) -> None:
    found = list(Video(str(with_cover(tmp_path / f"cover.{ending}", film_at))))
    assert len(found) == 12 and found[0][1].shape == (96, 128, 3)


@pytest.mark.parametrize("ending", ["jpg", "png", "gif", "mp4", "mkv"])
def test_a_single_picture_is_no_film(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"one.{ending}"
    if ending in ("jpg", "png"):
        import cv2

        cv2.imwrite(str(path), flat())
    else:
        codec, pixel = ("gif", "rgb8") if ending == "gif" else ("libx264", "yuv420p")
        write(path, [flat()], codec, 10, pixel)
    assert "one picture" in refused(path)


def test_an_animated_picture_is_a_film(tmp_path: Path) -> None:
    path = write(tmp_path / "run.gif", [corners(), *[flat(96, 160, 200)] * 9], "gif", 10, "rgb8")
    found = list(Video(str(path)))
    assert len(found) == 10 and found[-1][0] == pytest.approx(0.9)
    assert seen_corners(found[0][1]) == ("red", "green", "blue", "white")


# -- what is refused --------------------------------------------------------------------------------------------------


def test_a_codec_that_is_not_there_is_said(tmp_path: Path) -> None:
    path = write(tmp_path / "odd.mp4", shades(5))
    path.write_bytes(path.read_bytes().replace(b"avc1", b"zzzz"))
    assert "convert the film" in refused(path)


def test_a_recording_that_was_never_finished_is_said(tmp_path: Path) -> None:
    path = write(tmp_path / "whole.mp4", shades(5))
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(path.read_bytes()[: path.read_bytes().index(b"moov")])
    assert "never finished" in refused(cut)


def test_an_empty_file_and_a_missing_one_are_said(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    assert "empty" in refused(tmp_path / "a.mp4")
    assert "no such file" in refused(tmp_path / "b.mp4")
    assert "no such file" in refused(tmp_path / "a.mp4" / "c.mp4")
    assert "folder" in refused(tmp_path)
    assert "cannot be opened" in refused("x" * 5000)
    assert refused("a\0b.mp4")


@pytest.mark.parametrize("name", ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"])
def test_a_pipe_by_name_is_refused_before_it_is_opened(name: str) -> None:
    assert "pipe or a device" in refused(name)


@POSIX
def test_pipes_sockets_and_links_to_them_are_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    (tmp_path / "link.mp4").symlink_to(tmp_path / "pipe.mp4")
    (tmp_path / "zero.mp4").symlink_to("/dev/zero")
    assert "a device" in refused("/dev/null")
    assert "a pipe" in refused(tmp_path / "pipe.mp4")
    assert "a pipe" in refused(tmp_path / "link.mp4")
    assert "a device" in refused(tmp_path / "zero.mp4")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s"))
        assert "a socket" in refused(tmp_path / "s")


@POSIX
def test_a_file_that_may_not_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "mine.mp4", shades(3))

    def forbidden(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbidden)
    assert "may not read" in refused(path)


@pytest.mark.parametrize(
    "name", ["a:b.mp4", "http:x.mp4", "100%d.mp4", "%03d.mp4", "a\nb.mp4", "'\"`$(x).mp4", "ä" * 120 + ".mp4"]
)
@POSIX
def test_a_film_may_have_any_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    shutil.copy(write(tmp_path / "plain.mp4", shades(5)), path)
    assert len(list(Video(str(path)))) == 5


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have no such names")
def test_a_name_that_is_no_utf8_is_opened_and_told_in_print(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/l\xe4ufer.mp4"))
    shutil.copy(write(tmp_path / "plain.mp4", shades(5)), path)
    assert len(list(Video(str(path)))) == 5
    path.write_bytes(b"")
    refused(path).encode("utf-8")


def test_tags_that_are_no_utf8_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "tagged.mkv"
    with av.open(str(path), "w") as container:
        container.metadata["title"] = "Laeufer in Koeln"
        stream = container.add_stream("libx264", rate=30)
        stream.height, stream.width, stream.pix_fmt = 96, 128, "yuv420p"
        for picture in shades(5):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        container.mux(stream.encode(None))
    path.write_bytes(path.read_bytes().replace(b"Laeufer in Koeln", b"L\xe4\xe4ufer in K\xf6ln"))
    assert len(list(Video(str(path)))) == 5


def test_a_play_list_reaches_nothing_in_a_network(tmp_path: Path) -> None:
    path = tmp_path / "list.m3u8"
    path.write_text("#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nhttp://192.0.2.1/a.ts\n#EXT-X-ENDLIST\n")
    refused(path)


@POSIX
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("list.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nsegment.ts\n#EXT-X-ENDLIST\n"),
        ("run.mp4", "ffconcat version 1.0\nfile segment.ts\n"),
        ("run.sdp", "v=0\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\na=rtpmap:96 H264/90000\n"),
    ],
)
def test_a_list_is_refused_before_a_file_that_it_names_is_opened(tmp_path: Path, name: str, text: str) -> None:
    pipe = tmp_path / "segment.ts"
    os.mkfifo(pipe)  # who opens it waits for ever
    (tmp_path / name).write_text(text)
    said: list[str] = []
    looking = threading.Thread(target=lambda: said.append(refused(tmp_path / name)), daemon=True)
    looking.start()
    looking.join(20.0)
    if looking.is_alive():
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))  # wake it
    assert said and "a list of other files" in said[0]


def test_a_stream_that_does_not_answer_is_named_without_its_secrets() -> None:
    with pytest.raises(BadInput) as refusal:
        Video("rtsp://user:secret@127.0.0.1:1/x?key=abc")
    assert str(refusal.value).startswith("rtsp://***@127.0.0.1:1/x?***: cannot be opened")


def test_a_film_that_is_taken_away_while_it_is_read_ends_in_order(tmp_path: Path) -> None:
    path = write(tmp_path / "short.mkv", [np.random.default_rng(0).integers(0, 255, (96, 128, 3), np.uint8)] * 200)
    film = Video(str(path))
    frames = iter(film)
    next(frames)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)
    assert 1 <= len(list(frames)) < 200


def test_dv_of_a_camcorder_is_shown_square_and_field_by_field(tmp_path: Path) -> None:
    path = write(
        tmp_path / "tape.avi", [corners(576, 720)] * 6, "dvvideo", 25, "yuv420p", ratio=Fraction(16, 15), fields="bff"
    )
    film = Video(str(path))
    assert film.info.width_px > 720 and film.info.height_px == 576
    assert [seen_corners(picture) for _, picture in film][3] == ("red", "green", "blue", "white")


@pytest.mark.parametrize(
    ("orientation", "expected"), [(6, ("blue", "red", "white", "green")), (2, ("green", "red", "white", "blue"))]
)
def test_a_jpeg_film_is_turned_as_its_pictures_say(tmp_path: Path, orientation: int, expected: tuple[str, ...]) -> None:
    import cv2

    tiff = b"II*\0\x08\0\0\0\x01\0" + b"\x12\x01\x03\0\x01\0\0\0" + bytes([orientation, 0, 0, 0]) + b"\0\0\0\0"
    exif = b"Exif\0\0" + tiff
    packed = cv2.imencode(".jpg", corners())[1].tobytes()
    one = packed[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + packed[2:]
    path = tmp_path / "camera.mjpeg"
    path.write_bytes(one * 5)
    found = list(Video(str(path), frame_rate_hz=10.0))
    assert len(found) == 5
    assert seen_corners(found[3][1]) == expected
