"""The main process's end of the clinician's window, with a process that only sleeps in the window's place."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import zmq

from runform_live import config, controls
from runform_live.messages import CoachState, Cue, Message, RunState, SoFar
from runform_live.runtime import topology
from runform_live.runtime.bus import Subscriber
from runform_live.runtime.clinician_end import RUN_STATE_S, ClinicianEnd
from runform_live.runtime.endpoints import Endpoints
from runform_live.runtime.run_so_far import RunSoFar, unpacked
from runform_live.runtime.stage import StageSetup
from tests.makers import pose, stance
from tests.running import wait_until

ROOT = Path(__file__).parents[2]


def sleep_until_the_run_ends() -> None:
    """In place of the window."""
    while sys.stdin.buffer.read(1):
        pass


class Ends:
    """The main process's end, and what a window hears of it."""

    def __init__(self, folder: Path) -> None:
        self.context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        local = Endpoints.local(folder, topology.endpoints())
        setup = StageSetup("", local.addresses, config.load(), "0", keys=local.keys)
        self.main = ClinicianEnd(self.context, setup)
        self.window = Subscriber()
        self.window.connect(self.context, local.addresses[topology.CLINICIAN], ("",), keys=local.keys)

    def heard(self) -> list[Message]:
        """What came, the run so far unpacked."""
        found: list[Message] = []
        while (received := self.window.receive(0.3)) is not None:
            so_far = isinstance(received.message, SoFar)
            found += unpacked(received.buffers[0].buffer) if so_far else [received.message]
        return found

    def is_heard(self) -> bool:
        self.main.tell_all()
        return self.window.receive(0.1) is not None


@pytest.fixture
def ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ends]:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", ""))))
    monkeypatch.setattr(topology, "CLINICIAN_PROGRAM", (__name__, sleep_until_the_run_ends.__name__))
    made = Ends(tmp_path)
    yield made
    made.main.close()
    made.window.close()
    made.context.term()


def test_opened_twice_it_is_one_window(ends: Ends) -> None:
    assert not ends.main.is_open
    ends.main.open((0, 0, 1280, 720))
    first = ends.main.pid
    ends.main.open()
    assert ends.main.is_open and ends.main.pid == first


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
def test_one_that_was_killed_stays_closed_until_it_is_opened_again(ends: Ends) -> None:
    ends.main.open()
    first = ends.main.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert wait_until(lambda: not ends.main.is_open, 10)
    ends.main.tell(controls.AddNote(text="x"))
    ends.main.tell_run(RunState(ends_in_s=None, ending=True), time.monotonic())
    assert not ends.main.is_open
    ends.main.open()
    assert ends.main.is_open and ends.main.pid != first


def test_a_window_that_opens_late_hears_all_and_then_what_is_new(ends: Ends) -> None:
    early: list[Message] = [stance(), controls.AddNote(text="x", at_s=1.0), stance("right", 1.4)]
    for message in early:
        ends.main.tell(message)
    assert ends.heard() == [], "nobody is there to hear it"
    ends.main.open()
    assert wait_until(ends.is_heard, 10)
    ends.heard()
    ends.main.tell_all()
    ends.main.tell(stance("left", 1.8))
    assert [getattr(one, "midstance_s", None) for one in ends.heard()] == [1.0, None, 1.4, 1.8]


def test_how_the_run_is_is_told_now_and_then_and_its_end_at_once(ends: Ends) -> None:
    ends.main.open()
    assert wait_until(ends.is_heard, 10)
    ends.heard()
    goes_on, ending = RunState(ends_in_s=None, ending=False), RunState(ends_in_s=None, ending=True)
    for now_s in (100.0, 100.1, 100.0 + RUN_STATE_S):
        ends.main.tell_run(goes_on, now_s)
    ends.main.tell_run(ending, 100.1 + RUN_STATE_S)
    assert [one.ending for one in ends.heard() if isinstance(one, RunState)] == [False, False, True]


def test_the_run_so_far_keeps_stances_and_requests_in_order_and_of_the_rest_the_newest() -> None:
    so_far = RunSoFar()
    cue = Cue(time_s=1.0, text="", reason="", metric="", side=None, audible=False, latency_s=None)
    coach = CoachState(muted=False, sound="")
    told: list[Message] = [coach, stance(), controls.SetPaused(paused=True), controls.SetMuted(muted=True), cue]
    for message in (
        *told,
        pose(1, 0.1),
        controls.Start(),
        stance("right", 1.4),
        CoachState(muted=True, sound=""),
    ):
        so_far.note(message)
    assert unpacked(so_far.packed()) == [
        stance(), controls.SetPaused(paused=True), stance("right", 1.4), CoachState(muted=True, sound=""), cue,
    ]  # fmt: skip
