"""Sessions in the window: the list in words, filter and order, ticks, and what is done with the ticked ones."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable
from pathlib import Path

import pytest

from runform_live import texts
from runform_live.clinic import client_sessions, clients, erasing
from runform_live.home import sessions_model
from runform_live.home.programs import Ended, Programs
from runform_live.home.session_lines import Line, short_flag
from runform_live.home.sessions_model import SessionsModel
from tests.clinic.makers import added, kept, with_drops
from tests.home.conftest import Desk
from tests.session.test_reader import begun


@pytest.fixture
def started(home: Desk, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The words of the programs that were started, each of which ends well at once; and the pages that were opened."""
    found: list[tuple[str, ...]] = []

    def start(_home: object, *words: str, done: Callable[[Ended], object] | None = None) -> None:
        found.append(words)
        if done is not None:
            done(Ended(0, ""))

    monkeypatch.setattr(Programs, "start", start)
    monkeypatch.setattr(webbrowser, "open", lambda address: found.append(("browser", address)))
    return found


@pytest.fixture
def model(home: Desk) -> SessionsModel:
    """Three sessions: of P07, of nobody, and a broken one."""
    person = clients.person(added(home.database(), "P07"))
    with_drops(kept(home.sessions / "first", person, "2026-05-01T10:00:00+02:00"), 4.0, 6.0)
    kept(home.sessions / "second", None, "2026-05-02T10:00:00+02:00")
    (kept(home.sessions / "third", None, "2026-05-03T10:00:00+02:00") / "summary.json").write_text("{")
    made = SessionsModel(home)
    made.opened()
    home.settle()
    return made


def names_of(model: SessionsModel) -> list[str]:
    return [line.folder.name for line in model.lines()]


def line_of(model: SessionsModel, name: str) -> Line:
    return next(line for line in model.lines() if line.folder.name == name)


# -- the list ---------------------------------------------------------------------------------------------------------


def test_the_newest_is_first_and_told_in_words(model: SessionsModel) -> None:
    assert names_of(model) == ["third", "second", "first"]
    assert model.place == "1 to 3 of 3"
    line = line_of(model, "second")
    assert (line.date, line.client, line.gait) == ("2026-05-02  10:00", "–", "running")
    assert line.left.startswith("5.0° ± ") and line.right.startswith("3.0° ± ")
    assert "Too dark" in line.flags and line.trouble == ""


def test_of_what_cannot_be_read_nothing_is_claimed(model: SessionsModel) -> None:
    line = line_of(model, "third")
    assert (line.left, line.right, line.gait, line.flags) == ("–", "–", "–", ())
    assert line.trouble.startswith("summary.json is damaged")


def test_a_mean_without_an_interval_has_none(model: SessionsModel) -> None:
    assert (line_of(model, "first").left, line_of(model, "first").right) == ("4.0°", "6.0°")


def test_a_session_that_runs_says_since_when(home: Desk) -> None:
    (home.sessions / "run").mkdir(parents=True)
    record = begun(home.sessions / "run")
    model = SessionsModel(home)
    model.opened()
    home.settle()
    assert line_of(model, "run").flags == ("Running now, 0:07 min so far",)
    record.finish("stopped")
    model.scan()
    home.settle()
    assert "Too dark" in line_of(model, "run").flags


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_flag_in_the_list_says_what_is_wrong_and_not_what_to_do(language: str) -> None:
    said = texts.load(language)[0]
    for flag in ("low_light", "not_calibrated", "view_unsure", "provisional", "interrupted"):
        words = short_flag(said(f"flag.{flag}"))
        assert 0 < len(words) <= 40 and ":" not in words and ";" not in words


def test_without_sessions_it_is_said_where_they_come_from(home: Desk) -> None:
    model = SessionsModel(home)
    assert model.place == "", "nothing is claimed before it was looked"
    model.opened()
    home.settle()
    assert model.place.startswith("No sessions yet.")


# -- filter, order, pages ---------------------------------------------------------------------------------------------


