"""Films measured where encryption is on: no session is lost, none is made twice, and none is sealed before it is whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from runform_live import config
from runform_live.batch import film
from runform_live.batch.film import Orders
from runform_live.batch.plan import Job, Options
from runform_live.encryption import keys, library
from runform_live.errors import BadInput
from runform_live.report import build as report
from runform_live.session import sealed
from runform_live.session.making import HIDDEN
from runform_live.session.reader import read
from runform_live.session.unused import remove_if_empty
from tests.batch import makers
from tests.encryption.makers import WORDS, encrypted

assert encrypted  # a fixture
pytestmark = pytest.mark.usefixtures("encrypted")


def _measure(job: Job, parent: Path, session_id: str = "1") -> list[film.Step]:
    told: list[film.Step] = []
    film.measure(job, parent, config.load(), Options(), told.append, orders=Orders(session_id))
    return told


def test_a_sealed_session_of_a_process_that_crashed_is_kept_and_gets_its_name(tmp_path: Path) -> None:
    one, runs = makers.film(tmp_path / "a.mp4"), tmp_path / "runs"
    session = makers.analysed(one, runs, id="1")
    assert sealed.seal(session)
    session.rename(runs / f"{HIDDEN}1")
    told: list[film.Step] = []
    film.clear_up(film.making_of(Job(str(one), "a.mp4"), runs, "1"), told.append)
    assert told == [film.Kept(str(runs / "a"))]
    keys.unlock(WORDS)
    assert read(runs / "a").info.ended == "end of the file"


def test_a_session_that_cannot_be_read_is_never_removed(tmp_path: Path) -> None:
    one, runs = makers.film(tmp_path / "a.mp4"), tmp_path / "runs"
    locked, damaged = (makers.analysed(one, runs, id=name) for name in "12")
    assert sealed.seal(locked)
    (damaged / "session.json").write_text("{")
    for folder in (locked, damaged):
        film.discard(folder, lambda _: None)
        remove_if_empty(folder)
        assert (folder / "stances.csv").exists() or (folder / "stances.csv.age").exists()


def test_a_session_whose_report_is_drawn_is_not_sealed_by_another_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, runs = makers.film(tmp_path / "a.mp4"), tmp_path / "runs"
    build, found = report.build, []

    def while_sealing(folder: Path, **given: Any) -> Path:
        found.append(sealed.seal_waiting(runs))
        return build(folder, **given)

    monkeypatch.setattr(report, "build", while_sealing)
    told = _measure(Job(str(one), "a.mp4"), runs)
    assert found == [sealed.Done(0, 1)]
    assert told[-1] == film.Measured(str(runs / "a")) and (runs / "a" / "report.html").is_file()
    assert sealed.seal_waiting(runs) == sealed.Done(1, 0)
    assert sealed.is_sealed(runs / "a")


def test_a_film_that_is_given_out_again_is_not_measured_again_though_its_session_was_sealed_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_library() -> None:
        raise BadInput("encryption needs pyrage")

    one, runs = makers.film(tmp_path / "a.mp4"), tmp_path / "runs"
    job = Job(str(one), "a.mp4")
    assert _measure(job, runs)[-1] == film.Measured(str(runs / "a"))
    assert sealed.seal_waiting(runs) == sealed.Done(1, 0)
    assert _measure(job, runs) == [film.Measured(str(runs / "a"))]
    monkeypatch.setattr(library, "load", without_library)  # on a worker that has no group `encryption`
    assert _measure(job, runs) == [film.Measured(str(runs / "a"))]
    assert [path.name for path in runs.iterdir()] == ["a"]
