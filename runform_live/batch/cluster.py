"""Measures films on the workers of a Dask cluster. The films and the sessions lie in folders that all computers share.

Dask's scheduler gives each film to a worker, and to another one if the first is lost. What is told here besides: which workers may
measure, how far the films are, and when to stop.
"""

from __future__ import annotations

import contextlib
import queue
import secrets
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from distributed import Client, Future, KilledWorker

from runform_live import file_names
from runform_live.batch import film, on_worker
from runform_live.batch.cluster_workers import Warn, Workers
from runform_live.batch.executor import Gone
from runform_live.batch.process import Answer, Failed, GivenUp, Task
from runform_live.capture.source_name import is_file
from runform_live.clinic import linking
from runform_live.config import Config
from runform_live.encryption import keys
from runform_live.errors import BadInput, RunformError
from runform_live.session.source import DEMO_NAME

LOOK_EVERY_S = 2.0  # for workers that came or went
ANSWER_S = 20.0  # for the answer of a film that is done to come over
END_S = 5.0  # that workers get to hear that a batch is over


@dataclass(slots=True)
class _Given:
    """A film that was given to the cluster."""

    task: Task
    future: Future
    workers: frozenset[str]  # those that may measure it


class Cluster:
    """An executor. Films are given out as the workers have threads for them: the scheduler never holds a long list."""

    def __init__(self, client: Client, parent: Path, settings: Config, warn: Warn) -> None:
        """warn: told in a line of workers that are refused or missing. Raises BadInput where nothing can be written into `parent`."""
        self._client, self._parent = client, parent.absolute()
        self._batch = f"runform-{secrets.token_hex(6)}"
        self.workers = Workers(client, self._parent, settings, self._batch, warn)
        self._given: dict[int, _Given] = {}
        self._heard: queue.Queue[tuple[int, Answer | Future]] = queue.Queue()
        self._next_look_s = 0.0
        self._ending = False
        client.subscribe_topic(self._batch, self._progress)
        self.look()

    def look(self) -> None:
        """See who came and who went. Films whose workers are all gone are given to others. Raises Gone, BadInput."""
        self._next_look_s = time.monotonic() + LOOK_EVERY_S
        self.workers.look()
        orphans = [number for number, given in self._given.items() if not given.workers & self.workers.films.keys()]
        for number in orphans if self.workers.films and not self._ending else ():
            self._give(number, self._given[number].task)

    # -- films ----------------------------------------------------------------------------------------------------

    def free(self) -> int:
        return sum(self.workers.films.values()) - len(self._given)

    def begin(self, number: int, task: Task) -> None:
        try:
            linking.refuse_erased(task.job.person)
        except RunformError as trouble:
            self._heard.put((number, Failed(f"{task.job.name}: {trouble}", trouble.exit_status)))
            return
        self._give(number, task)

    def _give(self, number: int, task: Task) -> None:
        workers = frozenset(self.workers.films)
        sent = msgspec.json.encode(self._for_worker(task))
        key = f"{self._batch}-{number}-{secrets.token_hex(4)}"
        before = self._given.get(number)
        if before is not None:
            before.future.cancel()
        future = self._client.submit(
            on_worker.measure, sent, self._batch, number,
            key=key, workers=sorted(workers), allow_other_workers=False, pure=False,
        )  # fmt: skip
        self._given[number] = _Given(task, future, workers)
        future.add_done_callback(lambda done: self._heard.put((number, done)))

    def _for_worker(self, task: Task) -> Task:
        """The task with full paths, and without what only this computer can do."""
        job = task.job
        source = job.film()
        if source != DEMO_NAME and is_file(source):
            source = str(Path(source).absolute())
        orders = msgspec.structs.replace(
            task.orders, threads=self.workers.threads_each(), records=False, to_be_sealed=keys.is_on()
        )
        return msgspec.structs.replace(
            task,
            job=msgspec.structs.replace(job, source=file_names.storable(source), unfinished=()),
            parent=file_names.storable(self._parent),
            orders=orders,
        )

    def _progress(self, event: tuple[float, Any]) -> None:
        """Called by Dask, in its thread."""
        number, answer = event[1]
        with contextlib.suppress(msgspec.MsgspecError):
            self._heard.put((number, msgspec.json.decode(answer, type=film.FilmProgress)))

    def heard(self, wait_s: float) -> list[tuple[int, Answer]]:
        self._refuse_lost()
        try:
            return self._heard_until_now(wait_s)
        except RuntimeError:  # so Dask says that it has given the scheduler up, whatever it was asked for
            self._refuse_lost()
            raise

    def _refuse_lost(self) -> None:
        """Raise Gone where Dask has given the scheduler up. It tries to reach it again for a while (CONNECT_S in `connecting`)."""
        if self._client.status in ("closing", "closed"):
            raise Gone("the scheduler does not answer any more; start it again, and the same command goes on")

    def _heard_until_now(self, wait_s: float) -> list[tuple[int, Answer]]:
        found: list[tuple[int, Answer]] = []
        with contextlib.suppress(queue.Empty):
            number, what = self._heard.get(timeout=wait_s)
            while True:
                found += [(number, what)] if not isinstance(what, Future) else self._over(number, what)
                number, what = self._heard.get_nowait()
        if time.monotonic() > self._next_look_s:
            try:
                self.look()
            except BadInput as trouble:  # the folder of the sessions is full, or gone
                raise Gone(str(trouble)) from None
            except OSError:  # the connection is lost; Dask tries to have it back
                pass
        return found

    def _over(self, number: int, future: Future) -> list[tuple[int, Answer]]:
        """What is to be told of a film that the cluster has done with."""
        given = self._given.get(number)
        if given is None or given.future is not future:
            return []  # it was given to others meanwhile
        try:
            answers = [msgspec.json.decode(one, type=Answer) for one in future.result(ANSWER_S)]
        except TimeoutError:  # the worker went with the answer; the next one finds the session
            self._give(number, given.task)
            return []
        except KilledWorker:
            answers = self._lost(given.task, "all workers that measured it were lost, one after the other")
        except Exception as trouble:
            if future.status in ("cancelled", "lost") and not self._ending:
                self._client.subscribe_topic(self._batch, self._progress)
                self._give(number, given.task)
                return []
            answers = self._lost(given.task, f"the worker failed ({type(trouble).__name__}: {trouble})")
        del self._given[number]
        told: list[Answer] = []
        for answer in answers:
            told += [*self._linked(given.task, answer), answer]
        return [(number, answer) for answer in told]

    def _lost(self, task: Task, why: str) -> list[Answer]:
        if self._ending:
            return [GivenUp()]
        left: list[Answer] = []
        making = film.making_of(task.job, self._parent, task.orders.session_id)
        with contextlib.suppress(RunformError):
            film.clear_up(making, left.append, task.job.person, records=False)
        return [*left, Failed(f"{task.job.name}: {why}")]

    def _linked(self, task: Task, answer: Answer) -> list[Answer]:
        """Put the session down as its client's, in the records of this computer. What a person should know of that."""
        told: list[Answer] = []
        if isinstance(answer, film.Measured | film.Kept):
            folder = Path(file_names.native(answer.folder))
            hidden = film.making_of(task.job, self._parent, task.orders.session_id).folder
            linking.moved(task.job.person, hidden, folder, lambda line: told.append(film.Warned(line)))
        if isinstance(answer, film.Measured):
            film.discard_unfinished(task.job, told.append)
        return told

    # -- end ------------------------------------------------------------------------------------------------------

    def ask_to_end(self, kill: bool) -> None:
        if self._ending and not kill:
            return
        self._ending = True
        self._tell_end(kill)
        if kill or not self.workers.films:
            for number in list(self._given):
                self._given.pop(number).future.cancel()
                self._heard.put((number, GivenUp()))

    def close(self) -> None:
        self._ending = True
        telling = self._tell_end(kill=False)
        telling.join(END_S)
        self.workers.close()
        with contextlib.suppress(Exception):
            self._client.close(timeout=END_S)

    def _tell_end(self, kill: bool) -> threading.Thread:
        """Tell the workers, in a thread of its own: one of them may not answer."""
        workers = list(self.workers.films)

        def tell() -> None:
            with contextlib.suppress(Exception):
                if workers:
                    self._client.run(on_worker.end, self._batch, kill, workers=workers, on_error="ignore")

        thread = threading.Thread(target=tell, daemon=True)
        thread.start()
        return thread