def test_the_list_is_filtered_by_client_words_and_warnings(home: Desk, model: SessionsModel) -> None:
    assert model.client_names == ["All sessions", "P07"]
    model.choose_client(1)
    home.settle()
    assert (names_of(model), model.client_name) == (["first"], "P07")
    model.choose_client(0)
    model.search("SEC")
    home.settle()
    assert names_of(model) == ["second"]
    model.search("nothing like that")
    home.settle()
    assert (names_of(model), model.place) == ([], "No session fits")
    model.search("")
    model.only_flagged(True)
    home.settle()
    assert names_of(model) == ["third", "second", "first"]


def test_a_page_that_is_opened_for_a_client_shows_theirs(home: Desk, model: SessionsModel) -> None:
    home.go("sessions", "P07")
    model.opened()
    home.settle()
    assert (names_of(model), model.client_name) == (["first"], "P07")


def test_a_click_on_a_column_sorts_and_a_second_one_turns_the_order(home: Desk, model: SessionsModel) -> None:
    model.order("left")
    home.settle()
    assert names_of(model) == ["second", "first", "third"], "unknown comes last"
    model.order("left")
    home.settle()
    assert names_of(model) == ["first", "second", "third"]
    model.order("client")
    home.settle()
    assert not model.descending, "words begin with A"


def test_a_long_list_is_turned_page_by_page(home: Desk, model: SessionsModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions_model, "PAGE", 2)
    model.turn(0)
    home.settle()
    assert (names_of(model), model.place) == (["third", "second"], "1 to 2 of 3")
    for _ in range(2):  # there is no third page
        model.turn(1)
        home.settle()
    assert (names_of(model), model.place) == (["first"], "3 to 3 of 3")
    for _ in range(2):
        model.turn(-1)
        home.settle()
    assert names_of(model) == ["third", "second"]


def test_an_answer_that_comes_late_does_not_replace_a_newer_one(home: Desk, model: SessionsModel) -> None:
    model.search("first")
    model.search("second")
    home.settle()
    assert names_of(model) == ["second"]


# -- ticks, and what is done with them --------------------------------------------------------------------------------


def folder(home: Desk, name: str) -> Path:
    return home.sessions / name


def test_a_click_chooses_one_and_ticks_two_at_most(home: Desk, model: SessionsModel) -> None:
    first, second, third = (folder(home, name) for name in ("first", "second", "third"))
    model.choose(first)
    model.tick(second, True)
    assert model.ticked == [first, second]
    model.tick(third, True)
    assert model.ticked == [second, third], "the one that was ticked first goes"
    model.tick(second, False)
    assert model.ticked == [third]
    model.choose(first)
    assert model.ticked == [first] and line_of(model, "first").ticked


def test_nothing_is_done_without_the_ticks_that_it_needs(
    home: Desk, model: SessionsModel, started: list[tuple[str, ...]]
) -> None:
    for act in (model.actions.review, model.actions.report, model.actions.compare, model.actions.delete):
        home.tell("")
        act()
        assert home.warns and home.words
    model.tick(folder(home, "first"), True)
    model.tick(folder(home, "second"), True)
    model.actions.report()
    assert home.words == "Choose a session first, and only one"
    assert started == [] and home.question is None


def test_review_and_report_are_of_the_session_that_is_ticked(
    home: Desk, model: SessionsModel, started: list[tuple[str, ...]]
) -> None:
    one = folder(home, "first")
    model.choose(one)
    model.actions.review()
    model.actions.report()
    model.actions.pdf()
    assert started == [
        ("review", str(one)),
        ("report", str(one)),
        ("browser", (one / "report.html").resolve().as_uri()),
        ("report", str(one), "--format", "pdf"),
        ("browser", (one / "report.pdf").resolve().as_uri()),
    ]


def test_two_are_reviewed_in_step(home: Desk, model: SessionsModel, started: list[tuple[str, ...]]) -> None:
    first, second = folder(home, "first"), folder(home, "second")
    model.tick(first, True)
    model.tick(second, True)
    model.actions.review()
    assert started == [("review", str(first), str(second))]


