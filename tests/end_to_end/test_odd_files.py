"""A batch of what people really have in a folder of films: one line for each that cannot be measured, and the others are measured."""

from __future__ import annotations

import base64
import os
import re
import shutil
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from runform_live.session.reader import read
from tests.makers import flat, video

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="pipes and names of POSIX")]

PICTURES = [flat(96, 128, 60 + 10 * number) for number in range(10)]
# A good film, under names that other programs trip over; and the session that comes of it.
NAMES = {
    b"caf\xe9.mp4": "caf_",
    b"a:b.mp4": "a:b",
    b"-x.mp4": "-x",
    b"concat:x.mp4": "concat:x",
    b"%04d.mp4": "%04d",
    b'it\'s "me".mp4': 'it\'s "me"',
    b"line\nbreak.mp4": "line_break",
    b"\x1b[2Jclear.mp4": "_[2Jclear",
    "\u202ertl.mp4".encode(): "_rtl",
    "Läufer 🏃🏽.mp4".encode(): "Läufer 🏃🏽",
    "e\u0301.mp4".encode(): "e\u0301",
    b"a*b?[c].mp4": "a*b?[c]",
    b"back\\slash.mp4": "back\\slash",
    ("é" * 125 + ".mp4").encode(): "é" * 70,
    b"0": "0",
    b"~tilde.mp4": "~tilde",
    b".mp4": "mp4",
    b"aux.mp4": "aux_",
    b"dots...mp4": "dots",
    b"UPPER.MP4": "UPPER",
    b"no ending": "no ending",
}


def packed(path: Path, form: str, codec: str, pictures: list[np.ndarray], sound: bool = False, **tags: str) -> Path:  # type: ignore[type-arg]
    """A film in any form, written by a few lines of FFmpeg."""
    with av.open(str(path), "w", format=form) as film:
        film.metadata.update(tags)
        stream = film.add_stream(codec, rate=25)
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "rgb8" if codec == "gif" else "yuvj420p" if codec == "mjpeg" else "yuv420p"
        heard = film.add_stream("aac", rate=8000) if sound else None
        for picture in pictures:
            film.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        film.mux(stream.encode(None))
        if heard is not None:
            film.mux(heard.encode(silence()))
            film.mux(heard.encode(None))
    return path


def silence() -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
    frame.sample_rate = 8000
    return frame


def only_sound(path: Path) -> None:
    with av.open(str(path), "w", format="mp4") as film:
        stream = film.add_stream("aac", rate=8000, layout="mono")
        film.mux(stream.encode(silence()))
        film.mux(stream.encode(None))


def song_with_cover(path: Path) -> None:
    """An MP3 with a picture of its cover: an ID3 tag before silence."""
    jpeg = cv2.imencode(".jpg", flat(64, 64, 200))[1].tobytes()
    picture = b"\0image/jpeg\0\x03\0" + jpeg
    frame = b"APIC" + len(picture).to_bytes(4, "big") + b"\0\0" + picture
    size = len(frame)
    tag = b"ID3\x03\0\0" + bytes((size >> shift) & 127 for shift in (21, 14, 7, 0)) + frame
    path.write_bytes(tag + (b"\xff\xfb\x90\xc4" + bytes(413)) * 40)


def cut(path: Path, share: float) -> None:
    """The beginning of a film: its index, which an MP4 holds at its end, is lost."""
    whole = video(path.with_name("whole.mp4"), PICTURES).read_bytes()
    path.with_name("whole.mp4").unlink()
    path.write_bytes(whole[: int(share * len(whole))])


def huge(path: Path) -> None:
    """A picture that says of itself to be 60,000 pixels wide and high."""
    png = bytearray(cv2.imencode(".png", flat(8, 8))[1].tobytes())
    png[16:24] = (60_000).to_bytes(4, "big") * 2
    path.write_bytes(bytes(png))


