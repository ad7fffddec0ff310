"""The workers of a Dask cluster: which may measure. One that would measure something else, or does not see the folders, is refused by name."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from distributed import Client

from runform_live import file_names
from runform_live.batch import on_worker
from runform_live.batch.executor import Gone
from runform_live.config import Config
from runform_live.safe_files import make_folders
from runform_live.session.lock import FolderLock
from runform_live.session.making import HIDDEN, LOCK, PROBE
from runform_live.session.new_folder import cannot_write

ALONE_S = 300.0  # without any worker before the batch ends
ANSWER_S = 30.0  # that a new worker is waited for before a line says so; it reads all networks meanwhile

Warn = Callable[[str], None]


class Workers:
    """The workers that may measure. `look` brings that up to date. It never waits for a worker: each is asked in a thread of its own."""

    def __init__(self, client: Client, parent: Path, settings: Config, batch: str, warn: Warn) -> None:
        """parent: of the sessions, in full. batch: a name that no other batch has. warn: told in a line of workers that are refused or missing."""
        self._client, self._parent, self._settings, self._batch, self._warn = client, parent, settings, batch, warn
        self._identity = on_worker.identity(settings)
        self._checked: dict[str, on_worker.Checked] = {}
        self._answers: queue.SimpleQueue[tuple[str, object]] = queue.SimpleQueue()
        self._asked_s: dict[str, float] = {}  # address -> since when its answer is awaited
        self._silent: set[str] = set()  # those of them that a line has named
        self._probe = _Probe(parent, batch)
        self._alone_since_s: float | None = None
        self.films: dict[str, int] = {}  # address of a worker -> films that it measures at once
        self.refused: dict[str, str] = {}  # address -> why, in a line

    def look(self) -> None:
        """See who came and who went. Raises Gone where nobody was there for ALONE_S, and BadInput where nothing can be written."""
        there: dict[str, int] = self._client.nthreads()
        while not self._answers.empty():
            self._heard(*self._answers.get())
        for address in self._asked_s.keys() - there.keys():
            del self._asked_s[address]
        for address in there.keys() - self._checked.keys() - self.refused.keys() - self._asked_s.keys():
            self._ask(address)
        self._name_silent()
        if not self._asked_s:
            self._probe.remove()
        self.films = {address: there[address] for address in self._checked if address in there}
        self._count_alone()

    @property
    def awaits(self) -> bool:
        """Whether a worker that is there has not answered yet."""
        return bool(self._asked_s)

    def close(self) -> None:
        """Nobody is asked any more."""
        self._probe.remove()

    def threads_each(self) -> int:
        """Threads of one measuring process, so that the films of a computer share its cores."""
        films: dict[str, int] = {}
        for address, count in self.films.items():
            host = self._checked[address].host
            films[host] = films.get(host, 0) + count
        each = [self._checked[one].cores // films[self._checked[one].host] for one in self.films]
        return max(1, min(each, default=1))

    def _ask(self, address: str) -> None:
        """Ask a new worker who it is. Raises BadInput where nothing can be written into the folder of the sessions."""
        probe = self._probe.made()
        settings, parent = msgspec.json.encode(self._settings), file_names.storable(self._parent)
        self._asked_s[address] = time.monotonic()

        def ask() -> None:
            try:
                answers = self._client.run(
                    on_worker.check, settings, parent, probe, self._batch, workers=[address], on_error="return"
                )
                self._answers.put((address, answers.get(address, OSError())))
            except Exception as trouble:
                self._answers.put((address, trouble))

        threading.Thread(target=ask, daemon=True).start()

    def _heard(self, address: str, answer: object) -> None:
        """Take the answer of a worker. One that is gone, or that nobody waits for any more, is asked again once it is there."""
        if self._asked_s.pop(address, None) is None:
            return
        self._silent.discard(address)
        trouble = self._trouble(address, answer)
        if trouble:
            self.refused[address] = f"worker {self._called(address)} is refused: {trouble}"
            self._warn(self.refused[address])

    def _name_silent(self) -> None:
        for address, since_s in self._asked_s.items():
            if address not in self._silent and time.monotonic() > since_s + ANSWER_S:
                self._silent.add(address)
                self._warn(f"worker {self._called(address)} does not answer; it is given no films until it does")

    def _called(self, address: str) -> str:
        """How a person knows it."""
        name = self._client.scheduler_info(-1)["workers"].get(address, {}).get("name", address)
        return address if name == address else f"{name} at {address}"

    def _trouble(self, address: str, answer: object) -> str:
        """Why the worker may not measure; empty: it may, or it is gone."""
        if isinstance(answer, bytes):
            found = msgspec.json.decode(answer, type=on_worker.Checked)
            trouble = self._identity.difference(found.identity) or found.trouble
            if not trouble:
                self._checked[address] = found
            return trouble
        if isinstance(answer, OSError):
            return ""
        if isinstance(answer, ImportError | AttributeError):
            return "it has another version of runform_live, or none"
        return str(answer) or type(answer).__name__

    def _count_alone(self) -> None:
        if self.films:
            self._alone_since_s = None
        elif self._alone_since_s is None:
            self._alone_since_s = time.monotonic()
            if self._checked:
                self._warn(f"no worker is left; waiting {ALONE_S:.0f} s for one. Ctrl-C ends the work")
        elif time.monotonic() > self._alone_since_s + ALONE_S:
            raise Gone(f"no worker was there for {ALONE_S:.0f} s; start workers, and the same command goes on")


class _Probe:
    """A file in the folder of the sessions by which workers tell that they see it, and its lock."""

    def __init__(self, parent: Path, batch: str) -> None:
        self._path, self._content = parent / f"{HIDDEN}{batch}{PROBE}", batch
        self._lock: FolderLock | None = None

    def made(self) -> str:
        """Its name. It is made if need be. Raises BadInput where it cannot be."""
        if self._lock is None:
            try:
                make_folders(self._path.parent)
                self._path.write_text(self._content, encoding="utf-8")
            except OSError as trouble:
                raise cannot_write(self._path.parent, trouble) from None
            self._lock = FolderLock(self._path.parent, f"{self._path.name}{LOCK}")
            self._lock.take()
        return self._path.name

    def remove(self) -> None:
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.release()
            with contextlib.suppress(OSError):  # a drive that is gone
                self._path.unlink()
