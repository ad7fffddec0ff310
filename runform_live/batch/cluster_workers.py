"""The workers of a Dask cluster: which may measure. One that would measure something else, or does not see the folders, is refused by name."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from distributed import Client

from runform_live import file_names
from runform_live.batch import on_worker
from runform_live.batch.executor import Gone
from runform_live.config import Config
from runform_live.safe_files import make_folders
from runform_live.session.lock import FolderLock
from runform_live.session.making import HIDDEN
from runform_live.session.new_folder import cannot_write

ALONE_S = 300.0  # without any worker before the batch ends

Warn = Callable[[str], None]


class Workers:
    """The workers that may measure. `look` brings that up to date."""

    def __init__(self, client: Client, parent: Path, settings: Config, batch: str, warn: Warn) -> None:
        """parent: of the sessions, in full. batch: a name that no other batch has. warn: told in a line of workers that are refused or missing."""
        self._client, self._parent, self._settings, self._batch, self._warn = client, parent, settings, batch, warn
        self._identity = on_worker.identity(settings)
        self._checked: dict[str, on_worker.Checked] = {}
        self._alone_since_s: float | None = None
        self.films: dict[str, int] = {}  # address of a worker -> films that it measures at once
        self.refused: dict[str, str] = {}  # address -> why, in a line

    def look(self) -> None:
        """See who came and who went. Raises Gone where nobody was there for ALONE_S, and BadInput where nothing can be written."""
        there: dict[str, int] = self._client.nthreads()
        new = [address for address in there if address not in self._checked and address not in self.refused]
        if new:
            with self._probe() as probe:
                self._check(new, probe)
        self.films = {address: there[address] for address in self._checked if address in there}
        self._count_alone()

    def threads_each(self) -> int:
        """Threads of one measuring process, so that the films of a computer share its cores."""
        films: dict[str, int] = {}
        for address, count in self.films.items():
            host = self._checked[address].host
            films[host] = films.get(host, 0) + count
        each = [self._checked[one].cores // films[self._checked[one].host] for one in self.films]
        return max(1, min(each, default=1))

    @contextlib.contextmanager
    def _probe(self) -> Iterator[str]:
        """For the block: a file in the folder of the sessions by which workers tell that they see it, and its lock."""
        probe = self._parent / f"{HIDDEN}{self._batch}.probe"
        try:
            make_folders(self._parent)
            probe.write_text(self._batch, encoding="utf-8")
        except OSError as trouble:
            raise cannot_write(self._parent, trouble) from None
        lock = FolderLock(self._parent, f"{probe.name}.lock")
        lock.take()
        try:
            yield probe.name
        finally:
            lock.release()
            probe.unlink(missing_ok=True)

    def _check(self, new: list[str], probe: str) -> None:
        """Ask new workers who they are."""
        about = self._client.scheduler_info(-1)["workers"]
        settings, parent = msgspec.json.encode(self._settings), file_names.storable(self._parent)
        asked = self._client.run(on_worker.check, settings, parent, probe, self._batch, workers=new, on_error="return")
        for address, answer in asked.items():
            trouble = self._trouble(address, answer)
            if trouble:
                name = about.get(address, {}).get("name", address)
                called = address if name == address else f"{name} at {address}"
                self.refused[address] = f"worker {called} is refused: {trouble}"
                self._warn(self.refused[address])

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