def test_two_are_compared_the_earlier_one_first_whatever_was_ticked_first(
    home: Desk, model: SessionsModel, started: list[tuple[str, ...]], cache: Path
) -> None:
    first, second = folder(home, "first"), folder(home, "second")
    before = set(home.sessions.rglob("*"))
    model.tick(second, True)
    model.search("first")
    home.settle()
    model.tick(first, True)
    model.actions.compare()
    assert started[0][:4] == ("compare", str(first), str(second), "--html")
    assert started[1] == ("browser", Path(started[0][4]).resolve().as_uri())
    page = Path(started[0][4])
    assert page == cache / "comparisons" / "first-second.html", (
        "it names a client, and nobody would find it in the list"
    )
    assert set(home.sessions.rglob("*")) == before


def test_sessions_of_a_client_who_was_erased_meanwhile_are_no_longer_asked_for(
    home: Desk, model: SessionsModel
) -> None:
    model.choose_client(1)
    home.settle()
    assert (model.client_name, names_of(model)) == ("P07", ["first"])
    erasing.erase_client(home.database(), "P07")
    model.opened()
    home.settle()
    assert (model.client_name, names_of(model)) == (model.client_names[0], ["third", "second"])


@pytest.mark.parametrize(
    ("named", "kind", "written"),
    [
        ("mine.csv", "csv", "mine.csv"),
        ("mine.c3d", "c3d", "mine.c3d"),
        ("mine.MP4", "video", "mine.MP4"),
        ("P07.v2", "csv", "P07.v2.csv"),
    ],
)
def test_an_export_goes_into_the_file_that_was_named_in_the_format_of_its_ending(
    home: Desk,
    model: SessionsModel,
    started: list[tuple[str, ...]],
    tmp_path: Path,
    named: str,
    kind: str,
    written: str,
) -> None:
    model.choose(folder(home, "first"))
    assert model.actions.can_export and model.actions.export_name() == "first.csv"
    model.actions.export(tmp_path / named)
    assert started == [("export", str(folder(home, "first")), "--to", kind, "--out", str(tmp_path / written))]
    assert home.words == f"It is in {tmp_path / written}"


def test_deleting_asks_first_and_then_takes_folder_and_row(home: Desk, model: SessionsModel) -> None:
    model.choose(folder(home, "first"))
    model.actions.delete()
    assert home.question is not None and "first" in home.question.words
    home.answer(False)
    home.settle()
    assert folder(home, "first").exists()
    model.actions.delete()
    home.answer(True)
    home.settle()
    assert not folder(home, "first").exists()
    assert (names_of(model), model.ticked, home.words) == (["third", "second"], [], "Deleted")
    with home.database().reading() as session:
        assert client_sessions.sessions_of(session, clients.find(session, "P07")) == []


def test_what_cannot_be_deleted_stays_and_is_said(home: Desk, model: SessionsModel) -> None:
    (folder(home, "second") / "letters").mkdir()
    model.choose(folder(home, "second"))
    model.actions.delete()
    home.answer(True)
    home.settle()
    assert home.warns and "letters is a folder that is no part of a session" in home.words
    assert "second" in names_of(model)


# -- pictures ---------------------------------------------------------------------------------------------------------


def test_a_session_with_a_video_gets_its_picture_and_others_none(home: Desk, model: SessionsModel) -> None:
    home.settle(lambda: model.pictures.of(folder(home, "first")) is not None)
    picture = model.pictures.of(folder(home, "first"))
    assert picture is not None and picture.shape == (108, 192, 3)
    assert picture[54, 96].max() > 0 and picture[54, 0].max() == 0, "with black edges: the video is 128 x 96"
    assert model.pictures.of(folder(home, "third")) is None


def test_a_database_that_is_damaged_is_said_at_the_foot(home: Desk) -> None:
    home.sessions.mkdir(parents=True)
    (home.sessions.parent / "clinic.sqlite").write_text("no database " * 100)
    model = SessionsModel(home)
    model.opened()
    home.settle()
    assert home.warns and "is no database" in home.words
    assert model.lines() == []
