"""What the terminal says where left and right may be exchanged."""

from __future__ import annotations

from pathlib import Path

import pytest

from runform_live import config
from runform_live.cli.main import main
from runform_live.cli.printing import summary
from runform_live.cli.run_lines import line_of
from runform_live.messages import VIEW_UNSURE, Naming
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


def test_without_a_window_it_is_said_while_it_runs() -> None:
    assert "--view" in str(line_of(UNSURE))
    assert line_of(CLEAR) == "the view is clear now: in front"
    assert line_of(state()) is None
