"""A batch as a whole, with a stand-in for the process that measures."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from runform_live import config
from runform_live.batch import run as batch
from runform_live.batch.plan import Before, Job
from runform_live.batch.run import Update
from tests.batch.makers import stand_in


def jobs_of(*stems: str) -> list[Job]:
    return [Job(f"/films/{stem}.mp4", f"{stem}.mp4") for stem in stems]


class Heard:
    """What a batch tells; `then` is done at each update."""

    def __init__(self, then: dict[str, threading.Event] | None = None) -> None:
        self.updates: list[Update] = []
        self._then = then or {}

    def __call__(self, update: Update) -> None:
        self.updates.append(update)
        if update.share is not None and update.job.name in self._then:
            self._then[update.job.name].set()

    def of(self, name: str) -> list[tuple[str, float | None]]:
        return [(one.phase, one.share) for one in self.updates if one.job.name == name]


def measured(
    tmp_path: Path, jobs: list[Job], heard: Heard, stop: threading.Event | None = None, workers: int = 1
) -> list[Update]:
    (tmp_path / "runs").mkdir(exist_ok=True)
    return batch.run(
        jobs, tmp_path / "runs", config.load(), heard, stop=stop, workers=workers, command=stand_in(tmp_path)
    )


def processes(tmp_path: Path) -> dict[str, str]:
    """Film -> number of the process that had it."""
    lines = (tmp_path / "runs" / "log").read_text().split("\n")[:-1]
    return {line.split()[1]: line.split()[0] for line in lines}


def test_each_film_is_told_from_its_beginning_to_its_end(tmp_path: Path) -> None:
    heard = Heard()
    last = measured(tmp_path, jobs_of("a", "b"), heard)
    assert [(one.phase, one.folder) for one in last] == [("measured", tmp_path / "runs" / name) for name in "ab"]
    steps = [("begun", None), ("running", None), ("running", 0.5), ("running", 1.0), ("measured", 1.0)]
    assert heard.of("a.mp4") == heard.of("b.mp4") == steps
    assert (last[0].started, last[0].date_from) == ("2026-04-12T10:15:30+02:00", "film")


def test_a_crash_costs_one_film_and_what_there_was_of_its_session(tmp_path: Path) -> None:
    last = measured(tmp_path, jobs_of("a", "crash", "b"), Heard())
    assert [one.phase for one in last] == ["measured", "failed", "measured"]
    assert last[1].line.startswith("crash.mp4: the process that read it crashed (") and last[1].folder is None
    assert not (tmp_path / "runs" / "crash").exists()
    found = processes(tmp_path)
    assert found["a"] == found["crash"] != found["b"], "a process serves until it crashes"


def test_a_bad_film_is_a_line_and_the_others_are_measured(tmp_path: Path) -> None:
    last = measured(tmp_path, jobs_of("bad", "a"), Heard())
    assert (last[0].phase, last[0].line, last[0].exit_status) == ("failed", "bad.mp4: this is not a video", 2)
    assert last[1].phase == "measured"


def test_stop_keeps_what_is_finished_and_leaves_nothing_of_the_rest(tmp_path: Path) -> None:
    stop = threading.Event()
    last = measured(tmp_path, jobs_of("a", "long", "b"), Heard({"long.mp4": stop}), stop)
    assert [one.phase for one in last] == ["measured", "stopped", "stopped"]
    assert {path.name for path in (tmp_path / "runs").iterdir()} == {"a", "log"}


def test_a_process_that_does_not_hear_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "ENDS_WITHIN_S", 0.2)
    stop = threading.Event()
    last = measured(tmp_path, jobs_of("deaf"), Heard({"deaf.mp4": stop}), stop)
    assert last[0].phase == "stopped"
    assert not (tmp_path / "runs" / "deaf").exists()


def test_two_films_at_once_have_a_process_each(tmp_path: Path) -> None:
    stop = threading.Event()

    class Both(Heard):
        """Stops when both films are under way: neither would end by itself."""

        def __call__(self, update: Update) -> None:
            super().__call__(update)
            if {one.job.name for one in self.updates if one.share is not None} == {"long.mp4", "deaf.mp4"}:
                stop.set()

    monkey = pytest.MonkeyPatch()
    with monkey.context() as patched:
        patched.setattr(batch, "ENDS_WITHIN_S", 0.2)
        last = measured(tmp_path, jobs_of("long", "deaf"), Both(), stop, workers=2)
    assert [one.phase for one in last] == ["stopped", "stopped"]
    assert len(set(processes(tmp_path).values())) == 2


def test_what_is_not_wanted_starts_no_process(tmp_path: Path) -> None:
    before = Before("/runs/x", "1", "runform_live 0.1", older=True)
    jobs = [
        Job("/films/k.mp4", "k.mp4", "known", before=before),
        Job("/films/s.mp4", "s.mp4", "same", trouble="k.mp4"),
        Job("/films/o.mp4", "o.mp4", "busy"),
        Job("/films/b.mp4", "b.mp4", "bad", trouble="b.mp4: the file is empty", exit_status=2),
    ]
    last = measured(tmp_path, jobs, Heard())
    assert [(one.phase, one.line) for one in last] == [
        ("known", ""),
        ("known", "s.mp4 is a copy of k.mp4"),
        ("known", "o.mp4 is measured by another program at the moment"),
        ("failed", "b.mp4: the file is empty"),
    ]
    assert last[0].folder == Path("/runs/x")
    assert not (tmp_path / "runs" / "log").exists()


def test_a_program_that_cannot_be_started_is_a_line(tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    last = batch.run(jobs_of("a"), tmp_path / "runs", config.load(), Heard(), command=[str(tmp_path / "none")])
    assert last[0].phase == "failed"
    assert last[0].line.startswith("a.mp4: no process can be started to read it (")
