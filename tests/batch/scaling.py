"""How many films a minute one and two workers measure, on this computer alone and through Dask.

    python -m tests.batch.scaling --folder DIR [--dask] [--films 4] [--seconds 10] 1x2 2x1

`2x1` are two workers with one thread each. Each worker measures a very short film first, so that no start is in the figures. With --dask
what the scheduler carries for one film is counted, too.
"""

from __future__ import annotations

import argparse
import contextlib
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import av

from runform_live import config
from runform_live.batch.executor import Executor
from runform_live.batch.film import Orders
from runform_live.batch.local import LocalProcesses
from runform_live.batch.plan import Job, Options
from runform_live.batch.process import Done, Last, Task
from tests.batch.cluster_makers import machines
from tests.makers import DATA, flat, video


def films(folder: Path, count: int, seconds: float) -> list[Path]:
    """Pieces of the shipped clip in its own size."""
    folder.mkdir(parents=True, exist_ok=True)
    with av.open(str(DATA / "demo.mp4")) as container:
        rate = round(float(container.streams.video[0].average_rate or 30))
        pictures = [one.to_ndarray(format="bgr24") for one in container.decode(video=0)]
    length = round(seconds * rate)
    made = []
    for number in range(count):
        made.append(folder / f"film{number}_{seconds:g}.mp4")
        if not made[-1].exists():
            first = number * 7 % max(1, len(pictures) - length)
            video(made[-1], pictures[first : first + length], rate=rate)
    return made


def measured(executor: Executor, paths: list[Path], parent: Path) -> float:
    """Seconds until all films are measured."""
    began_s, waiting, left = time.perf_counter(), list(enumerate(paths)), len(paths)
    settings = config.load()
    while left:
        while waiting and executor.free() > 0:
            number, path = waiting.pop(0)
            orders = Orders(uuid.uuid4().hex)
            executor.begin(number, Task(Job(str(path), path.name), str(parent), settings, Options(), orders))
        for _, answer in executor.heard(0.05):
            if isinstance(answer, Last):
                assert isinstance(answer, Done), answer
                left -= 1
    return time.perf_counter() - began_s


class Counter:
    """A port of this computer behind which a scheduler answers. It counts what goes through."""

    def __init__(self, address: str) -> None:
        self.bytes = 0
        host, _, port = address.removeprefix("tcp://").rpartition(":")
        self._there = host, int(port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"tcp://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            here, _ = self._listening.accept()
            there = socket.create_connection(self._there)
            for one, other in ((here, there), (there, here)):
                threading.Thread(target=self._pass_on, args=(one, other), daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while content := one.recv(1 << 16):
                self.bytes += len(content)
                other.sendall(content)
            other.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def executor_of(folder: Path, workers: int, threads: int, dask: bool) -> Iterator[tuple[Executor, dict[str, Counter]]]:
    """What measures, and the counters of what goes to and from the scheduler."""
    if not dask:
        local = LocalProcesses(workers, threads=threads)
        yield local, {}
        local.close()
        return
    from runform_live.batch.connecting import connected

    with machines(folder / "logs", 0) as made:
        counters = {name: Counter(made.address) for name in ("client", "workers")}
        made.address = counters["workers"].address
        for _ in range(workers):
            made.add_worker()
        cluster = connected(counters["client"].address, folder / "runs", config.load(), print)
        while len(cluster.workers.films) < workers:
            cluster.look()
            time.sleep(0.3)
        yield cluster, counters
        cluster.close()


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("variants", nargs="+", metavar="WORKERSxTHREADS")
    words.add_argument("--folder", type=Path, required=True)
    words.add_argument("--films", type=int, default=4)
    words.add_argument("--seconds", type=float, default=10.0)
    words.add_argument("--dask", action="store_true", help="threads are then as the cores allow")
    chosen = words.parse_args()
    paths = films(chosen.folder / "films", chosen.films, chosen.seconds)
    warm = video(chosen.folder / "films" / "warm.mp4", [flat()] * 5)
    for variant in chosen.variants:
        workers, threads = map(int, variant.split("x"))
        with executor_of(chosen.folder, workers, threads, chosen.dask) as (executor, counters):
            measured(executor, [warm] * workers, chosen.folder / "runs")
            before = {name: one.bytes for name, one in counters.items()}
            spent_s = measured(executor, paths, chosen.folder / "runs")
            for name, one in counters.items():
                print(f"scheduler and {name}: {(one.bytes - before[name]) / len(paths):.0f} bytes a film")
        where = "Dask" if chosen.dask else "local"
        frames = chosen.films * chosen.seconds * 30
        print(
            f"{where} {variant}: {60 * len(paths) / spent_s:.1f} films/min, {frames / spent_s:.0f} frames/s", flush=True
        )


if __name__ == "__main__":
    main()
