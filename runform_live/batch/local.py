"""Measures films in processes of this computer."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Sequence

import msgspec
import psutil

from runform_live import portable
from runform_live.batch.measuring import MeasuringProcess
from runform_live.batch.process import Answer, Last, Task

MEMORY_MIB = 600  # that a process which measures a film takes, with a margin
MOST_WORKERS = 64


def fitting_workers() -> int:
    """How many films are measured at once on this computer: one for each core, as far as the memory goes.

    Two workers with one thread each are faster than one with two threads: not all that is done with a film can be shared out.
    """
    return workers_for(portable.cores(), psutil.virtual_memory().available / 2**20)


def workers_for(cores: int, free_mib: float) -> int:
    """The same for so many cores and so much free memory (MiB)."""
    return max(1, min(MOST_WORKERS, cores, int(free_mib / MEMORY_MIB)))


def threads_each(workers: int) -> int:
    """How many threads each of so many processes gets."""
    return max(1, portable.cores() // workers)


class LocalProcesses:
    """An executor: so many processes at most, each started when it is first needed."""

    def __init__(
        self, count: int, command: Sequence[str] | None = None, show_errors: bool = False, threads: int | None = None
    ) -> None:
        """threads: of each process; None: as the settings say. The rest: see MeasuringProcess."""
        self._team = [MeasuringProcess(command, show_errors) for _ in range(count)]
        self._idle = list(self._team)
        self._threads = threads
        self._answers: queue.Queue[tuple[int, Answer]] = queue.Queue()

    def free(self) -> int:
        return len(self._idle)

    def begin(self, number: int, task: Task) -> None:
        process = self._idle.pop()
        task = msgspec.structs.replace(task, orders=msgspec.structs.replace(task.orders, threads=self._threads))
        threading.Thread(target=self._measure, args=(process, number, task), daemon=True).start()

    def _measure(self, process: MeasuringProcess, number: int, task: Task) -> None:
        for answer in process.answers(task):
            if isinstance(answer, Last):
                self._idle.append(process)
            self._answers.put((number, answer))

    def heard(self, wait_s: float) -> list[tuple[int, Answer]]:
        found: list[tuple[int, Answer]] = []
        with contextlib.suppress(queue.Empty):
            found.append(self._answers.get(timeout=wait_s))
            while True:
                found.append(self._answers.get_nowait())
        return found

    def ask_to_end(self, kill: bool) -> None:
        for process in self._team:
            process.end(kill)

    def close(self) -> None:
        self.ask_to_end(kill=False)
