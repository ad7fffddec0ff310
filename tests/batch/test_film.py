"""One film of a batch, measured by the real cores, and what is left of it where that goes wrong."""

from __future__ import annotations

import io
import os
import threading
from pathlib import Path

import msgspec
import pytest
from typing_extensions import Buffer

from runform_live import config
from runform_live.batch import film
from runform_live.batch.film import Orders
from runform_live.batch.plan import Before, Job, Options
from runform_live.batch.process import Done, Failed, GivenUp, Task, answer_of, serve
from runform_live.clinic import client_sessions, clients, erasing
from runform_live.clinic.database import Database
from runform_live.errors import RunformError
from runform_live.runtime import offline
from runform_live.session.info_file import read_info
from runform_live.session.making import HIDDEN
from runform_live.session.reader import read
from runform_live.session.seal_mark import MARK
from tests.batch import makers


def measure(job: Job, parent: Path, stop: bool = False) -> list[film.Step]:
    told: list[film.Step] = []
    film.measure(job, parent, config.load(), Options(), told.append, lambda: stop)
    return told


def test_a_session_begins_when_its_film_was_recorded(tmp_path: Path) -> None:
    one = makers.film(tmp_path / "IMG_20260412_101530.mp4")
    job = Job(str(one), "x", before=Before("/runs/x", "the id", "runform_live 0.1", older=True))
    told = measure(job, tmp_path / "runs")
    info = read_info(tmp_path / "runs" / one.stem)
    assert info.started.startswith("2026-04-12T10:15:30") and info.date_from == "name"
    assert info.measured is not None and info.measured > info.started
    assert info.again_of == "the id"
    assert isinstance(told[0], film.Began) and told[0].started == info.started
    assert [type(step) for step in told[1:]] == [film.FilmProgress] * 5 + [film.Measured]
    assert (tmp_path / "runs" / one.stem / "report.html").is_file()


def test_an_analysis_that_is_stopped_leaves_neither_folder_nor_link(tmp_path: Path) -> None:
    with Database() as database, database.writing() as session:
        person = clients.person(clients.add(session, "P07"))
    one = makers.film(tmp_path / "a.mp4")
    with pytest.raises(film.Stopped):
        measure(Job(str(one), "a.mp4", person=person), tmp_path / "runs", stop=True)
    assert list((tmp_path / "runs").iterdir()) == []
    with Database() as database, database.reading() as session:
        assert client_sessions.sessions_of(session, clients.find(session, "P07")) == []


def test_a_film_of_a_client_who_was_erased_since_it_was_planned_is_refused(tmp_path: Path) -> None:
    with Database() as database, database.writing() as session:
        stays, leaves = (clients.person(clients.add(session, name)) for name in ("P07", "P08"))
    runs = tmp_path / "runs"
    jobs = [
        Job(str(makers.film(tmp_path / f"{one.pseudonym}.mp4", 80 + number)), f"{one.pseudonym}.mp4", person=one)
        for number, one in enumerate((leaves, stays))
    ]
    with Database() as database:
        erasing.erase_client(database, "P08")
    tasks = [Task(job, str(runs), config.load(), Options(), Orders(job.name)) for job in jobs]
    refused, measured = (answer_of(task, lambda _: None, threading.Event()) for task in tasks)
    assert isinstance(refused, Failed) and refused.exit_status == 2
    assert refused.line == "P08.mp4: client 'P08' was erased meanwhile; nothing was measured"
    assert measured == Done()
    assert [path.name for path in runs.iterdir()] == ["P07"], "nothing of the erased client is written"


def test_what_was_broken_off_goes_and_what_is_finished_stays(tmp_path: Path) -> None:
    one, runs = makers.film(tmp_path / "a.mp4"), tmp_path / "runs"
    cut, finished = makers.analysed(one, runs, None), makers.analysed(one, runs)
    job = Job(str(one), "a.mp4", unfinished=(str(cut), str(finished)))
    measure(job, runs)
    assert sorted(path.name for path in runs.iterdir()) == ["a_2", "a_3"]
    assert read_info(runs / "a_3").ended == "end of the file"


def test_a_worker_without_encryption_marks_what_is_to_be_sealed(tmp_path: Path) -> None:
    one, runs = makers.film(tmp_path / "a.mp4"), tmp_path / "runs"
    film.measure(
        Job(str(one), "a.mp4"), runs, config.load(), Options(), lambda _: None, orders=Orders("1", to_be_sealed=True)
    )
    assert (runs / "a" / MARK).exists()


