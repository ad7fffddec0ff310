"""The clinician's window beside a real run: notes, blocks, pause and end; and a run that goes on without it."""

from __future__ import annotations

import contextlib
import ctypes.util
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from runform_live import texts
from runform_live.dashboard.clinician_model import SURE_S
from runform_live.programmes import plan
from runform_live.session import events as session_events
from runform_live.session import feedback_blocks
from tests.running import wait_until
from tests.window import test_camera
from tests.window.conftest import virtual_screen
from tests.window.test_camera import FILES, Run

pytestmark = [pytest.mark.slow, pytest.mark.window]
begin = test_camera.begin
RUNNER = texts.load(texts.FALLBACK)[0]
SAID = RUNNER.third_person()


@pytest.fixture
def server() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A screen with room for two windows, one beside the other."""
    with virtual_screen("2560x720") as made:
        yield made


class Clinician:
    """The second window of a run."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._shown = run.folder / "shown-clinician"
        self._places = self._shown.with_suffix(".places")

    def told(self, tag: str) -> list[str]:
        lines = self._shown.read_text(encoding="utf-8").split("\n")[:-1] if self._shown.is_file() else []
        return [words for at, words in map(json.loads, lines) if at == tag]

    def shows(self, tag: str, words: str, seconds: float = 60.0) -> bool:
        """Whether a text of it holds these words, at the latest after so long."""
        return wait_until(lambda: self.told(tag)[-1:] != [] and words in self.told(tag)[-1], seconds)

    def xdotool(self, *words: object) -> str:
        return self._run.xdotool(*words)

    def click(self, tag: str, times: int = 1) -> None:
        """Wait until the item is there, and click it so often in a row."""
        assert wait_until(lambda: self._places.is_file() and tag in json.loads(self._places.read_text()), 60), tag
        place = json.loads(self._places.read_text())[tag]
        press = ("mousedown", 1, "sleep", 0.5, "mouseup", 1, "sleep", 0.5)
        self.xdotool("mousemove", *place, "sleep", 0.5, *press * times)

    def write(self, words: str) -> None:
        """Into the field of notes, by mouse and keyboard."""
        self.xdotool("search", "--name", SAID("clinician.title"), "windowfocus")
        self.click("note")
        self.xdotool("type", "--delay", 60, words)

    def is_killed(self) -> None:
        """What it told is taken away, so that nobody takes it for what the next one shows."""
        [process] = self.processes()
        process.kill()
        assert wait_until(lambda: self.processes() == [], 10)
        for path in (self._shown, self._places):
            path.unlink()

    def processes(self) -> list[psutil.Process]:
        found = []
        for one in psutil.Process(self._run.process.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):  # it has just ended
                found += [one] if "told_clinician" in " ".join(one.cmdline()) else []
        return found


def events(run: Run, kind: str) -> list[dict[str, object]]:
    files = list(run.folder.glob("runs/*/events.jsonl"))
    return [event for event in session_events.read(files[0], cut_off=True) if event["kind"] == kind] if files else []


def session_s(run: Run) -> float:
    """When the last stance ended that is on the disk."""
    return float(run.stances()[-1].split(",")[3])


def test_notes_and_blocks_are_kept_and_the_run_goes_on_when_the_window_is_killed(begin: Callable[..., Run]) -> None:
    run = begin("--clinician")
    clinician = Clinician(run)
    assert clinician.shows("status", SAID("status.running"))
    where = clinician.xdotool("search", "--name", SAID("clinician.title"), "getwindowgeometry", "--shell")
    assert "X=1280\n" in where, "beside the runner's window"

    clinician.write("left arm is still")
    clinician.xdotool("key", "Return")
    assert wait_until(lambda: len(events(run, "note")) == 1, 20)
    assert clinician.shows("noted", "left arm is still")
    note = events(run, "note")[0]
    assert note["text"] == "left arm is still" and float(str(note["time_s"])) > 0.0

    assert wait_until(lambda: session_s(run) > 1.2 * plan.SHORTEST_BLOCK_S, 60)
    clinician.click("act-without")
    assert wait_until(lambda: len(events(run, "block_begins")) == 1, 20)
    began = events(run, "block_begins")[0]
    assert began["feedback"] is False
    assert [event["time_s"] for event in events(run, "feedback_off")] == [began["time_s"]]
    assert clinician.shows("block", SAID("clinician.now.without", time="0").split(",")[0])
    assert run.shows("cue", RUNNER("status.no_feedback")), "the runner is told"

    clinician.write("less arm swing")
    clinician.click("act-save")
    assert wait_until(lambda: len(events(run, "note")) == 2, 20)

    clinician.is_killed()
    since_s = session_s(run)
    assert wait_until(lambda: session_s(run) > since_s + 1.2 * plan.SHORTEST_BLOCK_S, 60)
    assert clinician.processes() == [], "it is not started again by itself"
    assert events(run, "restart") == []

    run.xdotool("search", "--name", "runform live$", "windowfocus")
    run.press("w")
    assert wait_until(lambda: len(clinician.processes()) == 1, 20)
    assert clinician.shows("noted", "left arm is still"), "it knows what was before it was opened"
    assert clinician.shows("block", SAID("clinician.now.without", time="0").split(",")[0])
    run.press("w")
    assert run.more_stances(4)
    assert len(clinician.processes()) == 1

    clinician.click("act-end_block")
    assert wait_until(lambda: len(events(run, "block_ends")) == 1, 20)
    assert run.more_stances(4)
    clinician.click("act-pause")
    time.sleep(SURE_S + 1)
    assert events(run, "pause") == [], "a pause is asked twice"
    clinician.click("act-pause", times=2)
    assert wait_until(lambda: len(events(run, "pause")) == 1, 20)
    assert run.shows("status", RUNNER("status.paused")), "the runner's window knows"
    clinician.click("act-pause")
    assert wait_until(lambda: len(events(run, "resume")) == 1, 20)

    clinician.click("act-end")
    time.sleep(SURE_S + 1)
    assert run.more_stances(2), "the end is asked twice"
    clinician.click("act-end", times=2)
    assert run.shows("page", "EndPage", 60)
    assert wait_until(lambda: clinician.processes() == [], 10), "the run's end closes it"
    run.xdotool("search", "--name", "runform live$", "windowfocus")
    run.press("Escape")
    session = run.ended(FILES | {"report.html"})
    assert [event["text"] for event in session.events if event["kind"] == "note"] == [
        "left arm is still",
        "less arm swing",
    ]
    blocks = feedback_blocks.blocks(session.events, session.stances[-1].toe_off_s)
    assert False in [block.feedback for block in blocks], "the block without feedback is told apart"


@pytest.mark.skipif(
    ctypes.util.find_library("Xrandr") is None, reason="no library makes two outputs of one screen here"
)
def test_with_two_outputs_it_goes_to_the_second_one() -> None:
    with virtual_screen("3200x1080") as (display, _):
        told = subprocess.run([sys.executable, "-m", "tests.window.two_outputs"], env={**os.environ, "DISPLAY": display},
                              check=True, capture_output=True, text=True)  # fmt: skip
    there, second = json.loads(told.stdout)
    assert there[:2] == [[0, 0, 1280, 720], [1280, 0, 1920, 1080]]
    assert second == [1280, 0, 1280, 720]
