"""Clients in the window: the list, the form, erasing, archives."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from runform_live.clinic import clients
from runform_live.home import comparisons
from runform_live.home.clients_model import ClientsModel
from tests.clinic.makers import kept
from tests.home.conftest import Desk


@pytest.fixture
def model(home: Desk) -> ClientsModel:
    made = ClientsModel(home)
    with home.database().writing() as session:
        clients.add(session, "P07", name="Ada", height_m=1.72, painful_side="right")
        clients.add(session, "P08")
    made.opened()
    home.settle()
    return made


def fill(model: ClientsModel, **words: str) -> None:
    for name, word in words.items():
        model.type(name, word)


def test_the_list_is_searched_by_pseudonym_and_name_in_any_letter_case(model: ClientsModel) -> None:
    assert [name for name, _ in model.rows()] == ["P07", "P08"]
    model.search = "aDa"
    assert model.rows() == [("P07", "no session yet")]


def test_a_client_is_shown_as_it_is_typed(model: ClientsModel) -> None:
    model.choose("P07")
    assert model.editing and not model.changed
    known = {name: word for name, word in model.form.items() if word}
    assert known == {"pseudonym": "P07", "name": "Ada", "height_m": "172", "painful_side": "right"}


def test_a_new_client_with_consent_is_kept_and_then_shown(home: Desk, model: ClientsModel) -> None:
    model.new()
    fill(model, pseudonym="P09", height_m="180,5", born="1990-02-01")
    model.consent(True)
    model.save()
    home.settle()
    assert model.chosen == "P09" and home.words == "P09 is saved" and not home.warns
    with home.database().reading() as session:
        kept = clients.find(session, "p09")
    assert (kept.height_m, kept.born, kept.consent_on) == (1.805, date(1990, 2, 1), date.today())
    assert kept.mass_kg is None and kept.sex is None


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ({"pseudonym": "p07"}, "there is a client 'p07' already; choose another pseudonym"),
        ({"pseudonym": ""}, "the pseudonym is empty; give a short name or number that says nothing to others"),
        ({"pseudonym": "P10", "height_m": "tall"}, "the height is 'tall'; it must be a number"),
        ({"pseudonym": "P10", "mass_kg": "5"}, "the mass is 5 kg; it must be between 10 and 400 kg"),
        ({"pseudonym": "P10", "born": "1.2.90"}, "the date of birth is '1.2.90'; write the day as YYYY-MM-DD"),
    ],
)
def test_what_cannot_be_kept_is_one_line_and_stays_in_the_form(
    home: Desk, model: ClientsModel, words: dict[str, str], line: str
) -> None:
    model.new()
    fill(model, **words)
    assert not home.try_(model.save)
    assert home.words == line and home.warns and model.editing
    with home.database().reading() as session:
        assert len(clients.listing(session)) == 2


def test_what_was_typed_and_not_kept_is_asked_for_before_another_client_is_shown(
    home: Desk, model: ClientsModel
) -> None:
    model.choose("P07")
    fill(model, notes="better")
    model.choose("P08")
    assert home.question is not None and model.chosen == "P07"
    home.answer(False)
    assert model.chosen == "P07" and model.form["notes"] == "better"
    model.choose("P08")
    home.answer(True)
    assert model.chosen == "P08" and not model.changed


def test_a_consent_that_is_taken_back_and_given_again_keeps_its_first_day(home: Desk, model: ClientsModel) -> None:
    with home.database().writing() as session:
        clients.edit(session, clients.find(session, "P08"), consent_on=date(2026, 1, 2))
    model.choose("P08")
    model.consent(False)
    assert model.form["consent_on"] == ""
    model.consent(True)
    assert model.form["consent_on"] == "2026-01-02"


def test_erasing_asks_first_and_leaves_the_others(home: Desk, model: ClientsModel) -> None:
    page = comparisons.place_for(Path("P07-1"), Path("P07-2"))
    page.touch()
    model.choose("P07")
    model.erase()
    home.settle()
    assert home.question is not None and "P07" in home.question.words
    home.answer(True)
    home.settle()
    assert [name for name, _ in model.rows()] == ["P08"] and not model.editing
    assert home.words == "P07 is erased"
    assert not page.exists(), "nor is a page left that compares sessions"


def test_the_question_before_erasing_counts_sessions_that_were_never_linked(
    home: Desk, model: ClientsModel, tmp_path: Path
) -> None:
    with home.database().reading() as session:
        person = clients.person(clients.find(session, "P07"))
    folder = kept(home.sessions / "one", person)
    kept(tmp_path / "away" / "two", person)
    (home.sessions / "shortcut").symlink_to(tmp_path / "away" / "two")
    model.choose("P07")
    model.erase()
    home.settle()
    assert home.question is not None and "1 session folders" in home.question.words
    assert f"name the client too and stay: {home.sessions / 'shortcut'}" in home.question.words
    home.answer(True)
    home.settle()
    assert not folder.exists() and (tmp_path / "away" / "two").is_dir()


def test_a_client_is_exported_erased_and_taken_in_again(home: Desk, model: ClientsModel, tmp_path: Path) -> None:
    model.choose("P07")
    assert model.archive_name() == f"P07-{date.today()}"
    kept_elsewhere, file = tmp_path / "stick.zip", tmp_path / "P07.zip"
    model.export(file)
    home.settle()
    assert home.words == f"The archive is {file}"
    kept_elsewhere.write_bytes(file.read_bytes())
    model.erase()
    home.settle()
    home.answer(True)
    home.settle()
    assert not file.exists(), "archives made here go too"
    model.take_in(kept_elsewhere)
    home.settle()
    assert model.chosen == "P07" and model.form["name"] == "Ada"


def test_a_damaged_archive_is_one_line(home: Desk, model: ClientsModel, tmp_path: Path) -> None:
    (tmp_path / "torn.zip").write_bytes(b"PK no more")
    model.take_in(tmp_path / "torn.zip")
    home.settle()
    assert home.warns and "torn.zip" in home.words and "\n" not in home.words
