"""Files of every kind that a phone or a screen recorder makes, and what is no video."""

from __future__ import annotations

import gc
import struct
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import psutil
import pytest

from runform_live.capture.settings import CaptureSettings
from runform_live.capture.source_name import DEMO, is_camera, is_file, is_stream
from runform_live.capture.sources import Camera, File, Stream
from runform_live.capture.video import Video
from runform_live.errors import BadInput
from tests.capture.films import corners, write
from tests.makers import flat, video

WISHED = CaptureSettings(1280, 720, 60.0)


def corner_marked(height: int, width: int) -> np.ndarray:
    """Dark, with a bright square in the upper left corner."""
    picture = flat(height, width, 40)
    picture[: height // 4, : width // 4] = 230
    return picture


def turn_in_header(path: Path, degrees: int) -> None:
    """Write a rotation into the track header's display matrix, as phones do instead of turning the pixels."""
    content = bytearray(path.read_bytes())
    at = content.index(b"tkhd") + 4 + 4 + 4 * 5 + 8 + 8
    matrix = {90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}[degrees]
    a, b, c, d = (value << 16 for value in matrix)
    content[at : at + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(bytes(content))


def test_the_shipped_clip_reads_with_its_own_times() -> None:
    source = Video(str(DEMO))
    assert (source.info.height_px, source.info.width_px) == (720, 1280)
    times = [t for t, _ in source]
    assert len(times) == 390
    assert times[0] == 0.0
    np.testing.assert_allclose(np.diff(times), 1 / 30, atol=1e-4)


@pytest.mark.parametrize(("rate", "size"), [(24, (480, 854)), (60, (720, 1280)), (240, (480, 640)), (30, (2160, 3840))])
def test_rates_and_sizes_from_480p_to_4k(tmp_path: Path, rate: int, size: tuple[int, int]) -> None:
    path = video(tmp_path / "clip.mp4", [flat(*size, value=20 * i) for i in range(5)], rate)
    frames = list(Video(str(path)))
    assert len(frames) == 5
    assert frames[0][1].shape == (*(min(side, used) for side, used in zip(size, (1080, 1920), strict=True)), 3)
    assert frames[4][0] == pytest.approx(4 / rate, abs=1e-3)
    assert abs(int(frames[3][1].mean()) - 60) < 6


def test_a_variable_frame_rate_keeps_every_frames_own_time(tmp_path: Path) -> None:
    stamps = [0.0, 0.033, 0.1, 0.125, 0.4, 0.41]
    path = video(tmp_path / "vfr.mp4", [flat(value=30 * i + 10) for i in range(6)], 30, stamps)
    assert [t for t, _ in Video(str(path))] == pytest.approx(stamps, abs=1e-3)


@pytest.mark.parametrize(("degrees", "corner"), [(90, (0, -1)), (180, (-1, -1)), (270, (-1, 0))])
def test_a_turned_phone_video_stands_upright(tmp_path: Path, degrees: int, corner: tuple[int, int]) -> None:
    path = video(tmp_path / "phone.mp4", [corner_marked(96, 160)] * 3)
    turn_in_header(path, degrees)
    _, picture = next(iter(Video(str(path))))
    assert picture.shape[:2] == ((160, 96) if degrees != 180 else (96, 160))
    assert picture[corner[0], corner[1]].mean() > 180, "the bright corner lies where the phone's up says"
    assert picture[::-1, ::-1][corner[0], corner[1]].mean() < 90


def read_all(source: File | Stream) -> list[tuple[float, np.ndarray]]:
    found = []
    while (read := source.read()) is not None:
        found.append(read)
    source.close()
    return found


@pytest.mark.parametrize("after", [-1, 0, 3, 9])
def test_a_file_is_read_from_any_time_on(tmp_path: Path, after: int) -> None:
    path = video(tmp_path / "clip.mp4", [flat(value=20 * i) for i in range(10)])
    whole = read_all(File(str(path)))
    assert len(whole) == 10
    rest = read_all(File(str(path), whole[after][0] if after >= 0 else -1.0))
    assert [time_s for time_s, _ in rest] == [time_s for time_s, _ in whole[after + 1 :]]
    for (_, found), (_, expected) in zip(rest, whole[after + 1 :], strict=True):
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("after_s", [-1.0, 100.0])
def test_a_looped_file_goes_on_in_time_also_after_a_restart(tmp_path: Path, after_s: float) -> None:
    path = video(tmp_path / "clip.mp4", [flat(value=20 * i) for i in range(5)])
    source = File(str(path), after_s, loops=True)
    times_s = [read[0] for _ in range(12) if (read := source.read()) is not None]
    source.close()
    first_s = 0.0 if after_s < 0 else after_s + 1 / 30
    assert times_s == pytest.approx([first_s + number / 30 for number in range(12)], abs=1e-3)


def test_a_missing_file_says_so() -> None:
    with pytest.raises(BadInput, match="there is no such file"):
        Video("/nowhere/run.mp4")


def test_a_text_file_named_mp4_is_no_video(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").write_text("hello")
    with pytest.raises(BadInput, match="not a video"):
        Video(str(tmp_path / "a.mp4"))


def test_a_sound_file_has_no_pictures(tmp_path: Path) -> None:
    import wave

    with wave.open(str(tmp_path / "a.wav"), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(b"\0" * 1600)
    with pytest.raises(BadInput, match="no pictures"):
        Video(str(tmp_path / "a.wav"))


def test_a_folder_is_no_video(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="folder|cannot be opened"):
        Video(str(tmp_path))


def test_a_file_cut_in_the_middle_gives_what_is_whole(tmp_path: Path) -> None:
    from fractions import Fraction

    import av

    path = tmp_path / "cut.mkv"
    rng = np.random.default_rng(0)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30, options={"preset": "ultrafast", "g": "10"})
        stream.height, stream.width, stream.pix_fmt = 96, 128, "yuv420p"
        for number in range(60):
            frame = av.VideoFrame.from_ndarray(rng.integers(0, 255, (96, 128, 3), dtype=np.uint8), format="bgr24")
            frame.pts, frame.time_base = number, Fraction(1, 30)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 6 // 10])
    source = Video(str(path))
    assert 20 < sum(1 for _ in source) < 50


def test_a_file_over_http_is_a_stream(tmp_path: Path) -> None:
    video(tmp_path / "clip.mp4", [flat(value=20 * i) for i in range(6)])
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    handler.log_message = lambda *_: None  # type: ignore[attr-defined]
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        began_s = time.monotonic()
        found = read_all(Stream(f"http://127.0.0.1:{server.server_port}/clip.mp4"))
        server.shutdown()
    assert len(found) == 6
    times_s = [began_s, *(time_s for time_s, _ in found), time.monotonic()]
    assert times_s == sorted(times_s), "stamped by this machine's clock, as they came"


@pytest.mark.parametrize("address", ["rtsp://127.0.0.1:9/live", "http://127.0.0.1:9/live.mp4"])
def test_an_unreachable_stream_says_what_to_check(address: str) -> None:
    with pytest.raises(BadInput, match="cannot be opened .*check the address"):
        Video(address)


def test_a_camera_that_does_not_exist_says_what_to_do() -> None:
    with pytest.raises(BadInput, match="camera 97 does not answer"):
        Camera(97, WISHED)


class FakeDevice:
    """In place of OpenCV's device: what the camera was asked for, and pictures until it is unplugged."""

    def __init__(self, pictures: int) -> None:
        self.asked: dict[int, float] = {}
        self.left = pictures

    def isOpened(self) -> bool:
        return True

    def set(self, key: int, value: float) -> bool:
        self.asked[key] = value
        return True

    def get(self, key: int) -> float:
        return self.asked.get(key, 0.0)

    def read(self) -> tuple[bool, np.ndarray | None]:
        self.left -= 1
        return (True, flat(720, 1280)) if self.left >= 0 else (False, None)

    def release(self) -> None:
        pass


def test_a_camera_is_asked_for_mjpg_720p_and_its_highest_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    import cv2

    device = FakeDevice(3)
    monkeypatch.setattr(cv2, "VideoCapture", lambda _index: device)
    camera = Camera(0, CaptureSettings(1280, 720, 120.0))
    assert device.asked[cv2.CAP_PROP_FOURCC] == cv2.VideoWriter.fourcc(*"MJPG")
    assert (device.asked[cv2.CAP_PROP_FRAME_WIDTH], device.asked[cv2.CAP_PROP_FRAME_HEIGHT]) == (1280, 720)
    assert device.asked[cv2.CAP_PROP_FPS] == 120.0
    assert next(iter(device.asked)) == cv2.CAP_PROP_FOURCC, (
        "the size is refused by many cameras until the format is set"
    )
    assert camera.read() is not None
    assert camera.read() is not None
    assert camera.read() is None, "unplugged: no exception"


def test_kinds_of_sources_are_told_apart() -> None:
    assert is_camera("0")
    assert is_stream("RTSP://10.0.0.1/x")
    assert is_file("run.mp4")
    assert is_file("demo")


def test_a_film_that_is_played_again_and_again_keeps_no_threads(tmp_path: Path) -> None:
    source = File(str(write(tmp_path / "film.mp4", [corners(value=40 + 5 * k) for k in range(10)])), loops=True)
    me = psutil.Process()
    gc.disable()
    try:
        for _ in range(15):
            source.read()
        before = me.num_threads()
        for _ in range(60):
            source.read()
        assert me.num_threads() <= before
    finally:
        gc.enable()
        source.close()
