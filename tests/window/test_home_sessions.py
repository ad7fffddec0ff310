"""The page of sessions, with the mouse alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runform_live.export import formats
from tests.clinic.makers import kept, with_drops
from tests.running import wait_until
from tests.window.person import Person

pytestmark = [pytest.mark.window, pytest.mark.slow]


@pytest.fixture
def person(server: tuple[str, object], tmp_path: Path) -> Iterator[Person]:
    """Somebody before the home window, with two sessions."""
    runs = tmp_path / "data" / "runform_live" / "sessions"
    kept(runs / "first", None, "2026-05-01T10:00:00+02:00")
    with_drops(kept(runs / "second", None, "2026-05-02T10:00:00+02:00"), 2.0, 3.0)
    there = Person(
        server[0], tmp_path, XDG_CONFIG_HOME=str(tmp_path / "config"), XDG_DATA_HOME=str(tmp_path / "data"), RUNFORM_DATABASE_URL="",
        HOME=str(tmp_path),
    )  # fmt: skip
    yield there
    there.leaves()


def clicks(person: Person, tag: str, done: Callable[[], bool]) -> None:
    """Click until it has worked: on a busy machine a list may be made anew between press and release, and then the click is lost."""
    for _ in range(3):
        if not done():
            person.click(tag)
        if wait_until(done, 10.0):
            return
    raise AssertionError(f"{tag}: {person.widgets().get('foot-words')}")


def test_sessions_are_sorted_chosen_and_deleted_with_the_mouse(person: Person, tmp_path: Path) -> None:
    runs = tmp_path / "data" / "runform_live" / "sessions"
    person.click("menu-sessions", 90.0)
    person.sees("sessions-row-0-date", "2026-05-02", seconds=90.0)
    person.sees("sessions-row-1-left", "5.0° ± ")
    clicks(person, "sessions-by-left", lambda: "2026-05-01" in person.words("sessions-row-0-date"))
    clicks(person, "sessions-review", lambda: "Choose a session first" in person.words("foot-words"))
    clicks(person, "sessions-row-1-tick", lambda: asks_to_delete(person))
    clicks(person, "question-no", lambda: "question-no" not in person.widgets())
    assert (runs / "second").exists()
    assert asks_to_delete(person)
    clicks(person, "question-yes", lambda: not (runs / "second").exists())
    person.sees("sessions-place", "1 to 1 of 1")
    assert (runs / "first").exists()


def test_a_session_is_exported_in_the_format_that_is_chosen_from_the_list(person: Person, tmp_path: Path) -> None:
    person.click("menu-sessions", 90.0)
    person.sees("sessions-row-1-date", "2026-05-01", seconds=90.0)
    person.click("sessions-row-1-tick")
    person.click("sessions-export")
    person.picks_ending(list(formats.FORMATS).index("json"), len(formats.FORMATS))
    person.accepts_file()
    person.sees("foot-words", "first.json", seconds=60.0)
    assert json.loads((tmp_path / "first.json").read_text())["format"] == "runform_live session"


def asks_to_delete(person: Person) -> bool:
    """Whether a click on the button leads to a question about the session."""
    person.click("sessions-delete")
    return wait_until(lambda: "second" in person.words("question-words"), 3.0)
