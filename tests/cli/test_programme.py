"""`runform programme`: the list, one programme, and what is said of a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from runform_live.cli.main import main
from tests.programmes.making import SESSION, home, own

__all__ = ["home"]


def test_the_list_has_a_line_for_each(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own("hill", "title = 'Hill'\n" + SESSION)
    assert main(["programme", "list"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "home_six_weeks: Six weeks at home; 10 sessions, 39 days, 196 min of training, 101 min with feedback",
        "two_weeks: Eight sessions in two weeks; 8 sessions, 12 days, 195 min of training, 117 min with feedback",
        "hill: Hill; 1 session, 1 day, 15 min of training, 10 min with feedback",
    ]


def test_a_wrong_file_costs_a_line_and_the_others_are_listed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = own("hill", SESSION.replace("training_min = 15", "training_min = 1500"))
    assert main(["programme", "list"]) == 1
    told = capsys.readouterr()
    assert len(told.out.splitlines()) == 2
    assert told.err.splitlines() == [
        f"runform: programme {path}: training_min in [session.0] is 1500; it must be between 1 and 120",
        "runform: 1 of 3 programmes could not be read (see above); the others are listed",
    ]


def test_one_programme_is_shown_as_a_table_with_its_source(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["programme", "show", "two_weeks"]) == 0
    lines = capsys.readouterr().out.splitlines()
    rows = [line.split() for line in lines if line[:7].strip().isdigit()]
    assert [row[0] for row in rows] == [str(number) for number in range(1, 9)]
    assert rows[0][1:] == ["1", "3:00", "15:00", "15:00", "(100%)", "2:00", "20:00", "15:00", "with"]
    assert (
        "      5    8     3:00     27:00     18:00 (67%)       2:00   32:00   9 times 2:00 with, 1:00 without" in lines
    )
    assert "Pain (0 to 10) is asked before and after each session." in lines
    assert "Source: Noehren et al. 2011, Br J Sports Med 45:691" in lines
    assert any(line.startswith("Published: ") for line in lines)


def test_blocks_of_different_lengths_are_shown_one_after_the_other(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own("hill", "ask_pain = []\n" + SESSION.replace("[[2, 1]]", "[[3, 0], [2, 1], [0.5, 1]]"))
    assert main(["programme", "show", "hill"]) == 0
    out = capsys.readouterr().out
    assert "5:00 with, 1:00 without, then 6 times 0:30 with, 1:00 without" in out
    assert "Pain" not in out


def test_a_programme_that_is_not_there_is_bad_input(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["programme", "show", "none"]) == 2
    assert capsys.readouterr().err == "runform: there is no programme 'none'; there are home_six_weeks, two_weeks\n"
