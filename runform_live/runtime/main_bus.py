"""The main process's ends of the bus: requests go out to the stages, and what the stages tell comes in."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence

import zmq

from runform_live.controls import Control
from runform_live.errors import BadInput
from runform_live.messages import CaughtUp, Message
from runform_live.runtime import topology
from runform_live.runtime.bus import AGAIN, MOST_WAITING, Buffer, Publisher, Received, Subscriber
from runform_live.runtime.bus_folder import BusFolder
from runform_live.runtime.endpoints import Endpoints

MOST_ADDRESSES = 5  # that are tried; a port can be taken between the look at it and its use


class MainBus:
    """Open while the run lasts. `endpoints` and `keys` are those of the whole run."""

    def __init__(self, stages: Sequence[str]) -> None:
        """Raises BadInput where the run can have no sockets here; nothing is left behind then."""
        with contextlib.ExitStack() as opened:
            self._folder = BusFolder()
            opened.callback(self._folder.close)
            self.context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
            opened.callback(self.context.term)
            local, self._requests = self._first_socket(topology.endpoints(tuple(stages)))
            opened.callback(self._requests.close)
            self.endpoints, self.keys = local.addresses, local.keys
            self._subscriber = Subscriber()
            opened.callback(self._subscriber.close)
            self._listen(topology.CLINICIAN_REQUESTS, topology.CONTROL_TOPICS, MOST_WAITING)
            for stage in stages:
                self._listen(stage, topology.BY_NAME[stage].main_hears, MOST_WAITING)
                self._listen(topology.state_endpoint(stage), ("state",), topology.STATES_WAITING)
            self._opened = opened.pop_all()

    def _first_socket(self, names: tuple[str, ...]) -> tuple[Endpoints, Publisher]:
        """Addresses for the whole run, and the socket at the first of them. Raises BadInput."""
        for _ in range(MOST_ADDRESSES - 1):
            with contextlib.suppress(BadInput):
                return self._at_new_addresses(names)
        return self._at_new_addresses(names)

    def _at_new_addresses(self, names: tuple[str, ...]) -> tuple[Endpoints, Publisher]:
        local = Endpoints.local(self._folder.path, names)
        return local, Publisher(self.context, local.addresses[topology.MAIN], MOST_WAITING, local.keys)

    def _listen(self, endpoint: str, topics: tuple[str, ...], most_waiting: int) -> None:
        self._subscriber.connect(self.context, self.endpoints[endpoint], topics, most_waiting, self.keys)

    def receive(self, wait_s: float) -> Received | None:
        """The next message of a stage or of the clinician's window; None when nothing came in time."""
        return self._subscriber.receive(wait_s)

    def send(self, control: Control) -> int:
        """Ask all stages; returns the sequence number of the request."""
        return self._requests.send(control)

    def hears_repeats(self, stage: str) -> bool:
        """Whether a stage listens to what is repeated for it."""
        return self._requests.subscribers(AGAIN + stage) > 0

    def repeat(self, stage: str, messages: Iterable[tuple[Message, Sequence[Buffer]]]) -> None:
        """Repeat messages for one stage, and tell it that these were all."""
        for message, buffers in messages:
            self._requests.repeat(AGAIN + stage, message, *buffers)
        self._requests.repeat(AGAIN + stage, CaughtUp(stage=stage))

    def close(self) -> None:
        self._opened.close()
