"""How much a peer can make this computer hold.

ZeroMQ bounds the bytes of a part and the number of messages, but not the number of parts: a peer that sends parts of one message
without end fills the memory, and no message ever comes out. So the memory of the process is watched; whoever listens closes the
connection where it grows too much, which frees it.
"""

from __future__ import annotations

import math

import zmq

from runform_live import portable

MOST_MORE_MIB = 400.0
LOOK_S = 0.25
MOST_PARTS = 3  # of a message that are kept


HEARTBEAT_MS, GONE_MS = 1000, 3000  # a cable that was pulled says nothing
HANDSHAKE_MS = 3000
WAITING = 4  # messages at either end
LINGER_MS = 200


def bound(socket: zmq.Socket[bytes], most_bytes: int) -> None:
    """Set what a socket of the network may hold, and for how long it waits for somebody silent. most_bytes: of one part of a message."""
    options = {
        zmq.SNDHWM: WAITING, zmq.RCVHWM: WAITING, zmq.LINGER: LINGER_MS, zmq.MAXMSGSIZE: most_bytes, zmq.IPV6: 1,
        zmq.HANDSHAKE_IVL: HANDSHAKE_MS, zmq.HEARTBEAT_IVL: HEARTBEAT_MS, zmq.HEARTBEAT_TIMEOUT: GONE_MS,
    }  # fmt: skip
    for option, value in options.items():
        socket.setsockopt(option, value)


class MemoryWatch:
    """Whether this process holds much more than it did before."""

    __slots__ = ("_least_mib", "_looked_s")

    def __init__(self) -> None:
        self._looked_s = -math.inf
        self._least_mib = math.inf

    def renew(self) -> None:
        """What is held now is as it should be."""
        self._least_mib = math.inf

    def is_full(self, now_s: float) -> bool:
        """Call it often; it looks a few times a second."""
        if now_s - self._looked_s < LOOK_S:
            return False
        self._looked_s = now_s
        held_mib = portable.memory_mib()
        self._least_mib = min(self._least_mib, held_mib)
        return held_mib > self._least_mib + MOST_MORE_MIB


def received(socket: zmq.Socket[bytes]) -> list[zmq.Frame] | None:
    """The next message, not copied; None where there is none. Of a message with more than MOST_PARTS parts, the others are dropped."""
    try:
        parts = [socket.recv(zmq.NOBLOCK, copy=False)]
        while socket.getsockopt(zmq.RCVMORE):
            part = socket.recv(zmq.NOBLOCK, copy=False)
            if len(parts) <= MOST_PARTS:  # one more, so that it is seen that there were too many
                parts.append(part)
    except zmq.Again:
        return None
    return parts
