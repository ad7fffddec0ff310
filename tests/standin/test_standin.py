"""The camera stand-in: in another process, put in as the tests of the whole program put it in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from runform_live.messages import Picture
from tests.makers import flat, video
from tests.running import STANDIN, Standin
from tests.standin.standin_camera import Camera

LEVELS = [20 + 4 * number for number in range(50)]  # the grey of each picture of the clip
DARKER = 2.7  # by so much it is decoded


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures that tell their number by their grey."""
    return video(tmp_path_factory.mktemp("clip") / "grey.mp4", [flat(value=level) for level in LEVELS])


@pytest.fixture
def made(tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch) -> Standin:
    monkeypatch.setenv("RUNFORM_STANDIN", str(tmp_path))
    return Standin(tmp_path, clip=str(clip), stall_s=0.05)


@pytest.fixture
def camera(made: Standin) -> Iterator[Camera]:
    camera = Camera(0, cv2, cv2.VideoCapture)
    yield camera
    camera.release()


def read(camera: Camera) -> Picture:
    good, picture = camera.read()
    assert good and picture is not None
    return picture


def number_of(picture: Picture) -> int:
    """Which picture of the clip this is."""
    return int(np.argmin(np.abs(np.array(LEVELS) - DARKER - float(picture.mean()))))


def inside(code: str, *words: str, **environment: str) -> list[str]:
    """What this code prints in a process with the stand-in."""
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_opencv_is_not_imported_at_start_and_only_cameras_are_replaced(tmp_path: Path, clip: Path) -> None:
    made = Standin(tmp_path, number=2, clip=str(clip), width_px=64, height_px=48)
    code = f"""
import sys
print("cv2" in sys.modules)
import cv2
print(*(cv2.VideoCapture(number).isOpened() for number in (0, 1, 2)))
print(cv2.VideoCapture(2).read()[1].shape[0], cv2.VideoCapture({str(clip)!r}).read()[1].shape[0])
print(cv2.VideoCapture().isOpened(), cv2.__name__, cv2.VideoWriter.fourcc(*"MJPG"))
"""
    found = inside(code, **made.environment())
    assert found == [
        "False",
        "False",
        "False",
        "True",
        "48",
        "96",
        "False",
        "cv2",
        str(cv2.VideoWriter.fourcc(*"MJPG")),
    ]


def test_without_its_variable_nothing_is_changed(tmp_path: Path) -> None:
    environment = {"PYTHONPATH": Standin(tmp_path).environment()["PYTHONPATH"]}
    assert inside("import cv2; print(type(cv2.VideoCapture).__name__)", **environment) == ["type"]


def test_the_program_lists_the_cameras_that_are_plugged_in(tmp_path: Path) -> None:
    made = Standin(tmp_path)
    Standin(tmp_path, number=3)
    code = "from runform_live.capture import listed; print(*listed.numbers())"
    assert inside(code, **made.environment()) == ["0", "3"]
    made.says(mode="unplugged")
    assert inside(code, **made.environment()) == ["3"]


CHOOSING = """
import sys
from pathlib import Path
sys.path.insert(0, "")
from runform_live.capture.previews import Previews
from runform_live.capture.sources import Camera
from runform_live.config import CaptureSettings
from runform_live.errors import BadInput
from tests.running import Standin, wait_until

folder, clip, mode = sys.argv[1:]
previews = Previews()
print(wait_until(lambda: [seen.number for seen in previews.newest()] == [0], 20), previews.newest()[0].thumbnail.shape)
camera = Standin(Path(folder), clip=clip, mode=mode, stall_s=3600)
if mode == "stalled":
    print(wait_until(lambda: previews.newest() == [], 20))
previews.close()

def serves():
    try:
        return Camera(0, CaptureSettings(1280, 720, 30.0)).read() is not None
    except BadInput:
        return False

if mode == "stalled":
    camera.says(mode="ok")
    print(wait_until(serves, 20))
else:
    print(serves())
"""


@pytest.mark.parametrize(("mode", "printed"), [("ok", ["True"]), ("stalled", ["True", "True"])])
def test_the_choice_of_cameras_shows_it_and_lets_it_go(
    tmp_path: Path, clip: Path, mode: str, printed: list[str]
) -> None:
    made = Standin(tmp_path, clip=str(clip))
    found = inside(CHOOSING, str(tmp_path), str(clip), mode, **made.environment())
    assert found == ["True", "(180,", "320,", "3)", *printed]