def test_a_session_that_a_killed_worker_finished_is_taken_over_by_the_next_one(tmp_path: Path) -> None:
    one, runs = makers.film(tmp_path / "a.mp4"), tmp_path / "runs"
    makers.analysed(one, runs, id="1").rename(runs / f"{HIDDEN}1")
    told: list[film.Step] = []
    film.measure(Job(str(one), "a.mp4"), runs, config.load(), Options(), told.append, orders=Orders("1"))
    assert told == [film.Measured(str(runs / "a"))]
    assert len(read(runs / "a").stances) == 20, "it is not measured anew"


@pytest.mark.parametrize("failure", [film.Stopped(), KeyboardInterrupt(), RunformError("the disk is full")])
def test_what_was_broken_off_stays_until_the_new_session_is_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    def analyze(*_: object) -> object:
        raise failure

    one, runs = makers.film(tmp_path / "a.mp4"), tmp_path / "runs"
    cut = makers.analysed(one, runs, None)
    before = len(read(cut).stances)
    monkeypatch.setattr(offline, "analyze", analyze)
    with pytest.raises(type(failure)):
        measure(Job(str(one), "a.mp4", unfinished=(str(cut),)), runs)
    assert list(runs.iterdir()) == [cut]
    assert len(read(cut).stances) == before == 20


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (MemoryError(), "a.mp4: the memory is full; close other programs, or use a smaller video"),
        (
            RuntimeError("codec fault"),
            "a.mp4: a fault of the program (RuntimeError: codec fault); --debug shows where, please report it",
        ),
        (
            OSError(28, "No space left on device", "/runs/x"),
            "a.mp4: No space left on device (/runs/x); what was written so far is kept",
        ),
        (RunformError("/runs/a.mp4: the disk is full"), "/runs/a.mp4: the disk is full"),
    ],
)
def test_any_fault_of_a_film_is_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: Exception, words: str
) -> None:
    def analyze(*_: object) -> object:
        raise trouble

    monkeypatch.setattr(offline, "analyze", analyze)
    one = makers.film(tmp_path / "a.mp4")
    task = Task(Job(str(one), "a.mp4"), str(tmp_path / "runs"), config.load(), Options(), Orders("1"))
    answer = answer_of(task, lambda _: None, threading.Event())
    assert isinstance(answer, Failed)
    assert (answer.line, answer.exit_status) == (words, 1)
    assert "Traceback" in answer.trace
    assert list((tmp_path / "runs").iterdir()) == [], "no empty folder is left"


def test_a_process_answers_each_task_and_ends_with_its_input(tmp_path: Path) -> None:
    one = makers.film(tmp_path / "a.mp4")
    jobs = [Job(str(one), "a.mp4"), Job(str(tmp_path / "none.mp4"), "none.mp4")]
    tasks = [
        msgspec.json.encode(Task(job, str(tmp_path), config.load(), Options(), Orders(job.name))) + b"\n"
        for job in jobs
    ]
    reading, writing = os.pipe()
    os.write(writing, b"".join(tasks))
    answers = _Answers(writing)
    with os.fdopen(reading, "rb") as asked:
        serve(asked, answers)
    types = [msgspec.json.decode(line, type=dict)["type"] for line in answers.getvalue().splitlines()]
    assert [word for word in types if word != "FilmProgress"] == ["Began", "Measured", "Done", "Failed"]


class _Answers(io.BytesIO):
    """Closes the input of the process with the answer to the last task."""

    def __init__(self, asks: int) -> None:
        super().__init__()
        self._asks = asks

    def write(self, line: Buffer) -> int:
        if b'"Failed"' in bytes(line):
            os.close(self._asks)
        return super().write(line)


def test_the_answers_of_a_task(tmp_path: Path) -> None:
    one = makers.film(tmp_path / "a.mp4")
    task = Task(Job(str(one), "a.mp4"), str(tmp_path / "runs"), config.load(), Options(), Orders("1"))
    stop = threading.Event()
    assert answer_of(task, lambda _: None, stop) == Done()
    task = msgspec.structs.replace(task, orders=Orders("2"))
    stop.set()
    assert answer_of(task, lambda _: None, stop) == GivenUp()
