"""The loop of every stage's process: receive, handle, send heartbeats, end with the supervisor.

`main` runs in a process that `stage_process.py` starts. It loads the libraries of its stage, and meanwhile reads the setup of the stage
from standard input: a line with its length in bytes, then msgpack. When that pipe closes, the supervisor is gone, and the stage ends.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import math
import os
import signal
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

import zmq

from runform_live import controls, portable
from runform_live.controls import Control
from runform_live.messages import End, Frame, Health, Message, StageState
from runform_live.runtime import topology
from runform_live.runtime.bus import AGAIN, MOST_FRAMES_WAITING, MOST_WAITING, Buffer, Publisher, Received, Subscriber
from runform_live.runtime.frame_queue import FrameQueue
from runform_live.runtime.repeats_first import RepeatsFirst
from runform_live.runtime.stage import Stage, StageSetup

HEARTBEAT_S = 0.25
STATE_S = 0.2  # between two states that are told for a successor
LONGEST_END_S = 4.0  # where the supervisor is gone, also for a stage that hangs
FINISH_S = 1.0  # at most, for what waits already when a stage is told to finish
WAIT_FOR_LISTENERS_S = 20.0
NAMED = "runform-"  # before the stage, where the system lists its processes


class _Loop:
    """One stage: its sockets, its turns, its end."""

    def __init__(self, setup: StageSetup) -> None:
        self._setup = setup
        self._stopping = self._orphaned = False
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._publisher = self._open(setup.stage, _most_waiting(setup.stage))
        self._states = self._open(topology.state_endpoint(setup.stage), topology.STATES_WAITING)
        self._previews = None
        if topology.publishes_frames(setup.stage):
            from runform_live.runtime.small_frames import SmallFrames  # OpenCV, which not every stage needs

            self._previews = self._open(topology.PREVIEWS, topology.PREVIEWS_WAITING)
            self._small_frames = SmallFrames()
        self._subscriber = Subscriber()
        self._frames = FrameQueue(self._subscriber.receive)
        self._control_seq = setup.control_seq
        self._said_end = False
        self._finish: controls.Finish | None = None
        self._finish_by_s = math.inf
        self._health_at_s = self._state_at_s = 0.0
        self._counted = (0, time.monotonic())
        threading.Thread(target=self._watch_supervisor, daemon=True).start()

    def _open(self, endpoint: str, most_waiting: int) -> Publisher:
        return Publisher(self._context, self._setup.endpoints[endpoint], most_waiting, self._setup.keys)

    def _listen(self, endpoint: str, topics: tuple[str, ...], most_waiting: int, first: bool = False) -> None:
        address, keys = self._setup.endpoints[endpoint], self._setup.keys
        self._subscriber.connect(self._context, address, topics, most_waiting, keys, first)

    def _watch_supervisor(self) -> None:
        """The supervisor closes the pipe when the session has ended, and the system does when the supervisor is gone."""
        while os.read(sys.stdin.fileno(), 4096):
            pass
        self._orphaned = self._stopping = True
        time.sleep(LONGEST_END_S)
        os._exit(1)

    def _send(self, message: Message, *buffers: Buffer) -> None:
        self._publisher.send(message, *buffers)
        self._said_end = self._said_end or isinstance(message, End)
        if self._previews is not None and type(message) is Frame and self._previews.subscribers("frame"):
            pixels = buffers[0]
            small = self._small_frames.of(message, pixels) if isinstance(pixels, memoryview) else None
            if small is not None:
                self._previews.send(small[0], small[1].data)

    def run(self) -> None:
        setup = self._setup
        module = importlib.import_module(topology.BY_NAME[setup.stage].module)
        stage: Stage = module.create(setup, self._send)
        portable.give_memory_back()
        main = (*topology.CONTROL_TOPICS, AGAIN + setup.stage)
        self._listen(topology.MAIN, main, MOST_WAITING, first=True)
        for publisher, topics in topology.BY_NAME[setup.stage].hears.items():
            self._listen(publisher, topics, _most_waiting(publisher))
        self._wait_for_listeners()
        self._repeats_first = RepeatsFirst(time.monotonic(), setup.restarted)
        try:
            while not self._stopping:
                self._turn(stage)
            self._end_alone(stage)
            stage.finish()
            self._beat(stage)
        finally:
            for own in (self._publisher, self._states, self._previews):
                if own is not None:
                    own.close()
            self._subscriber.close()
            self._context.term()
            if self._orphaned:
                from runform_live.runtime import bus_folder

                bus_folder.remove_after(setup.endpoints)  # the supervisor does it too, if it still can

    def _wait_for_listeners(self) -> None:
        """PUB drops what nobody has subscribed to yet, so nothing is sent before all who listen are there."""
        until = time.monotonic() + WAIT_FOR_LISTENERS_S
        stage = self._setup.stage
        for topic in topology.topics_of(stage):
            needed = topology.listeners(stage, topic, self._setup.stages)
            while self._publisher.subscribers(topic) < needed and time.monotonic() < until and not self._stopping:
                time.sleep(0.01)

    def _end_alone(self, stage: Stage) -> None:
        """End as the supervisor would have asked for: it is gone. Nothing is left to do where it has asked."""
        if self._said_end:
            return
        until_s = time.monotonic() + topology.BY_NAME[self._setup.stage].alone_s
        stage.control(controls.Stop(reason=controls.ENDED_FROM_OUTSIDE))
        while not self._said_end and time.monotonic() < until_s:
            self._turn(stage)
        if not self._said_end:
            stage.control(controls.Finish())

    def _turn(self, stage: Stage) -> None:
        wait_s = 0.0 if self._finish is not None else stage.idle()
        receive = self._frames.take if stage.skips_frames else self._subscriber.receive
        received = receive(min(wait_s, HEARTBEAT_S))
        now_s = time.monotonic()
        for each in self._repeats_first.order(received, now_s):
            self._handle(stage, each)
        done = received is None and not self._repeats_first.catching_up(now_s)
        if self._finish is not None and (done or now_s > self._finish_by_s):
            finish, self._finish = self._finish, None
            stage.control(finish)
        now_s = time.monotonic()
        if now_s >= self._state_at_s and not self._repeats_first.catching_up(now_s):
            self._state_at_s = now_s + STATE_S
            self._tell_state(stage)
        if now_s >= self._health_at_s:
            self._health_at_s = now_s + HEARTBEAT_S
            self._beat(stage)

    def _handle(self, stage: Stage, received: Received) -> None:
        message = received.message
        if not isinstance(message, Control):
            stage.dropped += received.missed
            stage.handle(received)
        elif isinstance(message, controls.Stop):
            stage.control(message)
        elif isinstance(message, controls.Finish):
            if message.is_for(self._setup.stage) and self._finish is None:
                self._finish = message  # control comes first: what was sent before it may still wait
                self._finish_by_s = time.monotonic() + FINISH_S
        elif message.seq > self._control_seq:  # else it came both ways, or is in the state that this stage began with
            self._control_seq = message.seq
            stage.control(message)

    def _tell_state(self, stage: Stage) -> None:
        """Publish the state for a successor, but not after the end: a successor then goes on from before it, and repeats what may be lost."""
        if self._said_end:
            return
        state = stage.state_bytes()
        if state:
            self._states.send(StageState(stage=self._setup.stage, control_seq=self._control_seq), state)

    def _beat(self, stage: Stage) -> None:
        before, at = self._counted
        now = time.monotonic()
        rate_hz = (stage.handled - before) / max(now - at, 1e-6)
        self._counted = (stage.handled, now)
        self._publisher.send(
            Health(
                stage=self._setup.stage,
                pid=os.getpid(),
                handled=stage.handled,
                dropped=stage.dropped,
                rate_hz=rate_hz,
                lag_ms=stage.lag_ms,
                state=stage.state,
                memory_mib=portable.memory_mib(),
            )
        )


def _most_waiting(publisher: str) -> int:
    """Messages of a publisher that may wait at either end."""
    return MOST_FRAMES_WAITING if topology.publishes_frames(publisher) else MOST_WAITING


def _written() -> bytes:
    """The setup, once the supervisor has written it; empty where it ended before."""
    return sys.stdin.buffer.read(int(sys.stdin.buffer.readline() or b"0"))


def main() -> None:
    # The supervisor answers for all: a stage ends when the supervisor tells it to, or is gone.
    for name in portable.end_signals():
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    portable.name_process(f"{NAMED}{sys.argv[1]}")
    status = 0
    try:
        # A large state must not keep the supervisor waiting while the libraries load.
        with ThreadPoolExecutor(1) as reader:
            written = reader.submit(_written)
            gc.disable()  # what is loaded stays: looking for what does not takes a twentieth of the time
            importlib.import_module(topology.BY_NAME[sys.argv[1]].module)
            gc.freeze()
            gc.enable()
        if not written.result():  # nothing is to be run after all
            os._exit(0)
        _Loop(StageSetup.from_bytes(written.result())).run()
    except Exception:  # told here, for the process ends without the interpreter's own end
        traceback.print_exc()
        status = 1
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.flush()
    os._exit(status)  # all is closed; a thread that still waits for a camera's driver must not hold up the end
