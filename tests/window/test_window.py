"""The real window under a virtual screen, driven by real key presses and clicks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from runform_live import quantities, texts
from runform_live.dashboard import theme
from runform_live.session.reader import read
from tests.running import left_over, wait_until
from tests.window.person import Person

pytestmark = [pytest.mark.slow, pytest.mark.window]


def press(display: str, key: str) -> None:
    subprocess.run(["xdotool", "key", key], env={**os.environ, "DISPLAY": display}, check=True)


# What a person does on the way from the first start to the report: the key, and the widget to click.
WAY = {
    "demo": ("d", "key-demo"), "goals": ("g", "key-goals"), "higher": ("Up", "key-higher"), "watch": ("3", "goal-none"),
    "mode": ("b", "mode-1"), "train": ("Right", "key-after"), "back": ("Escape", "key-back"), "report": ("Return", "key-report"),
    "review": ("v", "key-review"),
}  # fmt: skip


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
    """Draw one state of the model and look at the pixels: both colours, the words, nothing off the edge, both layers and looks."""
    subprocess.run(
        [sys.executable, "-m", "tests.window.screens", str(tmp_path), "en", "small"],
        env={**os.environ, "DISPLAY": screen, "LIBGL_ALWAYS_SOFTWARE": "1"},
        check=True,
        timeout=200,
    )
    for look, palette in (("", theme.DARK), ("-large", theme.DARK), ("-light", theme.LIGHT)):
        picture = cv2.imread(str(tmp_path / f"run-1280x720-en{look}.png"))[..., ::-1].astype(int)
        assert picture.shape[:2] == (720, 1280)
        for side, (start, end) in (("left", (8, 408)), ("right", (872, 1272))):
            near = np.abs(picture[:300, start:end] - palette.side(side)).max(axis=2) < 30
            assert near.sum() > 2500, "the large number fills its card"
            rows = np.flatnonzero(near[150:300].any(axis=1))
            assert np.ptp(rows) > 80, "and is about as high as the type size says"
        words = np.abs(picture[310:380, 8:408] - palette.warn).max(axis=2) < 40
        assert words.sum() > 200, "left is above its target and says so"
        changed = [picture[380:430, start:end] for start, end in ((8, 408), (872, 1272))]
        sure = [(np.abs(side - palette.text).max(axis=2) < 12).sum() > 200 for side in changed]
        assert sure == [True, False], (
            "left is surely less than in the first minute; of the right side that is not sure, and it is quiet"
        )
        assert (np.abs(changed[1] - palette.quiet).max(axis=2) < 12).sum() > 200
        details = cv2.imread(str(tmp_path / f"details-1280x720-en{look}.png"))[..., ::-1].astype(int)
        for side in ("left", "right"):
            plotted = np.abs(details[320:580, 60:860] - palette.side(side)).max(axis=2) < 30
            assert plotted.sum() > 300, "the trend of both sides"
        for page in (picture, details):
            ground = np.array(palette.background)
            assert np.abs(page[:, 1274:] - ground).max() < 60, "nothing runs into the right edge"
            assert np.abs(page[716:] - ground).max() < 60, "nor into the lower one"


def test_every_key_of_the_screen_does_what_the_line_of_keys_says(screen: str, tmp_path: Path) -> None:
    """Tab, T and L change what is drawn; the window goes on drawing."""
    script = """
import sys, time
from runform_live import config
from runform_live.dashboard.window import Window
from runform_live.runtime import topology
class Nobody:
    endpoints, ends_in_s, restarted, ending = {topology.PREVIEWS: "ipc://" + sys.argv[1]}, None, [], False
    keys = None
    def messages_with_buffers(self, timeout_s): return []
    def ask(self, control): pass
window = Window(config.load(), False)
print("open", flush=True)
while window(Nobody()):
    print(window.state_words(), flush=True)
