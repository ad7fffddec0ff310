"""Messages between stages over ZeroMQ: topic, typed header, payload buffers that are not copied.

Each stage publishes on an endpoint of its own and subscribes to those it needs. Endpoints are ipc:// in a folder that only
the user can read, tcp:// on the loopback where there is no ipc, or tcp:// with CURVE keys where a stage runs elsewhere.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import zmq
import zmq.auth
import zmq.auth.thread

from runform_live.errors import BadInput
from runform_live.messages import SCHEMA_VERSION, Any_, Message

Buffer = bytes | memoryview | zmq.Frame
AGAIN = "again."  # topics of what is repeated for one stage begin so

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(tuple[int, Any_]).decode


class Keys(msgspec.Struct, frozen=True):
    """CURVE keys of one side (Z85 text): its own pair, the other side's public key, and whom it lets in."""

    public: str
    secret: str
    server_public: str
    allowed: tuple[str, ...] = ()

    @classmethod
    def new(cls, server_public: str = "", allowed: tuple[str, ...] = ()) -> Keys:
        public, secret = zmq.curve_keypair()
        return cls(public.decode(), secret.decode(), server_public or public.decode(), allowed)


class _Allowed:
    """Lets in the clients whose public key was named, and nobody else."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self._keys = {key.encode() for key in allowed}

    def callback(self, domain: str, key: bytes) -> bool:  # noqa: ARG002 (pyzmq gives both)
        return key in self._keys


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where each stage publishes; travels to the stages as plain text."""

    addresses: dict[str, str]

    @classmethod
    def local(cls, folder: Path, stages: Sequence[str]) -> Endpoints:
        """One endpoint a stage on this machine; `folder` must be readable for the user alone."""
        if zmq.has("ipc") and len(str(folder)) < 80:  # a longer path does not fit a socket's name
            return cls({stage: f"ipc://{folder}/{stage}" for stage in stages})
        return cls({stage: f"tcp://127.0.0.1:{_free_port()}" for stage in stages})


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Publisher:
    """The sending end of one stage. `wait_for` subscribers before the first message: PUB drops what nobody hears."""

    __slots__ = ("_authenticator", "_counts", "_socket", "_subscribers")

    def __init__(
        self, context: zmq.Context[zmq.Socket[bytes]], address: str, most_waiting: int = 1000, keys: Keys | None = None
    ) -> None:
        self._authenticator = None
        self._socket = context.socket(zmq.XPUB)
        self._socket.setsockopt(zmq.XPUB_VERBOSE, 1)
        self._socket.setsockopt(zmq.SNDHWM, most_waiting)
        self._socket.setsockopt(zmq.LINGER, 500)
        if keys is not None:
            self._authenticator = zmq.auth.thread.ThreadAuthenticator(context)
            self._authenticator.start()
            self._authenticator.configure_curve_callback("*", _Allowed(keys.allowed))
            self._socket.curve_server = True
            self._socket.curve_publickey = keys.public.encode()
            self._socket.curve_secretkey = keys.secret.encode()
        try:
            self._socket.bind(address)
        except zmq.ZMQError as trouble:
            raise BadInput(f"cannot open {address}: {trouble.strerror}") from None
        self._counts: dict[str, int] = {}
        self._subscribers: dict[bytes, int] = {}

    def send(self, message: Message, *buffers: Buffer | memoryview) -> int:
        """Send a message; its sequence number is set here, and returned. Buffers must not change afterwards."""
        topic = str(message.__struct_config__.tag)
        count = self._counts.get(topic, 0) + 1
        self._counts[topic] = count
        self._put(topic, msgspec.structs.replace(message, seq=count), buffers)
        return count

    def repeat(self, topic: str, message: Message, *buffers: Buffer | memoryview) -> None:
        """Send what another sender has said before, as it was, to those who listen to `topic`."""
        self._put(topic, message, buffers)

    def _put(self, topic: str, message: Message, buffers: Sequence[Buffer | memoryview]) -> None:
        header = _encode((SCHEMA_VERSION, message))
        self._socket.send_multipart([topic.encode(), header, *buffers], copy=not buffers)

    def subscribers(self, topic: str) -> int:
        """How many subscribers this topic has now."""
        while self._socket.poll(0):
            note = bytes(self._socket.recv())
            change = 1 if note[:1] == b"\x01" else -1
            self._subscribers[note[1:]] = self._subscribers.get(note[1:], 0) + change
        return self._subscribers.get(topic.encode(), 0)

    def close(self) -> None:
        self._socket.close()
        if self._authenticator is not None:
            self._authenticator.stop()


