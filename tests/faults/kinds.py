"""The faults: what each does to a live session, and what must be said of it."""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from runform_live.errors import RunformError
from runform_live.runtime.topology import STAGES
from runform_live.session.reader import read
from tests.faults.live_run import LiveRun
from tests.running import wait_until

RESTARTED = "was started anew"


class NotHere(Exception):
    """This computer does not allow the fault."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that happens in the middle of a run, which goes on afterwards."""

    name: str
    strike: Callable[[LiveRun], None]
    says: str = ""  # must stand in what was printed
    blinds: bool = False  # meanwhile nobody can see frames: capture or pose is away, or the camera


@dataclass(frozen=True, slots=True)
class End:
    """Something that ends a run."""

    name: str
    strike: Callable[[LiveRun], None]
    orderly: bool = True  # the main process lives, and tells the folder
    within_s: float = 2.0  # the stages must be gone by then


@dataclass(frozen=True, slots=True)
class Setting:
    """How a run is started: under which limits, on which disk."""

    name: str
    prefix: tuple[str, ...] = ()
    disk: Callable[[Path], contextlib.AbstractContextManager[Path]] | None = None
    says: str = ""
    keeps: bool = True  # a folder can be opened afterwards
    films: bool = True  # and there is video in it
    faults: tuple[Fault, ...] = field(default=())  # that belong to it


def _kill(stage: str) -> Callable[[LiveRun], None]:
    def strike(run: LiveRun) -> None:
        run.stages()[stage].kill()
        time.sleep(4.0)

    return strike


def _hold(stage: str, seconds: float) -> Callable[[LiveRun], None]:
    def strike(run: LiveRun) -> None:
        with run.held([run.stages()[stage]], seconds):
            pass
        time.sleep(3.0)

    return strike


def _hold_main(run: LiveRun, seconds: float) -> None:
    with run.held([psutil.Process(run.process.pid)], seconds):
        pass
    time.sleep(2.0)


def _hold_all(run: LiveRun, seconds: float) -> None:
    with run.held(run.processes(), seconds):
        pass
    time.sleep(3.0)


def _camera(seconds: float, **says: object) -> Callable[[LiveRun], None]:
    def strike(run: LiveRun) -> None:
        before = {"mode": "ok", "rate_hz": run.rate_hz, "width_px": 1280, "height_px": 720}
        run.camera.says(**says)
        time.sleep(seconds)
        run.camera.says(**before)
        time.sleep(3.0)

    return strike


def _camera_returns_otherwise(run: LiveRun) -> None:
    """Lost, and back with another size and rate."""
    run.camera.says(mode="unplugged")
    time.sleep(2.0)
    run.camera.says(mode="ok", width_px=960, height_px=540, rate_hz=25.0)
    time.sleep(5.0)
    run.camera.says(mode="unplugged")
    time.sleep(1.0)
    run.camera.says(mode="ok", width_px=1280, height_px=720, rate_hz=run.rate_hz)
    time.sleep(4.0)


def _copied(run: LiveRun) -> None:
    """A copy of the folder at this moment can be opened, and holds all but the last second."""
    target = run.parent.parent / "copy"
    shutil.rmtree(target, ignore_errors=True)
    began_s = run.now_s()
    shutil.copytree(run.folder, target, ignore=shutil.ignore_patterns(".*lock*"))
    try:
        session = read(target)
    except RunformError as trouble:
        raise AssertionError(f"the copy cannot be opened: {trouble}") from None
    last_s = session.poses().column("time_s")[-1].as_py()
    assert last_s > began_s - 1.0, f"the copy ends {began_s - last_s:.1f} s early"
    shutil.rmtree(target)


def _clock(run: LiveRun) -> None:
    """The system's clock jumps an hour ahead, and back."""
    for hours in (1, -1):
        there = datetime.now(UTC) + timedelta(hours=hours)
        done = subprocess.run(["date", "-u", "-s", there.isoformat()], capture_output=True)
        if done.returncode:
            raise NotHere("the clock may not be set here")
        time.sleep(2.0)


def _sound_dies(run: LiveRun) -> None:
    for process in psutil.process_iter(["name"]):
        if process.info["name"] == "pulseaudio":
            process.kill()
    time.sleep(3.0)


