"""Where a second window goes."""

from __future__ import annotations

import pytest

from runform_live.dashboard import screens
from runform_live.dashboard.screens import Place

DESIGN = (1280, 720)
LAPTOP, BESIDE, LEFT = Place(0, 0, 1280, 720), Place(1280, 0, 1920, 1080), Place(-1920, 0, 1920, 1080)
WALL = Place(0, 0, 3840, 2160)
RUNNER = Place(0, 0, 1280, 720)


@pytest.mark.parametrize(
    ("there", "first", "place"),
    [
        ([LAPTOP, BESIDE], RUNNER, Place(1280, 0, 1280, 720)),
        ([LAPTOP, LEFT], RUNNER, Place(-1920, 0, 1280, 720)),
        (
            [LAPTOP, BESIDE],
            Place(1400, 50, 1280, 720),
            Place(0, 0, 1280, 720),
        ),  # the runner's was moved to the second one
        (
            [BESIDE, Place(0, 0, 800, 600)],
            Place(1280, 0, 1280, 720),
            Place(0, 0, 800, 600),
        ),  # no larger than its screen
        ([WALL], RUNNER, Place(1280, 0, 1280, 720)),
        ([Place(0, 0, 1920, 1600)], RUNNER, Place(0, 720, 1280, 720)),
        ([LAPTOP], RUNNER, Place(60, 60, 1280, 720)),
        ([LAPTOP, LAPTOP], RUNNER, Place(60, 60, 1280, 720)),  # two that show the same
        ([], RUNNER, Place(60, 60, 1280, 720)),
        ([], None, Place(0, 0, 1280, 720)),
        ([Place(100, 0, 1024, 600), BESIDE], None, Place(100, 0, 1024, 600)),
    ],
)
def test_it_goes_where_the_first_window_is_not(there: list[Place], first: Place | None, place: Place) -> None:
    assert screens.second(there, first, DESIGN) == place


def test_without_a_display_nobody_tells_of_screens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":7654")
    assert screens.there() == ()
