"""A home without a window: its work is waited for, and its notes are done, as the window does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runform_live import config, places
from runform_live.home.services import Home
from tests.running import wait_until


class Desk(Home):
    """Home in a test."""

    def settle(self, until: Callable[[], bool] | None = None, seconds: float = 20.0) -> None:
        """Do all notes until nothing works in the background, or until something holds."""

        def done() -> bool:
            for note in self.notes.take():
                self.try_(note)
            return until() if until is not None else not self.works

        assert wait_until(done, seconds)
        time.sleep(0)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache of this user."""
    made = tmp_path / "cache"
    made.mkdir()
    monkeypatch.setattr(places, "cache_folder", lambda: made)
    return made


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path) -> Iterator[Desk]:
    """A home with empty records."""
    del cache
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("RUNFORM_DATABASE_URL", raising=False)
    made = Desk(config.load())
    yield made
    made.close()
