"""Measures films on the workers of a Dask cluster. The films and the sessions lie in folders that all computers share.

Dask's scheduler gives each film to a worker, and to another one if the first is lost. What is told here besides: which workers may
measure, how far the films are, and when to stop.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from distributed import Client, Future, KilledWorker

from runform_live import file_names
from runform_live.batch import film, on_worker
from runform_live.batch.executor import Gone
from runform_live.batch.process import Answer, Failed, GivenUp, Task
from runform_live.capture.source_name import is_file
from runform_live.clinic import linking
from runform_live.config import Config
from runform_live.errors import BadInput, RunformError
from runform_live.safe_files import make_folders
from runform_live.session.lock import FolderLock
from runform_live.session.making import HIDDEN
from runform_live.session.new_folder import cannot_write
from runform_live.session.source import DEMO_NAME

LOOK_EVERY_S = 2.0  # for workers that came or went
LOOK_S = 0.3  # the same until the first one is there
ALONE_S = 300.0  # without any worker before the batch ends
ANSWER_S = 20.0  # for the answer of a film that is done to come over
CONNECT_S = 10.0
WORKERS_S = 30.0  # for the first worker to be there
END_S = 5.0  # that workers get to hear that a batch is over

Warn = Callable[[str], None]


def connected(address: str, parent: Path, settings: Config, warn: Warn) -> Cluster:
    """The cluster of a scheduler, with at least one worker that may measure. Raises BadInput where there is none."""
    logging.getLogger("distributed").setLevel(logging.CRITICAL + 1)  # what matters is said here, in a line
    try:
        client = Client(address, timeout=CONNECT_S, set_as_default=False, name="runform")
    except Exception as trouble:  # what Dask raises depends on the address
        reason = (
            str(trouble).splitlines()[0] if isinstance(trouble, ValueError | TypeError) else "nothing answers there"
        )
        raise BadInput(
            f"--scheduler {address}: {reason}; give the address that `dask scheduler` printed, such as tcp://192.168.1.5:8786"
        ) from None
    try:
        cluster = Cluster(client, parent, settings, warn)
        until_s = time.monotonic() + WORKERS_S
        while not cluster.workers():
            if cluster.refused():
                raise BadInput(f"no worker of {address} may measure; each was named above with the reason")
            if time.monotonic() > until_s:
                raise BadInput(
                    f"no worker came to {address} within {WORKERS_S:.0f} s; start one with: dask worker {address}"
                )
            time.sleep(LOOK_S)
            cluster.look()
    except BaseException:
        with contextlib.suppress(Exception):
            client.close(timeout=END_S)
        raise
    return cluster


@dataclass(slots=True)
class _Given:
    """A film that was given to the cluster."""

    task: Task
    future: Future
    workers: frozenset[str]  # those that may measure it


class Cluster:
    """An executor. Films are given out as the workers have threads for them: the scheduler never holds a long list."""

    def __init__(self, client: Client, parent: Path, settings: Config, warn: Warn) -> None:
        """warn: told in a line of workers that are refused, lost or missing. Raises BadInput where nothing can be written into `parent`."""
        self._client, self._settings, self._warn = client, settings, warn
        self._parent = parent.absolute()
        self._batch = f"runform-{secrets.token_hex(6)}"
        self._identity = on_worker.identity(settings)
        self._threads: dict[str, int] = {}  # address of a worker that may measure -> films at once
        self._checked: dict[str, on_worker.Checked] = {}
        self._refused: dict[str, str] = {}
        self._given: dict[int, _Given] = {}
        self._heard: queue.Queue[tuple[int, Answer | Future]] = queue.Queue()
        self._next_look_s = 0.0
        self._alone_since_s: float | None = None
        self._ending = False
        client.subscribe_topic(self._batch, self._progress)
        with self._probe():
            self.look()

    # -- workers --------------------------------------------------------------------------------------------------

    def refused(self) -> list[str]:
        """The workers that may not measure, in a line each."""
        return list(self._refused.values())

    def workers(self) -> int:
        """How many workers may measure."""
        return len(self._threads)

    @contextlib.contextmanager
    def _probe(self) -> Iterator[None]:
        """For the block: a file in the folder of the sessions by which workers tell that they see it, and its locks."""
        try:
            make_folders(self._parent)
            probe = self._parent / f"{HIDDEN}{self._batch}.probe"
            probe.write_text(self._batch, encoding="utf-8")
        except OSError as trouble:
            raise cannot_write(self._parent, trouble) from None
        lock = FolderLock(self._parent, f"{probe.name}.lock")
        lock.take()
        try:
            yield
        finally:
            lock.release()
            probe.unlink(missing_ok=True)

    def look(self) -> None:
        """Who came, and who went."""
        self._next_look_s = time.monotonic() + LOOK_EVERY_S
        there: dict[str, int] = self._client.nthreads()
        new = [address for address in there if address not in self._checked and address not in self._refused]
        if new:
            with self._probe():
                self._check(new)
        self._threads = {address: there[address] for address in self._checked if address in there}
        orphans = [number for number, given in self._given.items() if not given.workers & self._threads.keys()]
        for number in orphans if self._threads and not self._ending else ():
            self._give(number, self._given[number].task)
        self._count_alone()

    def _check(self, new: list[str]) -> None:
        """Ask new workers who they are. Those that would measure something else are refused by name."""
        names = {
            address: about.get("name", address) for address, about in self._client.scheduler_info(-1)["workers"].items()
        }
        settings = msgspec.json.encode(self._settings)
        parent, probe = file_names.storable(self._parent), f"{HIDDEN}{self._batch}.probe"
        asked = self._client.run(on_worker.check, settings, parent, probe, self._batch, workers=new, on_error="return")
        for address, answer in asked.items():
            called = f"worker {names.get(address, address)}" + (
                "" if names.get(address) == address else f" at {address}"
            )
            if isinstance(answer, bytes):
                found = msgspec.json.decode(answer, type=on_worker.Checked)
                trouble = self._identity.difference(found.identity) or found.trouble
                if not trouble:
                    self._checked[address] = found
                    continue
            elif isinstance(answer, OSError):
                continue  # it went away meanwhile
            elif isinstance(answer, ImportError | AttributeError):
                trouble = "it has another version of runform_live, or none"
            else:
                trouble = str(answer) or type(answer).__name__
            self._refused[address] = f"{called} is refused: {trouble}"
            self._warn(self._refused[address])

    def _count_alone(self) -> None:
        """Say that no worker is left, and give up after ALONE_S."""
        if self._threads:
            self._alone_since_s = None
        elif self._alone_since_s is None:
            self._alone_since_s = time.monotonic()
            if self._given:
                self._warn(f"no worker is left; waiting {ALONE_S:.0f} s for one. Ctrl-C ends the work")
        elif time.monotonic() > self._alone_since_s + ALONE_S:
            raise Gone(f"no worker was there for {ALONE_S:.0f} s; start workers, and the same command goes on")

    def _threads_each(self) -> int:
        """Threads of one measuring process, so that the films of a computer share its cores."""
        films: dict[str, int] = {}
        for address, count in self._threads.items():
            host = self._checked[address].host
            films[host] = films.get(host, 0) + count
        each = [self._checked[one].cores // films[self._checked[one].host] for one in self._threads]
        return max(1, min(each, default=1))

    # -- films ----------------------------------------------------------------------------------------------------

    def free(self) -> int:
        return sum(self._threads.values()) - len(self._given)

    def begin(self, number: int, task: Task) -> None:
        try:
            linking.refuse_erased(task.job.person)
        except RunformError as trouble:
            self._heard.put((number, Failed(f"{task.job.name}: {trouble}", trouble.exit_status)))
            return
        self._give(number, task)

    def _give(self, number: int, task: Task) -> None:
        workers = frozenset(self._threads)
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
        orders = msgspec.structs.replace(task.orders, threads=self._threads_each(), records=False)
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
        if self._client.status in ("closing", "closed"):
            raise Gone("the scheduler does not answer any more; the same command goes on once it does")
        found: list[tuple[int, Answer]] = []
        with contextlib.suppress(queue.Empty):
            number, what = self._heard.get(timeout=wait_s)
            while True:
                found += [(number, what)] if not isinstance(what, Future) else self._over(number, what)
                number, what = self._heard.get_nowait()
        if time.monotonic() > self._next_look_s:
            with contextlib.suppress(OSError):  # the connection is lost; Dask tries to have it back
                self.look()
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
        if kill or not self._threads:
            for number in list(self._given):
                self._given.pop(number).future.cancel()
                self._heard.put((number, GivenUp()))

    def close(self) -> None:
        self._ending = True
        telling = self._tell_end(kill=False)
        telling.join(END_S)
        with contextlib.suppress(Exception):
            self._client.close(timeout=END_S)

    def _tell_end(self, kill: bool) -> threading.Thread:
        """Tell the workers, in a thread of its own: one of them may not answer."""
        workers = list(self._threads)

        def tell() -> None:
            with contextlib.suppress(Exception):
                if workers:
                    self._client.run(on_worker.end, self._batch, kill, workers=workers, on_error="ignore")

        thread = threading.Thread(target=tell, daemon=True)
        thread.start()
        return thread