@dataclass(frozen=True, slots=True)
class Received:
    """One message with its payload buffers and how many of its kind were missed before it."""

    message: Any_
    buffers: list[zmq.Frame]
    missed: int
    again: bool = False  # repeated for a stage that was started anew


class Subscriber:
    """The receiving end: topics of several stages through one socket each.

    A socket that was connected as `first` is read before all others, in every call: control comes before data. The others take
    turns, so that none of them waits for ever while another is never empty.
    """

    __slots__ = ("_first", "_last", "_poller", "_sockets", "_wanted")

    def __init__(self) -> None:
        self._wanted: set[str] = set()
        self._poller = zmq.Poller()
        self._sockets: list[zmq.Socket[bytes]] = []
        self._first: list[zmq.Socket[bytes]] = []
        self._last: dict[tuple[int, str], int] = {}

    def connect(
        self,
        context: zmq.Context[zmq.Socket[bytes]],
        address: str,
        topics: Iterable[str],
        most_waiting: int = 1000,
        keys: Keys | None = None,
        first: bool = False,
    ) -> None:
        sub = context.socket(zmq.SUB)
        sub.setsockopt(zmq.RCVHWM, most_waiting)
        sub.setsockopt(zmq.LINGER, 0)
        sub.setsockopt(zmq.RECONNECT_IVL, 50)
        if keys is not None:
            sub.curve_serverkey = keys.server_public.encode()
            sub.curve_publickey = keys.public.encode()
            sub.curve_secretkey = keys.secret.encode()
        sub.connect(address)
        for topic in topics:
            sub.setsockopt(zmq.SUBSCRIBE, topic.encode())
        self._poller.register(sub, zmq.POLLIN)
        (self._first if first else self._sockets).append(sub)

    def want(self, topic: str, wanted: bool) -> None:
        """Ask every sender for a topic from now on, or for no more of it; what is under way still comes."""
        if wanted == (topic in self._wanted):
            return
        for source in (*self._first, *self._sockets):
            source.setsockopt(zmq.SUBSCRIBE if wanted else zmq.UNSUBSCRIBE, topic.encode())
        self._wanted ^= {topic}

    def receive(self, wait_s: float) -> Received | None:
        """The next message, of a `first` socket if there is one; None when nothing came in time.

        Messages of one stage come in the order in which it sent them. What is no message of ours is left out.
        """
        until = time.monotonic() + wait_s
        while True:
            left_s = max(0.0, until - time.monotonic())
            ready = {found for found, _ in self._poller.poll(round(left_s * 1000))}
            if not ready:
                return None
            received = self._take(ready)
            if received is not None or time.monotonic() >= until:
                return received

    def _take(self, ready: set[zmq.Socket[bytes]]) -> Received | None:
        """A message from the first of the ready sockets that has one of ours."""
        for source in (*self._first, *self._sockets):
            if source not in ready:
                continue
            try:
                parts = source.recv_multipart(zmq.NOBLOCK, copy=False)
                version, message = _decode(parts[1].buffer)
            except (zmq.Again, msgspec.DecodeError, IndexError):
                continue
            if source in self._sockets:  # the others take their turn
                self._sockets.remove(source)
                self._sockets.append(source)
            if version == SCHEMA_VERSION:
                again = bytes(parts[0].buffer).startswith(AGAIN.encode())
                return Received(message, parts[2:], 0 if again else self._gap(source, message), again)
        return None

    def _gap(self, source: zmq.Socket[bytes], message: Any_) -> int:
        key = (id(source), str(message.__struct_config__.tag))
        last = self._last.get(key)
        self._last[key] = message.seq
        if last is None or message.seq <= last:  # the first, or a sender that was started anew
            return 0
        return message.seq - last - 1

    def close(self) -> None:
        for sub in (*self._first, *self._sockets):
            sub.close()
