"""Starts the stages, watches their hearts, restarts what died, and ends all of them, whatever happens to itself."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import zmq

from runform_live.errors import RunformError
from runform_live.messages import Any_, Control, End, GaitState, Health, Pose, Recorder, SourceState
from runform_live.runtime import topology
from runform_live.runtime.bus import Endpoints, Publisher, Subscriber
from runform_live.runtime.stage import LevelSetup, Resume, StageSetup

SILENT_S = 8.0  # without a heartbeat, a stage counts as hung
START_S = 60.0  # the same for a stage that is still starting (first compilation included)
MOST_RESTARTS = 5
RESTARTS_WITHIN_S = 60.0
END_S = 10.0  # from the source's end to the session's
# Wishes that hold until another about the same thing: a stage that is restarted is told them.
LASTING = {
    "pause": "pause", "resume": "pause", "record": "record", "stop_record": "record", "mute": "sound", "unmute": "sound",
    "volume": "volume", "targets": "targets", "train": "train", "feedback": "feedback",
}  # fmt: skip


@dataclass(slots=True)
class _Watched:
    process: subprocess.Popen[bytes]
    started_s: float
    heard_s: float = 0.0
    health: Health | None = None
    restarts_s: list[float] = field(default_factory=list)


class Supervisor:
    """One live run: the stages as processes, and the main process's ends of the bus.

    Call `messages` often; it also does the watching. Raises RunformError where a stage cannot be kept alive.
    """

    def __init__(self, setup: StageSetup) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="runform-"))  # mode 0700
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        addresses = Endpoints.local(self._folder, (topology.MAIN, topology.PREVIEWS, *topology.STAGES)).addresses
        self._setup = msgspec.structs.replace(setup, endpoints=addresses)
        self.endpoints = addresses
        self._control = Publisher(self._context, addresses[topology.MAIN])
        self._subscriber = Subscriber()
        for stage, topics in topology.MAIN_LISTENS.items():
            self._subscriber.connect(self._context, addresses[stage], topics)
        self._watched: dict[str, _Watched] = {}
        self._started = False
        self._source_ended_s: float | None = None
        self._level: LevelSetup | None = None
        self._gait: GaitState | None = None
        self._wishes: dict[str, Control] = {}  # by what they are about, the latest of each
        self._resume: Resume | None = None
        self.ended = False  # the session is closed
        self.failure: str | None = None  # the source could not be opened at all
        self.recorder: Recorder | None = None  # its latest word
        self.restarts = 0
        self._opened = False

    # -- life -----------------------------------------------------------------------------------------------------

    def start(self) -> None:
        for stage in topology.STAGES:
            self._watched[stage] = _Watched(self._spawn(stage, restarted=False), time.monotonic())

    def _spawn(self, stage: str, restarted: bool) -> subprocess.Popen[bytes]:
        setup = msgspec.structs.replace(
            self._setup, stage=stage, restarted=restarted, level=self._level, resume=self._resume,
            ran_s=self._gait.ran_s if self._gait else 0.0, wishes=tuple(self._wishes.values()),
        )  # fmt: skip
        process = subprocess.Popen(
            [sys.executable, "-m", "runform_live.runtime.stage"],
            stdin=subprocess.PIPE,
            env={
                **os.environ,
                "OMP_NUM_THREADS": "1",
                "OPENBLAS_NUM_THREADS": "1",
                "PYTHONUNBUFFERED": "1",
                "OPENCV_LOG_LEVEL": "SILENT",
            },
        )
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            told = msgspec.msgpack.encode(setup)
            process.stdin.write(b"%d\n" % len(told) + told)
            process.stdin.flush()
        return process

    def close(self) -> None:
        """End every stage: a closed pipe asks, SIGTERM urges, SIGKILL makes sure."""
        for watched in self._watched.values():
            if watched.process.stdin is not None:
                with contextlib.suppress(OSError):
                    watched.process.stdin.close()
        for urge in (None, subprocess.Popen.terminate, subprocess.Popen.kill):
            alive = [watched.process for watched in self._watched.values() if watched.process.poll() is None]
            for process in alive:
                if urge is not None:
                    urge(process)
            until = time.monotonic() + 4.0
            for process in alive:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(max(0.0, until - time.monotonic()))
        self._control.close()
        self._subscriber.close()
        self._context.term()
        shutil.rmtree(self._folder, ignore_errors=True)

    # -- talk -----------------------------------------------------------------------------------------------------

    def ask(self, control: Control) -> None:
        """Pass on a person's wish."""
        if control.action in LASTING:
            self._wishes[LASTING[control.action]] = control
        self._control.send(control)

    @property
    def ends_in_s(self) -> float | None:
        """Until a run that has stopped ends by itself; None while it goes on, is held by hand, or comes from a file."""
        gait, after_s = self._gait, self._setup.config.gait.end_after_s
        held = "pause" in self._wishes and self._wishes["pause"].action == "pause"
        if gait is None or gait.phase != "paused" or held or self._setup.paced or after_s <= 0:
            return None
        return max(0.0, gait.phase_since_s + after_s - gait.time_s)

    def health(self) -> dict[str, Health | None]:
        return {stage: watched.health for stage, watched in self._watched.items()}

    def messages(self, wait_s: float) -> Iterator[Any_]:
        """What the stages said, up to now; waits at most wait_s for the first. Watches the stages on the way."""
        for message, _ in self.messages_with_buffers(wait_s):
            yield message

    def messages_with_buffers(self, wait_s: float) -> Iterator[tuple[Any_, list[zmq.Frame]]]:
        """The same with the payload buffers of each."""
        received = self._subscriber.receive(wait_s)
        while received is not None:
            self._note(received.message)
            yield received.message, received.buffers
            received = self._subscriber.receive(0.0)
        self._watch()

    def _note(self, message: Any_) -> None:
        now = time.monotonic()
        if isinstance(message, Health) and message.stage in self._watched:
            watched = self._watched[message.stage]
            watched.heard_s, watched.health = now, message
            if not self._started and all(each.heard_s > 0 for each in self._watched.values()):
                self._started = True
                self.ask(Control(action="start"))
        elif isinstance(message, GaitState):
            self._gait = message
            if message.calibrated and message.level_deg is not None:
                self._level = LevelSetup(message.level_deg, message.level_sd_deg or 0.0, message.upright_deg)
        elif isinstance(message, Pose):
            self._resume = Resume(message.frame, message.time_s, message.stamp_s - message.time_s)
        elif isinstance(message, SourceState):
            self._opened = self._opened or message.state == "open"
            if message.state == "failed" and not self._opened:
                self.failure = message.text
        elif isinstance(message, Recorder):
            self.recorder = message
        elif isinstance(message, End):
            if message.stage == "capture":
                self._source_ended_s = now
            elif message.stage == "session":
                self.ended = True

    def _watch(self) -> None:
        now = time.monotonic()
        if self.ended:
            return
        if self._source_ended_s is not None and now - self._source_ended_s > END_S:
            self.ask(Control(action="finish"))  # a stage died between the source's end and its own
            self._source_ended_s = now
        for stage, watched in self._watched.items():
            died = watched.process.poll() is not None
            silent_s = now - max(watched.heard_s, watched.started_s)
            hung = silent_s > (SILENT_S if watched.heard_s > 0 else START_S)
            if not died and not hung:
                continue
            if hung and not died:
                watched.process.kill()
                watched.process.wait()
            self._restart(stage, watched, now)

    def _restart(self, stage: str, watched: _Watched, now: float) -> None:
        recent = [at for at in watched.restarts_s if now - at < RESTARTS_WITHIN_S]
        if len(recent) >= MOST_RESTARTS or (not self._started and recent):
            raise RunformError(f"the {stage} stage cannot be kept running; what was recorded is kept")
        if watched.process.stdin is not None:
            watched.process.stdin.close()
        self.restarts += 1
        self._watched[stage] = _Watched(self._spawn(stage, restarted=self._started), now, restarts_s=[*recent, now])
