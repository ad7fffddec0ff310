"""What pages do by themselves, and how files are named that a person chose."""

from __future__ import annotations

from pathlib import Path

from runform_live.dashboard import surface
from runform_live.home import files
from runform_live.home.progress_model import ProgressModel
from runform_live.home.progress_page import ProgressPage
from runform_live.home.sessions_model import SessionsModel
from runform_live.home.sessions_page import SessionsPage
from tests.home.conftest import Desk

APPEARANCE = surface.appearance_for((1280, 720), False, False)


def test_a_page_that_is_made_anew_reads_nothing_by_itself(home: Desk) -> None:
    """Else what was read makes it stale, and it is made for ever."""
    ProgressPage(home, APPEARANCE, ProgressModel(home))
    SessionsPage(home, APPEARANCE, SessionsModel(home))
    assert home.works == []


def test_an_ending_is_put_behind_a_name_and_replaces_nothing_of_it() -> None:
    assert files.with_ending(Path("P07.v2"), ".zip") == Path("P07.v2.zip")
    assert files.with_ending(Path("P07.zip"), ".zip") == Path("P07.zip")
    assert files.with_ending(Path("P07.ZIP"), ".zip") == Path("P07.ZIP")
