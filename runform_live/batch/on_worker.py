"""What a Dask worker does for a batch. The films are measured in processes beside the worker, as on one computer.

The worker itself only passes on what such a process says. So a decoder that crashes costs one film and no worker, and films that are
measured at once do not wait for each other. Where the worker is killed, its measuring processes stop by themselves.
"""

from __future__ import annotations

import contextlib
import hashlib
import platform
import secrets
import threading
import time
from importlib import metadata
from pathlib import Path

import msgspec
from distributed import get_worker

from runform_live import doors, file_names, isolated, portable
from runform_live.batch import film
from runform_live.batch.measuring import MeasuringProcess
from runform_live.batch.process import Answer, Failed, GivenUp, Task
from runform_live.capture.source_name import is_file
from runform_live.config import Config
from runform_live.pose import cards
from runform_live.pose.open import DETECTOR, GENERAL
from runform_live.session.lock import FolderLock
from runform_live.session.source import DEMO_NAME
from runform_live.software import software

PROGRESS_EVERY_S = 2.0
IDLE_S = 60.0  # a process that has measured nothing for so long ends
LIBRARIES = ("av", "numba", "numpy", "onnxruntime", "opencv-python")  # those that the figures depend on


class Identity(msgspec.Struct, frozen=True):
    """What has to be the same on all computers, so that they measure the same. Name -> version or checksum."""

    parts: dict[str, str]

    def difference(self, other: Identity) -> str:
        """The first part that the other has otherwise, in words; empty: there is none."""
        for name, mine in self.parts.items():
            theirs = other.parts.get(name, "none")
            if theirs != mine:
                return f"it has {name} {theirs[:40]} instead of {mine[:40]}"
        return ""


class Checked(msgspec.Struct, frozen=True):
    """What a worker says of itself before it is given any work."""

    identity: Identity
    cores: int
    host: str
    trouble: str = ""  # with the folder of the sessions


def identity(settings: Config) -> Identity:
    """The program, its libraries and its networks as they are here. Raises BadInput where a network is damaged."""
    parts = {"program": software()}
    for name in LIBRARIES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            parts[name] = metadata.version(name)
    chosen = cards.find(settings.pose.network, "landmarks")
    networks = [cards.find(DETECTOR, "person"), cards.find(GENERAL, "landmarks"), chosen]
    if chosen.network.detail:
        networks.append(cards.find(chosen.network.detail, "detail"))
    for card in networks:
        card.checked_bytes()
        parts[f"the network {card.network.name}"] = card.network.sha256
    parts["the source text"] = _digest_of_source()
    return Identity(parts)


def _digest_of_source() -> str:
    """Two programs of one version may still differ, where one of them is a working copy."""
    room = Path(isolated.ROOM)
    digest = hashlib.sha256()
    for path in sorted(room.rglob("*.py")):
        digest.update(f"{path.relative_to(room).as_posix()}\n".encode())
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def check(settings: bytes, parent: str, probe: str, content: str) -> bytes:
    """A Checked. `probe` is a file that the client made in the folder of the sessions, with that content, and holds the lock of."""
    folder = Path(file_names.native(parent))
    return msgspec.json.encode(
        Checked(
            identity(msgspec.json.decode(settings, type=Config)),
            portable.cores(),
            platform.node(),
            _trouble_with(folder, probe, content),
        )
    )


def _trouble_with(folder: Path, probe: str, content: str) -> str:
    shown = file_names.shown(folder)
    try:
        found = (folder / probe).read_text(encoding="utf-8")
    except (OSError, ValueError):
        found = ""
    if found != content:
        return f"it does not see the folder {shown}; share it with all computers under the same path"
    lock = FolderLock(folder, f"{probe}.lock")
    if lock.take(0.0) or lock.unknown:
        lock.release(remove=False)
        return f"it does not see locks in {shown}; share the folder by NFS 4 or SMB, with locks"
    mine = folder / f"{probe}.{secrets.token_hex(8)}"  # all workers of a computer are asked at once
    try:
        mine.touch()
        mine.unlink(missing_ok=True)
    except OSError as refused:
        return f"it cannot write into {shown} ({refused.strerror})"
    return ""


def measure(task: bytes, batch: str, number: int) -> list[bytes]:
    """Measure a film. All answers of the process but those about progress, which go to the topic of the batch instead."""
    worker = get_worker()
    found = msgspec.json.decode(task, type=Task)
    unseen = _unseen(found, str(worker.name))
    if unseen:
        return [_as_bytes(Failed(unseen, 2))]
    process = DESK.take(batch)
    if process is None:
        return [_as_bytes(GivenUp())]
    answers: list[bytes] = []
    next_s = 0.0
    try:
        for answer in process.answers(found):
            if not isinstance(answer, film.FilmProgress):
                answers.append(_as_bytes(answer))
            elif time.monotonic() >= next_s:
                next_s = time.monotonic() + PROGRESS_EVERY_S
                worker.log_event(batch, [number, _as_bytes(answer)])
    finally:
        DESK.put_back(batch, process)
    return answers


def end(batch: str, kill: bool = False) -> None:
    """No more films of this batch; those that are being measured stop. kill: at once."""
    DESK.end(batch, kill)


def _unseen(task: Task, worker: str) -> str:
    source = task.job.film()
    if source == DEMO_NAME or not is_file(source) or doors.exists(Path(source)):
        return ""
    name, path = task.job.name, file_names.shown(source)
    return f"{name}: worker {worker} does not see {path}; share the films with all computers under the same path"


def _as_bytes(answer: Answer) -> bytes:
    return msgspec.json.encode(answer)


class _Desk:
    """The measuring processes of this worker, a batch's own each."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: dict[str, list[tuple[MeasuringProcess, threading.Timer]]] = {}
        self._busy: dict[str, list[MeasuringProcess]] = {}
        self._ended: set[str] = set()

    def take(self, batch: str) -> MeasuringProcess | None:
        """A process that measures nothing at the moment. None if the batch has ended."""
        with self._lock:
            if batch in self._ended:
                return None
            process = MeasuringProcess()
            if self._idle.get(batch):
                process, timer = self._idle[batch].pop()
                timer.cancel()
            self._busy.setdefault(batch, []).append(process)
            return process

    def put_back(self, batch: str, process: MeasuringProcess) -> None:
        """It may measure another film. One that waits for too long ends."""
        timer = threading.Timer(IDLE_S, self._let_go, (batch, process))
        timer.daemon = True
        with self._lock:
            self._busy[batch].remove(process)
            if batch in self._ended:
                process.end()
                return
            self._idle.setdefault(batch, []).append((process, timer))
            timer.start()

    def _let_go(self, batch: str, process: MeasuringProcess) -> None:
        with self._lock:
            waiting = self._idle.get(batch, [])
            kept = [one for one in waiting if one[0] is not process]
            if len(kept) < len(waiting):  # else it was taken just now
                self._idle[batch] = kept
                process.end()

    def end(self, batch: str, kill: bool) -> None:
        """The batch has ended: its processes end, too."""
        with self._lock:
            self._ended.add(batch)
            for process, timer in self._idle.pop(batch, []):
                timer.cancel()
                process.end()
            for process in self._busy.get(batch, []):
                process.end(kill)


DESK = _Desk()
