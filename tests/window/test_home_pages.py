"""Settings, programmes and doctor of the home window, with the mouse alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from tests.running import wait_until
from tests.window.person import Person

pytestmark = [pytest.mark.window, pytest.mark.slow]


@pytest.fixture
def person(server: tuple[str, object], tmp_path: Path) -> Iterator[Person]:
    """Somebody before the home window, with an empty account."""
    there = Person(
        server[0], tmp_path, XDG_CONFIG_HOME=str(tmp_path / "config"), XDG_DATA_HOME=str(tmp_path / "data"), RUNFORM_DATABASE_URL=""
    )  # fmt: skip
    yield there
    there.leaves()


def settings(tmp_path: Path) -> object:
    path = tmp_path / "config" / "runform_live" / "config.toml"
    return msgspec.toml.decode(path.read_bytes()) if path.exists() else None


def clicks(person: Person, tag: str, done: Callable[[], bool]) -> None:
    """Click until it has worked: on a busy machine a page may be made anew between press and release, and then the click is lost."""
    for _ in range(3):
        if tag in person.widgets() or not done():
            person.click(tag)
        if wait_until(done, 10.0):
            return
    raise AssertionError(f"{tag}: {person.widgets().get('foot-words')}")


def test_settings_are_changed_with_the_mouse_kept_and_set_back(person: Person, tmp_path: Path) -> None:
    person.click("menu-settings", 90.0)
    clicks(person, "settings-group-sound", lambda: "settings-volume" in person.widgets())
    clicks(person, "settings-stance_tones", lambda: settings(tmp_path) == {"coach": {"stance_tones": True}})
    both = {"coach": {"stance_tones": True, "volume": 0.5}}
    clicks(person, "settings-volume", lambda: settings(tmp_path) == both)  # the middle of the slider
    clicks(person, "settings-stance_tones-back", lambda: settings(tmp_path) == {"coach": {"volume": 0.5}})
    clicks(person, "settings-group-screen", lambda: "settings-language" in person.widgets())
    person.picks("settings-language", 0)
    person.sees("settings-title", "Einstellungen")
    assert settings(tmp_path) == {"coach": {"volume": 0.5}, "screen": {"language": "de"}}


def test_encryption_is_switched_on_with_a_passphrase_typed_twice_that_nothing_prints(
    person: Person, tmp_path: Path
) -> None:
    pytest.importorskip("pyrage")
    words, key = "four words or more", tmp_path / "config" / "runform_live" / "encryption"
    person.click("menu-settings", 90.0)
    clicks(person, "settings-group-encryption", lambda: "encryption-passphrase" in person.widgets())
    person.type("encryption-passphrase", words)
    person.type("encryption-again", words)
    person.press("Return")
    person.sees("encryption-state", "Encryption is on", 90.0)
    assert (key / "identity.age").is_file() and (key / "recipient.txt").is_file()
    person.sees("encryption-current")
    assert not any(words in str(each["words"]) for each in person.widgets().values()) and words not in person.said()
    clicks(person, "encryption-off", lambda: "question-yes" in person.widgets())
    clicks(person, "question-yes", lambda: not (key / "recipient.txt").exists())
    person.sees("encryption-key_passphrase")


def test_a_page_is_opened_by_the_keyboard_alone(person: Person) -> None:
    person.sees("menu-run", seconds=90.0)
    person.click_at(640, 690)  # the window has the keyboard
    for key in ("Tab", "Tab", "Down", "Down", "space"):
        person.press(key)
        time.sleep(0.5)
    person.sees("clients-title")


def test_a_programme_is_copied_changed_and_kept_with_the_mouse(person: Person, tmp_path: Path) -> None:
    file = tmp_path / "config" / "runform_live" / "programmes" / "two_weeks_2.toml"
    person.click("menu-programmes", 90.0)
    person.sees("programmes-copy")
    for _ in range(2):  # twice does no harm
        person.click("programmes-card-two_weeks")
        time.sleep(2.0)
    clicks(person, "programmes-copy", lambda: "programmes-session-4" in person.widgets())
    clicks(person, "programmes-session-4", lambda: "programmes-days_after" in person.widgets())
    clicks(person, "programmes-pair_more", lambda: "programmes-pair-1-0" in person.widgets())
    clicks(person, "programmes-save", lambda: "programmes-edit" in person.widgets())
    assert msgspec.toml.decode(file.read_bytes())["session"][4]["blocks_min"] == [[2, 1], [2, 1]]
    clicks(person, "programmes-remove", lambda: "question-yes" in person.widgets())
    clicks(person, "question-yes", lambda: not file.exists())
    person.misses("programmes-card-two_weeks_2")


def test_the_doctor_looks_by_itself_and_says_what_is_missing(person: Person) -> None:
    person.click("menu-doctor", 90.0)
    person.sees("doctor-row-0", seconds=90.0)
    person.sees("doctor-again", seconds=120.0)
