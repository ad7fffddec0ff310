"""CURVE keys, and who is let in by them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from weakref import WeakKeyDictionary

import msgspec
import zmq
import zmq.auth
import zmq.auth.thread

Context = zmq.Context[zmq.Socket[bytes]]


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

    @classmethod
    def of_a_run(cls) -> Keys:
        """One new pair that all processes of a run share, and nobody else has. It lets in itself alone."""
        alone = cls.new()
        return msgspec.structs.replace(alone, allowed=(alone.public,))


class _Allowed:
    """Lets in the clients whose public key was named, and nobody else."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self._keys = {key.encode() for key in allowed}

    def callback(self, domain: str, key: bytes) -> bool:  # noqa: ARG002 (pyzmq gives both)
        return key in self._keys


class _Door:
    """The one authenticator that a context can have, and how many sockets use it."""

    def __init__(self, context: Context) -> None:
        self.authenticator = zmq.auth.thread.ThreadAuthenticator(context)
        self.authenticator.start()
        self.used = 0


_doors: WeakKeyDictionary[Context, _Door] = WeakKeyDictionary()
_numbers = itertools.count(1)


def lock(context: Context, socket: zmq.Socket[bytes], keys: Keys) -> None:
    """Let only the allowed keys connect to a socket; before it is bound. Call `unlock` once it is closed.

    Without a living authenticator nobody is let in.
    """
    door = _doors.get(context)
    if door is None:
        door = _doors[context] = _Door(context)
    door.used += 1
    domain = f"socket-{next(_numbers)}"
    door.authenticator.configure_curve_callback(domain, _Allowed(keys.allowed))
    socket.setsockopt(zmq.ZAP_DOMAIN, domain.encode())
    socket.setsockopt(zmq.ZAP_ENFORCE_DOMAIN, 1)
    socket.curve_server = True
    socket.curve_publickey = keys.public.encode()
    socket.curve_secretkey = keys.secret.encode()


def unlock(context: Context) -> None:
    """A locked socket of this context is closed. The last one ends the authenticator."""
    door = _doors.get(context)
    if door is None:
        return
    door.used -= 1
    if door.used == 0:
        del _doors[context]
        door.authenticator.stop()


def present(socket: zmq.Socket[bytes], keys: Keys) -> None:
    """Have a client's socket prove who it is, and accept the named server alone; before it connects."""
    socket.curve_serverkey = keys.server_public.encode()
    socket.curve_publickey = keys.public.encode()
    socket.curve_secretkey = keys.secret.encode()
