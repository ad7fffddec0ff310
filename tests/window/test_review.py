"""The review window under a virtual screen: keys, the time line, a note, a clip, two sessions."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from runform_live.cli.main import main
from runform_live.session.reader import read
from tests.running import wait_until
from tests.window.test_window import press

pytestmark = [pytest.mark.slow, pytest.mark.window]

SCRIPT = """
import sys
from pathlib import Path
from runform_live import config
from runform_live.dashboard.review_window import ReviewWindow
from runform_live.session.reader import read
import dearpygui.dearpygui as dpg
shots = Path(sys.argv[1])
window = ReviewWindow([read(Path(name)) for name in sys.argv[2:]], config.load().screen)
last = [""]
def each():
    typing = dpg.is_item_focused("note")
    words = f"{window.model.frame} {window.picture.mode} {window.model.playing} {window.model.overlay} {window.model.speed} {typing}"
    wanted = shots / "wanted"
    if wanted.exists():
        window.screenshot(shots / wanted.read_text())
        wanted.unlink()
    if words != last[0]:
        last[0] = words
        (shots / "state.part").write_text(words)
        (shots / "state.part").replace(shots / "state")
window.run(each)
window.close()
"""


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    parent = tmp_path_factory.mktemp("runs")
    from runform_live.capture.source_name import DEMO

    assert main(["analyze", str(DEMO), "--out", str(parent)]) == 0
    return parent / "demo"


class Driven:
    """A review window in a process of its own."""

    def __init__(self, display: str, folder: Path, *sessions: Path) -> None:
        self.display, self.folder = display, folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(folder), *map(str, sessions)],
            env={**os.environ, "DISPLAY": display, "LIBGL_ALWAYS_SOFTWARE": "1"},
        )
        assert wait_until(lambda: (folder / "state").exists(), 60), self.process.poll()

    def state(self) -> list[str]:
        return (self.folder / "state").read_text().split()

    def press(self, key: str, until: object = None) -> None:
        press(self.display, key)
        if until is not None:
            assert wait_until(until, 20), (key, self.state())  # type: ignore[arg-type]

    def shot(self, name: str) -> np.ndarray:
        (self.folder / "wanted").write_text(name)
        assert wait_until(lambda: (self.folder / name).exists() and (self.folder / name).stat().st_size > 1000, 20)
        picture = cv2.imread(str(self.folder / name))
        assert picture is not None
        return picture


def test_every_key_moves_through_the_session(screen: str, session: Path, tmp_path: Path) -> None:
    driven = Driven(screen, tmp_path, session)
    driven.press("w", lambda: int(driven.state()[0]) > 30)
    worst = int(driven.state()[0])
    stances = read(session).stances
    largest = max(stances, key=lambda s: s.pelvic_drop_mid_deg or -90.0)
    assert abs(worst / 30 - largest.midstance_s) < 0.05, "W goes to the largest value"
    driven.press("Right", lambda: int(driven.state()[0]) == worst + 1)
    driven.press("Left", lambda: int(driven.state()[0]) == worst)
    driven.press("Down", lambda: int(driven.state()[0]) > worst + 3)
    driven.press("minus", lambda: driven.state()[4] == "0.5")
    driven.press("o", lambda: driven.state()[3] == "False")
    driven.press("v", lambda: driven.state()[1] == "midstances")
    driven.press("v", lambda: driven.state()[1] == "one")
    driven.press("m", lambda: driven.state()[1] == "mean")
    driven.press("m", lambda: driven.state()[1] == "one")
    before = int(driven.state()[0])
    driven.press("space", lambda: int(driven.state()[0]) > before + 3)
    driven.press("space", lambda: driven.state()[2] == "False")
    picture = driven.shot("one.png")
    assert picture.shape[:2] == (720, 1280)
    assert picture[60:500, 20:840].std() > 20, "the runner is seen"
    driven.press("n", lambda: driven.state()[5] == "True")
    subprocess.run(["xdotool", "type", "--delay", "60", "heavy"], env={**os.environ, "DISPLAY": screen}, check=True)
    driven.press("Return", lambda: any(e.get("text") == "heavy" for e in read(session).events))
    driven.press("e", lambda: any(session.glob("clip-*.mp4")))
    driven.press("Escape")
    assert driven.process.wait(timeout=30) == 0
    with av.open(str(next(session.glob("clip-*.mp4")))) as film:
        assert sum(1 for _ in film.decode(video=0)) > 40


def test_two_sessions_stand_side_by_side(screen: str, session: Path, tmp_path: Path) -> None:
    driven = Driven(screen, tmp_path, session, session)
    assert driven.state()[1] == "two"
    driven.press("w", lambda: int(driven.state()[0]) > 30)
    picture = driven.shot("two.png").astype(int)
    left, right = picture[80:500, 10:430], picture[80:500, 438:858]
    assert np.abs(left - right).mean() < 6, "the same session in step shows the same picture"
    driven.press("Escape")
    assert driven.process.wait(timeout=30) == 0


LEGS = """
import json, sys
from dataclasses import replace
from pathlib import Path
import dearpygui.dearpygui as dpg
import msgspec
from runform_live import config
from runform_live.dashboard.review_window import ReviewWindow
from runform_live.messages import VIEW_UNSURE
from runform_live.session.reader import read
session = read(Path(sys.argv[1]))
summary = msgspec.structs.replace(session.summary, flags=[VIEW_UNSURE])
window = ReviewWindow([replace(session, summary=summary)], config.load().screen)
window.model.jump_worst(0)
window.show()
print(json.dumps([dpg.get_value(tag) for tag in ("words", "legend", "here", "worst-0")]))
window.close()
"""


def test_a_session_whose_sides_are_not_sure_says_so_and_names_no_leg(screen: str, session: Path) -> None:
    environment = {**os.environ, "DISPLAY": screen, "LIBGL_ALWAYS_SOFTWARE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", LEGS, str(session)], env=environment, capture_output=True, text=True, check=True
    )
    words, legend, here, worst = json.loads(done.stdout)
    assert "Left and right may be exchanged" in words and "--view" not in words
    assert "LEFT ?" in legend and here.startswith("one leg: ") and "one leg" in worst


BAND = """
import json, subprocess, sys
from dataclasses import replace
from pathlib import Path
import dearpygui.dearpygui as dpg
import msgspec
from runform_live import config
from runform_live.dashboard.review_window import ReviewWindow
from runform_live.session.reader import read
from runform_live.session.figures import ChangeSummary, PartChange, RunPart
session = read(Path(sys.argv[1]))
less, none = ChangeSummary(-2.3, -2.8, -1.8, True), ChangeSummary(0.1, -0.5, 0.7, False)
def block(feedback, from_s, until_s, left):
    first, now = RunPart("first", ((3.0, 5.5),)), RunPart("block", ((from_s, until_s),), feedback)
    return PartChange(first, now, {"left": {"pelvic_drop_mid_deg": left}, "right": {"pelvic_drop_mid_deg": none}}, {}, none)
