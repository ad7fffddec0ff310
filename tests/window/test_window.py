"""The real window under a virtual screen, driven by real key presses."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runform_live.session.reader import read
from tests.running import left_over, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.window]


@pytest.fixture
def screen() -> Iterator[str]:
    """A virtual screen of its own."""
    if shutil.which("Xvfb") is None or shutil.which("xdotool") is None:
        pytest.skip("Xvfb or xdotool is missing; .ci/setup.sh test installs them")
    read_end, write_end = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1280x720x24", "-nolisten", "tcp"],
        pass_fds=[write_end],
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    number = os.read(read_end, 16).decode().strip()
    yield f":{number}"
    server.terminate()
    server.wait()


def press(display: str, key: str) -> None:
    subprocess.run(["xdotool", "key", key], env={**os.environ, "DISPLAY": display}, check=True)


def shot(display: str, path: Path) -> bytes:
    """Colours of the whole screen, by the X server itself."""
    dumped = subprocess.run(["xwd", "-root", "-silent", "-display", display], capture_output=True)
    if dumped.returncode != 0:
        pytest.skip("xwd is missing")
    path.write_bytes(dumped.stdout)
    return dumped.stdout


def test_the_window_runs_the_demo_and_obeys_its_keys(screen: str, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "runform_live.cli.main", "live", "--source", "demo", "--record", str(tmp_path)],
        env={**os.environ, "DISPLAY": screen, "LIBGL_ALWAYS_SOFTWARE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )

    def events() -> str:
        files = list(tmp_path.glob("*/events.jsonl"))
        return files[0].read_text() if files else ""

    def stances() -> int:
        files = list(tmp_path.glob("*/stances.csv"))
        return len(files[0].read_text().splitlines()) - 1 if files else 0

    assert wait_until(lambda: stances() >= 4, 60), process.poll()
    press(screen, "r")
    assert wait_until(lambda: "stop_record" in events(), 10), "R stops the recording"
    press(screen, "p")
    assert wait_until(lambda: '"kind": "pause"' in events(), 10)
    press(screen, "p")
    assert wait_until(lambda: '"kind": "resume"' in events(), 10)
    press(screen, "c")
    assert wait_until(lambda: '"kind": "calibrate"' in events(), 10)
    press(screen, "Escape")
    out, err = process.communicate(timeout=40)
    assert process.returncode == 0, err
    session = read(next(tmp_path.iterdir()))
    assert session.info.ended == "stopped"
    assert 0 < session.info.frames_recorded < session.info.frames
    assert "session: " in out
    assert left_over() == []


def test_the_screen_shows_numbers_scale_and_picture(screen: str, tmp_path: Path) -> None:
    """Draw one state of the model and look at the pixels: both colours, the picture, nothing off the edge."""
    script = """
import sys
from runform_live import config
from runform_live.dashboard.window import Window
from tests.makers import stances
import dearpygui.dearpygui as dpg, time
window = Window(config.load(), False)
for one in stances(30, 7.2, 3.1):
    window.model.take(one, 0.0)
window._show_texts(time.monotonic()); window._show_plot()
for _ in range(5): dpg.render_dearpygui_frame()
window.screenshot(sys.argv[1])
for _ in range(5): dpg.render_dearpygui_frame()
window.close()
"""
    path = tmp_path / "shot.png"
    subprocess.run(
        [sys.executable, "-c", script, str(path)],
        env={**os.environ, "DISPLAY": screen, "LIBGL_ALWAYS_SOFTWARE": "1"},
        check=True,
        timeout=60,
    )
    import cv2
    import numpy as np

    from runform_live.dashboard import theme

    picture = cv2.imread(str(path))[..., ::-1].astype(int)
    assert picture.shape[:2] == (720, 1280)
    for colour, (start, end) in ((theme.LEFT, (672, 970)), (theme.RIGHT, (970, 1280))):
        near = np.abs(picture[:300, start:end] - colour).max(axis=2) < 30
        assert near.sum() > 2500, "the large number fills its card"
        rows = np.flatnonzero(near[60:190].any(axis=1))
        assert np.ptp(rows) > 60, "and is about as high as the type size says"
    yellow = np.abs(picture[:300] - theme.WARN).max(axis=2) < 40
    assert yellow.sum() > 200, "left is above its target and says so"
    assert picture[:, 1273:1278].max() < 140, "no text runs into the right edge (its border is darker)"
