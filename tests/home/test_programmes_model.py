"""The page of programmes: what there is, one's own, and who begins one."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pytest

from runform_live import config, programmes
from runform_live.clinic import clients, following
from runform_live.errors import BadInput
from runform_live.home.programme_draft import ProgrammeDraft
from runform_live.home.programmes_model import ProgrammesModel
from runform_live.home.services import Home
from tests.programmes.making import SESSION
from tests.programmes.making import own as written


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ProgrammesModel:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.delenv("RUNFORM_DATABASE_URL", raising=False)
    return ProgrammesModel(Home(config.load()))


def draft_of(model: ProgrammesModel) -> ProgrammeDraft:
    assert model.draft is not None
    return model.draft


def settled(home: Home) -> None:
    """Do what was put into the thread that draws, until the work in the background is done."""
    deadline_s = time.monotonic() + 30.0
    while home.works and time.monotonic() < deadline_s:
        for note in home.notes.take():
            home.try_(note)
        time.sleep(0.005)
    assert not home.works


def with_client(model: ProgrammesModel, pseudonym: str = "Ada") -> None:
    with model.home.database().writing() as session:
        clients.add(session, pseudonym)
    model.opened()
    settled(model.home)


def test_the_shipped_programmes_are_cards_with_minutes_and_feedback(model: ProgrammesModel) -> None:
    model.refresh()
    first = next(card for card in model.cards if card.name == "two_weeks")
    assert first.words == "8 sessions in 12 days; 195 min of training, 60% with feedback"
    assert not first.own


def test_a_session_is_shown_with_its_blocks_as_long_as_they_are(model: ProgrammesModel) -> None:
    model.refresh("two_weeks")
    rows = model.rows()
    assert rows[0].words == "Session 1, day 1: 15 min, 100% with feedback"
    longest = max(rows, key=lambda row: sum(share for share, *_ in row.blocks))
    assert sum(share for share, *_ in longest.blocks) == pytest.approx(1.0)
    assert [part for _, part, _ in rows[0].blocks] == ["warm_up", "training", "retention"]


def test_a_damaged_file_is_a_card_that_says_why_and_the_others_are_shown(model: ProgrammesModel) -> None:
    written("hill", SESSION.replace("training_min = 15", "training_min = 1500"))
    model.refresh()
    assert model.shown is not None
    model.choose("hill")
    assert "training_min in [session.0] is 1500" in model.home.words
    assert model.shown.name != "hill"


def test_a_copy_is_ones_own_with_the_same_sessions_and_opens_to_be_changed(model: ProgrammesModel) -> None:
    model.refresh("two_weeks")
    model.copy()
    copied = programmes.load("two_weeks_2")
    assert copied.sessions == programmes.load("two_weeks").sessions
    assert copied.title.endswith(", mine")
    assert model.is_own
    assert draft_of(model).programme == copied


def test_a_copy_of_a_copy_gets_the_next_number(model: ProgrammesModel) -> None:
    model.refresh("two_weeks")
    model.copy()
    model.give_up()
    model.copy()
    assert [card.name for card in model.cards if card.own] == ["two_weeks_2", "two_weeks_3"]


def test_what_is_changed_is_kept_in_the_file(model: ProgrammesModel) -> None:
    model.refresh("two_weeks")
    model.copy()
    draft_of(model).type("title", "Hills")
    draft_of(model).set("training_min", 20)
    draft_of(model).set_pair(0, 0, 2.5)
    draft_of(model).set_pair(0, 1, 1.0)
    draft_of(model).ask_pain("before", False)
    draft_of(model).add_session()
    draft_of(model).set("days_after", 4)
    model.save()
    kept = programmes.load("two_weeks_2")
    assert (kept.title, kept.ask_pain, len(kept.sessions)) == ("Hills", ("after",), 9)
    assert (kept.sessions[0].training_min, kept.sessions[0].blocks_min) == (20, [(2.5, 1.0)])
    assert kept.sessions[8].days_after == 4
    assert not model.changed


def test_without_its_first_session_the_second_begins_on_day_one(model: ProgrammesModel) -> None:
    model.refresh("two_weeks")
    model.copy()
    second = draft_of(model).programme.sessions[1]
    assert second is not None
    draft_of(model).remove_session()
    model.save()
    kept = programmes.load("two_weeks_2")
    assert kept.sessions[0] == msgspec.structs.replace(second, days_after=0)
    assert len(kept.sessions) == 7


def test_blocks_longer_than_the_training_are_said_while_they_are_changed_and_refused(model: ProgrammesModel) -> None:
    model.refresh("two_weeks")
    model.copy()
    before = programmes.load("two_weeks_2")
    draft_of(model).set("training_min", 5)
    assert draft_of(model).trouble() == "Session 1: its blocks need 15 min of training at least."
    with pytest.raises(BadInput, match="its blocks need 15 min"):
        model.save()
    assert programmes.load("two_weeks_2") == before
    assert model.changed


def test_a_last_pair_of_zeros_or_a_block_of_seconds_is_said(model: ProgrammesModel) -> None:
    model.refresh("two_weeks")
    model.copy()
    draft_of(model).set_pair(0, 0, 0.0)
    assert draft_of(model).trouble() == "Session 1: its last pair must last some minutes."
    draft_of(model).set_pair(0, 0, 0.1)
    assert draft_of(model).trouble().startswith("Session 1: a block must be 0 or at least")


def test_another_programme_is_shown_only_after_asking_when_something_was_changed(model: ProgrammesModel) -> None:
    model.refresh("two_weeks")
    model.copy()
    draft_of(model).set("training_min", 20)
    model.choose("home_six_weeks")
    assert model.draft is not None
    model.home.answer(True)
    assert model.draft is None
    assert model.shown is not None
    assert model.shown.name == "home_six_weeks"


def test_a_shipped_programme_can_be_neither_changed_nor_removed(model: ProgrammesModel) -> None:
    model.refresh("two_weeks")
    assert not model.is_own
    model.remove()
    model.home.answer(True)
    assert "ships with the program" in model.home.words
    assert "two_weeks" in programmes.names()


def test_ones_own_is_removed_after_asking(model: ProgrammesModel) -> None:
    model.refresh("two_weeks")
    model.copy()
    model.give_up()
    model.remove()
    assert "two_weeks_2" in programmes.names()
    model.home.answer(True)
    assert "two_weeks_2" not in programmes.names()
    assert model.shown is not None


def test_a_client_begins_a_programme_and_another_one_only_after_asking(model: ProgrammesModel) -> None:
    with_client(model)

    def followed() -> str | None:
        with model.home.database().reading() as session:
            running = following.enrolment_of(session, clients.find(session, "Ada"))
            return None if running is None else running.programme

    model.refresh("two_weeks")
    model.begin()
    assert followed() == "two_weeks"
    assert (model.home.page, model.home.opening) == ("run", "Ada")
    model.refresh("home_six_weeks")
    model.begin()
    assert followed() == "two_weeks"
    model.home.answer(True)
    assert followed() == "home_six_weeks"


def test_the_page_opened_for_a_client_has_that_client_chosen(model: ProgrammesModel) -> None:
    with_client(model, "Ada")
    with_client(model, "Zoe")
    model.home.go("programmes", "Zoe")
    model.opened()
    settled(model.home)
    assert model.client == "Zoe"