changes = (block(True, 6.0, 8.0, less), block(False, 8.0, 10.0, none))
summary = msgspec.structs.replace(session.summary, changes=changes)
window = ReviewWindow([replace(session, summary=summary)], config.load().screen)
window.model.seek(7.0)
seen, frame = [], [0]
def mouse(at_s, y, *more):
    left, top = dpg.get_item_rect_min("line")
    to = [left + at_s / window.model.end_s * 1248, top + y]
    subprocess.run(["xdotool", "mousemove", *(str(round(one)) for one in to), *more], check=True)
def note():
    seen.append([dpg.get_value("change"), dpg.get_value("tip-words"), dpg.is_item_shown("tip"), window.model.time_s])
def each():
    frame[0] += 1
    steps = {10: lambda: mouse(9.0, 8), 40: note, 41: lambda: mouse(9.0, 60), 70: note,
             71: lambda: mouse(9.0, 8, "click", "1"), 110: note, 111: dpg.stop_dearpygui}
    steps.get(frame[0], lambda: None)()
window.run(each)
print(json.dumps(seen))
window.close()
"""


def test_the_band_tells_what_changed_in_a_block_to_the_mouse_and_where_one_stands(screen: str, session: Path) -> None:
    environment = {**os.environ, "DISPLAY": screen, "LIBGL_ALWAYS_SOFTWARE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", BAND, str(session)], env=environment, capture_output=True, text=True, check=True
    )
    on_band, on_line, clicked = json.loads(done.stdout)
    assert on_band[0].startswith("with feedback, 0:06 to 0:08: left 2.3° less")
    assert on_band[1:3] == ["without feedback, 0:08 to 0:10: no sure change on either side", True]
    assert on_line[1:3] == ["", False]
    assert clicked[0] == on_band[1] and clicked[3] == pytest.approx(9.0, abs=0.1), "a click on the band goes there"