@pytest.mark.parametrize("rate_hz", [30, 60, 120])
def test_pictures_come_in_order_and_no_faster_than_told(made: Standin, camera: Camera, rate_hz: int) -> None:
    made.says(rate_hz=rate_hz)
    began_s = time.monotonic()
    numbers = [number_of(read(camera)) for _ in range(13)]
    assert time.monotonic() - began_s >= 12 / rate_hz, "the thirteenth is not due before, however slow this machine is"
    assert numbers == sorted(numbers)
    assert camera.get(cv2.CAP_PROP_FPS) == rate_hz


def test_what_nobody_fetched_is_dropped_except_for_the_buffer(made: Standin, camera: Camera) -> None:
    camera.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    first = number_of(read(camera))
    time.sleep(0.5)
    assert number_of(read(camera)) - first >= 14


def test_the_clip_loops_or_stands_still(made: Standin, camera: Camera) -> None:
    numbers = [number_of(read(camera)) for _ in range(len(LEVELS) + 10)]
    assert numbers != sorted(numbers), "it has begun again"
    made.says(began_s=time.monotonic() - 10.0, loops=False)
    assert {number_of(read(camera)) for _ in range(3)} == {49}


def test_the_clip_goes_on_while_the_camera_is_closed_or_begins_at_each_opening(made: Standin) -> None:
    for from_beginning, expected in ((False, range(9, 49)), (True, range(9))):
        made.says(from_beginning=from_beginning)
        camera = Camera(0, cv2, cv2.VideoCapture)
        read(camera)
        camera.release()
        time.sleep(0.3)
        camera = Camera(0, cv2, cv2.VideoCapture)
        assert number_of(read(camera)) in expected
        camera.release()


def test_an_unplugged_camera_must_be_opened_again(made: Standin, camera: Camera) -> None:
    read(camera)
    made.says(mode="unplugged")
    assert camera.read() == (False, None)
    assert not Camera(0, cv2, cv2.VideoCapture).isOpened()
    made.says(mode="ok", width_px=64, height_px=48, rate_hz=60)
    assert camera.read() == (False, None)
    again = Camera(0, cv2, cv2.VideoCapture)
    assert read(again).shape == (48, 64, 3)
    assert [again.get(key) for key in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)] == [64, 48]
    again.release()


def test_a_stalled_read_gives_up_and_later_goes_on(made: Standin, camera: Camera) -> None:
    read(camera)
    made.says(mode="stalled")
    assert camera.read() == (False, None)
    made.says(mode="ok")
    read(camera)


def test_black_torn_and_repeated_pictures(made: Standin, camera: Camera) -> None:
    for _ in range(6):
        read(camera)
    made.says(mode="black")
    assert read(camera).max() == 0
    made.says(mode="torn")
    torn = read(camera)
    upper, lower = number_of(torn[:40]), number_of(torn[56:])
    assert upper - lower >= 4
    made.says(mode="repeated", repeats=5, began_s=time.monotonic())
    assert {number_of(read(camera)) % 5 for _ in range(12)} == {0}


def test_a_camera_serves_one_program_at_a_time(made: Standin, camera: Camera) -> None:
    pytest.importorskip("fcntl")
    assert not Camera(0, cv2, cv2.VideoCapture).isOpened()
    camera.release()
    assert Camera(0, cv2, cv2.VideoCapture).isOpened()


def test_a_word_that_the_file_does_not_know_is_refused(made: Standin) -> None:
    for wrong in ({"speed": 3}, {"mode": "broken"}):
        (made.folder / "camera-1.json").write_text(json.dumps(wrong))
        with pytest.raises(ValueError, match="not known"):
            Camera(1, cv2, cv2.VideoCapture)


def test_its_readme_names_every_key() -> None:
    from dataclasses import fields

    from tests.standin.standin_camera import Says

    readme = (STANDIN / "README.md").read_text(encoding="utf-8")
    assert [field.name for field in fields(Says) if f"`{field.name}`" not in readme] == []
