"""A clinic's first weeks in the real windows, with the mouse alone: from an empty data folder to a client who is erased for good."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.running import Standin
from tests.window.person import Person

pytestmark = [pytest.mark.slow, pytest.mark.window]

# Two sessions of one minute each, with feedback and without in turns.
SHORT = """
title = "Short"
about = "Two sessions of a minute, to see how it works."
source = ["none"]

[[session]]
days_after = 0
warm_up_min = 0
training_min = 1
blocks_min = [[0.4, 0.3]]
retention_min = 0

[[session]]
days_after = 0
warm_up_min = 0
training_min = 1
blocks_min = [[0.3, 0.4]]
retention_min = 0
"""
LONG_S = 180.0  # on a busy computer


@pytest.fixture
def comes(screen: str, tmp_path: Path) -> Iterator[Callable[..., Person]]:
    """Somebody before an empty data folder, and a runner on the treadmill before the camera; they leave when the test ends."""
    there: list[Person] = []

    def come(**camera: Any) -> Person:
        own = tmp_path / "config" / "runform_live"
        (own / "programmes").mkdir(parents=True, exist_ok=True)
        (own / "programmes" / "short.toml").write_text(SHORT, encoding="utf-8")
        there.append(
            Person(
                screen, tmp_path, Standin(tmp_path / "cameras", **camera), HOME=str(tmp_path), XDG_DATA_HOME=str(tmp_path / "data"),
                XDG_CONFIG_HOME=str(tmp_path / "config"), RUNFORM_DATABASE_URL="",
            )
        )  # fmt: skip
        there[-1].sees("run-title", seconds=LONG_S)
        return there[-1]

    yield come
    for one in there:
        one.leaves()


def infos(tmp_path: Path) -> list[dict[str, Any]]:
    """session.json of each session, oldest first."""
    files = sorted((tmp_path / "data" / "runform_live" / "sessions").glob("*/session.json"))
    return [json.loads(file.read_text(encoding="utf-8")) for file in files]


def run_until(person: Person, start: str, sees: Callable[[], None], pain: int) -> None:
    """A run before the camera: choose it, run until something is seen, end it, say the pain, leave the last page."""
    person.click(start)
    person.click("choose-image-0", LONG_S)
    sees()
    person.click("key-end")
    person.click(f"pain-{pain}", LONG_S)
    person.click("key-end")
    person.sees("foot-words", "The run is over", LONG_S)


@pytest.mark.soak
def test_a_client_is_measured_trained_followed_exported_and_erased(
    comes: Callable[..., Person], tmp_path: Path
) -> None:
    person = comes()

    # A new client, who agrees.
    person.click("menu-clients")
    person.sees("clients-none")
    person.click("clients-new")
    person.type("clients-pseudonym", "P07")
    person.type("clients-height_m", "172")
    person.click("clients-consent")
    person.sees("clients-consent", "Agreed on")
    person.click("clients-save")
    person.sees("foot-words", "P07 is saved")

    # The baseline: a free run.
    person.click("clients-run")
    person.sees("run-who", "P07")
    run_until(person, "run-free", lambda: person.sees("left-words", "5 of", LONG_S), pain=4)

    # The programme.
    person.click("menu-programmes")
    person.click("programmes-card-short")
    person.click("programmes-begin")
    person.sees("foot-words", "P07")
    for number, pain_after in ((1, 3), (2, 2)):
        person.click("menu-run")
        person.sees("run-planned-title", f"Session {number} of 2")
        person.click("run-pain-5")

        def over() -> None:
            person.sees("status", "ith feedback", LONG_S)
            person.sees("status", "ithout feedback", LONG_S)
            person.sees("status", "session is done", LONG_S)

        run_until(person, "run-planned", over, pain_after)
    baseline, *sessions = infos(tmp_path)
    assert baseline["programme"] is None and [one["person"] for one in (baseline, *sessions)] == ["P07"] * 3
    assert [one["programme"]["number"] for one in sessions] == [1, 2]
    assert [(one["pain_before"], one["pain_after"]) for one in sessions] == [(5, 3), (5, 2)]

    # All sessions were held, and the progress is shown.
    person.click("menu-run")
    person.sees("run-planned-words", "All 2 sessions were held")
    person.click("menu-sessions")
    person.sees("sessions-row-2")
    person.click("menu-progress")
    person.sees("progress-sentence", seconds=LONG_S)

    # Exported, and erased for good.
    person.click("menu-clients")
    person.click("clients-row-0")
    person.click("clients-export")
    person.accepts_file()
    person.sees("foot-words", "The archive is", LONG_S)
    archive = next(tmp_path.rglob("P07-*.zip"))
    assert archive.stat().st_size > 10_000
    person.click("clients-erase")
    person.sees("question-words", "3 session folders")
    person.click("question-yes")
    person.sees("foot-words", "P07 is erased", LONG_S)
    assert infos(tmp_path) == [] and not archive.exists()
    assert "Traceback" not in person.said()


def test_the_first_stance_of_the_shipped_clip_is_a_few_clicks_away(comes: Callable[..., Person]) -> None:
    person = comes()
    person.click("run-demo")
    person.sees("left-words", " of ", LONG_S)
    assert person.clicks <= 6
