"""Which films a batch measures, whose they are, and which it leaves."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from runform_live.batch.plan import Job, Options, unknown_clients
from runform_live.messages import Person
from runform_live.session.lock import FolderLock
from tests.batch.makers import analysed, film, planned


def kinds(jobs: list[Job]) -> dict[str, str]:
    return {job.name: job.kind for job in jobs}


def test_all_films_of_a_folder_and_its_sub_folders_are_found_and_nothing_else(tmp_path: Path) -> None:
    for name in ("b.mp4", "A.MOV", "sub/deep/c.mkv", ".hidden/d.mp4", "._e.mp4"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(name.encode())
    (tmp_path / "in" / "notes.txt").write_text("x")
    analysed(film(tmp_path / "other.mp4"), tmp_path / "in")  # a session that lies among the films
    (tmp_path / "in" / "other" / "video.mkv").write_bytes(b"x")
    jobs = planned(tmp_path / "in", parent=tmp_path / "runs")
    assert [job.name for job in jobs] == ["A.MOV", "b.mp4", str(Path("sub", "deep", "c.mkv"))]
    assert not (tmp_path / "runs").exists()


def test_a_film_is_the_client_of_the_nearest_folder_that_bears_a_pseudonym(tmp_path: Path) -> None:
    for number, name in enumerate(("P07/a.mp4", "P07/April/b.mp4", "P07/P08/c.mp4", "P09/d.mp4", "P09/e.mp4", "f.mp4")):
        film(tmp_path / "in" / name, 90 + 10 * number)
    jobs = planned(tmp_path / "in", parent=tmp_path / "runs", clients=("P07", "P08"))
    whose = {Path(job.name).stem: job.person.pseudonym if job.person else None for job in jobs}
    assert whose == {"a": "P07", "b": "P07", "c": "P08", "d": None, "e": None, "f": None}
    assert unknown_clients(jobs) == {"P09": 2}
    (named_itself,) = planned(tmp_path / "in" / "P07" / "P08", parent=tmp_path / "runs", clients=("P08",))
    assert named_itself.person == Person("id of P08", "P08")


def test_the_client_that_is_named_for_all_comes_before_the_folders(tmp_path: Path) -> None:
    film(tmp_path / "in" / "P07" / "a.mp4")
    everybody = Person("1", "X")
    (job,) = planned(tmp_path / "in", parent=tmp_path / "runs", person=everybody, clients=("P07",))
    assert (job.person, job.unknown_client) == (everybody, "")


def test_what_was_measured_is_left_also_under_another_name_and_at_another_place(tmp_path: Path) -> None:
    old, runs = film(tmp_path / "old.mp4"), tmp_path / "runs"
    folder = analysed(old, runs)
    (tmp_path / "in").mkdir()
    old.rename(tmp_path / "in" / "moved.mp4")
    film(tmp_path / "in" / "new.mp4", 120)
    jobs = planned(tmp_path / "in", parent=runs)
    assert kinds(jobs) == {"moved.mp4": "known", "new.mp4": "wanted"}
    assert jobs[0].before is not None and jobs[0].before.path() == folder
    assert kinds(planned(tmp_path / "in", parent=runs, redo="again")) == {"moved.mp4": "wanted", "new.mp4": "wanted"}


@pytest.mark.parametrize(
    ("changes", "newer"),
    [
        ({}, "known"),
        ({"software": "runform_live 0.1.0"}, "wanted"),
        ({"software": "runform_live 999.0"}, "known"),
        ({"model": "other"}, "wanted"),
    ],
)
def test_newer_measures_again_what_an_earlier_program_or_another_network_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, object], newer: str
) -> None:
    monkeypatch.setattr("runform_live.batch.plan.software", lambda: "runform_live 0.20.0")
    one = film(tmp_path / "a.mp4")
    if "model" in changes:
        import msgspec

        from runform_live import config
        from runform_live.model_used import model_used

        changes = {"model": msgspec.structs.replace(model_used(config.load()), sha256="0")}
    else:
        changes = {"software": "runform_live 0.20.0"} | changes
    analysed(one, tmp_path / "runs", **changes)
    assert planned(one, parent=tmp_path / "runs")[0].kind == "known"
    assert planned(one, parent=tmp_path / "runs", redo="newer")[0].kind == newer


@pytest.mark.parametrize(
    "options", [Options(slowed=8.0), Options(mirrored=True), Options(frame_rate_hz=25.0), Options(view="anterior")]
)
def test_a_film_that_is_to_be_played_otherwise_is_measured_again(tmp_path: Path, options: Options) -> None:
    one = film(tmp_path / "a.mp4")
    analysed(one, tmp_path / "runs")
    (job,) = planned(one, parent=tmp_path / "runs", options=options)
    assert job.kind == "wanted" and job.before is not None


def test_of_several_sessions_of_a_film_the_newest_analysis_counts(tmp_path: Path) -> None:
    one, runs = film(tmp_path / "a.mp4"), tmp_path / "runs"
    analysed(one, runs, measured="2026-05-02T10:00:00+02:00")
    newest = analysed(one, runs, measured="2026-05-03T10:00:00+02:00")
    analysed(one, runs, measured="2026-05-01T10:00:00+02:00")
    (job,) = planned(one, parent=runs)
    assert job.before is not None and job.before.path() == newest


def test_an_analysis_that_was_broken_off_is_no_finished_one(tmp_path: Path) -> None:
    one, runs = film(tmp_path / "a.mp4"), tmp_path / "runs"
    cut, completed = analysed(one, runs, None), analysed(one, runs, "interrupted")
    (job,) = planned(one, parent=runs)
    assert (job.kind, set(job.unfinished)) == ("wanted", {str(cut), str(completed)})


def test_a_film_that_another_program_is_at_is_left_to_it(tmp_path: Path) -> None:
    one, runs = film(tmp_path / "a.mp4"), tmp_path / "runs"
    lock = FolderLock(analysed(one, runs, None))
    assert lock.take()
    try:
        assert planned(one, parent=runs)[0].kind == "busy"
    finally:
        lock.release()


def test_a_copy_within_a_folder_is_measured_once_but_a_film_that_is_named_always(tmp_path: Path) -> None:
    first = film(tmp_path / "in" / "a.mp4")
    shutil.copy(first, tmp_path / "in" / "b.mp4")
    jobs = planned(tmp_path / "in", parent=tmp_path / "runs")
    assert kinds(jobs) == {"a.mp4": "wanted", "b.mp4": "same"}
    assert jobs[1].trouble == "a.mp4"
    both = planned(first, tmp_path / "in" / "b.mp4", parent=tmp_path / "runs")
    assert [job.kind for job in both] == ["wanted", "wanted"]


def test_a_film_that_is_named_and_lies_in_a_named_folder_is_one_job(tmp_path: Path) -> None:
    one = film(tmp_path / "in" / "a.mp4")
    assert len(planned(one, tmp_path / "in", parent=tmp_path / "runs")) == 1


def test_what_is_no_film_is_a_line_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "zero.mp4").touch()
    session = analysed(film(tmp_path / "a.mp4"), tmp_path / "runs")
    jobs = planned(tmp_path / "empty", tmp_path / "in", session, tmp_path / "none.mp4", parent=tmp_path / "runs")
    assert {job.kind for job in jobs} == {"bad"}
    words = [
        "there are no videos in this folder", "the file is empty", "is a session folder", "there is no such file",
    ]  # fmt: skip
    assert all(part in job.trouble and "\n" not in job.trouble for part, job in zip(words, jobs, strict=True))


@pytest.mark.parametrize("order", [1, -1])
def test_a_film_that_is_named_and_lies_in_a_named_folder_is_measured_once(tmp_path: Path, order: int) -> None:
    one = film(tmp_path / "films" / "a.mp4")
    jobs = planned(*[one, one.parent][::order], parent=tmp_path / "runs")
    assert [(job.film(), job.kind) for job in jobs] == [(str(one), "wanted")]
