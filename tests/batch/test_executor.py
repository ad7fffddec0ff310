"""The loop of a batch with a stand-in for what measures: whatever stands behind the interface is told the same way."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from runform_live import config, portable
from runform_live.batch import film, local
from runform_live.batch.executor import Gone
from runform_live.batch.plan import Job, Options
from runform_live.batch.process import Answer, Done, Failed, GivenUp, Task
from runform_live.batch.run import Update, run


class StandIn:
    """Measures `room` films at once. A film called "bad" fails, one called "long" ends only when it is asked to, "gone" breaks all."""

    def __init__(self, room: int = 2) -> None:
        self.begun: list[str] = []
        self.ids: set[str] = set()
        self.most = 0
        self.closed = False
        self._room = room
        self._running: dict[int, Task] = {}
        self._killed = self._ending = False

    def free(self) -> int:
        return self._room - len(self._running)

    def begin(self, number: int, task: Task) -> None:
        self.begun.append(task.job.name)
        self.ids.add(task.orders.session_id)
        self._running[number] = task
        self.most = max(self.most, len(self._running))

    def heard(self, wait_s: float) -> list[tuple[int, Answer]]:
        answers: list[tuple[int, Answer]] = []
        for number, task in list(self._running.items()):
            name = task.job.name
            if name == "gone":
                raise Gone("the cluster is gone")
            if name == "long" and not self._ending:
                answers.append((number, film.FilmProgress(1, 1.0, 4.0)))
                continue
            del self._running[number]
            answers += [(number, one) for one in self._of(name)]
        return answers

    def _of(self, name: str) -> list[Answer]:
        if self._ending:
            return [GivenUp()]
        if name == "bad":
            return [Failed("bad: this is not a video", 2)]
        return [film.Began("", ""), film.Measured(f"/runs/{name}"), Done(), film.FilmProgress(9, 9.0, 9.0)]

    def ask_to_end(self, kill: bool) -> None:
        self._ending = True

    def close(self) -> None:
        self.closed = True


def measured(
    names: str, executor: StandIn, stop: threading.Event | None = None, told: list[Update] | None = None
) -> list[Update]:
    jobs = [Job(f"/films/{name}", name) for name in names.split()]
    heard = told if told is not None else []

    def tell(update: Update) -> None:
        heard.append(update)
        if update.share is not None and update.job.name == "long" and stop is not None:
            stop.set()

    return run(jobs, Path("/runs"), config.load(), tell, stop=stop, executor=executor)


def test_no_more_films_are_given_out_than_there_is_room_for_and_each_once() -> None:
    executor, told = StandIn(room=2), list[Update]()
    last = measured("a b c d e", executor, told=told)
    assert [(one.phase, one.folder) for one in last] == [("measured", Path(f"/runs/{name}")) for name in "abcde"]
    assert (executor.begun, executor.most, executor.closed) == (list("abcde"), 2, True)
    assert len(executor.ids) == 5, "each session has an id of its own"
    assert sum(one.last for one in told) == 5, "progress that comes late is not told"


def test_a_film_that_cannot_be_measured_does_not_stop_the_others() -> None:
    last = measured("a bad b", StandIn(room=1))
    assert [one.phase for one in last] == ["measured", "failed", "measured"]
    assert (last[1].line, last[1].exit_status) == ("bad: this is not a video", 2)


def test_after_a_stop_what_runs_is_given_up_and_nothing_new_begins() -> None:
    executor = StandIn(room=1)
    last = measured("a long b", executor, threading.Event())
    assert [one.phase for one in last] == ["measured", "stopped", "stopped"]
    assert executor.begun == ["a", "long"]


def test_if_the_cluster_is_lost_what_is_done_stays_and_the_rest_is_told_with_the_reason() -> None:
    executor = StandIn(room=1)
    last = measured("a gone b", executor)
    assert [one.phase for one in last] == ["measured", "failed", "failed"]
    assert last[2].line == "b: not measured; the cluster is gone"
    assert executor.closed


def test_a_cluster_that_is_gone_is_told_in_one_line_whatever_the_number_of_films() -> None:
    jobs = [Job(f"/films/{name}", name) for name in ("gone", *map(str, range(50)))]
    warned: list[str] = []
    run(jobs, Path("/runs"), config.load(), lambda _: None, executor=StandIn(), warn=warned.append)
    assert warned == ["the cluster is gone"]


def test_a_fault_of_the_listener_reaches_the_caller_and_the_executor_is_closed() -> None:
    executor = StandIn()

    def tell(update: Update) -> None:
        raise ValueError("a fault")

    with pytest.raises(ValueError, match="a fault"):
        run([Job("/films/a", "a")], Path("/runs"), config.load(), tell, executor=executor)
    assert executor.closed


@pytest.mark.parametrize(
    ("cores", "free_mib", "workers"),
    [(1, 8000.0, 1), (2, 8000.0, 2), (16, 60000.0, 16), (16, 3100.0, 5), (4, 100.0, 1), (128, 500000.0, 64)],
)
def test_there_is_a_worker_for_each_core_as_far_as_the_memory_goes(cores: int, free_mib: float, workers: int) -> None:
    assert local.workers_for(cores, free_mib) == workers


def test_the_cores_are_shared_out_among_the_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portable, "cores", lambda: 8)
    assert [local.threads_each(workers) for workers in (1, 2, 3, 8, 20)] == [8, 4, 2, 1, 1]


def test_a_task_that_runs_twice_makes_one_session(tmp_path: Path) -> None:
    from tests.batch import makers

    job = Job(str(makers.film(tmp_path / "a.mp4")), "a.mp4")
    told: list[film.Step] = []
    first, second = (
        film.measure(job, tmp_path / "runs", config.load(), Options(), told.append, orders=film.Orders("1"))
        for _ in range(2)
    )  # fmt: skip
    assert first == second == tmp_path / "runs" / "a"
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["a"]
    assert [type(step).__name__ for step in told][-2:] == ["Measured", "Measured"]
