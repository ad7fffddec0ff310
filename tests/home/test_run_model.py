"""What is chosen on the page of runs becomes a command line; one run at a time."""

from __future__ import annotations

import dataclasses

import msgspec
import pytest

from runform_live import config, programmes, resources
from runform_live.cli.main import parser
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
    assert model.words(demo=False) == ["live", "--no-clinician"]
    model.choose(1)
    assert model.words(demo=True) == ["live", "--source", "demo", "--client=P07", "--no-clinician"]
    model.choose(0)
    assert model.words(demo=False) == ["live", "--no-clinician"]


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
    assert model.words(planned=True) == ["live", "--client=P07", "--no-clinician", "--programme", "next", "--pain", "3"]
    assert model.words() == ["live", "--client=P07", "--no-clinician"], "a free run belongs to no programme"
    model.feels(3)
    assert model.words(planned=True) == ["live", "--client=P07", "--no-clinician", "--programme", "next"], "taken back"


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
    assert model.words() == ["live", "--no-clinician"]
    model.watch(True)
    assert model.words() == ["live", "--clinician"]
    model.watch(False)
    assert model.words() == ["live", "--no-clinician"]


def with_clinician(home: Desk, wanted: bool) -> None:
    home.config = msgspec.structs.replace(
        home.config, screen=msgspec.structs.replace(home.config.screen, clinician=wanted)
    )


def test_the_clinicians_window_follows_the_settings_until_it_is_ticked(home: Desk, model: RunModel) -> None:
    with_clinician(home, True)
    assert model.clinician and model.words() == ["live", "--clinician"]
    model.watch(False)
    assert model.words() == ["live", "--no-clinician"], "whatever the settings say"


def test_a_pseudonym_that_looks_like_an_option_is_taken_as_one(home: Desk, model: RunModel) -> None:
    with home.database().writing() as session:
        clients.add(session, "-7")
    home.go("run", "-7")
    model.opened()
    home.settle()
    chosen = parser().parse_args(model.words())
    assert (chosen.client, chosen.clinician) == ("-7", False)


def test_a_programme_that_is_being_read_is_not_one_that_is_missing(home: Desk, model: RunModel) -> None:
    follow(home)
    home.go("run", "P07")
    model.opened()
    home.settle(lambda: model.chosen_who == "P07" and bool(model.clients))
    model.choose(1)
    assert model.plan_words() == ("Programme", "It is being read.")
    model.start_planned()
    assert home.page == "run" and not model.running
    home.settle()
    assert model.plan_words()[0] == "Session 1 of 8"


def test_a_programme_whose_file_is_damaged_is_told_and_no_other_one_is_offered(home: Desk, model: RunModel) -> None:
    base = config.own_file()
    assert base is not None
    file = base.parent / "programmes" / "mine.toml"
    file.parent.mkdir(parents=True)
    file.write_text((resources.folder("configs") / "programmes" / "two_weeks.toml").read_text())
    with home.database().writing() as session:
        following.enrol(session, clients.find(session, "P07"), programmes.load("mine"))
    file.write_text("title = ")
    home.go("run", "P07")
    model.opened()
    home.settle()
    heading, line = model.plan_words()
    assert heading == "The programme cannot be read" and "mine" in line and not model.asks_pain
    model.start_planned()
    assert home.page == "run" and home.warns and line in home.words


def test_a_session_that_was_ended_at_once_is_not_interrupted(home: Desk, model: RunModel) -> None:
    follow(home)
    with home.database().reading() as session:
        followed = following.followed(session, clients.find(session, "P07"))
    assert followed is not None and followed.next is not None
    for ran_s, told in ((0.2, False), (61.0, True)):
        coming = msgspec.structs.replace(followed.next, begun=True, ran_s=ran_s)
        model.plan = dataclasses.replace(followed, next=coming)
        assert ("interrupted after 1:01" in model.plan_words()[1]) is told
        assert ("interrupted" in model.plan_words()[1]) is told
