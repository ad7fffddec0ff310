"""What the terminal says where left and right may be exchanged."""

from __future__ import annotations

import os
import pty
import sys
from pathlib import Path

import pytest

from runform_live import config, portable
from runform_live.cli import typed
from runform_live.cli.main import main
from runform_live.cli.printing import summary
from runform_live.cli.run_lines import RunLines, line_of
from runform_live.controls import Control, SetView
from runform_live.messages import VIEW_UNSURE, DecidedView, Message, Naming
from runform_live.session.reader import read
from runform_live.session.record import SessionRecord
from tests.makers import stances
from tests.session.test_folder import state

UNSURE = state(view="anterior", flags=(VIEW_UNSURE,), naming=Naming("anterior", unsure=True))
CLEAR = state(view="anterior", naming=Naming("anterior"))


def session(folder: Path, sure: bool) -> Path:
    folder.mkdir()
    with SessionRecord(folder, "camera", config.load(), "live") as record:
        for one in stances(20):
            record.stance(one)
        record.gait(CLEAR if sure else UNSURE)
        record.finish("stopped")
    return folder


def test_the_printed_lines_say_that_the_sides_are_not_sure_and_what_to_do(tmp_path: Path) -> None:
    head, columns, *lines = summary(read(session(tmp_path / "run", sure=False))).splitlines()
    assert "from behind or from in front: not sure" in head
    assert columns.split() == ["left", "?", "right", "?", "left", "-", "right"]
    (advice,) = [line for line in lines if "exchanged" in line]
    assert "--view posterior" in advice and "--view anterior" in advice


def test_a_sure_view_is_named_and_nothing_is_advised(tmp_path: Path) -> None:
    text = summary(read(session(tmp_path / "run", sure=True)))
    assert "seen from in front" in text and "?" not in text and "--view" not in text


def test_a_session_with_unsure_sides_is_not_compared_in_silence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = [session(tmp_path / "a", sure=True), session(tmp_path / "b", sure=False)]
    assert main(["compare", *map(str, folders)]) == 0
    assert "left and right are not sure" in capsys.readouterr().out


class Keyboard:
    """In place of the terminal. Whatever was typed before the question is thrown away."""

    def __init__(self, *waiting: str, attended: bool = True) -> None:
        self.waiting, self.attended = list(waiting), attended

    def can_answer(self) -> bool:
        return self.attended

    def drop_waiting(self) -> None:
        self.waiting.clear()

    def lines(self) -> list[str]:
        typed, self.waiting = self.waiting, []
        return typed


def test_without_a_window_it_is_said_while_it_runs() -> None:
    assert str(line_of(UNSURE)).startswith("it is not sure whether the camera is behind or in front")
    assert line_of(CLEAR) == "the view is clear now: in front"
    assert line_of(state()) is None


class Supervisor:
    """In place of one: tells what it is given, and keeps what it is asked."""

    def __init__(self) -> None:
        self.tells: list[Message] = []
        self.restarted: list[tuple[str, float]] = []
        self.asked: list[Control] = []

    def messages(self, _wait_s: float) -> list[Message]:
        told, self.tells = self.tells, []
        return told

    def ask(self, control: Control) -> None:
        self.asked.append(control)


@pytest.mark.parametrize(("answer", "view"), [("1", "posterior"), (" 2 ", "anterior")])
def test_the_answer_is_typed_and_passed_on(answer: str, view: DecidedView) -> None:
    said: list[str] = []
    keyboard = Keyboard()
    lines = RunLines(said.append, keyboard)
    supervisor = Supervisor()
    lines(supervisor)  # type: ignore[arg-type]
    assert supervisor.asked == [], "nothing was asked yet"
    supervisor.tells = [UNSURE]
    lines(supervisor)  # type: ignore[arg-type]
    assert said[0].startswith("Is the camera behind you or in front of you?") and "--view" in said[0]
    keyboard.waiting = [answer, "3", ""]
    lines(supervisor)  # type: ignore[arg-type]
    assert supervisor.asked == [SetView(view=view)]
    supervisor.tells, keyboard.waiting = [CLEAR], ["1"]
    lines(supervisor)  # type: ignore[arg-type]
    assert supervisor.asked == [SetView(view=view)] and said[-1] == "the view is clear now: in front"


def test_what_was_typed_before_the_question_is_no_answer_to_it() -> None:
    said: list[str] = []
    lines = RunLines(said.append, Keyboard("1"))
    supervisor = Supervisor()
    supervisor.tells = [UNSURE]
    for _ in range(2):
        lines(supervisor)  # type: ignore[arg-type]
    assert said[0].startswith("Is the camera") and supervisor.asked == []


@pytest.mark.parametrize("keyboard", [None, Keyboard(attended=False)])
def test_where_nobody_can_type_nothing_is_asked(keyboard: Keyboard | None) -> None:
    """On Windows, in the background, or with the input from elsewhere."""
    said: list[str] = []
    lines = RunLines(said.append, keyboard)
    supervisor = Supervisor()
    supervisor.tells = [UNSURE]
    lines(supervisor)  # type: ignore[arg-type]
    assert said == [line_of(UNSURE), "running"] and "Type" not in said[0]


def test_lines_are_typed_in_a_terminal_and_nothing_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(portable.SWITCH, raising=False)  # with it nobody is asked in a terminal
    ours, theirs = pty.openpty()
    with open(theirs, encoding="utf-8") as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        monkeypatch.setattr(os, "tcgetpgrp", lambda _: os.getpgrp())
        assert typed.lines() == []
        os.write(ours, b"2\n")
        assert typed.lines() == ["2"]
        assert typed.can_answer()
        os.write(ours, b"1\n2")
        typed.drop_waiting()
        os.write(ours, b"\n")
        assert typed.lines() == [""], "neither the line nor the begun one is an answer any more"
        monkeypatch.setattr(os, "tcgetpgrp", lambda _: os.getpgrp() + 1)
        os.write(ours, b"1\n")
        assert typed.lines() == [] and not typed.can_answer(), "another program has the terminal"
        monkeypatch.setattr(os, "tcgetpgrp", lambda _: os.getpgrp())
        monkeypatch.setenv(portable.SWITCH, "1")
        assert typed.lines() == [] and not typed.can_answer(), "not every system has such terminals"
    os.close(ours)


def test_nothing_is_typed_where_standard_input_is_no_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "in").write_text("2\n")
    with (tmp_path / "in").open() as file:
        monkeypatch.setattr(sys, "stdin", file)
        assert typed.lines() == [] and not typed.can_answer()
    monkeypatch.setattr(sys, "stdin", None)
    assert typed.lines() == [] and not typed.can_answer()
    typed.drop_waiting()
