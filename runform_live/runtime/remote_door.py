"""The end of a link that listens: it lets known computers in, tells who speaks, and keeps what they can take from it bounded.

Nothing listens before a person types `runform serve`. ZeroMQ asks `_Gate` for each connection, before any message of it is read.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

import zmq

from runform_live.errors import BadInput
from runform_live.runtime import keys, peers
from runform_live.runtime.remote_bounds import LINGER_MS, MemoryWatch, bound, received
from runform_live.runtime.remote_wire import Buffer

_LISTEN = re.compile(r"tcp://(\[[0-9A-Fa-f:.%\w]+\]|[^@:/\s\[\]]+):(\d{1,5})/?", re.IGNORECASE)
BACKLOG = 16  # connections that the system holds until they are looked at
MOST_REFUSED = 20  # keys of strangers that are remembered, to be told once each


@dataclass(frozen=True, slots=True)
class Heard:
    """A message, with the connection and the name of the computer that it came from."""

    connection: bytes
    name: str
    parts: Sequence[zmq.Frame]


class _Gate:
    """Whose connection is let in. It is asked in another thread."""

    def __init__(self) -> None:
        self._allowed = peers.Allowed()
        self._lock = threading.Lock()
        self._refused: dict[str, bool] = {}  # public key -> whether it was told

    def lets_in(self, public: str) -> bool:
        with self._lock:
            if self._allowed.name_of(public) is not None:
                self._refused.pop(public, None)
                return True
            if len(self._refused) < MOST_REFUSED:
                self._refused.setdefault(public, False)
            return False

    def name_of(self, public: str) -> str | None:
        with self._lock:
            return self._allowed.name_of(public)

    def knows(self, name: str) -> bool:
        with self._lock:
            return self._allowed.has(name)

    def strangers(self) -> list[str]:
        """Keys that were refused, and were not told yet."""
        with self._lock:
            found = [public for public, told in self._refused.items() if not told]
            self._refused.update(dict.fromkeys(found, True))
            return found


def endpoint(address: str) -> str:
    """Where to listen: tcp://ADDRESS:PORT. Raises BadInput."""
    found = _LISTEN.fullmatch(address.strip())
    if found is None or not 0 < int(found[2]) < 65536:
        raise BadInput(
            "where to listen is tcp://ADDRESS:PORT, such as tcp://0.0.0.0:5600 for every network of this computer"
        )
    return f"tcp://{found[1]}:{int(found[2])}"


class Door:
    """One listening socket."""

    def __init__(self, address: str, most_bytes: int) -> None:
        """most_bytes: of one part of a message. Raises BadInput where nobody can be let in, or the port is taken."""
        self._endpoint, self._most_bytes = endpoint(address), most_bytes
        self._own = peers.keys()
        if not self._own.allowed:
            raise BadInput("no other computer is known here; type here the line that `runform keys show` prints there")
        self._gate = _Gate()
        self._memory = MemoryWatch()
        self.floods = 0  # how often all connections were closed because one sent without end
        self._context: keys.Context
        self._socket: zmq.Socket[bytes]
        self._open()

    def _open(self) -> None:
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.ROUTER)
        bound(self._socket, self._most_bytes)
        self._socket.setsockopt(zmq.BACKLOG, BACKLOG)
        keys.lock(self._context, self._socket, self._own, self._gate.lets_in)
        try:
            self._socket.bind(self._endpoint)
        except zmq.ZMQError as trouble:
            self.close()
            raise BadInput(
                f"{self._endpoint} cannot be opened ({trouble.strerror}); choose another address or port with --listen"
            ) from None

    def receive(self, wait_s: float) -> Heard | None:
        """The next message of somebody who is let in still; None where none came in time."""
        if self._memory.is_full(time.monotonic()):
            self._begin_anew()
        if not self._socket.poll(max(0, round(1e3 * wait_s))):
            return None
        found = received(self._socket)
        if found is None or len(found) < 2:
            return None
        connection, *parts = found
        try:
            name = self._gate.name_of(str(parts[0].get("User-Id")))
        except zmq.ZMQError:  # it has none, which the authenticator does not let happen
            return None
        return None if name is None else Heard(connection.bytes, name, parts)

    def send(self, connection: bytes, *parts: Buffer) -> None:
        """Send a message to one connection. Where it is gone, or takes nothing, the message is lost; nobody waits."""
        try:
            self._socket.send_multipart([connection, *parts], zmq.NOBLOCK, copy=len(parts) == 1)
        except zmq.ZMQError:
            return

    def strangers(self) -> list[str]:
        """Public keys (Z85) of computers that were not let in, each once."""
        return self._gate.strangers()

    def is_known(self, name: str) -> bool:
        """Whether a computer of this name is let in now."""
        return self._gate.knows(name)

    def _begin_anew(self) -> None:
        """Close all connections, which frees what they hold. Computers that ask for pictures connect again by themselves."""
        self.floods += 1
        self.close()
        self._memory.renew()
        self._open()

    def close(self) -> None:
        self._socket.close(LINGER_MS)
        keys.unlock(self._context)
        self._context.term()  # only then is the port free
