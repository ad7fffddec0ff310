"""Encryption on the settings page: switched on and off, the passphrase changed, sessions sealed; a passphrase stands nowhere."""

from __future__ import annotations

import weakref
from pathlib import Path

import pytest

from runform_live.encryption import keys
from runform_live.home.encryption_model import EncryptionModel
from runform_live.home.settings_model import SettingsModel
from runform_live.session import sealed
from tests.encryption.makers import WORDS, encrypted, finished, put_pair, sealed_session
from tests.home.conftest import Desk

assert encrypted  # a fixture
pytestmark = pytest.mark.usefixtures("encrypted")
OTHER = "another four words"
PATIENCE_S = 120.0


@pytest.fixture
def desk(home: Desk, encrypted: None) -> Desk:
    """Two plain sessions; encryption is off, and there is no key."""
    for name in ("one", "two"):
        finished(home.sessions / name)
    return home


@pytest.fixture
def with_key(desk: Desk) -> Desk:
    """The same with encryption on; nobody has given the passphrase."""
    put_pair()
    return desk


def shown(desk: Desk) -> EncryptionModel:
    """The part as it is when the page of it was opened."""
    settings = SettingsModel(desk)
    settings.choose_group("encryption")
    desk.settle()
    assert settings.lines() == []
    return settings.encryption


def said_nowhere(desk: Desk, *words: str) -> None:
    """No passphrase in what a person sees."""
    seen = [desk.words, *(work.words for work in desk.works), desk.question.words if desk.question else ""]
    assert not any(word in line for word in words for line in seen)


@pytest.mark.parametrize(
    ("words", "again", "line"),
    [
        ("seven77", "seven77", "The passphrase is too short; take at least 8 characters, better four words or more"),
        (WORDS, OTHER, "The two passphrases differ; type them again"),
    ],
)
def test_what_is_no_passphrase_is_one_line_and_changes_nothing(desk: Desk, words: str, again: str, line: str) -> None:
    model = shown(desk)
    assert not desk.try_(lambda: model.switch_on(words, again))
    assert (desk.words, desk.warns, model.state, keys.is_made()) == (line, True, "off", False)


def test_switched_on_with_a_passphrase_and_off_again_every_session_is_sealed_and_plain_again(desk: Desk) -> None:
    model = shown(desk)
    assert (model.state, model.count_words()) == (
        "off", "Encrypted sessions: 0 of 2; still readable by anybody: 2",
    )  # fmt: skip
    model.switch_on(WORDS, WORDS)
    assert model.busy and not model.can_seal
    said_nowhere(desk, WORDS)
    desk.settle()
    assert (model.state, keys.is_on(), model.can_seal) == ("on", True, True)
    model.seal()
    assert model.job == "seal"
    desk.settle()
    assert desk.words == "2 sessions were encrypted." and not model.can_seal
    assert model.count_words() == "Encrypted sessions: 2 of 2; still readable by anybody: 0"
    model.switch_off()
    assert desk.question is not None and "Decrypt all sessions" in desk.question.words, "the key is open: only asked"
    desk.answer(True)
    desk.settle()
    assert (model.state, keys.is_on(), keys.is_made()) == ("paused", False, True)
    assert desk.words == "Encryption is off; 2 sessions were decrypted. The key is kept"
    assert not any(map(sealed.is_sealed, sealed.sessions_in(desk.sessions)))


def test_the_key_from_before_is_switched_on_by_its_passphrase_alone(with_key: Desk) -> None:
    keys.turn_off()
    model = shown(with_key)
    assert model.state == "paused"
    model.switch_on_again(OTHER)
    with_key.settle()
    assert (model.state, with_key.warns) == ("paused", True)
    assert with_key.words == "That was not the passphrase; nothing was changed"
    model.switch_on_again(WORDS)
    with_key.settle()
    assert model.state == "on" and not with_key.warns
    said_nowhere(with_key, WORDS, OTHER)


