"""The clinician's window's ends of the bus: what is told of the run, and what is asked of it."""

from __future__ import annotations

import zmq

from runform_live import controls
from runform_live.controls import Control
from runform_live.runtime import topology
from runform_live.runtime.bus import MOST_WAITING, Publisher, Received, Subscriber
from runform_live.runtime.stage import StageSetup

ASK_AGAIN_S = 0.5  # for all that has happened, until it is told


class RunFeed:
    """Both ends."""

    def __init__(self, setup: StageSetup) -> None:
        self._context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        self._requests = Publisher(
            self._context, setup.endpoints[topology.CLINICIAN_REQUESTS], MOST_WAITING, setup.keys
        )
        self._subscriber = Subscriber()
        address = setup.endpoints[topology.CLINICIAN]
        self._subscriber.connect(self._context, address, ("",), MOST_WAITING, setup.keys)
        self._ask_at_s = 0.0

    def receive(self, wait_s: float) -> Received | None:
        return self._subscriber.receive(wait_s)

    def ask(self, control: Control) -> None:
        self._requests.send(control)

    def ask_for_all(self, now_s: float) -> None:
        """Ask for all that has happened so far, now and then: the first times nobody may listen yet."""
        if now_s >= self._ask_at_s:
            self._ask_at_s = now_s + ASK_AGAIN_S
            self.ask(controls.SendEverything())

    def close(self) -> None:
        self._requests.close()
        self._subscriber.close()
        self._context.term()
