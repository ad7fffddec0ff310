"""Every test has a home of its own, so that no setting or session of the person who runs them matters."""

from __future__ import annotations

from pathlib import Path

import pytest

import runform_live

assert (
    runform_live
)  # nothing leaves the computer: its import says so to ONNX Runtime, for the processes of the tests too


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.delenv("RUNFORM_DATABASE_URL", raising=False)
    return home
