"""A decoded frame as a player shows it."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from runform_live.capture.orientation import Orientation
from runform_live.capture.picture_maker import Decoded, PictureMaker, fitted, pixel_width, shown_size
from runform_live.capture.sources import File
from runform_live.capture.video import Video
from runform_live.session.film_pictures import SeekablePictures
from tests.capture.films import corners, seen_corners, write

AS_FILMED = ("red", "green", "blue", "white")
# By degrees against the clock, and mirrored after it.
EIGHT = {
    (0, False): ("red", "green", "blue", "white"),
    (0, True): ("green", "red", "white", "blue"),
    (90, False): ("green", "white", "red", "blue"),
    (90, True): ("white", "green", "blue", "red"),
    (180, False): ("white", "blue", "green", "red"),
    (180, True): ("blue", "white", "red", "green"),
    (270, False): ("blue", "red", "white", "green"),
    (270, True): ("red", "blue", "green", "white"),
}


# Matroska keeps turns of a picture, and no mirror.
@pytest.mark.parametrize(
    ("turned", "ending"),
    [(turned, ending) for turned in EIGHT for ending in ("mp4", "mov", "mkv") if ending != "mkv" or not turned[1]],
)
def test_all_eight_orientations_are_shown_upright_everywhere(
    tmp_path: Path, turned: tuple[int, bool], ending: str
) -> None:
    path = write(tmp_path / f"phone.{ending}", [corners()] * 4, turned=turned)
    shape = (160, 96) if turned[0] in (90, 270) else (96, 160)
    for picture in (next(iter(Video(str(path))))[1], SeekablePictures(path).at(0.1)):
        assert picture is not None and picture.shape[:2] == shape
        assert seen_corners(picture) == EIGHT[turned]


@pytest.mark.parametrize("turned", [(0, False), (90, False), (180, True)])
def test_pixels_that_are_mirrored_without_saying_so_are_turned_back(tmp_path: Path, turned: tuple[int, bool]) -> None:
    path = write(tmp_path / "front.mp4", [corners()] * 4, turned=turned)
    a, b, c, d = EIGHT[turned]
    read = File(str(path), mirrored=True).read()
    assert read is not None
    for picture in (read[1], SeekablePictures(path, mirrored=True).at(0.1)):
        assert picture is not None and seen_corners(picture) == (b, a, d, c)


@pytest.mark.parametrize(
    ("ratio", "shape"),
    [
        (Fraction(4, 3), (96, 213)),
        (Fraction(64, 45), (96, 228)),
        (Fraction(2), (96, 320)),
        (Fraction(1, 2), (192, 160)),
        (Fraction(8, 9), (108, 160)),
        (Fraction(1000, 1001), (96, 160)),
        (Fraction(1), (96, 160)),
        (Fraction(60, 1), (96, 160)),
        (None, (96, 160)),
    ],
)
@pytest.mark.parametrize("ending", ["mp4", "mkv", "ts", "avi"])
def test_pixels_are_shown_square(tmp_path: Path, ratio: Fraction | None, shape: tuple[int, int], ending: str) -> None:
    path = write(tmp_path / f"wide.{ending}", [corners()] * 4, ratio=ratio, rate=25)
    for picture in (next(iter(Video(str(path))))[1], SeekablePictures(path).at(0.0)):
        assert picture is not None and picture.shape[:2] == shape
        assert seen_corners(picture) == AS_FILMED


def test_a_turned_film_is_squeezed_across_its_own_pixels(tmp_path: Path) -> None:
    path = write(tmp_path / "both.mp4", [corners()] * 3, ratio=Fraction(3, 2), turned=(90, False))
    picture = next(iter(Video(str(path))))[1]
    assert picture.shape[:2] == (240, 96)
    assert seen_corners(picture) == EIGHT[(90, False)]


def test_the_containers_word_goes_before_the_codecs(tmp_path: Path) -> None:
    """The header of an MP4 is patched to say 2:1; the codec still says 4:3."""
    path = write(tmp_path / "said.mp4", [corners()] * 3, ratio=Fraction(4, 3))
    content = bytearray(path.read_bytes())
    at = content.index(b"pasp") + 4
    assert struct.unpack(">2I", content[at : at + 8]) == (4, 3)
    content[at : at + 8] = struct.pack(">2I", 2, 1)
    path.write_bytes(bytes(content))
    assert next(iter(Video(str(path))))[1].shape[:2] == (96, 320)


@pytest.mark.parametrize(
    ("said", "width"), [(None, 1.0), (Fraction(0), 1.0), (Fraction(-4, 3), 1.0), (Fraction(4, 3), 4 / 3), (Fraction(99), 1.0)]
)  # fmt: skip
def test_a_ratio_that_cannot_be_is_square(said: Fraction | None, width: float) -> None:
    assert pixel_width(said) == pytest.approx(width)


@pytest.mark.parametrize(
    ("height", "width", "ratio", "shown"),
    [
        (720, 1280, 1.0, (720, 1280)),
        (1080, 1920, 1.0, (1080, 1920)),
        (1088, 1920, 1.0, (1088, 1920)),
        (1200, 1920, 1.0, (1200, 1920)),
        (1440, 2560, 1.0, (1080, 1920)),
        (2160, 3840, 1.0, (1080, 1920)),
        (3840, 2160, 1.0, (1920, 1080)),
        (4320, 7680, 1.0, (1080, 1920)),
        (1080, 1440, 4 / 3, (1080, 1920)),
        (1000, 8000, 1.0, (480, 3840)),
        (1, 1, 1.0, (1, 1)),
    ],
)
def test_a_picture_is_made_no_larger_than_is_used(
    height: int, width: int, ratio: float, shown: tuple[int, int]
) -> None:
    assert shown_size(height, width, ratio) == shown


def test_a_matrix_of_zeros_says_nothing() -> None:
    assert Orientation.of_matrix(np.zeros(9, np.int32)) == Orientation()


def test_a_picture_of_another_shape_lies_between_black_bars() -> None:
    tall = fitted(corners(160, 96), 96, 160)
    assert tall.shape == (96, 160, 3)
    assert not tall[:, :50].any() and not tall[:, -50:].any()
    assert seen_corners(tall[:, 51:109]) == AS_FILMED
    larger = fitted(corners(192, 320), 96, 160)
    assert seen_corners(larger) == AS_FILMED


def two_sizes(path: Path, first: np.ndarray, then: np.ndarray, each: int = 12) -> Path:
    """A film whose picture changes its size in the middle: two transport streams, one behind the other."""
    a = write(path.with_name("a.ts"), [first] * each, options={"g": "4", "bf": "0"})
    stamps_s: list[float | None] = [(each + number) / 30 for number in range(each)]
    b = write(path.with_name("b.ts"), [then] * each, stamps_s=stamps_s, options={"g": "4", "bf": "0"})
    path.write_bytes(a.read_bytes() + b.read_bytes())
    return path


@pytest.mark.parametrize("then", [corners(192, 320), corners(48, 80), corners(160, 96)])
def test_a_film_that_changes_its_size_keeps_one_system_of_coordinates(tmp_path: Path, then: np.ndarray) -> None:
    path = two_sizes(tmp_path / "both.ts", corners(), then)
    film = Video(str(path))
    pictures = list(film)
    assert {picture.shape for _, picture in pictures} == {(96, 160, 3)}
    assert len(pictures) == 24 and film.resized == 12
    last_s, last = pictures[-1]
    sought = SeekablePictures(path).at(last_s)
    assert sought is not None
    np.testing.assert_array_equal(sought, last)
    same_shape = then.shape[1] > then.shape[0]
    assert seen_corners(last if same_shape else last[:, 51:109]) == AS_FILMED


def test_a_session_of_an_earlier_version_keeps_its_own_coordinates(tmp_path: Path) -> None:
    path = write(tmp_path / "old.mp4", [corners()] * 3, ratio=Fraction(4, 3))
    picture = SeekablePictures(path, size_px=(96, 160)).at(0.0)
    assert picture is not None and picture.shape[:2] == (96, 160)
    assert seen_corners(picture) == AS_FILMED


@pytest.mark.parametrize("kind", ["yuv420p10le", "yuv422p12le", "yuvj420p", "gray", "gray10le", "bgra", "pal8", "gbrp"])
@pytest.mark.parametrize("space", [1, 2, 5, 9, 3, 14])
def test_every_pixel_format_and_colour_space_shows_the_runner(kind: str, space: int) -> None:
    picture = corners()
    source = "rgb8" if kind == "pal8" else kind
    frame = av.VideoFrame.from_ndarray(picture, format="bgr24").reformat(format=source)
    if kind not in ("bgra", "pal8", "gbrp"):
        frame.colorspace = space
    shown = PictureMaker()(Decoded(frame))
    assert shown.shape == picture.shape
    assert shown[-5, -5].mean() > 200 and 30 < shown[48, 80].mean() < 110
    if "gray" not in kind:
        assert seen_corners(shown) == AS_FILMED


def _with_elements(data: bytes, path: list[bytes], extra: bytes) -> bytes:
    """Matroska with further elements in the one that the path of ids names; every size is written anew."""
    out, at = b"", 0
    while at < len(data):
        name_length = 9 - data[at].bit_length()
        name = data[at : at + name_length]
        size_length = 9 - data[at + name_length].bit_length()
        start = at + name_length + size_length
        size = int.from_bytes(data[at + name_length : start], "big") & ((1 << 7 * size_length) - 1)
        body = data[start : start + size]
        at = start + size
        if name == b"\x11\x4d\x9b\x74":
            name = b"\xec"  # places of other elements, which are wrong now
        if path and name == path[0]:
            body = body + extra if len(path) == 1 else _with_elements(body, path[1:], extra)
        out += name + b"\x01" + len(body).to_bytes(7, "big") + body
    return out


def test_what_a_container_crops_is_not_shown(tmp_path: Path) -> None:
    picture = np.zeros((136, 230, 3), np.uint8)
    picture[20:116, 30:190] = corners()
    path = write(tmp_path / "wide.mkv", [picture] * 3)
    sides = {b"\x54\xcc": 30, b"\x54\xdd": 40, b"\x54\xbb": 20, b"\x54\xaa": 20}  # left, right, top, bottom
    extra = b"".join(name + b"\x81" + bytes([value]) for name, value in sides.items())
    video_element = [b"\x18\x53\x80\x67", b"\x16\x54\xae\x6b", b"\xae", b"\xe0"]
    path.write_bytes(_with_elements(path.read_bytes(), video_element, extra))
    for shown in (next(iter(Video(str(path))))[1], SeekablePictures(path).at(0.0)):
        assert shown is not None and shown.shape == (96, 160, 3)
        assert seen_corners(shown) == AS_FILMED and shown[:4, :4, 2].min() > 100
