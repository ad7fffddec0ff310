"""The clinician's window as the main process sees it: starts its process, and passes on what the stages tell.

The window is a process of its own, because Dear PyGui has one window a process. It only hears the main process, so that nothing that
happens to it reaches the stages: a window that hangs misses messages, and asks for everything once more when it goes on.
"""

from __future__ import annotations

import contextlib
import time

import msgspec
import zmq

from runform_live.messages import Message, RunState, SoFar
from runform_live.runtime import topology
from runform_live.runtime.bus import MOST_WAITING, Publisher
from runform_live.runtime.child import Spawned
from runform_live.runtime.run_so_far import RunSoFar
from runform_live.runtime.stage import StageSetup
from runform_live.runtime.stage_process import StageProcess

RUN_STATE_S = 0.5  # between two messages on the run as a whole
CLOSE_S = 1.0  # for the window to close by itself

DesktopBox = tuple[int, int, int, int]  # x, y, width, height (px of the whole desktop)


class ClinicianEnd:
    """At most one window. One that was closed, or died, stays closed until `open` is called again."""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]], setup: StageSetup) -> None:
        """setup: that of the run, with its endpoints."""
        self._setup = msgspec.structs.replace(setup, stage=topology.CLINICIAN)
        self._publisher = Publisher(context, setup.endpoints[topology.CLINICIAN], MOST_WAITING, setup.keys)
        self._process: StageProcess | None = None
        self._so_far = RunSoFar()
        self._run_state = RunState(ends_in_s=None, ending=False)
        self._run_state_at_s = 0.0

    @property
    def is_open(self) -> bool:
        return self._process is not None and self._process.alive

    @property
    def pid(self) -> int | None:
        """Of the window's process; None while it is closed."""
        return self._process.pid if self._process is not None and self._process.alive else None

    def open(self, beside: DesktopBox | None = None) -> None:
        """Start the window, unless it is there. beside: where the runner's window is, which it should not cover."""
        if self.is_open:
            return
        words = () if beside is None else tuple(map(str, beside))
        self._end_process()
        with contextlib.suppress(OSError):  # no memory or no descriptors for another process: the run goes on without
            self._process = StageProcess(self._setup, Spawned((*topology.CLINICIAN_PROGRAM, *words)))

    def tell(self, message: Message) -> None:
        """Pass on a message or a request, where the window shows it."""
        if not self._so_far.is_shown(message):
            return
        self._so_far.note(message)
        if self.is_open:
            self._publisher.send(message)

    def tell_run(self, state: RunState, now_s: float) -> None:
        """Pass on how the run is: at once when it begins to end, else every RUN_STATE_S. now_s: monotonic."""
        if state.ending == self._run_state.ending and now_s - self._run_state_at_s < RUN_STATE_S:
            return
        self._run_state, self._run_state_at_s = state, now_s
        self.tell(state)

    def tell_all(self) -> None:
        """Everything so far, for a window that has just opened or has missed something."""
        self._publisher.send(SoFar(), self._so_far.packed())

    def close(self) -> None:
        """Close the window with the run."""
        self._end_process()
        self._publisher.close()

    def _end_process(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.close_pipe()
            process.wait_until(time.monotonic() + CLOSE_S)
            process.kill()