window.close()
"""
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "socket")],
        env={**os.environ, "DISPLAY": screen, "LIBGL_ALWAYS_SOFTWARE": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    seen: list[str] = []
    reader = threading.Thread(target=lambda: seen.extend(line.strip() for line in process.stdout or []), daemon=True)
    reader.start()
    assert wait_until(lambda: len(seen) > 5, 40)
    assert seen[-1] == "GuidePage dark"
    for key, words in (("space", "RunPage dark"), ("Tab", "DetailPage dark"), ("t", "DetailPage dark large"), ("l", "DetailPage light large"),
                       ("Tab", "RunPage light large"), ("t", "RunPage light")):  # fmt: skip
        press(screen, key)
        assert wait_until(lambda words=words: seen[-1] == words, 10), (key, seen[-1])
    press(screen, "Escape")
    assert process.wait(timeout=20) == 0


@pytest.mark.parametrize("by", ["keys", "clicks"])
def test_from_the_first_start_to_the_report(screen: str, tmp_path: Path, by: str) -> None:
    """No camera, so the demo; the guide finds the run by itself; another target; the end; report and review."""
    opened = tmp_path / "opened.txt"
    browser = tmp_path / "browser.sh"
    browser.write_text(f'#!/bin/sh\necho "$1" >> {opened}\n')
    browser.chmod(0o755)
    sessions = tmp_path / "sessions"
    person = Person(screen, tmp_path, words=("live", "--record", str(sessions)), BROWSER=f"{browser} %s")

    def events() -> str:
        files = list(sessions.glob("*/events.jsonl"))
        return files[0].read_text() if files else ""

    def until(to: str, done: Callable[[], bool], timeout_s: float) -> bool:
        """Do it, and again after two seconds where nothing has followed: a busy machine may have missed it."""
        key, tag = WAY[to]
        deadline_s = time.monotonic() + timeout_s
        while time.monotonic() < deadline_s:
            if by == "keys":
                person.press(key)
            elif tag in person.widgets():
                person.click_at(*person.widgets()[tag]["at"])
            if wait_until(done, 2.0):
                return True
        return False

    try:
        person.sees("key-demo")
        assert until("demo", sessions.exists, 30), "the demo, as a camera"
        assert wait_until(lambda: '"kind": "set_up"' in events(), 40), "the run is found by itself, and the guide ends"
        person.sees("key-goals")
        assert until("goals", lambda: "key-higher" in person.widgets(), 20), "the page of targets"
        assert until("higher", lambda: "set here" in events(), 20), "the limit is moved"
        assert until("watch", lambda: "just watch" in events(), 10), "no earlier run yet: the third line is no target"
        assert until("mode", lambda: '"kind": "feedback"' in events(), 10), "another mode of feedback"
        assert until("train", lambda: '"kind": "train"' in events(), 10), "another angle is trained"
        assert until("back", lambda: "key-higher" not in person.widgets(), 10), "the figures again"
        assert wait_until(lambda: "session: " in person.said(), 60), "the demo ends by itself"
        assert person.process.poll() is None, "the last screen is shown"
        person.sees("key-report")
        assert until("report", opened.exists, 20)
        assert "report.html" in opened.read_text()
        assert until("review", lambda: "key-stance_after" in person.widgets(), 40), "the review window"
    finally:
        person.leaves()
    info = read(next(sessions.iterdir())).info
    assert info.bands() == {}, "no target was in force at the end"
    # The key may have been pressed more than once, until a busy machine answered: the last choice counts.
    chosen = [event["text"] for line in events().splitlines() if (event := json.loads(line))["kind"] == "train"]
    said, _ = texts.load(texts.FALLBACK)
    assert chosen[0] != quantities.name("pelvic_drop_mid_deg", said)
    assert chosen[-1] == quantities.name(info.trained(), said)
    assert wait_until(lambda: left_over() == [], 20)


ATOM_SCRIPT = """
import ctypes, ctypes.util
from runform_live.dashboard import monitors
assert monitors.size_px() == (1280, 720)
x11 = ctypes.CDLL(ctypes.util.find_library("X11"))
x11.XOpenDisplay.restype = ctypes.c_void_p
x11.XInternAtom.argtypes, x11.XCloseDisplay.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int], [ctypes.c_void_p]
def atom(only_if_there):
    display = x11.XOpenDisplay(None)
    found = x11.XInternAtom(display, b"RUNFORM_TEST", only_if_there)
    x11.XCloseDisplay(display)
    return found
assert atom(0)
assert atom(1), "the server has begun anew"
"""


def test_a_virtual_screen_does_not_begin_anew_between_its_size_and_the_window(screen: str) -> None:
    subprocess.run([sys.executable, "-c", ATOM_SCRIPT], env={**os.environ, "DISPLAY": screen}, check=True)


def test_the_first_page_has_the_same_ground_as_the_pages_after_it(screen: str, tmp_path: Path) -> None:
    """Its panels are seen; a ground that is filled twice takes the processor twice as long."""
    subprocess.run(
        [sys.executable, "-c", FIRST_PAGE_SCRIPT, str(tmp_path)],
        env={**os.environ, "DISPLAY": screen, "LIBGL_ALWAYS_SOFTWARE": "1"},
        check=True,
        timeout=60,
    )
    first, again = (cv2.imread(str(tmp_path / f"{name}.png"))[..., ::-1].astype(int) for name in ("first", "again"))
    panel, between = (slice(120, 500), slice(1100, 1260)), (slice(584, 588), slice(0, 1280))
    for page in (first, again):
        assert np.abs(page[panel] - theme.DARK.panel).max() <= 1
        assert np.abs(page[between] - theme.DARK.background).max() <= 1


FIRST_PAGE_SCRIPT = """
import sys

import dearpygui.dearpygui as dpg

from runform_live import config
from runform_live.dashboard.window import Window

window = Window(config.load(None), record_video=False)
for name in ("first", "again"):
    for _ in range(3):
        dpg.render_dearpygui_frame()
    window.viewport.screenshot(f"{sys.argv[1]}/{name}.png")
    for _ in range(3):
        dpg.render_dearpygui_frame()
    window.redraw()
window.close()
"""