@pytest.mark.slow  # each try of a passphrase takes seconds, on purpose
def test_the_passphrase_is_changed_by_who_knows_the_present_one(with_key: Desk) -> None:
    keys.unlock(WORDS)  # an open key is not enough
    model = shown(with_key)
    model.change("not the present one", OTHER, OTHER)
    with_key.settle(seconds=PATIENCE_S)
    assert with_key.words == "That was not the passphrase; nothing was changed"
    assert not with_key.try_(lambda: model.change(WORDS, WORDS, WORDS))
    assert with_key.words == "That is the passphrase already; nothing was changed"
    model.change(WORDS, OTHER, OTHER)
    with_key.settle(seconds=PATIENCE_S)
    assert with_key.words.startswith("The passphrase is changed.")
    keys.forget()
    with pytest.raises(keys.WrongPassphrase):
        keys.unlock(WORDS)
    keys.unlock(OTHER)
    said_nowhere(with_key, WORDS, OTHER)


def test_to_switch_it_off_the_passphrase_of_sealed_sessions_is_asked_for(with_key: Desk) -> None:
    sealed_session(with_key.sessions / "three")
    model = shown(with_key)
    model.switch_off()
    assert with_key.question is not None and with_key.question.typed is not None
    with_key.answer(True, WORDS)
    with_key.settle()
    assert with_key.question is not None and "switch encryption off?" in with_key.question.words
    with_key.answer(False)
    assert model.state == "on"


def test_sessions_that_cannot_be_decrypted_keep_it_on(with_key: Desk) -> None:
    sealed_session(with_key.sessions / "three")
    (with_key.sessions / "three" / "stances.csv.age").write_bytes(b"age-encryption.org/v1\nnothing")
    keys.unlock(WORDS)
    model = shown(with_key)
    model.switch_off()
    with_key.answer(True)
    with_key.settle()
    assert model.state == "on" and with_key.warns
    assert with_key.words.startswith("Encryption stays on: 1 session could not be decrypted.")


def test_stopped_between_two_sessions_what_is_done_stays_and_the_same_button_goes_on(
    with_key: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, seal = shown(with_key), sealed.seal

    def stopped_behind_the_first(folder: Path) -> bool:
        model.stop()
        return seal(folder)

    monkeypatch.setattr(sealed, "seal", stopped_behind_the_first)
    model.seal()
    with_key.settle()
    monkeypatch.setattr(sealed, "seal", seal)
    assert with_key.words.startswith("Stopped between two sessions")
    assert model.count is not None and (model.count.sealed, model.count.plain) == (1, 1)
    model.seal()
    with_key.settle()
    assert model.count is not None and (model.count.sealed, model.count.plain) == (2, 0)


def test_half_of_a_key_pair_is_said_and_offers_nothing_to_do(with_key: Desk) -> None:
    (keys.folder() / keys.IDENTITY).unlink()
    model = shown(with_key)
    assert model.state == "broken" and not model.can_seal
    assert "half of its key is missing" in model.words()


class Typed(str):
    """A passphrase of which a test can tell whether anything still holds it."""


def test_a_passphrase_lives_no_longer_than_the_job_that_needs_it(
    with_key: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unlock(words: str) -> None:
        if words != WORDS:
            raise keys.WrongPassphrase("wrong passphrase; nothing was opened")

    monkeypatch.setattr(keys, "unlock", unlock)
    monkeypatch.setattr(keys, "change_passphrase", lambda _: None)
    model = shown(with_key)
    present, wrong, new, again = Typed(WORDS), Typed("not the present one"), Typed(OTHER), Typed(OTHER)
    held = [weakref.ref(words) for words in (present, wrong, new, again)]
    model.change(wrong, new, again)
    with_key.settle()
    model.change(present, new, again)
    with_key.settle()
    del present, wrong, new, again
    known = [one() for one in held]
    assert known == [None, None, OTHER, None], (
        "the programs that the window starts are given the new one, no other is kept"
    )
