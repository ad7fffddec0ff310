"""What the tests of exports share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def opensim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """OpenSim, which writes a log where it runs."""
    monkeypatch.chdir(tmp_path)
    import opensim

    opensim.Logger.setLevelString("error")
    yield opensim
    opensim.Logger.removeFileSink()
