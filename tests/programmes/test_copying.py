"""A programme of one's own, begun as a copy."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from runform_live import texts
from runform_live.errors import BadInput
from runform_live.programmes import copy, load, names, own_folder, words
from tests.programmes.making import SESSION, home, own

__all__ = ["home"]


@pytest.mark.parametrize("language", texts.languages())
def test_a_copy_has_the_sessions_the_words_and_the_comments_of_the_shipped_one(home: Path, language: str) -> None:
    said, _ = texts.load(language)
    path = copy("two_weeks", "mine", said)
    assert path == home / "runform_live" / "programmes" / "mine.toml"
    assert names() == ("home_six_weeks", "two_weeks", "mine")
    mine, shipped = load("mine"), load("two_weeks")
    assert (mine.sessions, mine.sources, mine.ask_pain) == (shipped.sessions, shipped.sources, shipped.ask_pain)
    for key in ("title", "about"):
        assert words(mine, key, said) == words(shipped, key, said) != ""
    assert "# 0 to 60, days since the session before" in path.read_text(encoding="utf-8")


def test_a_copy_of_ones_own_keeps_its_title(home: Path) -> None:
    own("hill", "title = 'Hill'\n" + SESSION)
    assert copy("hill", "hill-2").read_text(encoding="utf-8") == "title = 'Hill'\n" + SESSION


@pytest.mark.parametrize("name", ["", "a b", "../evil", "x" * 61, "a.toml", "a\nb"])
def test_a_name_that_cannot_be_is_refused(home: Path, name: str) -> None:
    with pytest.raises(BadInput, match="cannot be the name of a programme; take 1 to 60 letters, digits, - and _"):
        copy("two_weeks", name)
    assert names() == ("home_six_weeks", "two_weeks")


@pytest.mark.parametrize("name", ["two_weeks", "Two_Weeks", "hill", "HILL"])
def test_a_name_that_is_taken_is_refused_and_the_other_file_stays(home: Path, name: str) -> None:
    path = own("hill", SESSION)
    with pytest.raises(BadInput, match="already; choose another name"):
        copy("two_weeks", name)
    assert path.read_text() == SESSION


def test_what_is_not_there_or_wrong_is_not_copied(home: Path) -> None:
    own("bad", SESSION.replace("training_min", "training"))
    for name, line in (("none", "there is no programme 'none'"), ("bad", "unknown key `training`")):
        with pytest.raises(BadInput, match=line):
            copy(name, "mine")
    assert "mine" not in names()


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="a folder that refuses is made by its modes")
def test_a_folder_that_cannot_be_written_is_said(home: Path) -> None:
    folder = own_folder()
    assert folder is not None
    folder.mkdir(parents=True)
    folder.chmod(0o500)
    with pytest.raises(BadInput, match="cannot be written"):
        copy("two_weeks", "mine")


def test_something_else_in_the_place_of_the_folder_is_said(home: Path) -> None:
    (home / "runform_live").write_text("no folder")
    with pytest.raises(BadInput, match="cannot be written"):
        copy("two_weeks", "mine")
