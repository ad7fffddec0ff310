"""Messages between stages over ZeroMQ: topic, typed header, payload buffers that are not copied.

Each stage publishes on an endpoint of its own (`endpoints.py`) and subscribes to those it needs.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec
import zmq

from runform_live.controls import Control
from runform_live.errors import BadInput
from runform_live.messages import SCHEMA_VERSION, Message, StageMessage
from runform_live.runtime import keys as locks
from runform_live.runtime.keys import Keys

Context = zmq.Context[zmq.Socket[bytes]]
Buffer = bytes | memoryview | zmq.Frame
MOST_WAITING = 5000  # results are small; a reader that is held up for 15 s loses none, at 240 frames/s either
MOST_FRAMES_WAITING = 128  # a picture is large
AGAIN = "again."  # topics of what is repeated for one stage begin so
AnyMessage = StageMessage | Control  # all that travels
NO_MESSAGE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)  # what bytes raise that are none of ours
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(tuple[int, AnyMessage]).decode


class Publisher:
    """The sending end of one stage. It knows how many listen (`subscribers`); a message to which nobody listens is lost."""

    __slots__ = ("_counts", "_locked_in", "_socket", "_subscribers")

    def __init__(self, context: Context, address: str, most_waiting: int = 1000, keys: Keys | None = None) -> None:
        self._locked_in: Context | None = None
        self._socket = context.socket(zmq.XPUB)
        self._socket.setsockopt(zmq.XPUB_VERBOSE, 1)
        self._socket.setsockopt(zmq.SNDHWM, most_waiting)
        self._socket.setsockopt(zmq.LINGER, 500)
        if keys is not None:
            locks.lock(context, self._socket, keys)
            self._locked_in = context
        try:
            self._socket.bind(address)
        except zmq.ZMQError as trouble:
            self.close()
            raise BadInput(f"cannot open {address}: {trouble.strerror}") from None
        self._counts: dict[str, int] = {}
        self._subscribers: dict[bytes, int] = {}

    def send(self, message: Message, *buffers: Buffer | memoryview) -> int:
        """Send a message; its sequence number is set here, and returned. Buffers must not change afterwards."""
        topic = message.topic
        count = self._counts.get(topic, 0) + 1
        self._counts[topic] = count
        self._put(topic, msgspec.structs.replace(message, seq=count), buffers)
        return count

    def repeat(self, topic: str, message: Message, *buffers: Buffer | memoryview) -> None:
        """Send a message of another sender once more, unchanged, to those who listen to `topic`."""
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
        if self._locked_in is not None:
            locks.unlock(self._locked_in)
            self._locked_in = None


@dataclass(frozen=True, slots=True)
class Received:
    """One message with its payload buffers and how many of its kind were missed before it."""

    message: Message
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
        context: Context,
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
            locks.present(sub, keys)
        sub.connect(address)
        for topic in topics:
            sub.setsockopt(zmq.SUBSCRIBE, topic.encode())
        self._poller.register(sub, zmq.POLLIN)
        (self._first if first else self._sockets).append(sub)

    def want(self, topic: str, wanted: bool) -> None:
        """Subscribe to a topic of every sender, or end that. Messages that are on their way still come."""
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
        """A message from the first of the ready sockets that has a valid one."""
        for source in (*self._first, *self._sockets):
            if source not in ready:
                continue
            try:
                parts = source.recv_multipart(zmq.NOBLOCK, copy=False)
                version, message = _decode(parts[1].buffer)
            except (zmq.Again, *NO_MESSAGE, IndexError):
                continue
            if source in self._sockets:  # the others take their turn
                self._sockets.remove(source)
                self._sockets.append(source)
            if version == SCHEMA_VERSION and message.fits(parts[2:]):
                again = bytes(parts[0].buffer).startswith(AGAIN.encode())
                return Received(message, parts[2:], 0 if again else self._gap(source, message), again)
        return None

    def _gap(self, source: zmq.Socket[bytes], message: Message) -> int:
        key = (id(source), message.topic)
        last = self._last.get(key)
        self._last[key] = message.seq
        if last is None or message.seq <= last:  # the first, or a sender that was started anew
            return 0
        return message.seq - last - 1

    def close(self) -> None:
        for sub in (*self._first, *self._sockets):
            sub.close()
