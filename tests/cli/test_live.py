"""What `runform live` still does when the run itself is over."""

from __future__ import annotations

import os
import signal
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runform_live.cli.main import main
from runform_live.cli.run_lines import line_of
from runform_live.messages import Person, SourceState
from runform_live.report import build
from runform_live.runtime import live
from runform_live.runtime.stage import StageSetup
from runform_live.session import lock
from runform_live.session.record import SessionRecord
from tests.encryption.makers import encrypted
from tests.makers import stances

assert encrypted  # a fixture


def measured(asked: int, took_s: float = 0.5) -> object:
    """In place of a run: a session with some stances, ended by so many Ctrl-C, after so long."""

    def run(setup: StageSetup, opens: Callable[[], object] | None = None, **_: object) -> live.Outcome:
        if opens is not None:
            opens()
        folder = Path(setup.folder)
        record = SessionRecord(folder, setup.source, setup.config, "live")
        record.opened(720, 1280, 30.0)
        for stance in stances(20):
            record.stance(stance)
        record.finish("stopped")
        return live.Outcome(folder, True, None, (), "", asked, took_s, b"")

    return run


@pytest.mark.parametrize("asked", [0, 1])
def test_ctrl_c_while_the_report_is_written_does_not_break_it_off(
    asked: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(session: object, *words: object, **named: object) -> Path:
        os.kill(os.getpid(), signal.SIGINT)
        return real(session, *words, **named)

    real = build.build
    monkeypatch.setattr(live, "run", measured(asked))
    monkeypatch.setattr(build, "build", interrupted)
    assert main(["live", "--source", "demo", "--no-window", "--record", str(tmp_path)]) == 0
    assert len(list(tmp_path.glob("*/report.html"))) == 1


@pytest.mark.usefixtures("encrypted")
def test_nobody_seals_the_session_before_its_report_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def drawn(folder: Path, **given: Any) -> Path:
        held.append(lock.is_reported(folder))
        return real(folder, **given)

    real, held = build.build, []
    monkeypatch.setattr(live, "run", measured(0))
    monkeypatch.setattr(build, "build", drawn)
    assert main(["live", "--source", "demo", "--no-window", "--record", str(tmp_path)]) == 0
    assert held == [True] and not lock.is_reported(*tmp_path.iterdir())


@pytest.mark.parametrize(("asked", "took_s", "reports"), [(1, 0.5, 1), (2, 0.5, 0), (1, 4.5, 0), (0, 4.5, 1)])
def test_who_asks_twice_or_has_waited_long_does_not_wait_for_a_report(
    asked: int,
    took_s: float,
    reports: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(live, "run", measured(asked, took_s))
    assert main(["live", "--source", "demo", "--no-window", "--record", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "session: " in said and ("runform report " in said) == (not reports), "how to make it is said instead"
    assert len(list(tmp_path.glob("*/report.html"))) == reports


def test_a_source_that_fails_is_told_once_by_the_line_that_ends_the_command() -> None:
    assert line_of(SourceState(state="failed", text="camera 0 does not answer")) is None
    assert line_of(SourceState(state="lost", text="no pictures")) == "source lost: no pictures"


@pytest.mark.parametrize("client", ["P07", None])
def test_the_window_knows_who_runs(client: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It offers earlier runs of the same person only."""
    given: list[Person | None] = []

    class Window:
        mirrored, closed = False, True

        def __init__(self, *_: object, person: Person | None, **__: object) -> None:
            given.append(person)

        def close(self) -> None: ...

    stand_in = types.ModuleType("window")
    stand_in.__dict__["Window"] = Window
    monkeypatch.setitem(sys.modules, "runform_live.dashboard.window", stand_in)
    monkeypatch.setattr("runform_live.cli.live_run.need_screen", lambda _: None)
    monkeypatch.setattr(live, "run", measured(1))
    assert main(["clients", "add", "--pseudonym", "P07"]) == 0
    words = [] if client is None else ["--client", client]
    assert main(["live", "--source", "demo", "--record", str(tmp_path), *words]) == 0
    assert [person and person.pseudonym for person in given] == [client]