def archive(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("film.mp4", b"no film")


def image(path: Path) -> None:
    path.write_bytes(cv2.imencode(path.suffix, flat(96, 128))[1].tobytes())


def unreadable(path: Path) -> None:
    video(path, PICTURES).chmod(0)


def sock(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


ICON = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==")  # one picture, 1 x 1
BAD: dict[str, Callable[[Path], object]] = {
    "empty.mp4": Path.touch,
    "text.mp4": lambda path: path.write_text("hello"),
    "page.html": lambda path: path.write_text("<html><body><video src='http://127.0.0.1:9/x.mp4'></body></html>"),
    "words.srt": lambda path: path.write_text("1\n00:00:00,000 --> 00:00:09,000\nHello\n"),
    "list.m3u8": lambda path: path.write_text("#EXTM3U\n#EXTINF:9,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n"),
    "joined.txt": lambda path: path.write_text("ffconcat version 1.0\nfile 'none.mp4'\n"),
    "archive.zip": archive,
    "noise.mp4": lambda path: path.write_bytes(np.random.default_rng(1).bytes(50_000)),
    "zeros.mkv": lambda path: path.write_bytes(bytes(50_000)),
    "half.mp4": lambda path: cut(path, 0.5),
    "sound.mp4": only_sound,
    "song.mp3": song_with_cover,
    "photo.jpg": image,
    "photo.png": image,
    "dot.gif": lambda path: path.write_bytes(ICON),
    "huge.png": huge,
    "one.mp4": lambda path: video(path, PICTURES[:1]),
    "raw.h264": lambda path: packed(path, "h264", "libx264", PICTURES),
    "raw.mjpeg": lambda path: packed(path, "mjpeg", "mjpeg", PICTURES),
    "nowhere.mp4": lambda path: path.symlink_to("none.mp4"),
    "loop.mp4": lambda path: path.symlink_to("loop.mp4"),
    "pipe.mp4": os.mkfifo,
    "socket.mp4": sock,
    "zero.mp4": lambda path: path.symlink_to("/dev/zero"),
    "folder.mp4": Path.mkdir,
    "missing.mp4": lambda _path: None,
    "._film.mp4": lambda path: path.write_bytes(b"\0\5\x16\7\0\2\0\0Mac OS X" + bytes(4080)),
}
if os.geteuid() != 0:  # root reads all
    BAD["forbidden.mp4"] = unreadable
GOOD: dict[str, Callable[[Path], object]] = {
    "two.mp4": lambda path: video(path, PICTURES[:2]),
    "dot.mkv": lambda path: packed(path, "matroska", "mpeg4", [flat(1, 1)] * 10),
    "line.mkv": lambda path: packed(path, "matroska", "mpeg4", [flat(2, 512)] * 10),
    "film.avi": lambda path: packed(path, "avi", "mpeg4", PICTURES),
    "film.ts": lambda path: packed(path, "mpegts", "libx264", PICTURES),
    "film.mkv": lambda path: packed(path, "matroska", "libx264", PICTURES, sound=True),
    "moving.gif": lambda path: packed(path, "gif", "gif", PICTURES),
    "tags.mp4": lambda path: tagged(path),
    "link.mp4": lambda path: path.symlink_to("film.mkv"),
}


def tagged(path: Path) -> None:
    """A film whose title is no UTF-8."""
    packed(path, "mp4", "libx264", PICTURES, title="TITLE")
    path.write_bytes(path.read_bytes().replace(b"TITLE", b"T\xfc\xff\xe9E"))


def analyzed(folder: Path, words: list[bytes]) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "runform_live.cli.main", "analyze", "--out", "../runs", "--", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, timeout=600, check=False)


def test_a_batch_of_odd_files_ends_with_a_line_for_each_and_the_good_ones_measured(tmp_path: Path) -> None:
    films = tmp_path / "films"
    films.mkdir()
    good = video(tmp_path / "good.mp4", PICTURES)
    for name in NAMES:
        shutil.copy(good, films / os.fsdecode(name))
    for name, make in (GOOD | BAD).items():
        make(films / name)
    words = [*NAMES, *map(os.fsencode, GOOD), *map(os.fsencode, BAD)]
    assert len(words) > 40
    assert words[0] in NAMES
    result = analyzed(films, words)
    assert result.returncode == 1
    lines = result.stderr.decode().splitlines()
    assert len(lines) == len(BAD), result.stderr.decode()
    for name in BAD:  # in the order in which the workers come to them
        (line,) = [line for line in lines if line.startswith(f"runform: {name}: ")]
        assert len(line) < 300
    told = re.findall(rb"^session: (.*)$", result.stdout, re.M)
    assert len(told) == len(NAMES) + len(GOOD)
    assert f"{len(told)} of {len(words)} videos measured".encode() in result.stdout
    assert not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", result.stdout + result.stderr), "nothing moves the cursor"
    made = {path.name: path for path in (tmp_path / "runs").iterdir()}
    stems = {Path(name).stem for name in GOOD} | {"film_2", "film_3"}
    assert set(made) == {*NAMES.values(), *stems}
    for folder in made.values():
        assert (folder / "report.html").is_file()
        assert read(folder).info.ended == "end of the file"
    assert {path.name for path in tmp_path.iterdir()} == {"films", "runs", "good.mp4"}


def test_a_batch_of_bad_files_alone_fails_and_a_single_one_is_bad_input(tmp_path: Path) -> None:
    for name in ("text.mp4", "empty.mp4"):
        BAD[name](tmp_path / name)
    both = analyzed(tmp_path, [b"text.mp4", b"empty.mp4"])
    one = analyzed(tmp_path, [b"text.mp4"])
    assert (both.returncode, both.stderr.count(b"\n")) == (1, 2)
    assert (one.returncode, one.stderr.count(b"\n")) == (2, 1)
    assert not (tmp_path.parent / "runs").exists()
