from __future__ import annotations

import pytest

from runform_live.dashboard import screen


@pytest.mark.parametrize(
    ("there", "fits"), [((1024, 600), (1024, 600)), ((1920, 1080), (1280, 720)), ((800, 1280), (800, 720)), (None, (1280, 720))]
)  # fmt: skip
def test_a_window_is_no_larger_than_the_screen(
    monkeypatch: pytest.MonkeyPatch, there: tuple[int, int] | None, fits: tuple[int, int]
) -> None:
    monkeypatch.setattr(screen, "size_px", lambda: there)
    assert screen.fitting((1280, 720)) == fits


def test_without_a_display_nobody_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":7654")
    screen.size_px.cache_clear()
    assert screen.size_px() is None
    screen.size_px.cache_clear()
