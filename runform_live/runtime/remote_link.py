"""The end of a link that connects to a known computer. The key of that computer is the only one that is believed.

A link belongs to the thread that made it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass

import zmq
from zmq.utils.monitor import recv_monitor_message

from runform_live.errors import BadInput
from runform_live.file_names import shown
from runform_live.runtime import keys, peers
from runform_live.runtime.remote_bounds import MemoryWatch, bound, received
from runform_live.runtime.remote_wire import MOST_BYTES, Buffer

_ADDRESS = re.compile(r"tcp://([^@/\s]*)@(\[[0-9A-Fa-f:.%\w]+\]|[^@:/\s\[\]]+):(\d{1,5})/?", re.IGNORECASE)
AGAIN_MS, AGAIN_AT_MOST_MS = 500, 2000  # between two attempts to connect


@dataclass(frozen=True, slots=True)
class Place:
    """Who is expected where."""

    name: str
    host: str
    port: int

    @property
    def endpoint(self) -> str:
        return f"tcp://{self.host}:{self.port}"


def place(address: str) -> Place:
    """Reads tcp://NAME@HOST:PORT. Raises BadInput in one line."""
    found = _ADDRESS.fullmatch(address.strip())
    if found is None or not 0 < int(found[3]) < 65536:
        raise BadInput(
            "after tcp:// an address of another computer has its name, its host and a port, such as treadmill@192.168.1.20:5600"
        )
    return Place(peers.checked_name(found[1]), found[2], int(found[3]))


def check(address: str) -> Place:
    """The same, where this computer also has a key and knows the other one. Raises BadInput."""
    found = place(address)
    peers.own()
    peers.key_of(found.name)
    return found


class Link:
    """One connection. It is made anew by ZeroMQ where it breaks; whoever uses it says when that takes too long."""

    def __init__(self, address: str, verb: str) -> None:
        """verb: what `runform serve` offers there, for what is said to a person. Raises BadInput."""
        self.place, self._verb = check(address), verb
        own = peers.keys(peers.key_of(self.place.name))
        self._context: keys.Context = zmq.Context()
        self._socket = self._context.socket(zmq.DEALER)
        bound(self._socket, MOST_BYTES)
        self._socket.setsockopt(zmq.RECONNECT_IVL, AGAIN_MS)
        self._socket.setsockopt(zmq.RECONNECT_IVL_MAX, AGAIN_AT_MOST_MS)
        keys.present(self._socket, own)
        self._events = self._socket.get_monitor_socket()
        self._connected = self._refused = self._trusted = False
        self._memory = MemoryWatch()
        try:
            self._socket.connect(self.place.endpoint)
        except zmq.ZMQError as trouble:
            self.close()
            raise BadInput(
                f"{shown(self.place.host)} cannot be reached ({trouble.strerror}); check the address"
            ) from None

    def send(self, *parts: Buffer) -> bool:
        """Send a message; False where there is no room for it, for then nothing is taken at the other end."""
        try:
            self._socket.send_multipart(parts, zmq.NOBLOCK, copy=len(parts) == 1)
        except zmq.Again:
            return False
        return True

    def receive(self, wait_s: float) -> Sequence[zmq.Frame] | None:
        """The parts of the next message; None where none came in time. Raises BadInput for a message that never ends."""
        if self._socket.poll(max(0, round(1e3 * wait_s))) and (parts := received(self._socket)) is not None:
            self._memory.renew()
            return parts
        if self._memory.is_full(time.monotonic()):
            raise self.is_odd()
        return None

    def is_odd(self) -> BadInput:
        """What to raise where the other computer sends what it should not."""
        return BadInput(
            f"{self.place.name} sends what is no picture; install the same version of runform on both computers"
        )

    def why_silent(self) -> str:
        """Why nothing comes, in a line for a person."""
        self._look()
        name = self.place.name
        if self._refused:
            return f"{name} does not let this computer in; type there the line that `runform keys show` prints here"
        if self._trusted:
            return f"{name} is there, but gives nothing; look at what `runform serve {self._verb}` says there"
        if self._connected:
            return (
                f"there is a computer at {shown(self.place.host)}, but it cannot prove that it is {name}; check the address, and "
                "compare the key that `runform keys list` shows here with `runform keys show` there"
            )
        return (
            f"{name} does not answer at {shown(self.place.host)}:{self.place.port}; start `runform serve {self._verb}` there, and check "
            "the address and the network"
        )

    def _look(self) -> None:
        """Read what happened to the connection."""
        while self._events.poll(0):
            event = recv_monitor_message(self._events)["event"]
            if event == zmq.EVENT_CONNECTED:
                self._connected = True
            elif event == zmq.EVENT_HANDSHAKE_SUCCEEDED:
                self._refused, self._trusted = False, True
            elif event == zmq.EVENT_HANDSHAKE_FAILED_AUTH:
                self._refused, self._trusted = True, False
            elif event == zmq.EVENT_DISCONNECTED and self._trusted:
                self._connected = self._trusted = False

    def close(self) -> None:
        self._socket.disable_monitor()
        self._events.close(0)
        self._socket.close()
        self._context.term()
