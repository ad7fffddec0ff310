"""The doctor's page: findings as they come."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from runform_live import config
from runform_live.config import Config
from runform_live.doctor import checks
from runform_live.doctor.finding import Finding
from runform_live.errors import RunformError
from runform_live.home.doctor_model import DoctorModel
from runform_live.home.services import Home
from runform_live.texts import Texts

GOOD = Finding("disk", "good", "room for 9 h")
POOR = Finding("camera 2", "poor", "640x480, 10 frames/s", "more light")


def finished(model: DoctorModel) -> None:
    """Do what was put into the thread that draws, until the doctor is done."""
    deadline_s = time.monotonic() + 20.0
    while model.running and time.monotonic() < deadline_s:
        for note in model.home.notes.take():
            note()
        time.sleep(0.005)
    assert not model.running


@pytest.fixture
def finds(monkeypatch: pytest.MonkeyPatch) -> Callable[..., DoctorModel]:
    """A model whose doctor finds these, and then fails if asked."""

    def make(*findings: Finding, fails: str = "") -> DoctorModel:
        def run(_: Config, _said: Texts | None = None) -> Iterator[tuple[int, Finding]]:
            yield from enumerate(findings)
            if fails:
                raise RunformError(fails)

        monkeypatch.setattr(checks, "run", run)
        model = DoctorModel(Home(config.load()))
        model.opened()
        return model

    return make


def test_what_is_not_good_stands_first_with_what_to_do(finds: Callable[..., DoctorModel]) -> None:
    model = finds(GOOD, POOR)
    finished(model)
    assert [(row.mark, row.part, row.advice) for row in model.rows()] == [
        ("!", "Camera 2", "more light"),
        ("✓", "Disk", ""),
    ]
    assert model.verdict().startswith("One thing")


def test_the_page_looks_once_by_itself_and_again_when_asked(finds: Callable[..., DoctorModel]) -> None:
    model = finds(GOOD)
    finished(model)
    model.opened()
    assert not model.running
    assert model.verdict() == "Everything works here."
    model.again()
    assert model.running
    assert model.rows() == []
    finished(model)
    assert len(model.rows()) == 1


def test_a_check_that_fails_is_a_line_at_the_foot_and_what_was_found_stays(finds: Callable[..., DoctorModel]) -> None:
    model = finds(GOOD, fails="the disk burns")
    finished(model)
    assert (model.home.words, model.home.warns) == ("the disk burns", True)
    assert len(model.rows()) == 1
