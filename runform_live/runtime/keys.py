"""CURVE keys: how a socket proves who it is, and which clients it lets in."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from weakref import WeakKeyDictionary

import msgspec
import zmq

Context = zmq.Context[zmq.Socket[bytes]]


class Keys(msgspec.Struct, frozen=True):
    """The CURVE keys of one process (Z85 text).

    public, secret: its own pair. server_public: the public key of the server that it connects to. allowed: the public keys of the
    clients that it lets in when it is the server.
    """

    public: str
    secret: str
    server_public: str
    allowed: tuple[str, ...] = ()

    @classmethod
    def new(cls, server_public: str = "", allowed: tuple[str, ...] = ()) -> Keys:
        """A new pair. server_public: empty where the process connects to itself, or to others that have the same pair."""
        public, secret = zmq.curve_keypair()
        return cls(public.decode(), secret.decode(), server_public or public.decode(), allowed)

    @classmethod
    def of_a_run(cls) -> Keys:
        """A new pair that all processes of a run share. Only they are let in."""
        alone = cls.new()
        return msgspec.structs.replace(alone, allowed=(alone.public,))


LetsIn = Callable[[str], bool]  # whether the client with this public key (Z85) may connect; it must raise nothing


class _Asks:
    """Lets in the clients that `lets_in` knows, and nobody else. It is asked in the thread of the authenticator."""

    def __init__(self, lets_in: LetsIn) -> None:
        self._lets_in = lets_in

    def callback(self, domain: str, key: bytes) -> bool:  # noqa: ARG002 (pyzmq passes both)
        return self._lets_in(key.decode())


class _Door:
    """The authenticator of a context, which can have only one, and the number of sockets that use it."""

    def __init__(self, context: Context) -> None:
        from zmq.auth.thread import ThreadAuthenticator  # loads asyncio, which no other part needs

        self.authenticator = ThreadAuthenticator(context)
        self.authenticator.start()
        self.used = 0


_doors: WeakKeyDictionary[Context, _Door] = WeakKeyDictionary()
_numbers = itertools.count(1)


def lock(context: Context, socket: zmq.Socket[bytes], keys: Keys, lets_in: LetsIn | None = None) -> None:
    """Let only the allowed keys connect to a socket. Call this before the socket is bound, and `unlock` once it is closed.

    lets_in: asked for each client that connects, in place of the keys that are allowed from the beginning.
    If the authenticator is not running, nobody is let in.
    """
    door = _doors.get(context)
    if door is None:
        door = _doors[context] = _Door(context)
    door.used += 1
    domain = f"socket-{next(_numbers)}"
    door.authenticator.configure_curve_callback(domain, _Asks(lets_in or set(keys.allowed).__contains__))
    socket.setsockopt(zmq.ZAP_DOMAIN, domain.encode())
    socket.setsockopt(zmq.ZAP_ENFORCE_DOMAIN, 1)
    socket.curve_server = True
    socket.curve_publickey = keys.public.encode()
    socket.curve_secretkey = keys.secret.encode()


def unlock(context: Context) -> None:
    """Tell that a locked socket of this context was closed. After the last one the authenticator ends."""
    door = _doors.get(context)
    if door is None:
        return
    door.used -= 1
    if door.used == 0:
        del _doors[context]
        door.authenticator.stop()


def present(socket: zmq.Socket[bytes], keys: Keys) -> None:
    """Make the socket of a client prove who it is and accept only the named server. Call this before it connects."""
    socket.curve_serverkey = keys.server_public.encode()
    socket.curve_publickey = keys.public.encode()
    socket.curve_secretkey = keys.secret.encode()
