"""Where a second window goes."""

from __future__ import annotations

import pytest

from runform_live.dashboard import monitors
from runform_live.dashboard.monitors import Rectangle

DESIGN = (1280, 720)
LAPTOP, BESIDE, LEFT = Rectangle(0, 0, 1280, 720), Rectangle(1280, 0, 1920, 1080), Rectangle(-1920, 0, 1920, 1080)
WALL = Rectangle(0, 0, 3840, 2160)
RUNNER = Rectangle(0, 0, 1280, 720)


@pytest.mark.parametrize(
    ("there", "first", "place"),
    [
        ([LAPTOP, BESIDE], RUNNER, Rectangle(1280, 0, 1280, 720)),
        ([LAPTOP, LEFT], RUNNER, Rectangle(-1920, 0, 1280, 720)),
        (
            [LAPTOP, BESIDE],
            Rectangle(1400, 50, 1280, 720),
            Rectangle(0, 0, 1280, 720),
        ),  # the runner's was moved to the second one
        (
            [BESIDE, Rectangle(0, 0, 800, 600)],
            Rectangle(1280, 0, 1280, 720),
            Rectangle(0, 0, 800, 600),
        ),  # no larger than its screen
        ([WALL], RUNNER, Rectangle(1280, 0, 1280, 720)),
        ([Rectangle(0, 0, 1920, 1600)], RUNNER, Rectangle(0, 720, 1280, 720)),
        ([LAPTOP], RUNNER, Rectangle(60, 60, 1280, 720)),
        ([LAPTOP, LAPTOP], RUNNER, Rectangle(60, 60, 1280, 720)),  # two that show the same
        ([], RUNNER, Rectangle(60, 60, 1280, 720)),
        ([], None, Rectangle(0, 0, 1280, 720)),
        ([Rectangle(100, 0, 1024, 600), BESIDE], None, Rectangle(100, 0, 1024, 600)),
    ],
)
def test_it_goes_where_the_first_window_is_not(
    there: list[Rectangle], first: Rectangle | None, place: Rectangle
) -> None:
    assert monitors.second(there, first, DESIGN) == place


def test_without_a_display_nobody_tells_of_screens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":7654")
    assert monitors.found() == ()


@pytest.mark.parametrize(
    ("there", "fits"), [((1024, 600), (1024, 600)), ((1920, 1080), (1280, 720)), ((800, 1280), (800, 720)), (None, (1280, 720))]
)  # fmt: skip
def test_a_window_is_no_larger_than_the_monitor(
    monkeypatch: pytest.MonkeyPatch, there: tuple[int, int] | None, fits: tuple[int, int]
) -> None:
    monkeypatch.setattr(monitors, "size_px", lambda: there)
    assert monitors.fitting((1280, 720)) == fits


def test_without_a_display_nobody_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":7654")
    monitors.size_px.cache_clear()
    assert monitors.size_px() is None
    monitors.size_px.cache_clear()
