"""Workers of a cluster are asked who they are, by a client that only seems to reach them. What they answer is real."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from runform_live import config
from runform_live.batch.plan import Job, Options
from runform_live.session.making import sweep
from tests.running import wait_until

pytest.importorskip("distributed")

from runform_live.batch import cluster_workers, film, on_worker
from runform_live.batch.cluster import Cluster
from runform_live.batch.cluster_workers import Workers
from runform_live.batch.process import Task

PATIENCE_S = 60.0
GOOD, STUCK = "tcp://good:1", "tcp://stuck:1"


class Seeming:
    """A client of a scheduler with a worker that answers, and one that does so only once it is let go."""

    status = "running"

    def __init__(self, *workers: str) -> None:
        self.there = dict.fromkeys(workers, 1)
        self.let_go = threading.Event()
        self.given: list[bytes] = []

    def nthreads(self) -> dict[str, int]:
        return dict(self.there)

    def scheduler_info(self, _: int) -> dict[str, dict[str, dict[str, str]]]:
        return {"workers": {one: {"name": one.split("//")[1].split(":")[0]} for one in self.there}}

    def run(self, ask: Any, *words: Any, workers: list[str], **_: Any) -> dict[str, object]:
        if STUCK in workers:
            self.let_go.wait(PATIENCE_S)
        return {one: ask(*words) for one in workers}

    def subscribe_topic(self, *_: object) -> None:
        """Nothing is told."""

    def submit(self, _: Any, sent: bytes, *words: object, **__: object) -> Any:
        self.given.append(sent)
        return self

    def add_done_callback(self, _: object) -> None:
        """It is never done."""


@pytest.fixture
def client() -> Iterator[Seeming]:
    made = Seeming(GOOD, STUCK)
    yield made
    made.let_go.set()


def looked(workers: Workers) -> dict[str, int]:
    workers.look()
    return workers.films


def test_a_worker_that_does_not_answer_stops_nobody_and_measures_once_it_does(
    tmp_path: Path, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    warned: list[str] = []
    workers = Workers(client, tmp_path, config.load(), "batch", warned.append)
    assert wait_until(lambda: looked(workers) == {GOOD: 1}, PATIENCE_S)
    assert warned == [] and workers.awaits and workers.refused == {}
    monkeypatch.setattr(cluster_workers, "ANSWER_S", 0.0)
    for _ in range(2):
        workers.look()
    assert warned == ["worker stuck at tcp://stuck:1 does not answer; it is given no films until it does"]
    client.let_go.set()
    assert wait_until(lambda: looked(workers) == {GOOD: 1, STUCK: 1}, PATIENCE_S)
    assert list(tmp_path.iterdir()) == [], "nothing is left of the question"


def test_a_worker_that_went_without_an_answer_is_waited_for_no_longer(tmp_path: Path, client: Any) -> None:
    workers = Workers(client, tmp_path, config.load(), "batch", lambda _: None)
    assert wait_until(lambda: looked(workers) == {GOOD: 1}, PATIENCE_S)
    del client.there[STUCK]
    assert looked(workers) == {GOOD: 1} and not workers.awaits
    assert list(tmp_path.iterdir()) == []


def test_a_question_that_a_killed_program_left_is_taken_away(tmp_path: Path, client: Any) -> None:
    (tmp_path / ".measuring-runform-1.probe").write_text("runform-1")
    (tmp_path / ".measuring-runform-1.probe.lock").touch()
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_two_workers_of_a_computer_that_are_asked_at_once_do_not_refuse_each_other(
    tmp_path: Path, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[on_worker.Checked] = []
    touch = Path.touch

    def asked() -> None:
        answer = on_worker.check(msgspec.json.encode(config.load()), str(tmp_path), "probe", "batch")
        found.append(msgspec.json.decode(answer, type=on_worker.Checked))

    def while_another_one_is_asked(path: Path) -> None:
        touch(path)
        monkeypatch.setattr(Path, "touch", touch)
        asked()

    (tmp_path / "probe").write_text("batch")
    lock = cluster_workers.FolderLock(tmp_path, "probe.lock")
    assert lock.take()
    monkeypatch.setattr(Path, "touch", while_another_one_is_asked)
    asked()
    lock.release()
    assert [one.trouble for one in found] == ["", ""]


@pytest.mark.parametrize("is_on", [True, False])
def test_workers_mark_what_is_to_be_sealed_where_the_films_are_handed_out(
    is_on: bool, tmp_path: Path, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runform_live.batch.cluster.keys.is_on", lambda: is_on)
    cluster = Cluster(client, tmp_path, config.load(), lambda _: None)
    assert wait_until(lambda: looked(cluster.workers) == {GOOD: 1}, PATIENCE_S)
    cluster.begin(0, Task(Job("demo", "demo"), str(tmp_path), config.load(), Options(), film.Orders("1")))
    (sent,) = client.given
    assert msgspec.json.decode(sent, type=Task).orders.to_be_sealed == is_on
    cluster.workers.close()
