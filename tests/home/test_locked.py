"""Sealed sessions in the home window: named while they are locked, asked for once, read after that."""

from __future__ import annotations

from pathlib import Path

import pytest

from runform_live.clinic import archive_export, erasing
from runform_live.encryption import keys
from runform_live.home.clients_model import ClientsModel
from runform_live.home.programs import Ended
from runform_live.home.sessions_model import SessionsModel
from tests.clinic.makers import added
from tests.encryption.makers import WORDS, encrypted, sealed_session
from tests.home.conftest import Desk

assert encrypted  # a fixture
pytestmark = pytest.mark.usefixtures("encrypted")


@pytest.fixture
def desk(home: Desk, encrypted: None) -> Desk:
    """The window with one sealed session, whose key pair lies in its settings folder."""
    from tests.encryption.makers import put_pair

    put_pair()
    sealed_session(home.sessions / "run")
    return home


def test_a_locked_session_is_listed_and_the_passphrase_asked_for_until_it_is_right(desk: Desk) -> None:
    model = SessionsModel(desk)
    model.opened()
    desk.settle()
    assert [line.trouble for line in model.lines()] == ["locked: give the passphrase"]
    assert (
        desk.question is not None
        and desk.question.words == "Some sessions are encrypted. Type the passphrase to see them."
    )
    desk.answer(True, "another one")
    desk.settle()
    assert desk.question is not None and desk.question.words == "That was not the passphrase. Type it once more."
    desk.answer(True, WORDS)
    desk.settle()
    assert desk.question is None and keys.is_unlocked()
    assert [(line.trouble, line.left[:4]) for line in model.lines()] == [("", "5.0°")]


def test_who_does_not_say_it_sees_that_they_are_there_and_is_asked_when_the_page_is_opened_again(desk: Desk) -> None:
    model = SessionsModel(desk)
    model.opened()
    desk.settle()
    desk.answer(False)
    model.scan()
    desk.settle()
    assert desk.question is None and len(model.lines()) == 1
    model.opened()
    desk.settle()
    assert desk.question is not None


def test_a_passphrase_with_an_umlaut_reaches_them_where_the_system_has_another_encoding(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "vier Wörter oder mehr"
    keys.unlock(WORDS)
    keys.change_passphrase(words)
    keys.forget()
    monkeypatch.setattr("locale.getencoding", lambda: "cp1252")  # as on Windows
    desk.unlock(lambda: None)
    desk.answer(True, words)
    desk.settle()
    ended: list[Ended] = []
    desk.programs.start("compare", str(desk.sessions / "run"), done=ended.append)
    desk.settle(lambda: bool(ended), 60.0)
    assert ended[0].status == 0, ended[0].last_line


def test_erasing_a_client_asks_for_the_passphrase_and_leaves_what_it_does_not_open(desk: Desk) -> None:
    added(desk.database())
    model = ClientsModel(desk)
    model.opened()
    desk.settle()
    model.choose("P07")
    model.erase()
    desk.settle()
    assert desk.question is not None and "Type the passphrase" in desk.question.words
    for path in keys.folder().iterdir():
        path.unlink()  # the session is another computer's now
    model.erase()
    desk.settle()
    run = desk.sessions / "run"
    assert desk.question is not None and f"nobody can tell here whose they are: {run}." in desk.question.words
    desk.answer(True)
    desk.settle()
    assert desk.words == "P07 is erased" and run.is_dir()


def test_an_archive_with_a_passphrase_of_its_own_is_asked_for_it_until_it_is_right(desk: Desk, tmp_path: Path) -> None:
    added(desk.database())
    archive, words = tmp_path / "p07.zip", "for the other clinic"
    archive_export.export(desk.database(), "P07", archive, words)
    sent = archive.rename(tmp_path / "sent.zip")  # erasing takes the archives that were made here, by their names
    erasing.erase_client(desk.database(), "P07", leave_locked=True)
    model = ClientsModel(desk)
    model.take_in(sent)
    assert desk.question is not None and "sent.zip has a passphrase of its own" in desk.question.words
    desk.answer(True, "for nobody")
    desk.settle()
    assert desk.question is not None and "not the passphrase of sent.zip" in desk.question.words
    desk.answer(True, words)
    desk.settle()
    assert desk.words == "P07 is taken in" and not desk.warns and [name for name, _ in model.rows()] == ["P07"]


def test_programs_of_the_window_get_the_passphrase_without_a_file(desk: Desk) -> None:
    model = SessionsModel(desk)
    model.opened()
    desk.settle()
    desk.answer(True, WORDS)
    desk.settle()
    ended: list[Ended] = []
    desk.programs.start("compare", str(desk.sessions / "run"), done=ended.append)
    desk.settle(lambda: bool(ended), 60.0)
    assert ended[0].status == 0, ended[0].last_line