FAULTS: tuple[Fault, ...] = (
    *(Fault(f"{stage} killed", _kill(stage), RESTARTED, stage in ("capture", "pose")) for stage in STAGES),
    *(Fault(f"{stage} stopped for 5 s", _hold(stage, 5.0), "", stage in ("capture", "pose")) for stage in STAGES),
    *(Fault(f"{stage} stopped for 12 s", _hold(stage, 12.0), RESTARTED, stage in ("capture", "pose")) for stage in STAGES),
    Fault("main process stopped for 5 s", lambda run: _hold_main(run, 5.0)),
    Fault("main process stopped for 12 s", lambda run: _hold_main(run, 12.0)),
    Fault("all processes stopped for 5 s", lambda run: _hold_all(run, 5.0), blinds=True),
    Fault("all processes stopped for 12 s", lambda run: _hold_all(run, 12.0), blinds=True),
    Fault("camera unplugged for 4 s", _camera(4.0, mode="unplugged"), "lost", True),
    Fault("camera stalled for 5 s", _camera(5.0, mode="stalled"), "lost", True),
    Fault("camera black for 3 s", _camera(3.0, mode="black")),
    Fault("camera torn for 3 s", _camera(3.0, mode="torn")),
    Fault("camera repeats for 3 s", _camera(3.0, mode="repeated")),
    Fault("camera back with another size and rate", _camera_returns_otherwise, "lost", True),
    Fault("folder copied (power cut)", _copied),
    Fault("sound server killed", _sound_dies),
    Fault("clock set", _clock),
)  # fmt: skip


def _ask(number: signal.Signals, again_after_s: float | None = None) -> Callable[[LiveRun], None]:
    def strike(run: LiveRun) -> None:
        run.process.send_signal(number)
        if again_after_s is not None:
            time.sleep(again_after_s)
            with contextlib.suppress(ProcessLookupError):
                run.process.send_signal(number)

    return strike


def _kill_main(run: LiveRun) -> None:
    run.process.kill()


def _kill_all(run: LiveRun) -> None:
    for victim in run.processes():
        victim.kill()


def _stall_and_ask(run: LiveRun) -> None:
    run.camera.says(mode="stalled")
    time.sleep(0.5)
    run.process.send_signal(signal.SIGINT)


def _kill_and_ask(stage: str) -> Callable[[LiveRun], None]:
    def strike(run: LiveRun) -> None:
        run.stages()[stage].kill()
        run.process.send_signal(signal.SIGINT)

    return strike


def _hold_and_ask(*names: str) -> Callable[[LiveRun], None]:
    def strike(run: LiveRun) -> None:
        for stage, victim in run.stages().items():
            if stage in names:
                victim.suspend()
        run.process.send_signal(signal.SIGINT)

    return strike


ENDS: tuple[End, ...] = (
    End("Ctrl-C", _ask(signal.SIGINT)),
    End("Ctrl-C twice", _ask(signal.SIGINT, 0.6)),
    End("SIGTERM", _ask(signal.SIGTERM)),
    End("SIGHUP", _ask(signal.SIGHUP)),
    End("SIGTERM to the whole group", lambda run: run.signal_group(signal.SIGTERM)),
    End("camera stalled, then Ctrl-C", _stall_and_ask),
    *(End(f"{stage} killed, then Ctrl-C", _kill_and_ask(stage), within_s=5.0) for stage in STAGES),
    *(End(f"{stage} stopped, then Ctrl-C", _hold_and_ask(stage), within_s=5.0) for stage in STAGES),
    End("all stages stopped, then Ctrl-C", _hold_and_ask(*STAGES), within_s=5.0),
    End("main process killed", _kill_main, orderly=False, within_s=5.0),
    End("all processes killed", _kill_all, orderly=False, within_s=5.0),
)


def _mounted(options: str) -> Callable[[Path], contextlib.AbstractContextManager[Path]]:
    @contextlib.contextmanager
    def disk(folder: Path) -> Iterator[Path]:
        at = folder / "disk"
        at.mkdir(parents=True)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(at)], capture_output=True)
        if done.returncode:
            raise NotHere("mounting is not allowed here")
        try:
            yield at
        finally:
            subprocess.run(["umount", "-l", str(at)], check=False, capture_output=True)

    return disk


def _turn_read_only(run: LiveRun) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(run.parent)], check=False, capture_output=True)
    time.sleep(3.0)


def _fill(run: LiveRun) -> None:
    wait_until(lambda: "the disk is full" in run.said(), 60.0)


READ_ONLY = Fault("file system turned read-only", _turn_read_only)
FILLS = Fault("the recording fills the disk", _fill, "the disk is full")

SETTINGS: tuple[Setting, ...] = (
    *(
        Setting(f"disk with {kib} KiB free at the start", disk=_mounted(f"size={kib}k"), says="disk is full", keeps=False, films=False)
        for kib in (100, 400, 800, 1200)
    ),
    Setting("small disk", disk=_mounted("size=3m"), films=False, faults=(FILLS,)),
    Setting("disk of its own", disk=_mounted("size=64m"), keeps=False, films=False, faults=(READ_ONLY,)),
    Setting("64 descriptors", prefix=("prlimit", "--nofile=64")),
    Setting("1.5 GB of address space", prefix=("prlimit", "--as=1610612736")),
)  # fmt: skip
