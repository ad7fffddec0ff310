"""What is chosen on the page of runs becomes a command line; one run at a time."""

from __future__ import annotations

import pytest

from runform_live import programmes
from runform_live.clinic import clients, following
from runform_live.home.run_model import RunModel
from tests.home.conftest import Desk


@pytest.fixture
def model(home: Desk) -> RunModel:
    with home.database().writing() as session:
        clients.add(session, "P07")
    return RunModel(home)


def test_nobody_is_chosen_until_somebody_is(home: Desk, model: RunModel) -> None:
    model.opened()
    home.settle()
    assert model.who == ["Nobody in particular", "P07"] and model.chosen_who == "Nobody in particular"
    assert model.words(demo=False) == ["live"]
    model.choose(1)
    assert model.words(demo=True) == ["live", "--source", "demo", "--client", "P07"]
    model.choose(0)
    assert model.words(demo=False) == ["live"]


def test_the_page_of_clients_opens_it_for_a_client(home: Desk, model: RunModel) -> None:
    home.go("run", "P07")
    model.opened()
    home.settle()
    assert model.chosen_who == "P07"


def test_a_client_who_was_erased_is_no_longer_chosen(home: Desk, model: RunModel) -> None:
    home.go("run", "P99")
    model.opened()
    home.settle()
    assert model.chosen_who == "Nobody in particular"


def test_a_run_that_cannot_start_is_one_line_and_another_one_may_start(
    home: Desk, model: RunModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    model.start()
    assert model.running
    model.start()
    assert "A run is going on" in home.words
    home.settle(lambda: not model.running, 60)
    assert home.warns and home.words.startswith("runform: ") and not model.running


def follow(home: Desk) -> None:
    with home.database().writing() as session:
        following.enrol(session, clients.find(session, "P07"), programmes.load("two_weeks"))


def test_a_client_without_a_programme_is_led_to_the_programmes(home: Desk, model: RunModel) -> None:
    home.go("run", "P07")
    model.opened()
    home.settle()
    assert model.plan_words()[0] == "Begin a programme" and not model.asks_pain
    model.start_planned()
    assert (home.page, home.take_opening()) == ("programmes", "P07")


def test_the_next_session_of_a_programme_is_told_and_started_with_the_pain_before_it(
    home: Desk, model: RunModel
) -> None:
    follow(home)
    home.go("run", "P07")
    model.opened()
    home.settle()
    heading, words = model.plan_words()
    assert heading == "Session 1 of 8" and "feedback in 100% of the training" in words
    assert model.asks_pain
    model.feels(3)
    assert model.words(planned=True) == ["live", "--client", "P07", "--programme", "next", "--pain", "3"]
    assert model.words() == ["live", "--client", "P07"], "a free run belongs to no programme"
    model.feels(3)
    assert model.words(planned=True) == ["live", "--client", "P07", "--programme", "next"], "taken back"


def test_the_plan_goes_with_the_client(home: Desk, model: RunModel) -> None:
    follow(home)
    home.go("run", "P07")
    model.opened()
    home.settle()
    assert model.planned
    model.choose(0)
    home.settle()
    assert not model.planned and model.plan_words()[0] == "Begin a programme"


def test_the_clinicians_window_is_opened_where_it_is_ticked(model: RunModel) -> None:
    assert model.words() == ["live"]
    model.watch(True)
    assert model.words() == ["live", "--clinician"]
