"""The programmes that ship: each can be read, and keeps the figures that were published."""

from __future__ import annotations

import tomllib
from itertools import pairwise

import pytest

from runform_live import resources, texts
from runform_live.programmes import Programme, load, read, words

FOLDER = resources.folder("configs") / "programmes"
SHIPPED = sorted(path.stem for path in FOLDER.glob("*.toml"))


def shipped(name: str) -> Programme:
    return read(FOLDER / f"{name}.toml")


def shares(programme: Programme) -> list[float]:
    """How much of each training has feedback."""
    return [session.feedback_s / session.training_s for session in programme.sessions]


def test_there_is_the_published_one_and_one_for_home() -> None:
    assert SHIPPED == ["home_six_weeks", "two_weeks"]


def test_eight_sessions_in_two_weeks_from_15_to_30_minutes() -> None:
    programme = shipped("two_weeks")
    minutes = [session.training_s / 60 for session in programme.sessions]
    assert len(minutes) == 8
    assert programme.day(1) == 1 and programme.day(8) <= 14
    assert minutes[0] == 15 and minutes[-1] == 30 and minutes == sorted(minutes)
    assert any("Noehren et al. 2011" in source for source in programme.sources)
    assert any("Willy, Scholz, Davis 2012" in source for source in programme.sources)


def test_feedback_all_the_time_in_sessions_1_to_4_then_faded_to_none() -> None:
    found = shares(shipped("two_weeks"))
    assert found[:4] == [1.0] * 4
    assert 1.0 > found[4] > found[5] > found[6] > found[7] == 0.0


def test_the_one_for_home_keeps_to_what_the_review_found_to_help() -> None:
    programme = shipped("home_six_weeks")
    assert 8 <= len(programme.sessions) <= 18
    assert 35 < programme.day(len(programme.sessions)) <= 42
    assert 177 <= programme.training_s / 60 <= 196
    assert 30 <= programme.sessions[-1].training_min <= 45
    found = shares(programme)
    assert found[0] == 1.0 and found[-1] == 0.0 and found == sorted(found, reverse=True)
    assert any("Davis et al. 2020" in source for source in programme.sources)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_session_has_a_warm_up_and_a_retention_block_without_feedback(name: str) -> None:
    for session in shipped(name).sessions:
        first, *_, last = session.blocks()
        assert (first.part, first.feedback, first.from_s) == ("warm_up", False, 0.0)
        assert (last.part, last.feedback) == ("retention", False)
        assert first.length_s >= 60.0, "the coach's first minute lies in it"
    assert shipped(name).ask_pain == ("before", "after")


@pytest.mark.parametrize("name", SHIPPED)
def test_blocks_follow_each_other_and_add_up(name: str) -> None:
    programme = shipped(name)
    for session in programme.sessions:
        blocks = session.blocks()
        assert all(one.until_s == other.from_s for one, other in pairwise(blocks))
        training_s = sum(block.length_s for block in blocks if block.part == "training")
        assert training_s == session.training_s
        assert session.length_s == 60 * (session.warm_up_min + session.training_min + session.retention_min)
    assert programme.training_s == sum(session.training_s for session in programme.sessions)


@pytest.mark.parametrize("language", texts.languages())
@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_programme_has_its_words_in_every_language(name: str, language: str) -> None:
    table = texts.read(texts.folder() / f"{language}.toml")
    for key in ("title", "about", "known", "unknown"):
        assert words(shipped(name), key, table) == table.table[f"programme.{name}.{key}"] != ""


def test_no_language_has_words_for_a_programme_that_is_not_there() -> None:
    table = tomllib.loads((texts.folder() / "en.toml").read_text(encoding="utf-8"))
    assert sorted(table["programme"]) == SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_it_is_found_by_its_name(name: str) -> None:
    assert load(name) == shipped(name)
