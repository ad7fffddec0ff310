"""When a film was recorded: by its container, by its name, by its file."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runform_live.capture import dates
from tests.makers import flat, video

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
CHANGED = datetime(2026, 4, 30, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Summer time in April: two hours ahead of UTC."""
    if not hasattr(time, "tzset"):
        pytest.skip("the time zone cannot be set here")
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("IMG_20260412_101530", "2026-04-12T10:15:30+02:00"),
        ("VID_20260412_101530", "2026-04-12T10:15:30+02:00"),
        ("20260412_101530", "2026-04-12T10:15:30+02:00"),
        ("20260112101530", "2026-01-12T10:15:30+01:00"),
        ("PXL_20260412_081530123", "2026-04-12T10:15:30+02:00"),  # these telephones write UTC
        ("PXL_20260412_081530123.TS", "2026-04-12T10:15:30+02:00"),
        ("2026-04-12 10.15.30", "2026-04-12T10:15:30+02:00"),
        ("Screen Recording 2026-04-12 at 10.15.30", "2026-04-12T10:15:30+02:00"),
        ("WhatsApp Video 2026-04-12 at 1.15.30 PM", "2026-04-12T13:15:30+02:00"),
        ("Video 2026-04-12 at 01.15.30 PM", "2026-04-12T13:15:30+02:00"),
        ("Video 2026-04-12 at 12.15.30 AM", "2026-04-12T00:15:30+02:00"),
        ("run_2026-04-12_10-15", "2026-04-12T10:15:00+02:00"),
        ("VID-20260412-WA0003", "2026-04-12T00:00:00+02:00"),
        ("12345678_20260412_101530", "2026-04-12T10:15:30+02:00"),
    ],
)
def test_a_date_in_a_name_is_read(name: str, moment: str) -> None:
    found = dates.recorded(name, {}, CHANGED, NOW)
    assert (found.moment.isoformat(), found.date_from) == (moment, "name")


@pytest.mark.parametrize(
    "name",
    ["run", "IMG_4711", "20261341_101530", "20260412101530999999", "P2026041", "19890101_000000", "20260503_101530"],
)
def test_a_name_without_a_date_that_can_be_leaves_the_time_of_the_file(name: str) -> None:
    assert dates.recorded(name, {}, CHANGED, NOW) == (CHANGED, "file")


@pytest.mark.parametrize(
    ("tags", "moment"),
    [
        ({"creation_time": "2026-04-12T08:15:30.000000Z"}, "2026-04-12T10:15:30+02:00"),
        ({"creation_time": "2026-04-12 08:15:30"}, "2026-04-12T10:15:30+02:00"),
        (
            {"creation_time": "2026-04-20T08:15:30Z", "com.apple.quicktime.creationdate": "2026-04-12T04:15:30-0400"},
            "2026-04-12T04:15:30-04:00",
        ),
        ({"DATE_RECORDED": "2026-04-12T08:15:30+00:00"}, "2026-04-12T10:15:30+02:00"),
    ],
)
def test_the_container_comes_before_the_name(tags: dict[str, str], moment: str) -> None:
    found = dates.recorded("IMG_20260101_000000", tags, CHANGED, NOW)
    assert (found.moment.isoformat(), found.date_from) == (moment, "film")


@pytest.mark.parametrize(
    "said", ["1904-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2026-05-03T00:00:00Z", "soon", "2026"]
)
def test_a_clock_that_was_never_set_is_passed_over(said: str) -> None:
    found = dates.recorded("IMG_20260412_101530", {"creation_time": said}, CHANGED, NOW)
    assert (found.moment.isoformat(), found.date_from) == ("2026-04-12T10:15:30+02:00", "name")


def test_the_date_of_a_film_is_read_from_its_container(tmp_path: Path) -> None:
    film = video(tmp_path / "run.mp4", [flat()] * 3, tags={"creation_time": "2026-04-12T08:15:30Z"})
    found = dates.of_film(film, NOW)
    assert (found.moment.isoformat(), found.date_from) == ("2026-04-12T10:15:30+02:00", "film")


def test_a_film_without_one_has_the_time_of_its_file(tmp_path: Path) -> None:
    film = video(tmp_path / "run.mp4", [flat()] * 3)
    os.utime(film, (CHANGED.timestamp(), CHANGED.timestamp()))
    assert dates.of_film(film, NOW) == (CHANGED, "file")
