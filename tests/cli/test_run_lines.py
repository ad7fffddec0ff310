"""What a run without a window says of a planned session."""

from __future__ import annotations

import pytest

from runform_live.cli.run_lines import RunLines, block_line
from runform_live.messages import AtBlock, CoachState, Message, Recorder
from tests.dashboard.test_model import gait


@pytest.mark.parametrize(
    ("block", "line"),
    [
        (AtBlock("warm_up", False, 1, 4, 180.0, 0.0, 600.0), "block 1 of 4: warm-up, 3:00 left"),
        (AtBlock("training", True, 2, 4, 120.0, 180.0, 600.0), "block 2 of 4: with feedback, 2:00 left"),
        (AtBlock("training", False, 3, 4, 90.0, 300.0, 600.0), "block 3 of 4: without feedback, 1:30 left"),
        (AtBlock("retention", False, 4, 4, 60.0, 540.0, 600.0), "block 4 of 4: retention, without feedback, 1:00 left"),
        (AtBlock(None, False, 4, 4, 0.0, 600.0, 600.0), "the planned session is over; Ctrl-C ends the run"),
    ],
)
def test_every_block_has_its_line(block: AtBlock, line: str) -> None:
    assert block_line(block) == line


class Told:
    """In place of a supervisor: what is told in each turn."""

    def __init__(self, *turns: list[Message]) -> None:
        self._turns = iter(turns)
        self.restarted: list[tuple[str, float]] = []

    def messages(self, _wait_s: float) -> list[Message]:
        return next(self._turns)


def test_states_that_are_repeated_are_said_once() -> None:
    said: list[str] = []
    lines = RunLines(said.append)
    block = AtBlock("warm_up", False, 1, 4, 180.0, 0.0, 600.0)
    coach = CoachState(muted=False, sound="", trouble="no cue file", block=block)
    recorder = Recorder(frame=1, recorded=1, not_taken=0, folder="", trouble="disk full", trouble_kind="disk_full")
    told = Told([coach, recorder], [coach, recorder], [])
    assert lines(told)
    assert said == ["no cue file", "block 1 of 4: warm-up, 3:00 left", "disk full"]
    told.restarted.append(("pose", 1.0))
    for _ in range(2):
        lines(told)
    assert said[3:] == ["the pose stage had stopped and was started anew; the session goes on"]


def test_the_gait_that_is_measured_is_said_whenever_it_changes() -> None:
    said: list[str] = []
    lines = RunLines(said.append)
    doing = ("standing", "walking", "walking", "running", "moving", "running", "walking")
    turns = [[gait(time_s=float(at_s), activity=activity)] for at_s, activity in enumerate(doing)]
    told = Told(*turns)
    for _ in turns:
        lines(told)
    assert said == ["walking", "running", "walking"]
