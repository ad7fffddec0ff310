"""Small makers of programmes and of runs through them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from runform_live.messages import Stance
from runform_live.programmes import PlannedSession, own_folder
from tests.makers import stance

SESSION = """[[session]]
days_after = 0
warm_up_min = 3
training_min = 15
blocks_min = [[2, 1]]
retention_min = 2
"""


def planned(
    training_min: float = 15.0,
    blocks_min: tuple[tuple[float, float], ...] = ((2.0, 1.0),),
    warm_up_min: float = 3.0,
    retention_min: float = 2.0,
) -> PlannedSession:
    return PlannedSession(training_min, list(blocks_min), 0, warm_up_min, retention_min)


def run(length_s: float, from_s: float = 0.0, step_s: float = 0.375, rate_hz: float | None = None) -> Iterator[Stance]:
    """The stances of a run of that length. rate_hz: every time falls onto a frame of such a camera."""

    def seen(time_s: float) -> float:
        return time_s if rate_hz is None else round(time_s * rate_hz) / rate_hz

    for step in range(int((length_s - 0.25) / step_s) + 1):
        contact_s = from_s + step * step_s
        yield stance(
            "left" if step % 2 == 0 else "right",
            seen(contact_s + 0.125),
            initial_contact_s=seen(contact_s),
            toe_off_s=seen(contact_s + 0.25),
        )


def own(name: str, text: str) -> Path:
    """A programme of one's own."""
    folder = own_folder()
    assert folder is not None
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person without settings of their own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path
